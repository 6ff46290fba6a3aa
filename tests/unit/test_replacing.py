"""What a user names as output: followed, written to or replaced, never torn and never an input."""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.replacing import check_is_no_input, new_content

WRITE = """
import sys
from jitdbg.replacing import new_content
with new_content(sys.argv[1], 0o644) as file:
    file.write(b"new")
print(" after", end="")
"""


def write(path: Path, data: bytes = b"new", mode: int = 0o640) -> None:
    with new_content(path, mode) as file:
        file.write(data)


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with path.open("rb") as reader:
        write(path)
        assert reader.read() == b"old"
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["file"]


def test_until_it_is_complete_nobody_else_can_read_it(tmp_path: Path) -> None:
    with new_content(tmp_path / "file", 0o644):
        (beside,) = tmp_path.iterdir()
        assert stat.S_IMODE(beside.stat().st_mode) == 0o600


def test_an_interruption_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old")
    interrupted = contextlib.ExitStack()
    interrupted.enter_context(new_content(tmp_path / "file", 0o644)).write(b"half")
    with pytest.raises(KeyboardInterrupt), interrupted:
        raise KeyboardInterrupt
    assert (tmp_path / "file").read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("content", [b"old", None], ids=["to a file", "to nothing yet"])
def test_a_symbolic_link_is_followed(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "folder").mkdir()
    if content:
        (tmp_path / "folder" / "file").write_bytes(content)
    (tmp_path / "link").symlink_to("folder/file")
    write(tmp_path / "link")
    assert os.readlink(tmp_path / "link") == "folder/file"
    assert (tmp_path / "folder" / "file").read_bytes() == b"new"
    assert os.listdir(tmp_path / "folder") == ["file"]


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write, args=(pipe,))
    writer.start()
    assert pipe.read_bytes() == b"new"
    writer.join()
    assert pipe.is_fifo()
    assert os.listdir(tmp_path) == ["pipe"]


@pytest.fixture
def terminal() -> Iterator[tuple[Path, int]]:
    """Give a character device that belongs to this test, and what reads it."""
    reading, writing = os.openpty()
    yield Path(os.ttyname(writing)), reading
    os.close(reading)
    os.close(writing)


def test_a_device_is_written_to(tmp_path: Path, terminal: tuple[Path, int]) -> None:
    device, reading = terminal
    (tmp_path / "link").symlink_to(device)
    write(tmp_path / "link")
    assert os.read(reading, 10) == b"new"
    assert (tmp_path / "link").is_char_device()


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "link"])
def test_what_a_shell_adds_to_is_added_to(tmp_path: Path, path: str) -> None:
    (tmp_path / "log").write_bytes(b"old ")
    (tmp_path / "link").symlink_to("/dev/stdout")
    with (tmp_path / "log").open("ab") as log:
        subprocess.run([sys.executable, "-c", WRITE, path], cwd=tmp_path, stdout=log, timeout=60, check=True)
    assert (tmp_path / "log").read_bytes() == b"old new after"
    assert sorted(os.listdir(tmp_path)) == ["link", "log"]


def test_what_another_process_has_open_is_added_to(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        log.write(b"old ")
        log.flush()
        path = f"/proc/{os.getpid()}/fd/{log.fileno()}"
        subprocess.run([sys.executable, "-c", WRITE, path], stdout=subprocess.DEVNULL, timeout=60, check=True)
    assert (tmp_path / "log").read_bytes() == b"old new"


def test_a_descriptor_that_is_not_open_is_an_error() -> None:
    with pytest.raises(OSError, match="Bad file descriptor"):
        write(Path("/dev/fd/1000000"))


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        with pytest.raises(OSError, match="it is a disk or a socket"):
            write(Path("socket"))
    assert Path("socket").is_socket()


def test_a_link_to_itself_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("link")
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()


def test_an_input_is_known_by_any_of_its_names(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.touch()
    os.link(source, tmp_path / "hard")
    (tmp_path / "soft").symlink_to("source")
    for output in ("source", "../" + tmp_path.name + "/source", "hard", "soft"):
        with pytest.raises(OSError, match="it is read for this"):
            check_is_no_input(tmp_path / output, [tmp_path / "absent", source])
    check_is_no_input(tmp_path / "another", [source, tmp_path / "another"])
