"""An execution engine for Numba's ways.

Numba compiles a library for each function and for each helper, finalises each at once, and never removes one. Helpers
are linked into their callers as IR, so most libraries are never called: here code is made of a library when an address
in it is first asked for. And a library that Numba has dropped is unmapped, unless something may still lead into it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from jitdbg import elf
from jitdbg.errors import InUseError
from jitdbg.llvmlite.mcjit import ExecutionEngine
from jitdbg.numba.escapes import escapes

_ENVIRONMENT: Final = "_ZN08NumbaEnv"
# What Python calls holds its library (numba.core.cpu: get_executable); other addresses go who knows where.
_HOLDS_ITS_LIBRARY: Final = "_ZN7cpython"
_POINTER_SIZE: Final = 8
# In C++ functions are overloaded, and gdb adds the types of their arguments to their names.
_CXX: Final = "language: DW_LANG_C_plus_plus"
_C: Final = "language: DW_LANG_C11"
# Of functions that Numba compiles: a debugger demangles what it finds there, and shows it instead of the name.
_LINKAGE_NAME: Final = re.compile(r'(?<=, )linkageName: "_ZN[^"]*", ')


class NumbaEngine(ExecutionEngine):
    """A lazy engine that knows Numba's libraries: what they define, and when they are dropped.

    ``plain_names`` lets debuggers call functions what Python calls them, rather than ``module::name[abi:v1](types)``.
    Without, modules are compiled themselves, as MCJIT does: the IR that Numba shows afterwards is what became of
    it, and there is no copy to parse.
    """

    def __init__(self, module: Any, target_machine: Any, *, plain_names: bool = False) -> None:
        self._dropped: deque[Any] = deque()
        self._still_used: list[Any] = []
        self._pinned: set[str] = set()
        super().__init__(module, target_machine, lazy=True)
        self._emits_in_place = not plain_names

    def add_library(self, module: Any, defined: Iterable[str], cached: bytes | None) -> None:
        """Take the module of a library; ``cached`` is the object it was loaded from, which knows more than its IR."""
        self.sweep()
        names = set(defined)
        used: Iterable[str] = names
        if cached is not None:
            file = elf.ElfFile(cached, "cached object")
            names.update(elf.exported(file))
            used = elf.undefined(file)  # the engine keeps the environments
        environments = [name for name in used if name.startswith(_ENVIRONMENT)]
        self._globals.reserve(environments, _POINTER_SIZE)
        self.add_module(module, names, own_globals=environments)

    def drop(self, module: Any) -> None:
        """Take note that nobody holds the library of ``module`` any more.

        It is called by the garbage collector, in the middle of whatever is done: nothing happens before `sweep`.
        """
        self._dropped.append(module)

    def keep(self, module: Any) -> None:
        """Leave the code of a library mapped when that is dropped: something may be running in it."""
        if adopted := self.adopted(module):
            self._pinned.update(adopted.defined)

    def sweep(self) -> None:
        """Unmap the code of dropped libraries that nothing refers to, and free their IR."""
        if not self._dropped:
            return
        with self._lock:
            waiting, self._still_used = self._still_used, []
            while self._dropped:
                waiting.append(self._dropped.popleft())
            for module in reversed(waiting):
                self._discard(module)

    def get_function_address(self, name: str) -> int:
        """Give the address of ``name``; its library stays, unless whoever calls it is known to hold the library."""
        self.sweep()
        if not name.startswith(_HOLDS_ITS_LIBRARY):
            self._pinned.add(name)
        return super().get_function_address(name)

    def get_global_value_address(self, name: str) -> int:
        """Give the address of the variable ``name``; that of an environment exists before any code does."""
        if name.startswith(_ENVIRONMENT):
            if (address := self._globals.find(name)) is None:
                self._globals.reserve([name], _POINTER_SIZE)
                address = self._globals.find(name)
            return address or 0
        return super().get_global_value_address(name)

    def compile_library(self, module: Any) -> None:
        """Make code of a module although nobody has asked for an address in it."""
        adopted = self.adopted(module)
        if adopted and not adopted.dylib:
            self._load([adopted])

    def compile_all(self) -> None:
        """Make code of all modules that have none yet."""
        with self._lock:
            self._load(list(self._waiting))

    def _edited(self, text: str) -> str:
        return _LINKAGE_NAME.sub("", text).replace(_CXX, _C) if "DISubprogram" in text else text

    def _discard(self, module: Any) -> None:
        adopted = self.adopted(module)
        if adopted is None:
            return
        if adopted.dylib and (not self._pinned.isdisjoint(adopted.dylib.all_names()) or escapes(adopted.text)):
            self.remove_module(module)
        else:
            try:
                self.unmap_module(module)
            except InUseError:
                self._still_used.append(module)
                return
        module.close()
