"""An execution engine like llvmlite's of MCJIT, whose modules become dylibs.

What differs from MCJIT, and is meant: modules that were added become one image when the first address is asked for or
the engine is finalised; a symbol that nobody defines is a `RuntimeError` then, where MCJIT ends the process or calls
address 0. What is the same although dylibs could do better: constructors run when the engine is told to, not by the
loader; a name that several modules define as ``common`` is one variable; of several definitions of a name, a look-up
finds the one that MCJIT would find; code of removed modules stays mapped until the engine goes, since pointers and
frames may lead into it (`ExecutionEngine.unmap_module` is for those who know better).
"""

from __future__ import annotations

import ctypes
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
from llvmlite.binding import ffi
from llvmlite.binding.object_file import ObjectFileRef

from jitdbg import loader
from jitdbg.debuginfo.attach import Debug
from jitdbg.dylib import Dylib
from jitdbg.elf import ElfFile
from jitdbg.engine import Engine
from jitdbg.errors import JitdbgError
from jitdbg.llvmlite import origins
from jitdbg.llvmlite.globals import (
    AGREED,
    CONSTRUCTORS,
    DESTRUCTORS,
    UNSEEN,
    Globals,
    declared,
    defined,
    is_empty,
    run_listed,
)
from jitdbg.locks import open_in_child

_lib: Any = ffi.lib
_StockEngine: Any = llvm.ExecutionEngine
Notify = Callable[[Any, bytes], object]
GetBuffer = Callable[[Any], "bytes | None"]


def create_mcjit_compiler(
    module: llvm.ModuleRef, target_machine: llvm.TargetMachine, use_lmm: bool | None = None, *, debug: Debug = "source"
) -> ExecutionEngine:
    """Make an execution engine with ``module`` in it; both arguments belong to the engine from then on.

    ``use_lmm`` chooses MCJIT's memory manager and has no meaning here. ``debug`` is that of `jitdbg.Engine`.
    """
    del use_lmm
    return ExecutionEngine(module, target_machine, debug)


@dataclass(eq=False)
class Adopted:
    """A module of an engine: ``pointer`` is LLVM's, and stays good when llvmlite's object was closed.

    ``defined`` are the names that make a lazy engine load it, ``own_globals`` the variables that the engine
    keeps for it.
    """

    module: Any
    pointer: Any
    defined: Iterable[str] = ()
    dylib: Dylib | None = None
    own_globals: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What its dylib is called."""
        return self.module.name if not self.module.closed and self.module.name != "<string>" else "module"

    @property
    def text(self) -> str:
        """Its IR, as LLVM prints it."""
        with ffi.OutputString() as text:
            _lib.LLVMPY_PrintModuleToString(self.pointer, text)
            return str(text)

    def dispose(self) -> None:
        """End it, for llvmlite's object too."""
        self.module.detach()
        _lib.LLVMPY_DisposeModule(self.pointer)


class ExecutionEngine(_StockEngine):  # type: ignore[misc]
    """What `create_mcjit_compiler` gives; it owns its modules, and lives until `close` or until nobody holds it.

    ``lazy`` makes `finalize_object` wait for the first address as well, and load only the module that has it and those
    that this one refers to; a module that nobody ever asks for is not compiled. It needs `add_module`'s ``defined``.
    """

    def __init__(self, module: Any, target_machine: Any, debug: Debug = "source", *, lazy: bool = False) -> None:
        options = origins.options_of(target_machine)
        self._engine = Engine(
            opt_level=options.opt_level,
            cpu=options.cpu,
            features=options.features,
            passes=False,
            debug=debug,
            find_symbol=self._find_symbol,
        )
        self._target_data = llvm.create_target_data(str(target_machine.target_data))
        self._machine, target_machine._owned = target_machine, True
        self._lazy, self._emits_in_place = lazy, False
        self._lock = open_in_child(threading.RLock())
        self._globals = Globals(self._engine.define)
        self._adopted: dict[int, Adopted] = {}
        self._waiting: dict[Adopted, None] = {}
        self._definers: dict[str, Adopted] = {}
        self._fresh: list[Dylib] = []
        self._loaded: dict[Dylib, None] = {}
        self._exporters: dict[str, Dylib] = {}
        self._names: Counter[str] = Counter()
        self._object_cache_notify: Notify | None = None
        self._object_cache_getbuffer: GetBuffer | None = None
        self._ptr: Any = ctypes.pointer(ctypes.c_char())  # a null pointer would make the engine false
        self._as_parameter_, self._capi = self._ptr, _lib
        self.add_module(module)

    def add_module(self, module: Any, defined: Iterable[str] = (), own_globals: Iterable[str] = ()) -> None:
        """Take ``module``, which belongs to the engine from then on; it is compiled when it is needed."""
        self._check_open()
        if module.closed:
            raise ctypes.ArgumentError("the module is closed: parse it again")
        with self._lock:
            if _key(module) in self._adopted:
                raise KeyError("module already added to this engine")
            adopted = self._adopted[_key(module)] = Adopted(module, module._ptr, defined)
            adopted.own_globals = list(own_globals)
            module._owned = True
            self._waiting[adopted] = None
            self._definers.update(dict.fromkeys(defined, adopted))

    def remove_module(self, module: Any) -> None:
        """Give ``module`` back; code that was made of it stays, and its names can be looked up still."""
        self._release(module)

    def unmap_module(self, module: Any) -> None:
        """Give ``module`` back, and its code to the system; InUseError while other modules' code refers to it.

        Whoever still runs in it, or holds an address, is on their own.
        """
        with self._lock:
            adopted = self._adopted.get(_key(module))
            if adopted and adopted.dylib:
                self._unmap(adopted.dylib)
            self._globals.drop(self._release(module).own_globals)

    def add_object_file(self, obj_file: Any) -> None:
        """Take an object: an `ObjectFileRef`, or the path of a file."""
        self._check_open()
        if isinstance(obj_file, str):
            obj_file = ObjectFileRef.from_path(obj_file)
        with self._lock, as_runtime_error():
            self._fresh.append(self._engine.add(origins.data_of(obj_file), name=self._unused("object")))

    def add_global_mapping(self, gv: Any, addr: int) -> None:
        """Let the name of ``gv`` mean ``addr`` for all code of this engine."""
        self._check_open()
        self._globals.map(gv.name, addr)

    def finalize_object(self) -> None:
        """Compile, link and load all modules; RuntimeError where one of them can't be. Lazy engines wait with it."""
        self._check_open()
        if not self._lazy:
            self._load(list(self._waiting))

    def get_function_address(self, name: str) -> int:
        """Give the address of ``name``; 0 where no module has it."""
        return self._address(name)

    def get_global_value_address(self, name: str) -> int:
        """Give the address of the variable ``name``; 0 where no module has it."""
        return self._address(name)

    def run_static_constructors(self) -> None:
        """Run the constructors of all modules, in the order in which they stand."""
        self._run(CONSTRUCTORS)

    def run_static_destructors(self) -> None:
        """Run the destructors of all modules, in the order in which they stand."""
        self._run(DESTRUCTORS)

    def set_object_cache(self, notify_func: Notify | None = None, getbuffer_func: GetBuffer | None = None) -> None:
        """Call ``notify_func(module, object)`` after compiling; before, ask ``getbuffer_func(module)``."""
        self._object_cache_notify, self._object_cache_getbuffer = notify_func, getbuffer_func

    @property
    def target_data(self) -> Any:
        """The data layout; one object for the engine, and it outlives that."""
        self._check_open()
        return self._target_data

    def enable_jit_events(self) -> bool:
        """Say that profilers see the code: they see files without any event."""
        return True

    @property
    def dylibs(self) -> dict[str, Dylib]:
        """The dylibs of the engine, by name."""
        return self._engine.dylibs

    @property
    def _modules(self) -> set[Any]:
        """The modules of the engine, under the name that llvmlite has for them: Numba's tests look there."""
        return {adopted.module for adopted in self._adopted.values()}

    def adopted(self, module: Any) -> Adopted | None:
        """Give what the engine knows of ``module``, None where it has not got it."""
        return self._adopted.get(_key(module))

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def _dispose(self) -> None:
        with self._lock:
            adopted, self._adopted = self._adopted, {}
            for forgotten in (self._waiting, self._definers, self._fresh, self._loaded, self._exporters):
                forgotten.clear()
            self._engine.close()
        for each in adopted.values():
            each.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise ctypes.ArgumentError("the execution engine is closed: make another one")

    def _release(self, module: Any) -> Adopted:
        self._check_open()
        with self._lock:
            try:
                adopted = self._adopted.pop(_key(module))
            except KeyError:
                raise KeyError(module) from None
            self._waiting.pop(adopted, None)
            for name in adopted.defined:
                if self._definers.get(name) is adopted:
                    del self._definers[name]
        module._owned = False
        return adopted

    def _unmap(self, dylib: Dylib) -> None:
        names = dylib.all_names()
        dylib.close()
        self._loaded.pop(dylib, None)
        for name in names:
            if self._exporters.get(name) is dylib:
                del self._exporters[name]

    def _load(self, wanted: list[Adopted]) -> None:
        """Load modules, and what their code refers to, in one image."""
        with self._lock, as_runtime_error():
            while wanted:
                adopted = wanted.pop(0)
                if adopted in self._waiting:
                    del self._waiting[adopted]
                    wanted += self._compile(adopted)
            fresh, self._fresh = self._fresh, []
            failures = [failure for dylib in fresh if (failure := self._announce(dylib))]
            if failures:
                raise failures[0]

    def _compile(self, adopted: Adopted) -> list[Adopted]:
        """Add a module to the image in the making; return those that it refers to."""
        cached = self._object_cache_getbuffer(adopted.module) if self._object_cache_getbuffer else None
        text = adopted.text
        if cached is None and is_empty(text):
            return []
        if cached is None and self._emits_in_place:
            cached = self._emitted(adopted)
            self._notify(adopted, cached)
        else:
            text = self._globals.take(self._edited(text), adopted.module, self._target_data, adopted.own_globals)
        adopted.dylib = self._engine.add(
            text,
            name=self._unused(adopted.name),
            object_file=None if cached is None else bytes(cached),
            on_object=lambda data: self._notify(adopted, data),
        )
        self._fresh.append(adopted.dylib)
        return [self._definers[name] for name in declared(text) if name in self._definers] if self._definers else []

    def _edited(self, text: str) -> str:
        """Return what is compiled in place of the IR of a module."""
        return text

    def _emitted(self, adopted: Adopted) -> bytes:
        """Compile a module itself, rather than a copy of it; the code generator changes it."""
        module = adopted.module
        for name in adopted.own_globals:
            # As a declaration: the engine has its memory.
            module.get_global_variable(name).linkage = "available_externally"
        data: bytes = self._machine.emit_object(module)
        return data

    def _notify(self, adopted: Adopted, data: bytes) -> None:
        if self._object_cache_notify:
            self._object_cache_notify(adopted.module, data)

    def _announce(self, dylib: Dylib) -> JitdbgError | None:
        """Let the names of a dylib be found; one that can't be loaded goes, and why is returned."""
        try:
            names = dylib.current.addresses
        except JitdbgError as error:
            dylib.close()
            return error
        self._loaded[dylib] = None
        self._exporters.update(dict.fromkeys(names, dylib))
        return None

    def _address(self, name: str) -> int:
        self._check_open()
        name.encode("ascii")  # as llvmlite does, which raises UnicodeEncodeError
        with self._lock:
            if address := self._globals.find(name):
                return address
            if not self._lazy:
                self._load(self._wanted(name))
            elif (definer := self._definers.get(name)) in self._waiting and definer:
                self._load([definer])
            if exporter := self._exporters.get(name):
                return exporter.find_address(name) or 0
            return next((address for each in reversed(self._loaded) if (address := internal_address(each, name))), 0)

    def _wanted(self, name: str) -> list[Adopted]:
        """List the modules that are loaded when ``name`` is looked up; `_definers` says then what they may draw in.

        MCJIT takes the definition that was loaded last, else loads the module that was added first of those that have
        one. That makes a difference where names are defined more than once, and all are loaded together elsewhere.
        """
        waiting = list(self._waiting)
        if not waiting or (len(waiting) == 1 and not self._exporters):
            return waiting
        definitions = {adopted: defined(adopted.text) for adopted in waiting}
        seen = [
            (symbol, each) for each, names in definitions.items() for symbol in names if names[symbol] not in UNSEEN
        ]
        self._definers = {symbol: each for symbol, each in reversed(seen) if symbol not in self._exporters}
        own = [symbol for symbol, each in seen if definitions[each][symbol] not in AGREED]
        if len(self._definers.keys() & own) == len(own):
            return waiting
        return [] if name in self._exporters else [each for each in waiting if name in definitions[each]][:1]

    def _find_symbol(self, name: str) -> int | None:
        return self._globals.find(name) or find_symbol(name)

    def _run(self, kind: str) -> None:
        self._check_open()
        with self._lock:
            if not self._lazy:
                self._load(list(self._waiting))
            dylibs = list(self._loaded)
        for dylib in dylibs:
            run_listed(dylib, kind)

    def _unused(self, name: str) -> str:
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}-{self._names[name]}"


def find_symbol(name: str) -> int | None:
    """Give the address that LLVM knows ``name`` by and the system's loader does not: ``add_symbol``, libraries."""
    address: int | None = llvm.address_of_symbol(name)
    return None if address is None or address == loader.find_symbol(None, name) else address


def internal_address(dylib: Dylib, name: str) -> int | None:
    """Give the address of a function or variable that a dylib does not export."""
    image = dylib.current.image
    file = ElfFile(Path(image.placed.path).read_bytes(), image.placed.path)
    found = (each for each in file.symbols if each.name == name and each.defined)
    return next((image.loaded.base + each.st_value for each in found), None)


@contextmanager
def as_runtime_error() -> Iterator[None]:
    """Raise what jitdbg has to say as the exception that llvmlite's callers expect."""
    try:
        yield
    except JitdbgError as error:
        raise RuntimeError(str(error)) from error


def _key(module: Any) -> int:
    return ctypes.cast(module._ptr, ctypes.c_void_p).value or 0
