"""This very process as the program of a debugger: a fake whose calls and memory are real.

What is asked in C is compiled by clang and called here, so that what the commands do to a program is done to this one,
with its own loader. Threads, stacks and breakpoints are what a test makes of them.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jitdbg.debugger.controller import Called
from jitdbg.debugger.facts import Breakpoint, Frame, Module, Process, Stop, Symbol, Thread, Value
from jitdbg.engine import Engine
from jitdbg.errors import DebuggerError
from jitdbg.tools import tool


class _Loaded(ctypes.Structure):
    """The beginning of ``struct dl_phdr_info`` of <link.h>."""

    _fields_ = (("base", ctypes.c_size_t), ("name", ctypes.c_char_p))


_NOTE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Loaded), ctypes.c_size_t, ctypes.c_void_p)

MAIN = Frame(0, 0x1000, "main", None, "/bin/host")


class OwnProgram:
    """A `jitdbg.debugger.controller.Controller` as far as commands ask; lives as long as a test, in a ``with``."""

    name, version = "fake", "1"

    def __init__(self) -> None:
        self._engine = Engine()
        self.calls: list[tuple[str, bool, bool]] = []
        self.stacks: Mapping[int, Sequence[Frame]] = {1: [MAIN]}
        self.running: frozenset[int] = frozenset()
        self.current: Process | None = Process(os.getpid())
        self.stop: Stop | None = None
        self.points: Sequence[Breakpoint] = ()
        self.starts: dict[str, Callable[[], str]] = {}

    def __enter__(self) -> OwnProgram:
        return self

    def __exit__(self, *_: object) -> None:
        self._engine.close()

    def process(self) -> Process | None:
        return self.current

    def threads(self) -> Sequence[Thread]:
        return [Thread(number, None) for number in self.stacks]

    def selected_thread(self) -> int | None:
        return 1

    def frames(self, limit: int = 0, thread: int | None = None) -> Sequence[Frame]:
        return self.stacks[thread or 1][: limit or None]

    def running_threads(self) -> frozenset[int]:
        return self.running

    def breakpoints(self) -> Sequence[Breakpoint]:
        return self.points

    def symbol(self, address: int) -> Symbol:
        return Symbol(address)

    def modules(self) -> Sequence[Module]:
        found: list[Module] = []

        def note(info: Any, _size: int, _data: Any) -> int:
            name = os.fsdecode(info.contents.name)
            found.append(Module(os.path.realpath(name) if name.startswith("/") else name, info.contents.base))
            return 0

        ctypes.CDLL(None).dl_iterate_phdr(_NOTE(note), None)
        return [each for each in found if each.base and each.path.startswith("/")]

    def memory(self, address: int, size: int) -> bytes:
        with open("/proc/self/mem", "rb") as memory:
            try:
                memory.seek(address)
                return memory.read(size)
            except (OSError, OverflowError, ValueError) as error:
                raise DebuggerError(f"{size} bytes at {address:#x} can't be read: {error}") from None

    def write_memory(self, address: int, data: bytes) -> None:
        with open("/proc/self/mem", "r+b", buffering=0) as memory:
            memory.seek(address)
            memory.write(data)

    def call(self, expression: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        self.calls.append((expression, stops, all_threads))
        if stops and self.stop:
            return Called(stop=self.stop)
        source = self._compile(f"long evaluated(void) {{ return (long)({expression}); }}")
        number = source.function("evaluated", ctypes.CFUNCTYPE(ctypes.c_long))()
        return Called(Value(expression, "long", scalar=number, text=str(number)))

    def send_file(self, path: str, remote_path: str) -> None:
        shutil.copyfile(path, remote_path)

    def was_interrupted(self) -> bool:
        return False

    def at_start(self, function: str, act: Callable[[], str]) -> None:
        self.starts[function] = act

    def _compile(self, text: str) -> Any:
        command = [tool("clang").path, "-S", "-emit-llvm", "-w", "-x", "c", "-", "-o", "-"]
        made = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=60)
        return self._engine.load(made.stdout, name=f"call-{len(self.calls)}")
