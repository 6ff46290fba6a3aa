"""Core dumps of programs that died in JIT code: what they had loaded, and bundles that take them elsewhere."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from jitdbg import elf
from jitdbg.build import build
from jitdbg.cli import main
from jitdbg.cli.output import in_bytes
from jitdbg.cli.pack import tell_of_manifest
from jitdbg.elf import constants as c
from jitdbg.errors import CoreError
from jitdbg.postmortem.bundle import Bundle, is_bundle, unpack
from jitdbg.postmortem.contents import read_sources
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.images import LoadedImage, loaded_images
from jitdbg.postmortem.manifest import Manifest, Packed, encode_manifest
from jitdbg.postmortem.pack import pack
from jitdbg.postmortem.recovery import recovered_images
from tests.cores import BOOM, Crashed, crash_in_c, crash_in_python, moved_away
from tests.processes import hear_signals


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    return crash_in_c(tmp_path_factory.mktemp("crashed"))


def jit_image(crashed: Crashed) -> LoadedImage:
    with Core(crashed.core) as core:
        (image,) = [image for image in loaded_images(core) if image.modules]
    return image


@pytest.mark.parametrize("store", ["c", "file", "memfd", "memfd+copies"])
def test_a_core_knows_the_images_that_were_loaded(store: str, tmp_path: Path) -> None:
    crashed = crash_in_c(tmp_path) if store == "c" else crash_in_python(tmp_path, store)
    image = jit_image(crashed)
    assert (image.build_id, image.modules[0].name) == (crashed.build_id, "boom")
    with Core(crashed.core) as core:
        assert core.signal == signal.SIGSEGV
        assert core.missing == 0
        others = {os.path.basename(other.path): other for other in loaded_images(core)}
        assert others[os.path.basename(core.executable)].state == "present"
        assert others["libc.so.6"].state == "present"
        assert others["libc.so.6"].name.endswith("/libc.so.6")
        copies = recovered_images(core)
    if store.startswith("memfd"):
        assert (image.path, image.state) == ("/memfd:boom (deleted)", "missing")
        assert image.name.startswith("/proc/")
    assert list(copies) == ([crashed.build_id] if store == "memfd+copies" else [])
    for copy in copies.values():
        described = elf.describe(copy)
        assert (described.build_id, described.ir) == (bytes.fromhex(crashed.build_id), (BOOM.encode(),))


def test_an_image_of_a_file_is_present_until_it_is_moved_or_replaced(crashed: Crashed) -> None:
    image = jit_image(crashed)
    assert (image.state, image.path) == ("present", image.name)
    with moved_away(crashed.files):
        assert jit_image(crashed).state == "missing"
        Path(image.path).parent.mkdir(parents=True)
        with Core(crashed.core) as core:
            shutil.copy(core.executable, image.path)
        assert jit_image(crashed).state == "replaced"
        Path(image.path).write_bytes(b"no image at all")
        assert jit_image(crashed).state == "replaced"


def test_a_core_that_has_kept_no_page_of_an_image_vouches_for_no_file(
    crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = jit_image(crashed)
    (tmp_path / "core").write_bytes(without_memory(crashed.core.read_bytes(), image.base))
    with Core(tmp_path / "core") as core:
        (found,) = [each for each in loaded_images(core) if each.modules]
    assert (found.path, found.state, found.build_id) == (image.path, "unchecked", "")
    assert main(["pack", str(tmp_path / "core"), "-o", str(tmp_path / "bundle.tar")]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"unchecked: JIT dylib boom, {image.path}: the core has not kept its build-id, so that it may be another build"
    ]


def without_memory(core: bytes, address: int) -> bytes:
    """Give a core that has kept nothing of the area that begins at an address (gABI 5, ``p_vaddr``, ``p_filesz``)."""
    changed = bytearray(core)
    (e_phoff,), (e_phnum,) = struct.unpack_from("<Q", core, 32), struct.unpack_from("<H", core, 56)
    places = [e_phoff + 56 * number for number in range(e_phnum)]
    (place,) = [place for place in places if struct.unpack_from("<Q", core, place + 16) == (address,)]
    struct.pack_into("<Q", changed, place + 32, 0)
    return bytes(changed)


def test_a_bundle_has_all_that_there_is(crashed: Crashed, tmp_path: Path) -> None:
    with Core(crashed.core) as core:
        pack(core, tmp_path / "bundle.tar")
        libraries = {image.name or image.path for image in loaded_images(core)}
    bundle = unpack(tmp_path / "bundle.tar", tmp_path / "opened")
    assert bundle.core.read_bytes() == crashed.core.read_bytes()
    assert bundle.executable is not None
    assert all(Path(f"{bundle.root}{path}").is_file() for path in libraries)
    assert bundle.manifest.absent == ()
    (image,) = [image for image in bundle.manifest.images if image.modules]
    assert image.state == "present"
    check_jit_image(bundle, image, crashed.build_id)


def test_what_a_core_has_a_copy_of_is_packed_without_its_file(tmp_path: Path) -> None:
    crashed = crash_in_python(tmp_path, "memfd+copies")
    with Core(crashed.core) as core:
        pack(core, tmp_path / "bundle.tar")
    bundle = unpack(tmp_path / "bundle.tar", tmp_path / "opened")
    (image,) = [image for image in bundle.manifest.images if image.modules]
    assert (image.state, image.included) == ("recovered", True)
    check_jit_image(bundle, image, crashed.build_id)


def test_what_is_gone_is_packed_from_a_tree_by_build_id(
    crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree, bundle = tmp_path / "tree", tmp_path / "bundle.tar"
    assert main(["build-ids", str(tree), str(crashed.files)]) == 0
    with moved_away(crashed.files):
        assert main(["pack", str(crashed.core), "-o", str(bundle), "--build-ids", str(tree)]) == 0
    assert "missing:" not in capsys.readouterr().out
    opened = unpack(bundle, tmp_path / "opened")
    (image,) = [image for image in opened.manifest.images if image.modules]
    assert image.state == "recovered"
    check_jit_image(opened, image, crashed.build_id)
    assert main(["open", str(bundle), "--build-ids", str(tree)]) == 2
    assert capsys.readouterr().err.endswith("is a bundle: give --build-ids to `jitdbg pack`, which makes one\n")


def check_jit_image(bundle: Bundle, image: Packed, build_id: str) -> None:
    """Hold what was packed of the JIT's image against what was loaded."""
    data = Path(f"{bundle.root}{image.path}").read_bytes()
    described = elf.describe(data)
    assert described.build_id == bytes.fromhex(build_id)
    by_build_id = bundle.directory / ".build-id" / build_id[:2] / f"{build_id[2:]}.debug"
    assert by_build_id.read_bytes() == data
    assert (bundle.directory / "ir" / build_id / "1-boom.ll").read_text() == BOOM
    (source,) = bundle.manifest.sources
    assert Path(f"{bundle.directory}/sources{source}").read_text() == BOOM


def test_the_command_says_what_is_missing(crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = jit_image(crashed).path
    with moved_away(crashed.files):
        assert main(["pack", str(crashed.core), "-o", str(tmp_path / "bundle.tar")]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"{tmp_path}/bundle.tar: ")
    assert ", 0 JIT dylibs and " in printed[0]
    assert printed[1:] == [f"missing: JIT dylib boom (build-id {crashed.build_id}), which was {path}: it is gone"]


def test_json_has_the_manifest(crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pack", str(crashed.core), "-o", str(tmp_path / "bundle.tar"), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.pack/1"
    assert facts["truncated"] == 0
    assert facts["size"] == (tmp_path / "bundle.tar").stat().st_size
    states = {image["modules"][0]: image["state"] for image in facts["manifest"]["images"] if image["modules"]}
    assert states == {"boom": "present"}


def test_a_source_that_can_not_be_had_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("boom.c", "line\nend.h", "gone.h")
    for name in names[1:]:
        (tmp_path / name).write_text(f"#define {name[:4].upper()}\nstatic int {name[:4]}(void) {{ return 1; }}\n")
    (tmp_path / "boom.c").write_text(
        '#include "gone.h"\nint boom(void) { return gone(); }\n'
        f'# 1 "{tmp_path}/line\\nend.h"\nint other(void) {{ return 2; }}\n'
    )
    image = build(tmp_path / "boom.c", soname="boom.so")
    (tmp_path / "gone.h").unlink()
    sources = read_sources({Packed("/boom.so", "", "00", "present", ("boom",)): image})
    assert list(sources.texts) == [f"{tmp_path}/boom.c"]
    assert sources.lost_sources == (f"{tmp_path}/gone.h", f"{tmp_path}/line\nend.h")
    tell_of_manifest(Manifest("/p", (), (), (), (*sources.lost_sources, *map(str, range(6)))))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"missing: source {tmp_path}/gone.h: ")
    assert printed[1].startswith(f"missing: source {tmp_path}/line\\nend.h: ")
    assert printed[5:] == ["missing: 3 more sources: --json has them all"]


@pytest.mark.parametrize("suffix", [".gz", ".xz"])
def test_a_compressed_bundle_is_smaller_and_the_same(crashed: Crashed, tmp_path: Path, suffix: str) -> None:
    with Core(crashed.core) as core:
        plain, compressed = pack(core, tmp_path / "a.tar"), pack(core, tmp_path / f"a.tar{suffix}")
    assert plain.manifest == compressed.manifest
    assert compressed.size == (tmp_path / f"a.tar{suffix}").stat().st_size
    assert (tmp_path / f"a.tar{suffix}").stat().st_size < (tmp_path / "a.tar").stat().st_size / 2
    opened = unpack(tmp_path / f"a.tar{suffix}", tmp_path / "opened")
    assert opened.core.read_bytes() == crashed.core.read_bytes()


def shortened(core: Path, to: Path, size: int) -> None:
    with open(core, "rb") as file:
        to.write_bytes(file.read(size))


def test_a_truncated_core_says_how_much_is_missing(
    crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = crashed.core.stat().st_size
    shortened(crashed.core, tmp_path / "core", size // 2)
    with Core(tmp_path / "core") as core:
        assert core.missing == size - size // 2
        assert core.executable
    assert main(["pack", str(tmp_path / "core"), "-o", str(tmp_path / "bundle.tar")]) == 0
    assert f"{tmp_path}/core is truncated, " in capsys.readouterr().out


def test_a_core_of_another_machine_says_who_can_read_it(
    crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    core = bytearray(crashed.core.read_bytes())
    here, other = ("x86-64", "AArch64") if core[18] == c.EM_X86_64 else ("AArch64", "x86-64")
    core[18] = {"AArch64": c.EM_AARCH64, "x86-64": c.EM_X86_64}[other]  # e_machine
    (tmp_path / "core").write_bytes(core)
    assert main(["pack", str(tmp_path / "core"), "-o", str(tmp_path / "bundle.tar")]) == 0
    assert (
        f"{tmp_path}/core is a core of {other}, and this machine is {here}: open it with lldb, or with gdb-multiarch "
        "as JITDBG_GDB\n"
    ) in capsys.readouterr().out


@pytest.mark.parametrize("size", [0, 10, 63, 64, 200, 4000])
def test_a_core_of_which_next_to_nothing_is_left_is_one_sentence(crashed: Crashed, tmp_path: Path, size: int) -> None:
    shortened(crashed.core, tmp_path / "core", size)
    with pytest.raises(CoreError, match="core"):
        Core(tmp_path / "core")


def test_what_is_no_core_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CoreError, match=r"there can't be read: No such file"):
        Core(tmp_path / "there")
    (tmp_path / "text").write_text("not a core")
    with pytest.raises(CoreError, match="this is not an ELF file"):
        Core(tmp_path / "text")
    with pytest.raises(CoreError, match="is no core dump"):
        Core("/proc/self/exe")


def test_no_space_leaves_no_file(crashed: Crashed, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with Core(crashed.core) as core, pytest.raises(CoreError, match=r"bundle.tar can't be written: File too large"):
            pack(core, tmp_path / "bundle.tar")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_no_input_is_replaced(crashed: Crashed, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(crashed.core)
    with Core(crashed.core) as core:
        source = crashed.files / "boom.ll"  # the image has its text, too
        for path in (crashed.core, tmp_path / "link", Path(jit_image(crashed).path), source):
            before = path.read_bytes()
            with pytest.raises(CoreError, match="can't be written: it is read for this, and would be lost"):
                pack(core, path)
            assert path.read_bytes() == before
    assert (tmp_path / "link").is_symlink()


def test_a_pipe_gets_the_bundle(crashed: Crashed, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as reader, Core(crashed.core) as core:
        received = reader.submit((tmp_path / "pipe").read_bytes)
        pack(core, tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()
    (tmp_path / "bundle.tar").write_bytes(received.result())
    assert unpack(tmp_path / "bundle.tar", tmp_path / "opened").core.read_bytes() == crashed.core.read_bytes()


def test_an_output_that_can_not_be_written_is_one_sentence(
    crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert main(["pack", str(crashed.core), "-o", str(tmp_path / "loop")]) == 2
    assert f"{tmp_path}/loop can't be written: Too many levels of symbolic links\n" in capsys.readouterr().err


def test_a_pipe_that_goes_with_its_reader_is_no_error(
    crashed: Crashed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")

    def receive() -> bytes:
        with (tmp_path / "pipe").open("rb") as pipe:
            (tmp_path / "pipe").unlink()
            return pipe.read()

    with ThreadPoolExecutor(1) as reader:
        received = reader.submit(receive)
        assert main(["pack", str(crashed.core), "-o", str(tmp_path / "pipe"), "--json"]) == 0
    out, err = capsys.readouterr()
    assert (out, json.loads(err)["size"]) == ("", len(received.result()))


def test_what_is_said_of_a_bundle_on_standard_output_is_not_in_it(crashed: Crashed, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "jitdbg", "pack", crashed.core, "-o", "/dev/stdout"]
    piped = subprocess.run(words, timeout=60, check=True, capture_output=True)
    with (tmp_path / "bundle.tar").open("wb") as file:
        subprocess.run(words, timeout=60, check=True, stdout=file, stderr=subprocess.DEVNULL)
    assert piped.stdout == (tmp_path / "bundle.tar").read_bytes()
    assert piped.stderr.startswith(f"/dev/stdout: {in_bytes(len(piped.stdout))}, 1 JIT dylib and ".encode())
    assert piped.stdout.endswith(bytes(tarfile.BLOCKSIZE))


_ENDED = """
import os, signal, sys
from jitdbg.cli import main
from jitdbg.postmortem import pack
pack.ir_texts = lambda contents: os.kill(os.getpid(), signal.Signals[sys.argv[1]]) or ()
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
def test_a_pack_that_is_ended_leaves_no_file(crashed: Crashed, tmp_path: Path, name: str, code: int) -> None:
    words = [sys.executable, "-c", _ENDED, name, "pack", crashed.core, "-o", tmp_path / "bundle.tar.xz"]
    assert subprocess.run(words, timeout=60, capture_output=True, preexec_fn=hear_signals).returncode == code
    assert list(tmp_path.iterdir()) == []


def test_a_signal_that_is_to_be_ignored_is(crashed: Crashed, tmp_path: Path) -> None:
    words = [sys.executable, "-c", _ENDED, "SIGHUP", "pack", crashed.core, "-o", tmp_path / "bundle.tar"]
    subprocess.run(["nohup", *words], timeout=60, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    assert is_bundle(tmp_path / "bundle.tar")


def test_how_far_a_pack_is_can_be_seen_on_a_terminal(crashed: Crashed, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "jitdbg", "pack", crashed.core, "-o", tmp_path / "bundle.tar"]
    assert subprocess.run(words, timeout=60, check=True, capture_output=True).stderr == b""
    reading, writing = os.openpty()
    with open(reading, "rb", buffering=0) as terminal, open(writing, "wb") as stderr:
        there = {**os.environ, "TERM": "xterm"}  # a dumb one shows no progress
        subprocess.run(words, timeout=60, check=True, stdout=subprocess.DEVNULL, stderr=stderr, env=there)
        shown = terminal.read(4096)
    assert b"packing" in shown


def test_a_core_by_a_symbolic_link_is_packed_itself(crashed: Crashed, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(crashed.core)
    with Core(tmp_path / "link") as core:
        pack(core, tmp_path / "bundle.tar")
    assert unpack(tmp_path / "bundle.tar", tmp_path / "opened").core.read_bytes() == crashed.core.read_bytes()


MANIFEST = encode_manifest(Manifest("/bin/program", (), ()))


def hostile(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w") as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found


LEADS_OUT = "which could lead out of the bundle: it is not opened"
NO_FILE = "which is no ordinary file: it is not opened"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (member("/etc/absolute"), f"names the path '//etc/absolute', {LEADS_OUT}"),
        (member("../outside"), f"names the path '/../outside', {LEADS_OUT}"),
        (member("root/../../outside"), f"names the path '/root/../../outside', {LEADS_OUT}"),
        (member("root//twice"), f"names the path '/root//twice', {LEADS_OUT}"),
        (member("root/two\nlines"), "names the path '/root/two\\nlines', which no debugger can be told: it is not"),
        (member("elsewhere/file"), "holds 'elsewhere/file', which belongs into no bundle: it is not opened"),
        (member("root/link", tarfile.SYMTYPE, "/etc"), f"holds 'root/link', {NO_FILE}"),
        (member("root/link", tarfile.LNKTYPE, "core"), f"holds 'root/link', {NO_FILE}"),
        (member("root/device", tarfile.CHRTYPE), f"holds 'root/device', {NO_FILE}"),
        (member("root/fifo", tarfile.FIFOTYPE), f"holds 'root/fifo', {NO_FILE}"),
        (member("core"), "opened/core: File exists"),  # twice
        (member("manifest.json/file"), "opened/manifest.json: File exists"),
    ],
    ids=lambda value: f"{value.name}-{value.type.decode()}" if isinstance(value, tarfile.TarInfo) else "",
)
def test_a_bundle_that_reaches_for_more_is_refused(tmp_path: Path, bad: tarfile.TarInfo, words: str) -> None:
    bundle = hostile(tmp_path / "b.tar", (member("manifest.json"), MANIFEST), (member("core"), b"x"), (bad, b""))
    with pytest.raises(CoreError) as refused:
        unpack(bundle, tmp_path / "opened")
    assert str(bundle) in str(refused.value)
    assert words in str(refused.value)
    assert list(tmp_path.iterdir()) == [bundle]


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b'{"format": 99}',
        encode_manifest(Manifest("relative", (), ())),
        encode_manifest(Manifest("/a/../b", (), ())),
        encode_manifest(Manifest("/p", (Packed("/x", "../../up", "00", "present", ()),), ())),
        encode_manifest(Manifest("/p", (), ("//two",))),
        encode_manifest(Manifest("/p", (), ("/p.c",), ("/p/../../up",))),
        encode_manifest(Manifest("/p", (), ())).replace(b'"directories": []', b'"directories": 7'),
        encode_manifest(Manifest('/p"\nplatform shell touch /tmp/here', (), ())),
        encode_manifest(Manifest("/p", (), ("/no\ud800bytes/a.c",))),
    ],
)
def test_a_manifest_is_not_trusted(tmp_path: Path, manifest: bytes) -> None:
    bundle = hostile(tmp_path / "b.tar", (member("manifest.json"), manifest), (member("core"), b"x"))
    with pytest.raises(CoreError, match=r"b\.tar"):
        unpack(bundle, tmp_path / "opened")
    assert list(tmp_path.iterdir()) == [bundle]


def test_a_second_name_below_a_file_is_refused(tmp_path: Path) -> None:
    manifest = encode_manifest(Manifest("/p", (Packed("/x", "/x/second", "00", "present", ()),), ()))
    bundle = hostile(
        tmp_path / "b.tar", (member("manifest.json"), manifest), (member("core"), b"x"), (member("root/x"), b"")
    )
    with pytest.raises(CoreError, match=r"b\.tar can't be opened .*root/x"):
        unpack(bundle, tmp_path / "opened")
    assert list(tmp_path.iterdir()) == [bundle]


def damaged(whole: bytes) -> Iterator[bytes]:
    """Yield what is left of a file that was cut short, and the file with one byte changed, at places all over it."""
    for place in range(0, len(whole), max(len(whole) // 60, 1)):
        yield whole[:place]
        yield whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :]


# A plain archive has no checksums, and next to nothing of a compressed one is not under its own.
@pytest.mark.parametrize(
    ("compress", "least"), [(bytes, 30), (gzip.compress, 110), (lzma.compress, 120)], ids=["tar", "gz", "xz"]
)
def test_damage_of_any_kind_is_one_sentence_and_leaves_nothing(
    compress: Callable[[bytes], bytes], least: int, tmp_path: Path
) -> None:
    members = (member("manifest.json"), MANIFEST), (member("core"), bytes(range(256)) * 40)
    whole = compress(hostile(tmp_path / "b.tar", *members).read_bytes())
    refused = 0
    for bad in damaged(whole):
        (tmp_path / "b.tar").write_bytes(bad)
        with suppress(CoreError):
            is_bundle(tmp_path / "b.tar")
        try:
            unpack(tmp_path / "b.tar", tmp_path / "opened")
            shutil.rmtree(tmp_path / "opened")
        except CoreError as error:
            refused += str(tmp_path / "b.tar") in str(error)
        assert list(tmp_path.iterdir()) == [tmp_path / "b.tar"]
    assert refused >= least


def test_an_archive_of_other_things_is_no_bundle(tmp_path: Path) -> None:
    other = hostile(tmp_path / "b.tar", (member("README"), b"hello"))
    with pytest.raises(CoreError, match=r"does not begin with manifest\.json"):
        unpack(other, tmp_path / "opened")
    without = hostile(tmp_path / "b.tar", (member("manifest.json"), MANIFEST))
    with pytest.raises(CoreError, match="has no core dump in it"):
        unpack(without, tmp_path / "opened")


def test_a_damaged_bundle_leaves_nothing(crashed: Crashed, tmp_path: Path) -> None:
    with Core(crashed.core) as core:
        pack(core, tmp_path / "b.tar")
    shortened(tmp_path / "b.tar", tmp_path / "half.tar", (tmp_path / "b.tar").stat().st_size // 2)
    with pytest.raises(CoreError, match=r"half\.tar is damaged"):
        unpack(tmp_path / "half.tar", tmp_path / "opened")
    assert not (tmp_path / "opened").exists()


def test_a_directory_with_something_in_it_is_left_alone(crashed: Crashed, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    assert main(["open", str(crashed.core), "--to", str(tmp_path / "mine")]) == 2
    bundle = hostile(tmp_path / "b.tar", (member("manifest.json"), MANIFEST), (member("core"), b"x"))
    assert main(["open", str(bundle), "--to", str(tmp_path / "mine")]) == 2
    assert list((tmp_path / "mine").iterdir()) == []
