"""The corridor: source → module → object → image → path → dylib → address.

An `Engine` calls the stages in this order and keeps the books: names, generations, who refers to whom.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, get_args

from jitdbg import codegen, elf, frontend, loader
from jitdbg.bindings import Bindings, Provider
from jitdbg.codegen import Compiled, Options
from jitdbg.debuginfo.attach import Debug, Sources, attach
from jitdbg.dylib import Dylib, Generation
from jitdbg.errors import ClosedError, InUseError, JitdbgError, NameInUseError
from jitdbg.frontend import Source, SourceLike
from jitdbg.isolate import Worker
from jitdbg.linker import SLOTS_SECTION, Object, link
from jitdbg.locks import open_in_child
from jitdbg.store import Placed, open_store


class Engine:
    """Compiles, links and loads; its dylibs live until they or it are closed, even when the engine itself is forgotten.

    Threads may use one engine at once: they link and load side by side, and take turns at LLVM, which llvmlite locks.

    ``opt_level``
        0 to 3.
    ``linker``
        "memory", "ld", "lld", "mold" or "cc"; None is the default.
    ``store``
        "file", or "memfd" for hosts that have no directory which is writable and allows execution.
    ``debug``
        "source" keeps the debug info of the source; "ir" makes the IR text itself the source; "auto" keeps what there
        is and else makes IR the source; "none" strips.
    ``sources``
        "own": the debug info names the user's own files, so that an editor's breakpoints bind; a debugger then shows an
        edited file's new text for old generations too. "kept": it names copies beside each image.
    ``isolate``
        Compile in a process of its own: an abort inside LLVM becomes `CodegenCrash`.
    ``cpu``, ``features``
        LLVM's names; None is this machine's.
    ``frame_pointers``, ``unwind_tables``
        For all functions; tables are needed by every unwinder, debuggers' and C++ exceptions' alike.
    ``interposable``
        Whether exported symbols can be pre-empted by those of the process.
    """

    def __init__(
        self,
        *,
        opt_level: int = 0,
        linker: str | None = None,
        store: str = "file",
        debug: Debug = "source",
        sources: Sources = "own",
        isolate: bool = False,
        cpu: str | None = None,
        features: str | None = None,
        frame_pointers: bool = False,
        unwind_tables: bool = True,
        interposable: bool = False,
    ) -> None:
        self._options = Options(opt_level, None, cpu, features, unwind_tables, frame_pointers)
        self._linker, self._interposable = linker, interposable
        self._debug = _one_of("debug", debug, Debug)
        self._sources = _one_of("sources", sources, Sources)
        self._worker = Worker() if isolate else None
        self._compile_text: Callable[[str, Options, str, str | None], Compiled] = (
            self._worker.compile_text if self._worker else codegen.compile_text
        )
        self._store = open_store(store)
        self._bindings = Bindings()
        self._lock = open_in_child(threading.RLock())
        self._progress = threading.Condition(self._lock)
        self._dylibs: dict[str, Dylib] = {}
        self._busy: dict[str, threading.Thread] = {}
        self._unnamed = 0
        self._closed = False

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def dylibs(self) -> dict[str, Dylib]:
        """The dylibs that are loaded, by name."""
        with self._lock:
            return dict(self._dylibs)

    def load(self, source: SourceLike, *, name: str | None = None, cflags: Sequence[str] = ()) -> Dylib:
        """Compile, link and load ``source``.

        ``source`` is IR text, a path (.ll, .bc, .c, .cc, .cpp, .o), bitcode or an object as bytes, an
        `llvmlite.ir.Module` or an `llvmlite.binding.ModuleRef`; ``cflags`` are for clang. Without ``name`` it is called
        after its file or module. Undefined symbols are found among `define`d names, then in the engine's other dylibs
        (the last loaded first), then in the process. Raises `NameInUseError`, and what the stages raise.
        """
        read = frontend.read(source, opt_level=self._options.opt_level, cflags=cflags)
        name = name or self._default_name(read)
        with self._exclusive(name):
            if name in self._dylibs:
                raise NameInUseError(f"a dylib named {name!r} is loaded: reload it, close it, or give another name")
            dylib = Dylib(self, name)
            self._advance(dylib, read, 1)
            with self._lock:
                self._dylibs[name] = dylib
        return dylib

    def reload(self, dylib: Dylib, source: SourceLike, *, cflags: Sequence[str] = ()) -> Dylib:
        """Load ``source`` as the next generation of ``dylib`` and return the same object.

        Function handles and references from other dylibs follow; raw addresses and running frames stay with the old
        generation, which is not unmapped.
        """
        read = frontend.read(source, opt_level=self._options.opt_level, cflags=cflags)
        with self._exclusive(dylib.name):
            if not dylib.closed and self._dylibs.get(dylib.name) is not dylib:
                raise JitdbgError(f"dylib {dylib.name!r} was loaded by another engine: let that one reload it")
            self._advance(dylib, read, dylib.generation + 1)
        return dylib

    def define(self, name: str, target: Any) -> None:
        """Give a symbol to what is loaded from now on: an address, a ctypes function or callback, or ctypes data.

        Images that refer to an earlier definition of ``name`` are redirected. The engine keeps a callback alive.
        """
        self._bindings.define(name, target)

    def close_dylib(self, dylib: Dylib) -> None:
        """Do what `Dylib.close` says."""
        if dylib.closed:
            return
        with self._exclusive(dylib.name):
            if not dylib.closed:
                self._bindings.withdraw_unused(dylib, dylib.all_names())
                self._forget(dylib)

    def close(self) -> None:
        """Unmap all dylibs and give the store back; closing twice is no error.

        Waits for other threads that are loading at this moment. Raises `InUseError` in a constructor of what this
        thread is loading.
        """
        with self._progress:
            if own := [name for name, thread in self._busy.items() if thread is threading.current_thread()]:
                raise InUseError(f"the engine is loading {', '.join(own)} in this thread: close it after that")
            self._closed = True
            self._progress.wait_for(self._is_idle)
            dylibs, self._dylibs = self._dylibs, {}
        for dylib in reversed(dylibs.values()):
            self._bindings.withdraw(dylib, dylib.all_names())
            self._forget(dylib)
        self._store.close()
        if self._worker:
            self._worker.close()

    def _is_idle(self) -> bool:
        # In a forked child, the other threads of its parent are none.
        return not any(thread.is_alive() for thread in self._busy.values())

    def _advance(self, dylib: Dylib, read: Source | Object, number: int) -> None:
        generation = self._build(dylib, read, number)
        dylib.advance(generation)
        self._bindings.offer(dylib, generation.addresses)

    def _build(self, dylib: Dylib, source: Source | Object, number: int) -> Generation:
        """Take a source through the corridor; what a failure leaves in the store is removed."""
        job = _Job(source, dylib.name, number, frontend.origin(source))
        try:
            compiled = self._compile(job)
            object_file = Object(job.origin or job.name, compiled.data)
            with self._bindings.resolved(self._undefined(object_file), dylib) as providers:
                addresses = {name: _address(provider, name) for name, provider in providers.items()}
                image = self._link(job, object_file, addresses)
                job.placed = self._store.put(image, job.name, job.build_id, job.placed.source_dir)
                loaded = loader.load(job.placed.path, lambda: _uses(object_file), name=job.name)
                if providers:
                    self._bindings.connect(dylib, providers, _slots(image, addresses, loaded.base))
        except BaseException:
            self._store.remove(job.placed)
            raise
        offered = loader.addresses(loaded, _exports(compiled, object_file))
        return Generation(number, job.build_id, job.placed, loaded, compiled.signatures, compiled.globals, offered)

    def _compile(self, job: _Job) -> Compiled:
        if isinstance(job.source, Object):
            return Compiled(job.source.data)

        def keep(filename: str, text: bytes) -> str | None:
            path = self._store.keep_text(job.stem, filename, text)
            if path and not job.placed.source_dir:
                job.placed = Placed("", os.path.dirname(path))
            return path

        attached = attach(job.source, self._debug, name=job.name, keep=keep, sources=self._sources)
        with frontend.errors_in(job.source.text, job.origin or job.name):
            return self._compile_text(attached.text, self._options, job.origin or job.name, attached.ir_path)

    def _link(self, job: _Job, object_file: Object, addresses: dict[str, int]) -> bytes:
        return link(
            [object_file],
            soname=f"{job.stem}.so",
            linker=self._linker,
            build_id=job.build_id,
            modules=[elf.Module(job.name, job.number, job.origin, self._options.opt_level, codegen.versions())],
            ir=[b"" if isinstance(job.source, Object) else job.source.text.encode()],
            bindings=addresses,
            interposable=self._interposable,
            strip_debug=self._debug == "none",
        )

    def _undefined(self, object_file: Object) -> list[str]:
        """List what an object leaves undefined, as far as anybody in this engine could provide it."""
        if self._bindings.is_empty:
            return []
        return [symbol.name for symbol in object_file.elf.symbols if symbol.name and not symbol.defined]

    def _forget(self, dylib: Dylib) -> None:
        """Take a dylib out of the books and out of the process; its images stay, for tools that look later."""
        with self._lock:
            self._dylibs.pop(dylib.name, None)
        for generation in dylib.unload():
            self._store.release(generation.placed)

    def _default_name(self, read: Source | Object) -> str:
        if stem := frontend.stem(read):
            return stem
        with self._lock:
            self._unnamed += 1
            return f"module-{self._unnamed}"

    @contextmanager
    def _exclusive(self, name: str) -> Iterator[None]:
        """Keep other threads from loading, reloading or closing the dylib of that name meanwhile."""
        with self._lock:
            if self._closed:
                raise ClosedError("the engine is closed: make another one")
            if name in self._busy and self._busy[name].is_alive():
                raise NameInUseError(f"a dylib named {name!r} is being loaded or closed at this moment: wait for that")
            self._busy[name] = threading.current_thread()
        try:
            yield
        finally:
            with self._progress:
                del self._busy[name]
                self._progress.notify_all()


@dataclass
class _Job:
    """One source on its way through the corridor, and what it has left in the store so far."""

    source: Source | Object
    name: str
    number: int
    origin: str
    # Debuggers merge modules of equal ids, so a hash of the content won't do.
    build_id: bytes = field(default_factory=lambda: os.urandom(20))
    placed: Placed = field(default_factory=lambda: Placed(""))

    @property
    def stem(self) -> str:
        return f"{self.name}.{self.build_id.hex()[:16]}"


def _one_of(what: str, value: Any, choices: Any) -> Any:
    if value not in get_args(choices):
        raise JitdbgError(f"{what}={value!r} does not exist: give one of {', '.join(map(repr, get_args(choices)))}")
    return value


def _address(provider: Provider, name: str) -> int:
    address = provider.find_address(name)
    assert address is not None, "a provider is pinned while it is used"
    return address


def _exports(compiled: Compiled, object_file: Object) -> Iterable[str]:
    """Give the names that an object exports; to read its symbols takes longer than to know them from the IR."""
    return [*compiled.signatures, *compiled.globals] if compiled.complete else elf.exported(object_file.elf)


def _uses(object_file: Object) -> dict[str, tuple[str, ...]]:
    return elf.undefined_uses([object_file.elf])


def _slots(image: bytes, addresses: dict[str, int], base: int) -> dict[str, int]:
    """Give the address of each bound name's slot: they lie in the order in which they were asked for."""
    section = elf.ElfFile(image).find_section(SLOTS_SECTION)
    assert section is not None, "an image with bindings has slots"
    return {name: base + section.sh_addr + 8 * index for index, name in enumerate(addresses)}
