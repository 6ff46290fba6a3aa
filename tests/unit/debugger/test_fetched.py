"""Images that are brought from where the program is."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import copyfile

import pytest

from jitdbg.build import build
from jitdbg.debugger.facts import CORE, Process
from jitdbg.debugger.fetched import Fetched
from jitdbg.debugger.images import find_file
from jitdbg.errors import DebuggerError
from tests.sources import constant

FAR = Process(1, remote=True)


class Courier:
    """What a debugger's transfer of files does, between two folders of this machine; counts its ways."""

    def __init__(self, there: Path) -> None:
        self.there, self.ways = there, 0

    def receive_file(self, remote_path: str, path: str) -> None:
        self.ways += 1
        try:
            copyfile(self.there / os.path.basename(remote_path), path)
        except FileNotFoundError:
            raise DebuggerError("the courier can't bring it: No such file or directory") from None


@pytest.fixture
def courier(tmp_path: Path) -> Courier:
    (tmp_path / "f.ll").write_text(constant(7))
    (tmp_path / "f.so").write_bytes(build(tmp_path / "f.ll", soname="f.so"))
    return Courier(tmp_path)


@pytest.fixture
def build_id(courier: Courier) -> str:
    image = find_file(str(courier.there / "f.so"))
    assert image
    return image.build_id


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_an_image_is_brought_once_and_leaves_nothing(courier: Courier, build_id: str) -> None:
    before, fetched = open_files(), Fetched(courier)  # type: ignore[arg-type]
    path, lost = fetched.image(FAR, "/far/f.so", build_id)
    assert (Path(path).read_bytes(), lost) == ((courier.there / "f.so").read_bytes(), "")
    assert fetched.image(FAR, "/far/f.so", build_id) == (path, "")
    assert courier.ways == 1
    fetched.clear()
    assert open_files() == before


def test_what_can_not_be_brought_is_told_with_the_reason(courier: Courier, build_id: str) -> None:
    fetched = Fetched(courier)  # type: ignore[arg-type]
    reason = "the courier can't bring it: No such file or directory"
    assert fetched.image(FAR, "/far/g.so", build_id) == ("", reason)
    assert fetched.image(FAR, "/far/f.so", "00") == ("", "its file is another by now")
    assert fetched.image(Process(1, CORE), "/far/f.so", build_id) == ("", "its file is gone")
    fetched.clear()


def test_what_a_process_of_this_machine_sees_is_read_where_it_sees_it(courier: Courier, build_id: str) -> None:
    here, path = Process(os.getpid()), str(courier.there / "f.so")
    fetched = Fetched(courier)  # type: ignore[arg-type]
    assert fetched.image(here, path, build_id) == (f"/proc/{os.getpid()}/root{path}", "")
    assert fetched.image(here, f"{path}.gone", build_id) == ("", "its file is gone")
    assert courier.ways == 0
