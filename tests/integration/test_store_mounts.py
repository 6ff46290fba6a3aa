"""Places that fail for real: full, noexec, read-only, not ours; mounted in a namespace of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

UNSHARE = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", *(["--map-root-user"] if os.geteuid() else [])]

# `mount` puts a filesystem in memory on a directory; `fails` gives the message of the StoreError that it expects.
PRELUDE = """
import os, pathlib, resource, subprocess, sys
from jitdbg.errors import StoreError
from jitdbg.store import Base, FileStore, MemfdStore, bases, examine, gc, memfd_place
TOP = pathlib.Path(sys.argv[1])
ID = bytes(20)
def mount(name, options):
    (TOP / name).mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700," + options, "jitdbg-test", str(TOP / name)], check=True)
    return Base(TOP / name)
def directory(name):
    return Base(TOP / name)
def fails(action):
    try:
        action()
    except StoreError as error:
        return str(error)
    raise AssertionError("no StoreError")
def files(base):
    return [path for path in base.path.rglob("*") if path.suffix in (".so", ".c")]
"""

RunScript = Callable[[str], None]


def run(words: list[str], script: str, folder: Path) -> None:
    done = subprocess.run(
        [*words, sys.executable, "-c", PRELUDE + script, str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def script(tmp_path: Path) -> RunScript:
    """Run a script in a process of its own."""
    return lambda text: run([], text, tmp_path)


@pytest.fixture
def mounts(tmp_path: Path) -> RunScript:
    """Run a script that may mount what it likes."""
    tried = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", str(tmp_path)], capture_output=True, text=True)
    if tried.returncode:
        pytest.skip(f"this machine lets nobody mount in a namespace: {tried.stderr.strip()}")
    return lambda text: run(UNSHARE, text, tmp_path)


def test_a_noexec_place_is_passed_over(mounts: RunScript) -> None:
    mounts("""
first, second = mount("first", "noexec"), directory("second")
assert examine(first).reason == "mounted noexec"
assert examine(first).filesystem == "tmpfs"
assert FileStore([first, second]).put(b"image", "m", ID).path.startswith(str(second.path))
assert "first: mounted noexec" in fails(lambda: FileStore([first]).put(b"image", "m", ID))
assert not list(first.path.iterdir())
""")


def test_texts_of_images_in_memory_may_lie_in_a_noexec_place(mounts: RunScript) -> None:
    mounts("""
os.environ["JITDBG_STORE"] = str(mount("noexec", "noexec").path)
text = MemfdStore().keep_text("m", "m.c", b"text")
assert pathlib.Path(text).read_bytes() == b"text"
""")


def test_a_read_only_place_is_passed_over(mounts: RunScript) -> None:
    mounts("""
first, second = mount("first", "ro"), directory("second")
assert examine(first).reason == "Read-only file system"
assert FileStore([first, second]).put(b"image", "m", ID).path.startswith(str(second.path))
""")


def test_what_a_full_place_can_not_take_goes_to_the_next_and_nothing_stays(mounts: RunScript) -> None:
    mounts("""
small, large = mount("small", "size=64k"), directory("large")
store = FileStore([small, large])
assert store.put(b"image", "m", ID).path.startswith(str(small.path))
big = store.put(bytes(1 << 20), "big", ID)
assert big.path.startswith(str(large.path))
assert pathlib.Path(big.path).stat().st_size == 1 << 20
text = store.keep_text("big", "big.c", bytes(1 << 20))
assert text.startswith(str(large.path))
assert len(files(small)) == 1
assert store.put(b"image", "m", ID).path.startswith(str(small.path))
""")


def test_when_all_places_are_full_the_error_says_so_and_nothing_stays(mounts: RunScript) -> None:
    mounts("""
small = mount("small", "size=64k")
store = FileStore([small])
message = fails(lambda: store.put(bytes(1 << 20), "big", ID))
assert f"{small.path}: No space left on device" in message
assert "'big'" in message and "jitdbg gc" in message and "JITDBG_STORE" in message
assert not files(small)
assert store.put(b"image", "m", ID)
""")


def test_a_run_ends_cleanly_on_a_full_disk(mounts: RunScript) -> None:
    mounts("""
small = mount("small", "size=64k")
store = FileStore([small])
store.put(b"image", "m", ID)
try:
    (small.path / "ballast").write_bytes(bytes(1 << 20))
except OSError:
    pass
store.close()
assert [decision.run.state for decision in gc(where=[small]).kept] == ["finished"]
""")


def test_an_image_that_is_cut_short_in_writing_is_removed(script: RunScript) -> None:
    script("""
base = directory("store")
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
message = fails(lambda: FileStore([base]).put(bytes(20_000), "m", ID))
assert "File too large" in message
assert not files(base)
""")


def test_a_kernel_that_forbids_executable_memory_is_reported(mounts: RunScript) -> None:
    mounts("""
setting = pathlib.Path("/proc/sys/vm/memfd_noexec")
if setting.exists():  # from Linux 6.3 on, for each pid namespace
    setting.write_text("2")
    message = fails(lambda: MemfdStore().put(b"image", "m", ID))
    assert "forbids executable memory files for the image 'm'" in message
    assert "file store" in message
    assert not memfd_place().usable
""")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_what_another_user_owns_is_not_used(mounts: RunScript) -> None:
    mounts("""
subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "jitdbg-test", "/mnt"], check=True)
pathlib.Path("/mnt/closed").mkdir(mode=0o700)
os.setgid(65534)
os.setuid(65534)
assert examine(Base(pathlib.Path("/mnt/mine"), chosen=True)).reason == "Permission denied"
assert examine(Base(pathlib.Path("/mnt/mine"))).reason == "/mnt belongs to user 0"
assert [base.path.name for base in bases({"HOME": "/mnt/closed/home"})] == ["jitdbg-65534"] * 2
assert examine(bases({"JITDBG_STORE": "/mnt/closed/store"})[0]).reason == "Permission denied"
""")


def test_a_directory_that_another_user_prepared_in_a_shared_place_is_refused(mounts: RunScript) -> None:
    mounts("""
mount("shared", "mode=1777")
(base,) = bases({"JITDBG_STORE": str(TOP / "shared")})
(TOP / "victim").mkdir()
base.path.symlink_to(TOP / "victim")
assert "symbolic link" in fails(lambda: FileStore([base]).put(b"image", "m", ID))
assert gc(where=[base]).skipped == ((str(base.path), "it is a symbolic link"),)
base.path.unlink()
assert FileStore([base]).put(b"image", "m", ID).path.startswith(str(base.path))
""")
