"""The program as a host: what of the system's loader and of the C library is called in it, and how.

Functions are called by address and with their C types spelled out, so that nothing depends on debug info or on the
language of the selected frame. Strings go through a few pages that are mapped for us once, since a debugger's own way
would leave them in the program's heap. ``errno`` is as it was after each call.

Before each use it is checked that the pages are ours still: exec and fork take them away.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional, Union

from jitdbg.debugger.controller import Controller
from jitdbg.debugger.exports import find_export
from jitdbg.debugger.facts import AVAILABLE, Stop, Value
from jitdbg.errors import DebuggerError

RTLD_NOW, RTLD_NOLOAD, RTLD_GLOBAL = 2, 4, 0x100  # <bits/dlfcn.h>
_RTLD_DLOPEN = 0x80000000  # what dlopen tells glibc's inner function, before 2.34
_PROT_READ_WRITE, _MAP_PRIVATE_ANONYMOUS = 3, 0x22
_MADV_WIPEONFORK = 18
_O_CLOEXEC = 0o2000000
_LOCK_EX_NB = 6
_REMOTE_BASE = "/var/tmp/jitdbg-{user}"

# The pages: the first for the path that is unlinked at exit, which a forked child must not have; the others for us.
_PAGE = 4096
_SIZE = 4 * _PAGE
_MAGIC, _ERRNO_ADDRESS, _ERRNO, _STRING = _PAGE, _PAGE + 16, _PAGE + 24, _PAGE + 32
_STRING_LIMIT = _SIZE - _STRING
_WORD = struct.Struct("<Q")
_UNDEFINED = "undefined symbol: "  # glibc's words

Argument = tuple[str, int]
"""A C type and a number."""


@dataclass(frozen=True)
class Functions:
    """The addresses of what is called; ``dlerror`` is None where a program that has no libdl can't say what is wrong.

    ``by_inner`` holds for a glibc before 2.34 whose program has no libdl: the C library's inner functions are called.
    """

    dlopen: int
    dlclose: int
    dlerror: Optional[int]
    errno: int
    mmap: int
    madvise: int
    open: int
    flock: int
    unlink: int
    atexit: int
    geteuid: int
    mkdir: int
    lchown: int
    readlink: int
    chmod: int
    by_inner: bool = False


def find_functions(controller: Controller) -> Optional[Functions]:
    """Find what is needed in the program's libraries; None where nothing that it has loaded offers dlopen."""
    bases = [module.base for module in controller.modules() if module.base]
    c_library = _first(controller, bases, "__errno_location")
    if c_library is None:
        return None
    library = [c_library[0]]
    names = ("mmap", "madvise", "open", "flock", "unlink", "geteuid", "mkdir", "lchown", "readlink", "chmod")
    found = {name: _first(controller, library, name) for name in names}
    found["atexit"] = _first(controller, library, "__cxa_atexit")
    loader = {name: _first(controller, bases, name) for name in ("dlopen", "dlclose", "dlerror")}
    by_inner = loader["dlopen"] is None
    if by_inner:
        loader["dlopen"] = _first(controller, library, "__libc_dlopen_mode")
        loader["dlclose"] = _first(controller, library, "__libc_dlclose")
    addresses = {name: each and each[1] for name, each in {**found, **loader}.items()}
    if any(address is None for name, address in addresses.items() if name != "dlerror"):
        return None
    return Functions(errno=c_library[1], by_inner=by_inner, **addresses)  # type: ignore[arg-type]


def _first(controller: Controller, bases: Sequence[int], name: str) -> Optional[tuple[int, int]]:
    """Find the first library that exports a name, as the loader would; give its base and the address."""
    for base in bases:
        address = find_export(controller.memory, base, name)
        if address is not None:
            return base, address
    return None


class Host:
    """A program that we load dylibs into; lives as long as its process."""

    def __init__(self, controller: Controller, functions: Functions) -> None:
        self._controller, self._functions = controller, functions
        self._pages = 0
        self._magic = b""
        self.all_threads = False
        """Whether other threads run during calls."""

    def load(self, path: str, *, for_all: bool) -> Union[int, Stop]:
        """Call dlopen and give the handle, or where the call was stopped. Raises `DebuggerError` with dlerror's words.

        ``for_all`` offers the dylib's symbols to what is loaded later.
        """
        handle = self._opened(path, RTLD_NOW | (RTLD_GLOBAL if for_all else 0), stops=True)
        if isinstance(handle, Stop) or handle:
            return handle
        words = self._error().removeprefix(f"{path}: ")
        advice = ": load what defines it first, with --global" if words.startswith(_UNDEFINED) else ""
        raise DebuggerError(f"the program's loader refused {path}: {words}{advice}")

    def unload(self, path: str) -> Optional[Stop]:
        """Give up a dylib that was loaded once; tell where that was stopped.

        Raises `DebuggerError` where the loader does not know it.
        """
        handle = self._opened(path, RTLD_NOW | RTLD_NOLOAD, stops=False)
        if isinstance(handle, Stop) or not handle:
            raise DebuggerError(f"the program's loader does not know {path} any more")
        close = self._c("int", self._functions.dlclose, ("long", handle))
        # Once for asking, and once for the load.
        outcome = self._run(f"({close}, {close})", stops=True)
        return outcome if isinstance(outcome, Stop) else None

    def own(self, directory: str) -> None:
        """Let the program hold a run's lock, for as long as it lives, and mark the run finished at its exit(3).

        Raises `DebuggerError` where it can't open the directory.
        """
        self._write_string(directory)
        running = os.fsencode(os.path.join(directory, "running")) + b"\0"
        self._controller.write_memory(self._pages, running)
        f, pages = self._functions, ("long", self._pages)
        opened = self._open_scratch()
        wiped = self._c("int", f.madvise, pages, ("long", _PAGE), ("int", _MADV_WIPEONFORK))
        at_exit = self._c("int", f.atexit, ("long", f.unlink), pages, ("long", 0))
        locked = f"(({_type('int', 'int', 'int')}){f.flock:#x})({opened}, {_LOCK_EX_NB})"
        if self._number(f"({wiped} == 0 ? {at_exit} : 0, {locked})"):
            reason = os.strerror(self._number(f"({opened} < 0 ? {self._errno_value()} : 0)"))
            raise DebuggerError(
                f"the program can't open {directory} ({reason}): it runs as another user or sees other files than this "
                "debugger; set JITDBG_STORE to a directory that both may use"
            )

    def make_run(self) -> str:
        """Make the directory of a new run on the program's machine, below one that is its user's alone.

        The directory around that is sticky, so what belongs to the user (lchown says so) nobody else can replace.
        Raises `DebuggerError`.
        """
        f = self._functions
        user = self._number(self._c("int", f.geteuid))
        base = _REMOTE_BASE.format(user=user)
        self._write_string(base)
        path = ("long", self._pages + _STRING)
        made = self._c("int", f.mkdir, path, ("int", 0o700))
        ours = f"{self._c('int', f.lchown, path, ('int', user), ('int', -1))} == 0"
        no_link = f"{self._c('long', f.readlink, path, ('long', self._pages + _ERRNO_ADDRESS), ('long', 1))} < 0"
        closed = f"{self._c('int', f.chmod, path, ('int', 0o700))} == 0"
        self._number(made)  # It may be there.
        # gdb takes what follows `&&` for a type.
        if not self._number(f"({ours} ? ({no_link} ? {closed} : 0) : 0)"):
            raise DebuggerError(f"{base} on the program's machine can't take an image: it is not this user's alone")
        directory = f"{base}/run-{os.urandom(8).hex()}"
        self._write_string(directory)
        if self._number(made):
            raise DebuggerError(f"{directory} can't be made: {os.strerror(self._number(self._errno_value()))}")
        return directory

    def _opened(self, path: str, flags: int, *, stops: bool) -> Union[int, Stop]:
        if self._functions.by_inner:
            flags |= _RTLD_DLOPEN
        self._write_string(path)
        # 32 bits, with the highest set, are a negative int.
        mode = flags - (1 << 32) if flags >> 31 else flags
        call = self._c("long", self._functions.dlopen, ("long", self._pages + _STRING), ("int", mode))
        return self._run(call, stops=stops)

    def _open_scratch(self) -> str:
        return self._c("int", self._functions.open, ("long", self._pages + _STRING), ("int", _O_CLOEXEC))

    def _error(self) -> str:
        if self._functions.dlerror is None:
            return "it gives no reason"
        address = self._number(self._c("long", self._functions.dlerror))
        return self._string(address) if address else "it gives no reason"

    def _run(self, call: str, *, stops: bool) -> Union[int, Stop]:
        """Make a call and leave ``errno`` as it was; give the number, or where the call was stopped."""
        save = f"*(long *){self._pages + _ERRNO_ADDRESS:#x} = {self._c('long', self._functions.errno)}"
        save += f", *(int *){self._pages + _ERRNO:#x} = {self._errno_value()}"
        called = self._controller.call(f"({save}, {call})", stops=stops, all_threads=self.all_threads)
        if called.stop:
            return called.stop
        (errno,) = _WORD.unpack(self._controller.memory(self._pages + _ERRNO_ADDRESS, _WORD.size))
        self._controller.write_memory(errno, self._controller.memory(self._pages + _ERRNO, 4))
        return _scalar(called.value)

    def _number(self, expression: str) -> int:
        return _scalar(self._controller.call(expression, all_threads=self.all_threads).value)

    def _errno_value(self) -> str:
        return f"*(int *){self._c('long', self._functions.errno)}"

    def _write_string(self, text: str) -> None:
        encoded = os.fsencode(text) + b"\0"
        if len(encoded) > _STRING_LIMIT:
            raise DebuggerError(f"the path {text[:60]}… is too long for the program's loader")
        self._ensure_pages()
        self._controller.write_memory(self._pages + _STRING, encoded)

    def _ensure_pages(self) -> None:
        if self._pages and self._is_ours():
            return
        arguments = (("long", 0), ("long", _SIZE), ("int", _PROT_READ_WRITE), ("int", _MAP_PRIVATE_ANONYMOUS))
        pages = self._number(self._c("long", self._functions.mmap, *arguments, ("int", -1), ("long", 0)))
        if pages < 0 or pages % _PAGE:
            raise DebuggerError("the program has no memory left for a dylib's path")
        self._pages, self._magic = pages, os.urandom(16)
        self._controller.write_memory(pages + _MAGIC, self._magic)

    @property
    def is_there(self) -> bool:
        """Whether the program is the one that we have called into, or we have called into none yet."""
        return not self._pages or self._is_ours()

    def _is_ours(self) -> bool:
        try:
            return self._controller.memory(self._pages + _MAGIC, 16) == self._magic
        except DebuggerError:
            return False

    def _string(self, address: int) -> str:
        """Read a string page by page, so that none is read that may be missing."""
        found = b""
        while b"\0" not in found and len(found) < _SIZE:
            here = address + len(found)
            found += self._controller.memory(here, _PAGE - here % _PAGE)
        return found.partition(b"\0")[0].decode(errors="replace")

    @staticmethod
    def _c(result: str, address: int, *arguments: Argument) -> str:
        """Write the call of a function in C."""
        given = ", ".join(f"({kind}){number}" for kind, number in arguments)
        return f"(({_type(result, *(kind for kind, _ in arguments))}){address:#x})({given})"


def _type(result: str, *parameters: str) -> str:
    return f"{result} (*)({', '.join(parameters) or 'void'})"


def _scalar(value: Optional[Value]) -> int:
    if value is None or value.availability != AVAILABLE or not isinstance(value.scalar, int):
        raise DebuggerError(f"the call failed: {(value and value.error) or 'it has no result'}")
    return value.scalar
