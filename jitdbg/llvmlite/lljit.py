"""A JIT like llvmlite's of ORC: libraries that are linked one by one, each of them an image.

A library sees its own compilation units, what was imported, the process, which LLVM 22 shows to every library, added or
not, and the libraries that were added to it; it is unmapped when nobody holds a tracker of it and no other library
refers to it.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import llvmlite.binding as llvm

from jitdbg import elf, irtext, loader, prototypes
from jitdbg.codegen import Options
from jitdbg.debuginfo.attach import Debug
from jitdbg.dylib import Dylib
from jitdbg.elf import constants as c
from jitdbg.engine import Engine
from jitdbg.errors import InUseError
from jitdbg.llvmlite import origins
from jitdbg.llvmlite.mcjit import as_runtime_error, find_symbol
from jitdbg.locks import open_in_child

_StockLLJIT: Any = llvm.LLJIT
_StockTracker: Any = llvm.ResourceTracker
_StockBuilder: Any = llvm.JITLibraryBuilder

# What a builder has gathered, by llvmlite's numbers.
_IR: Final = 0
_ASSEMBLY: Final = 1
_OBJECT: Final = 2
_LIBRARY: Final = 3
_PROCESS: Final = b""

_EXTERNAL = re.compile(rf"@({irtext.NAME})\s*=\s*extern(?:al|_weak)\s")


def create_lljit_compiler(
    target_machine: llvm.TargetMachine | None = None,
    *,
    use_jit_link: bool = False,
    suppress_errors: bool = False,
    debug: Debug = "source",
) -> LLJIT:
    """Make a JIT of libraries.

    ``use_jit_link`` and ``suppress_errors`` concern LLVM's linkers and have no meaning here. ``debug`` is that of
    `jitdbg.Engine`.
    """
    del use_jit_link, suppress_errors
    return LLJIT(target_machine, debug)


@dataclass(eq=False)
class _Addresses:
    """What a library imports, or the process where it sees that: a provider of names."""

    name: str
    find_address: Callable[[str], int | None]


@dataclass(eq=False)
class _Library:
    """A library: the dylibs of its units, all in one image, and how many trackers hold it."""

    dylibs: list[Dylib] = field(default_factory=list)
    imports: Mapping[str, int] = field(default_factory=dict)
    trackers: int = 0

    def find_address(self, name: str) -> int | None:
        if name in self.imports:
            return self.imports[name]
        return next((address for dylib in self.dylibs if (address := dylib.find_address(name))), None)


class _Request(NamedTuple):
    """What a builder asks for; entries are pairs of a number and what was added."""

    entries: Sequence[tuple[int, bytes]]
    imports: Mapping[str, int]
    exports: Iterable[str]


class _Definitions:
    """The names of which a library has a definition that is not weak: it can have only one of each."""

    def __init__(self, library: str, imports: Iterable[str]) -> None:
        self._library, self._names = library, set(imports)

    def take(self, data: bytes) -> None:
        """Take those of an object. Raises RuntimeError where one is defined already."""
        names = {symbol.name for symbol in elf.ElfFile(data, self._library).symbols if _is_strong(symbol)}
        if twice := sorted(names & self._names):
            where = f"In {self._library}, duplicate definition of symbol '{twice[0]}'"
            raise RuntimeError(f"{where}: rename one, or make it internal or weak")
        self._names |= names


class LLJIT(_StockLLJIT):  # type: ignore[misc]
    """What `create_lljit_compiler` gives; it owns its libraries, and lives until `close` or until nobody holds it."""

    def __init__(self, target_machine: Any = None, debug: Debug = "source") -> None:
        options = Options(2, passes=False) if target_machine is None else origins.options_of(target_machine)
        self._engine = Engine(
            opt_level=options.opt_level, cpu=options.cpu, features=options.features, passes=False, debug=debug
        )
        self._lock = open_in_child(threading.RLock())
        self._libraries: dict[str, _Library | None] = {}
        self._unheld: list[_Library] = []
        self._td = None
        self._ptr: Any = None
        self._as_parameter_ = self._ptr

    def link(self, name: str, request: _Request) -> ResourceTracker:
        """Make the library ``name``; what `JITLibraryBuilder.link` says."""
        with self._lock, as_runtime_error():
            if name in self._libraries:
                raise RuntimeError(f"a library named {name!r} exists already or has existed: give another name")
            library = _Library(imports=request.imports)
            try:
                self._add_units(library, name, request)
                addresses = {export: _found(library, name, export) for export in request.exports}
            except BaseException:
                self._close(library)
                raise
            self._libraries[name] = library
            return ResourceTracker(self, library, name, addresses)

    def lookup(self, dylib: str, fn: str) -> ResourceTracker:
        """Give a tracker of the library ``dylib`` that knows the address of ``fn``. Raises RuntimeError without one."""
        assert not self.closed, "Cannot lookup in closed JIT"
        with self._lock:
            library = self._libraries.get(dylib)
            if library is None:
                raise RuntimeError(f"No such library: {dylib!r} was never linked, or nobody has held it")
            return ResourceTracker(self, library, dylib, {fn: _found(library, dylib, fn)})

    @property
    def target_data(self) -> Any:
        """The data layout; one object for the JIT, and it outlives that."""
        if self._td is None:
            machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()
            self._td = llvm.create_target_data(str(machine.target_data))
        return self._td

    def let_go(self, library: _Library, name: str) -> None:
        """Take note that a tracker is gone; the last one's library is unmapped, once no other refers to it."""
        with self._lock:
            library.trackers -= 1
            if library.trackers == 0 and not self.closed:
                self._libraries[name] = None
                self._unheld.append(library)
                self._sweep()

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return not self.closed

    def _add_units(self, library: _Library, name: str, request: _Request) -> None:
        visible = self._visible(request)
        definitions = _Definitions(name, request.imports)
        units = [_unit(kind, data) for kind, data in request.entries if kind != _LIBRARY]
        with self._engine.batch():
            for index, unit in enumerate(units):
                dylib_name = name if len(units) == 1 else f"{name}-{index + 1}"
                library.dylibs.append(
                    self._engine.add(unit, name=dylib_name, among=visible, on_object=definitions.take)
                )
        for dylib in library.dylibs:
            _ = dylib.current  # raises what it has against being loaded

    def _visible(self, request: _Request) -> list[Any]:
        """List who may provide what a library refers to, the first first: LLVM asks the process before libraries.

        What only the process has is left to the system's loader.
        """
        libraries, missing = self._added(request), _missing(request)
        # Asked for here: providers are asked under a lock, and must not ask the system's loader.
        clashing = {name for name in missing if any(each.find_address(name) for each in libraries)}
        known = {name: address for name in missing if (address := find_symbol(name))}
        known |= {name: address for name in clashing if (address := loader.find_symbol(None, name))}
        process = _Addresses("the process", known.get)
        return [_Addresses("imports", dict(request.imports).get), process, *libraries]

    def _added(self, request: _Request) -> list[Any]:
        added: list[Any] = []
        wanted = [data.decode() for kind, data in request.entries if kind == _LIBRARY and data != _PROCESS]
        for name in wanted:
            library = self._libraries.get(name)
            if library is None:
                raise RuntimeError(f"No such library: {name!r}; link it first, and hold its tracker")
            added += [_Addresses(name, dict(library.imports).get), *library.dylibs]
        return added

    def _sweep(self) -> None:
        """Unmap what nobody holds; each library that goes may have been the last to refer to another."""
        before = -1
        while self._unheld and len(self._unheld) != before:
            before = len(self._unheld)
            self._unheld = [library for library in self._unheld if not self._close(library)]

    def _close(self, library: _Library) -> bool:
        """Close the dylibs of a library, and say whether that was possible."""
        left = list(library.dylibs)
        for dylib in left:
            try:
                self._engine.close_dylib(dylib, together=left)
            except InUseError:
                return False
        return True

    def _dispose(self) -> None:
        with self._lock:
            self._libraries.clear()
            self._unheld.clear()
            self._engine.close()


class ResourceTracker(_StockTracker):  # type: ignore[misc]
    """Holds a library, and knows the addresses that were asked for."""

    def __init__(self, lljit: LLJIT, library: _Library, name: str, addresses: Mapping[str, int]) -> None:
        self._lljit, self._library, self._library_name, self._addresses = lljit, library, name, addresses
        library.trackers += 1

    def __getitem__(self, item: str) -> int:
        """Give the address of an exported symbol."""
        return self._addresses[item]

    @property
    def name(self) -> str:
        """The library's name."""
        return self._library_name

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __bool__(self) -> bool:
        return not self.closed

    def detach(self) -> None:
        """Let go without letting the library go."""
        self._closed = True

    def _dispose(self) -> None:
        self._lljit.let_go(self._library, self._library_name)


def link_library(stock: Callable[[Any, Any, str], Any]) -> Callable[[Any, Any, str], Any]:
    """Return `JITLibraryBuilder.link` for builders of llvmlite, which goes on as ``stock`` for LLVM's own LLJIT."""

    @functools.wraps(stock)
    def link(self: Any, lljit: Any, library_name: str) -> Any:
        if not isinstance(lljit, LLJIT):
            return stock(self, lljit, library_name)
        assert not lljit.closed, "Cannot add to closed JIT"
        assert str(library_name), "Library cannot be empty"
        gathered = vars(self)
        imports = {name: address.value for name, address in gathered["_JITLibraryBuilder__imports"].items()}
        exports = sorted(gathered["_JITLibraryBuilder__exports"])
        return lljit.link(str(library_name), _Request(gathered["_JITLibraryBuilder__entries"], imports, exports))

    return link


class JITLibraryBuilder(_StockBuilder):  # type: ignore[misc]
    """llvmlite's builder of libraries, which links for `LLJIT` of this package and for llvmlite's own alike."""

    link = link_library(_StockBuilder.link)


def _unit(kind: int, data: bytes) -> str | bytes:
    if kind == _OBJECT:
        return data
    text = data.decode()
    if kind == _IR:
        return text + "\n"
    return "".join(f'module asm "{irtext.escaped(line)}"\n' for line in text.splitlines()) + "\n"


def _is_strong(symbol: elf.Symbol) -> bool:
    return symbol.defined and symbol.binding == c.STB_GLOBAL and symbol.st_shndx != c.SHN_COMMON


def _missing(request: _Request) -> list[str]:
    """List what the units of a library refer to and none of them defines."""
    units = [(kind, data) for kind, data in request.entries if kind in (_IR, _OBJECT)]
    wanted = {symbol for kind, data in units for symbol in _wanted(kind, data)}
    return sorted(wanted.difference(symbol for kind, data in units for symbol in _defined(kind, data)))


def _wanted(kind: int, data: bytes) -> Iterable[str]:
    if kind == _OBJECT:
        return elf.undefined(elf.ElfFile(data, "object"))
    scanned = irtext.scan(data.decode())
    functions = [header.name for header in scanned.headers if not header.is_definition]
    variables = [irtext.name_at(scanned.text, *found.span(1)) for found in _EXTERNAL.finditer(scanned.code)]
    return [name for name in (*functions, *variables) if not name.startswith("llvm.")]


def _defined(kind: int, data: bytes) -> Iterable[str]:
    if kind == _OBJECT:
        return elf.exported(elf.ElfFile(data, "object"))
    known = prototypes.exports(irtext.scan(data.decode()))
    return [*known.signatures, *known.variables]


def _found(library: _Library, name: str, symbol: str) -> int:
    address = library.find_address(symbol)
    if address is None:
        raise RuntimeError(f"Symbols not found: [ {symbol} ] in the library {name!r}")
    return address
