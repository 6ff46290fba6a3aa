"""``jitdbg build-ids``: a tree of images by build-id, and those who look for them there."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import Engine, elf
from jitdbg.build import build
from jitdbg.cli import main
from jitdbg.tools import tool
from tests.cores import BOOM, Crashed, crash_in_c
from tests.sources import FIB
from tests.tools import program

AREA = "int area(int side) {\n  return side * side;\n}\n"


def filed(directory: Path, build_id: bytes | str) -> Path:
    name = build_id if isinstance(build_id, str) else build_id.hex()
    return directory / ".build-id" / name[:2] / name[2:]


def test_the_images_of_all_runs_are_filed_by_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Engine() as engine:
        dylibs = [engine.load(FIB, name=f"fib{number}") for number in range(2)]
        assert main(["build-ids", str(tmp_path / "tree")]) == 0
        for dylib in dylibs:
            place = filed(tmp_path / "tree", dylib.build_id)
            assert place.read_bytes() == Path(dylib.path).read_bytes()
            assert place.with_name(f"{place.name}.debug").samefile(place)
        build_ids = [dylib.build_id.hex() for dylib in dylibs]
    shown = capsys.readouterr().out
    assert [build_id in shown for build_id in build_ids] == [True, True]
    assert shown.endswith(f"images in {tmp_path}/tree/.build-id\n")


def test_the_dylibs_of_a_process_are_filed_from_any_store(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load = f"print(Engine(store=store).load({FIB!r}, name=store).build_id.hex(), flush=True)"
    script = f"import sys; from jitdbg import Engine\nfor store in 'file', 'memfd': {load}\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdout
        build_ids = [host.stdout.readline().strip() for _ in range(2)]
        assert main(["build-ids", str(tmp_path), str(host.pid), "--json"]) == 0
        host.communicate()
    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.build-ids/1"
    assert {image["build_id"]: image["modules"] for image in facts["images"]} == dict(
        zip(build_ids, (["file"], ["memfd"]), strict=True)
    )
    for build_id in build_ids:
        assert elf.describe(filed(tmp_path, build_id).read_bytes()).build_id == bytes.fromhex(build_id)


def test_what_is_no_image_of_a_jit_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("hello")
    shutil.copy("/proc/self/exe", tmp_path / "program")
    assert main(["build-ids", str(tmp_path / "tree"), str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"0 images in {tmp_path}/tree/.build-id\n"


def test_what_is_named_and_is_no_image_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    for path in (tmp_path / "fib.ll", Path("/proc/self/exe")):
        assert main(["build-ids", str(tmp_path / "tree"), str(path)]) == 2
        assert f"{path} is no image of jitdbg's that can be read: name an image, " in capsys.readouterr().err
    assert not (tmp_path / "tree").exists()


def test_a_link_is_filed_as_what_it_leads_to(tmp_path: Path) -> None:
    image = build(FIB, soname="real.so")
    (tmp_path / "real.so").write_bytes(image)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "link.so").symlink_to("../real.so")
    assert main(["build-ids", str(tmp_path / "tree"), str(tmp_path / "links" / "link.so")]) == 0
    assert filed(tmp_path / "tree", elf.describe(image).build_id).read_bytes() == image


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            ["{tmp}/tree", "{tmp}/nothing"],
            r"/nothing is not there: name an image, a directory of images, or",
        ),
        (["{tmp}/tree", "99999999"], r"process 99999999 can't be looked into: No such file"),
        (["{tmp}/file/tree", "{tmp}/image"], r"file/tree.* can't be written: Not a directory"),
    ],
)
def test_mistakes_are_one_sentence(
    words: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    with Engine() as engine:
        shutil.copy(engine.load(FIB, name="fib").path, tmp_path / "image")
    assert main(["build-ids", *(word.format(tmp=tmp_path) for word in words)]) == 2
    assert re.search(complaint, capsys.readouterr().err)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Crashed, Path]:
    """Have a core whose JIT image is in the tree alone."""
    crashed = crash_in_c(tmp_path_factory.mktemp("crashed"))
    (crashed.files / "area.c").write_text(AREA)
    # Servers of elfutils 0.188 pass over the first file of DWARF 5, as clang numbers them.
    area = build(crashed.files / "area.c", soname="area.so", cflags=["-g", "-gdwarf-4"])
    (crashed.files / "area.so").write_bytes(area)
    tree = tmp_path_factory.mktemp("tree")
    assert main(["build-ids", str(tree), str(crashed.files)]) == 0
    (crashed.files / "boom.so").unlink()
    return crashed, tree


def run(*words: str | Path, **environment: str) -> str:
    done = subprocess.run(
        list(map(str, words)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )
    return done.stdout


@pytest.mark.tools
def test_elfutils_finds_the_images_of_a_core(crashed: tuple[Crashed, Path]) -> None:
    program("eu-stack")
    core, tree = crashed
    shown = run(
        "eu-stack",
        "--core",
        core.core,
        "--executable",
        core.core.parent / "host",
        f"--debuginfo-path={tree}",
    )
    assert re.search(r"#0 .* boom\b", shown), shown


@pytest.fixture(scope="module")
def server(crashed: tuple[Crashed, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Have a debuginfod server of the tree; gives the environment of its clients."""
    debuginfod = program("debuginfod")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("debuginfod")
    words = [debuginfod, "-v", "-p", str(port), "-d", str(folder / "index.sqlite"), "-F", str(crashed[1])]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert any("fts traversed" in line or ("scanned" in line and "fdcache" not in line) for line in process.stderr)
        yield {
            "DEBUGINFOD_URLS": f"http://127.0.0.1:{port}",
            "DEBUGINFOD_CACHE_PATH": str(folder / "cache"),
            "DEBUGINFOD_TIMEOUT": "20",
        }
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.tools
def test_a_debuginfod_server_serves_the_images(server: dict[str, str], crashed: tuple[Crashed, Path]) -> None:
    for kind in ("debuginfo", "executable"):
        path = run("debuginfod-find", kind, crashed[0].build_id, **server).strip()
        assert elf.describe(Path(path).read_bytes()).ir == (BOOM.encode(),)


@pytest.mark.tools
def test_a_debuginfod_server_serves_sources(server: dict[str, str], crashed: tuple[Crashed, Path]) -> None:
    source = crashed[0].files / "area.c"
    build_id = (elf.describe((crashed[0].files / "area.so").read_bytes()).build_id or b"").hex()
    assert Path(run("debuginfod-find", "source", build_id, source, **server).strip()).read_text() == AREA


@pytest.mark.tools
@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_debuggers_ask_the_server_for_the_images_of_a_core(
    debugger: str, server: dict[str, str], crashed: tuple[Crashed, Path], tmp_path: Path
) -> None:
    host, core = crashed[0].core.parent / "host", crashed[0].core
    cache = {"DEBUGINFOD_CACHE_PATH": str(tmp_path / "cache")}
    if debugger == "gdb":
        words = ["-nx", "-batch", "-iex", "set debuginfod enabled on", "-ex", "backtrace", host, core]
    else:
        settings = "plugin.symbol-locator.debuginfod"
        orders = [
            f"settings append {settings}.server-urls {server['DEBUGINFOD_URLS']}",
            f"settings set {settings}.cache-path {tmp_path}/cache",
            f"target create {host} --core {core}",
            "thread backtrace",
        ]
        words = ["--no-lldbinit", "--batch", *(word for order in orders for word in ("-o", order))]
    shown = run(tool(debugger).path, *words, **{**server, **cache})
    assert re.search(r"#0.*boom ?\(p=0x0+, n=41\) at .*boom\.ll:5", shown), shown
