"""What a library exports, read from memory: that of this process, with its loader as the judge."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pytest

from jitdbg.debugger.exports import Read, find_export, machine
from jitdbg.elf.constants import EM_X86_64
from jitdbg.engine import Engine
from jitdbg.errors import DebuggerError
from tests.own_program import OwnProgram


@pytest.fixture
def program() -> Iterator[OwnProgram]:
    with OwnProgram() as program:
        yield program


def base_of(program: OwnProgram, name: str) -> int:
    return next(module.base or 0 for module in program.modules() if name in module.path)


@pytest.mark.parametrize("name", ["dlopen", "mmap", "__cxa_atexit", "pthread_cond_wait", "errno_of_nobody", "main"])
def test_a_symbol_is_where_the_loader_finds_it(program: OwnProgram, name: str) -> None:
    libc = ctypes.CDLL("libc.so.6")
    wanted = ctypes.cast(getattr(libc, name), ctypes.c_void_p).value if hasattr(libc, name) else None
    assert find_export(program.memory, base_of(program, "/libc.so"), name) == wanted


def test_an_image_of_ours_is_read_as_any_library(program: OwnProgram) -> None:
    text = "\n".join(f"define i32 @f{number}() {{ ret i32 {number} }}" for number in range(100))
    with Engine() as engine:
        dylib = engine.load(text, name="many")
        for number in (0, 42, 99):
            assert find_export(program.memory, dylib.base, f"f{number}") == dylib.address(f"f{number}")
        assert find_export(program.memory, dylib.base, "f100") is None
        assert machine(program.memory, dylib.base) == EM_X86_64


def test_what_is_no_library_exports_nothing() -> None:
    def nothing(address: int, size: int) -> bytes:
        raise DebuggerError(f"{size} bytes at {address:#x} can't be read")

    def always(data: bytes) -> Read:
        return lambda _, size: data.ljust(size, b"\0")[:size]

    assert find_export(always(b""), 0x1000, "dlopen") is None
    assert find_export(nothing, 0x1000, "dlopen") is None
    assert find_export(always(b"\x7fELF\x02\x01"), 0x1000, "dlopen") is None
    assert machine(always(b"\x7fELF\x01\x01"), 0x1000) == 0
