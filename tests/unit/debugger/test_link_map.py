"""The loader's list, read from this process's own memory, which the kernel's list vouches for."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from jitdbg.debugger.link_map import load_order, loaded
from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import DebuggerError


def memory(address: int, size: int) -> bytes:
    with open("/proc/self/mem", "rb", buffering=0) as file:
        try:
            file.seek(address)
            data = file.read(size)
        except OSError as error:
            raise DebuggerError(str(error)) from None
    if len(data) < size:
        raise DebuggerError(f"{size} bytes at {address:#x}")
    return data


def program() -> tuple[int, int]:
    """Where this interpreter's ELF header lies, and its address 0."""
    path = Path("/proc/self/exe").resolve()
    lines = Path("/proc/self/maps").read_text().splitlines()
    start = next(int(line.split("-")[0], 16) for line in lines if line.endswith(str(path)))
    first = next(each for each in ElfFile(path.read_bytes()).segments if each.p_type == c.PT_LOAD)
    return start, start - first.p_vaddr


def test_all_libraries_have_their_paths_and_bases() -> None:
    ctypes.CDLL("libm.so.6")
    found = dict(loaded(memory, *program()))
    mapped: set[tuple[str, int]] = set()
    for line in Path("/proc/self/maps").read_text().splitlines():
        path = line.split(maxsplit=5)[5:]
        if path and ".so" in path[0]:
            mapped.add((str(Path(path[0]).resolve()), int(line.split("-")[0], 16)))
    listed = {str(Path(path).resolve()): base for path, base in found.items()}
    assert any("libm.so" in path for path in listed)
    assert set(listed.items()) <= mapped


def test_the_order_is_that_of_loading() -> None:
    order = load_order(memory, *program())
    bases = [base for _, base in loaded(memory, *program())]
    assert sorted(bases, key=order.__getitem__) == bases
    assert order[program()[1]] == 0


@pytest.mark.parametrize("unreadable", ["all", "list"])
def test_what_can_not_be_read_is_left_out(unreadable: str) -> None:
    header, base = program()

    def partly(address: int, size: int) -> bytes:
        if unreadable == "list" and header <= address < header + (64 << 20):
            return memory(address, size)
        raise DebuggerError("gone")

    assert list(loaded(partly, header, base)) == []
    assert load_order(partly, header, base) == {}
