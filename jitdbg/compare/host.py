"""The program that debuggers are given: ``python -m jitdbg.compare.host PEER SCENARIO FOLDER [NUMBER…]``.

It loads modules as PEER does, from the IR in FOLDER where `jitdbg.compare.bench` has put it, and runs a scenario. What
it has to tell is JSON, one object a line.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jitdbg.compare.mapped import Hook
from jitdbg.errors import JitdbgError

if TYPE_CHECKING:
    from jitdbg.compare.jits import Jit, Module

ONE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
TWO = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_LIMIT = 4  # of jit_sum
_DEPTH = 3  # of jit_crash and jit_signal
_PACE = 0.02  # seconds between calls while somebody may attach
_ROUNDS = 3_000_000  # of jit_busy: some hundreds of samples
_MISTAKE = 2

HOOKED = "mapped"
"""How the peers begin that have our hook."""

Jits = Mapping[str, Callable[[Hook | None], "Jit"]]


def main(words: Sequence[str], jits: Jits | None = None) -> int:
    """Do what the command line says and give the exit status."""
    peer, scenario, folder, *numbers = words
    # lldb takes the first library that has the hook, and llvmlite's has one of its own, which its JITs call.
    hook = Hook(os.path.join(folder, "hook.so")) if peer.startswith(HOOKED) else None
    if jits is None:
        from jitdbg.compare.jits import JITS

        jits = JITS
    try:
        program = Program(jits[peer](hook), Path(folder))
        getattr(program, scenario)(*map(int, numbers))
    except JitdbgError as error:
        print(f"jitdbg: error: {error}", file=sys.stderr)
        return _MISTAKE
    return 0


def tell(**facts: Any) -> None:
    """Print facts."""
    print(json.dumps(facts), flush=True)


class Program:
    """The scenarios of a host, each a method; lives as long as the process."""

    def __init__(self, jit: Jit, folder: Path) -> None:
        self._jit, self._folder = jit, folder
        self._loaded: list[Module] = []  # Some unload what nobody holds.
        ctypes.CDLL("libstdc++.so.6", ctypes.RTLD_GLOBAL)
        self._helper = ctypes.CDLL(os.path.join(folder, "helper.so"), ctypes.RTLD_GLOBAL)

    def _load(self, name: str) -> Module:
        self._loaded.append(self._jit.load(name, (self._folder / f"{name}.ll").read_text()))
        return self._loaded[-1]

    def calls(self) -> None:
        """Call a function that calls another in a loop."""
        tell(result=ONE(self._load("subject").address("jit_sum"))(_LIMIT))

    def crash(self) -> None:
        """Die of a null pointer, some frames deep."""
        TWO(self._load("subject").address("jit_crash"))(_DEPTH, None)

    def signal(self) -> None:
        """Raise a signal, which ends the process, some frames deep."""
        ONE(self._load("subject").address("jit_signal"))(_DEPTH)

    def exception(self) -> None:
        """Throw a C++ exception from a library through the module to another function of the library."""
        function = ctypes.c_void_p(self._load("subject").address("jit_throw"))
        tell(result=self._helper.helper_catch(function, 5))

    def thread(self) -> None:
        """Use a variable that each thread has its own of."""
        tell(result=ONE(self._load("threads").address("jit_use_thread"))(5))

    def constructor(self) -> None:
        """Load a module that has a constructor."""
        tell(result=ctypes.CFUNCTYPE(ctypes.c_int)(self._load("constructors").address("jit_is_ready"))())

    def reload(self) -> None:
        """Call a module, unload it, and call its next version."""
        for version in (1, 2):
            module = self._jit.load("generation", (self._folder / f"generation-{version}.ll").read_text())
            tell(result=ONE(module.address("jit_answer"))(10))
            module.unload()

    def waiting(self) -> None:
        """Call a function until standard input ends, for somebody to attach."""
        function = ONE(self._load("subject").address("jit_sum"))
        tell(process=os.getpid())
        while not select.select([sys.stdin], [], [], _PACE)[0]:
            function(_LIMIT)

    def inside(self) -> None:
        """Ask the C library from within a call what it knows of the callers' code."""
        module = self._load("subject")
        address = module.address("jit_call_back")
        seen: dict[str, Any] = {}

        def look() -> int:
            seen.update(named=_named(address), frames=_backtrace())
            return 1

        call_back = ctypes.CFUNCTYPE(ctypes.c_int)(look)
        ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(address)(ctypes.cast(call_back, ctypes.c_void_p))
        tell(**seen)

    def busy(self) -> None:
        """Keep the processor busy in one function."""
        function = ONE(self._load("subject").address("jit_busy"))
        for _ in range(40):
            function(_ROUNDS)

    def uninitialised(self) -> None:
        """Decide on memory that nobody has written."""
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(self._load("subject").address("jit_uninitialised"))
        function(libc.malloc(64))

    # ---------------------------------------------------------------------------------------------- many modules

    def many(self, count: int, batch: int) -> None:
        """Load objects, tell what that took, and stop where a debugger is there; then call the last one."""
        functions = self._many(self._objects(count), self._jit.load_objects, batch)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        os.kill(os.getpid(), signal.SIGUSR1)  # A debugger stops here, with no breakpoint set.
        for _ in range(_CALLS):
            functions[-1](1)

    def many_from_ir(self, count: int, batch: int) -> None:
        """Load IR, and tell what that took."""
        text = (self._folder / f"{_TINY}.ll").read_text()
        given = [(f"tiny-{n}", text.replace("000000", f"{n:06d}")) for n in (*range(count), _FIRST)]
        self._many(given, self._jit.load_all, batch)

    def many_waiting(self, count: int, batch: int) -> None:
        """Load objects, say so, and wait until standard input ends."""
        self._many(self._objects(count), self._jit.load_objects, batch)
        sys.stdin.read()

    def _objects(self, count: int) -> list[tuple[str, bytes]]:
        """Give objects that differ in the number in their names, from one that was compiled."""
        data = (self._folder / f"{_TINY}.o").read_bytes()
        return [(f"tiny-{n}", data.replace(b"000000", b"%06d" % n)) for n in (*range(count), _FIRST)]

    def _many(self, given: Sequence[Any], load: Callable[[Sequence[Any]], Sequence[Module]], batch: int) -> list[Any]:
        """Load in batches and call what was loaded, by the clock; the last comes first, for what is done but once."""
        self._loaded += load([given[-1]])
        given = given[:-1]
        before, began = _resident(), time.perf_counter()
        functions = []
        for first in range(0, len(given), batch):
            for number, module in enumerate(load(given[first : first + batch]), first):
                functions.append(ONE(module.address(f"jit_tiny_{number:06d}")))
                functions[-1](1)
                self._loaded.append(module)
        tell(seconds=time.perf_counter() - began, bytes=_resident() - before)
        return functions


_TINY = "tiny_000000"
_CALLS = 20
_FIRST = 999_999  # the number of a module that nobody measures


def _resident() -> int:
    """Give the bytes of memory that this process holds; a share of what others hold too would change with them."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) << 10 for line in file if line.startswith("Rss:"))


class _DlInfo(ctypes.Structure):
    """``Dl_info`` of <dlfcn.h>."""

    _fields_ = [
        ("dli_fname", ctypes.c_char_p),
        ("dli_fbase", ctypes.c_void_p),
        ("dli_sname", ctypes.c_char_p),
        ("dli_saddr", ctypes.c_void_p),
    ]


def _named(address: int) -> list[str]:
    """Ask dladdr(3) for the file and the function of an address."""
    info = _DlInfo()
    found = ctypes.CDLL(None).dladdr(ctypes.c_void_p(address), ctypes.byref(info))
    return [(word or b"").decode() for word in (info.dli_fname, info.dli_sname)] if found else ["", ""]


def _backtrace() -> list[str]:
    """Give what backtrace(3) and backtrace_symbols(3) say."""
    libc = ctypes.CDLL(None)
    libc.backtrace_symbols.restype = ctypes.POINTER(ctypes.c_char_p)
    buffer = (ctypes.c_void_p * 200)()
    count = libc.backtrace(buffer, len(buffer))
    words = libc.backtrace_symbols(buffer, count)
    return [words[index].decode(errors="replace") for index in range(count)]


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
