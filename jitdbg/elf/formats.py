"""Files that are given where an object belongs, and are no ELF files: archives and bitcode."""

from __future__ import annotations

from mmap import mmap
from typing import Optional, Union

Buffer = Union[bytes, bytearray, memoryview, mmap]

_BITCODE = "LLVM bitcode, as clang -flto writes it: give it to jitdbg run or build, or compile without -flto"
_OTHERS = {
    b"!<arch>\n": "an archive: take its objects out with `ar x`",
    b"!<thin>\n": "a thin archive: give the objects that `ar t` lists",
    b"BC\xc0\xde": _BITCODE,
    b"\xde\xc0\x17\x0b": _BITCODE,
}


def find_other_format(data: Buffer) -> Optional[str]:
    """Say what a file of objects is that is no ELF file, and what to do with it; None for what is not known."""
    head = bytes(data[:8])
    return next((words for magic, words in _OTHERS.items() if head.startswith(magic)), None)
