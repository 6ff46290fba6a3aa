"""Threads that stand where calling the loader could wait for ever: in what holds a lock that dlopen takes.

A thread that does not run during the call never gives its lock back. Which locks these are: the loader's own
(``_dl_load_lock`` and ``_dl_load_write_lock``, both recursive), the allocator's, which fork holds as well, and that of
the list of stacks, which thread creation holds (glibc: elf/dl-open.c, malloc/arena.c, nptl/allocatestack.c). They are
known by the functions on the stack: those that a program calls are exported, and so have names without any debug info.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.facts import Frame
from jitdbg.debugger.names import function_name

ALLOCATOR = "the memory allocator"
LOADER = "the loader"
FORK = "fork"
THREADS = "the creation of a thread"

# Those that glibc, musl and other allocators export; of glibc, which can have symbols, the inner ones too.
_FUNCTIONS = {
    ALLOCATOR: r"(__libc_|__|je_|tc_|mi_|__interceptor_)?((m|c|re|v|pv|mem|aligned_)alloc|reallocarray|memalign|free)"
    r"|posix_memalign|malloc_(trim|stats|info|consolidate)|mallopt|mallinfo2?|_int_(malloc|free|realloc|memalign)"
    r"|sysmalloc|unlink_chunk|arena_get2?|_mid_memalign",
    LOADER: r"_dl_\w+|__libc_dl\w+|(__|___)?dl(m?open|close|v?sym|addr1?|info|_iterate_phdr)|load_library|do_init_fini",
    FORK: r"(__libc_|__|_)?v?[fF]ork|__run_(pre)?fork_handlers",
    THREADS: r"(__)?pthread_create(_2_1|@.*)?|allocate_stack|__nptl_(free|deallocate)_\w+",
}
_NAMES = {family: re.compile(pattern) for family, pattern in _FUNCTIONS.items()}
# How glibc's own calls of its exported functions are named in its symbols.
_INTERNAL = re.compile(r"^__GI_")
# glibc's loader is a library of its own; musl's is the C library, of which most functions hold nothing.
_LOADER_FILE = re.compile(r"ld-linux.*|ld64\.so.*|ld-\d.*\.so|ld\.so.*")
_C_LIBRARY_FILE = re.compile(r"libc\.so.*|libc-\d.*\.so")


@dataclass(frozen=True)
class Holder:
    """A frame of a thread in what can hold a lock: the innermost of its kind."""

    thread: int
    frame: Frame
    where: str

    def __str__(self) -> str:
        name = function_name(self.frame.function) if self.frame.function else f"{self.frame.address:#x}"
        return f"thread {self.thread} is inside {self.where} (frame {self.frame.level}, {name})"


def find_holders(stacks: Mapping[int, Sequence[Frame]], calling: int) -> Sequence[Holder]:
    """Find those of the threads that hold, or may hold, what a call by the thread ``calling`` needs.

    ``stacks`` are those of all threads that will not run during the call, innermost frames first, and of the calling
    thread. Its own loader's lock is no obstacle where the loader has called back, as it does for a constructor.
    """
    held = [_find_holder(thread, frames, thread == calling) for thread, frames in stacks.items()]
    return [holder for holder in held if holder]


def _find_holder(thread: int, frames: Sequence[Frame], is_calling: bool) -> Optional[Holder]:
    inside = [(index, where) for index, where in enumerate(map(_family, frames)) if where]
    loader = next((index for index, where in inside if where == LOADER), 0)
    if is_calling and loader and not _is_system(frames[loader - 1]):
        inside = [(index, where) for index, where in inside if where != LOADER]
    return Holder(thread, frames[inside[0][0]], inside[0][1]) if inside else None


def _family(frame: Frame) -> Optional[str]:
    name = _INTERNAL.sub("", function_name(frame.function)) if frame.function else ""
    found = next((family for family, pattern in _NAMES.items() if pattern.fullmatch(name)), None)
    return found or (LOADER if is_loader(frame.module) else None)


def _is_system(frame: Frame) -> bool:
    """Tell whether a frame is the loader's or the C library's own."""
    return is_loader(frame.module) or is_c_library(frame.module)


def is_c_library(path: Optional[str]) -> bool:
    """Tell whether a file is glibc's C library."""
    return bool(_C_LIBRARY_FILE.fullmatch(os.path.basename(path or "")))


def is_loader(path: Optional[str]) -> bool:
    """Tell whether a file is glibc's loader."""
    return bool(_LOADER_FILE.fullmatch(os.path.basename(path or "")))
