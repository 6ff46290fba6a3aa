"""The corridor: source → module → object → image → path → dylib → address.

An `Engine` calls the stages in this order and keeps the books: names, generations, who refers to whom.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from types import TracebackType
from typing import Any, Final, get_args

from jitdbg import codegen, elf, frontend, kernel, loader, prototypes
from jitdbg.bindings import Bindings, Provider
from jitdbg.codegen import Checked, Compiled, Options, Prepared
from jitdbg.debuginfo.attach import Attached, Debug, Sources, attach
from jitdbg.dylib import Dylib, Generation, Image
from jitdbg.errors import ClosedError, JitdbgError, NameInUseError
from jitdbg.frontend import Source, SourceLike
from jitdbg.gathering import Gathering, Member, culprits, exports, uses
from jitdbg.isolate import Worker
from jitdbg.linker import SLOTS_SECTION, Object, link, prepare
from jitdbg.linker.recurring.kernel import provided_by
from jitdbg.prototypes import Names
from jitdbg.store import Placed, open_store
from jitdbg.turns import Turn, Turns

# Who loads that much makes it worth its while.
provided_by(kernel.provide)

_NOBODY: Final = nullcontext[Mapping[Member, Mapping[str, Provider]]]({})
_SMALL = 1 << 16
"""How many characters of IR a module has at most that waits to be emitted with others: larger ones gain nothing."""


class Engine:
    """Compiles, links and loads; its dylibs live until they or it are closed, even when the engine itself is forgotten.

    Threads may use one engine at once: they link and load side by side, and take turns at LLVM, which llvmlite locks.
    A fork waits until no other thread is inside of LLVM, so that its child can load too.

    ``opt_level``
        0 to 3.
    ``linker``
        "memory", "ld", "lld", "mold" or "cc"; None is the default.
    ``store``
        "file", or "memfd" for hosts that have no directory which is writable and allows execution; "memfd+copies" keeps
        a compressed copy of each image in the process's memory, from which `jitdbg pack` takes it out of a core dump.
    ``debug``
        "source" keeps the debug info of the source; "ir" makes the IR text itself the source, "lines" too, without
        variables; "auto" keeps what there is and else makes IR the source; "none" strips.
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
    ``passes``
        Whether LLVM's passes over the IR run at ``opt_level`` 1 and up; else it is the code generator's level alone.
    ``find_symbol``
        Is asked for the address of a name that neither a definition nor a dylib of this engine has, before the process
        is; None where it has none.
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
        passes: bool = True,
        find_symbol: Callable[[str], int | None] | None = None,
    ) -> None:
        self._options = Options(
            opt_level, None, cpu, features, unwind_tables, frame_pointers, passes, values=debug != "lines"
        )
        prepare(linker)
        self._find_symbol = find_symbol
        self._linker, self._interposable = linker, interposable
        self._debug = _one_of("debug", debug, Debug)
        self._sources = _one_of("sources", sources, Sources)
        self._worker = Worker() if isolate else None
        self._compile_text: Callable[[str, Options, str, str | None], Compiled] = (
            self._worker.compile_text if self._worker else codegen.compile_text
        )
        self._store = open_store(store)
        self._bindings = Bindings()
        self._turns = Turns()
        self._lock = self._turns.lock
        self._dylibs: dict[str, Dylib] = {}
        self._gatherings: list[Gathering] = []
        self._batches_of_thread = _Batches()
        self._unnamed = 0

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
        if self._batches_of_thread.depth:
            return self.add(source, name=name, cflags=cflags)
        self.load_added()
        read = frontend.read(source, opt_level=self._options.opt_level, cflags=cflags)
        name = self._name(name, read)
        with Turn(self._turns, name):
            dylib = self._new(name)
            self._advance(dylib, read, 1)
            self._dylibs[name] = dylib
        return dylib

    def add(
        self,
        source: SourceLike,
        *,
        name: str | None = None,
        cflags: Sequence[str] = (),
        object_file: bytes | None = None,
        on_object: Callable[[bytes], object] = bytes,
        among: Sequence[Provider] | None = None,
    ) -> Dylib:
        """Compile ``source`` and return its dylib at once; it is loaded when something is first asked of it.

        Then all that was added until then becomes *one* image, which costs the system's loader and every debugger
        little more than one module: a JIT that adds many small ones saves most of their cost. Modules that were added
        together may refer to each other in any order. Among them a name is defined once; a module that brings another
        definition, not weak, begins an image that is loaded after the first, so that what was added before it finds
        nothing of it. A reload redirects handles and other images, not what lies in the same image.

        ``object_file`` is what an earlier compilation of ``source`` gave to ``on_object``, and is taken instead of
        compiling. ``among`` are those who may provide what it refers to, the first that has it; None is the whole
        engine. The rest is as in `load`; what a module has against being linked or loaded is raised when it is needed,
        and does not keep others from loading.
        """
        read = frontend.read(source, opt_level=self._options.opt_level, cflags=cflags)
        name = self._name(name, read)
        with Turn(self._turns, name):
            dylib = self._new(name)
            gathering = self._gathering(name)
            may_wait = on_object is bytes and among is None and self._worker is None
            member = self._compiled(gathering, dylib, read, 1, object_file, among, may_wait=may_wait)
            if object_file is None and not may_wait:
                on_object(member.object.data)
            self._gather(gathering, member)
            self._dylibs[name] = dylib
        return dylib

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Let what this thread loads in the block become one image, at its end or when something is asked of it."""
        self._batches_of_thread.depth += 1
        try:
            yield
        finally:
            self._batches_of_thread.depth -= 1
        self.load_added()

    def load_added(self, needed: Dylib | None = None) -> None:
        """Load what was added and not needed until now; return when ``needed`` is loaded, by whichever thread."""
        if not self._gatherings and needed is None:
            return
        with self._lock:
            gatherings, self._gatherings = self._gatherings, []
            names = [member.dylib.name for gathering in gatherings for member in gathering.members]
            self._turns.begin_loading(names)
        try:
            for gathering in gatherings:
                self._load_gathering(gathering)
        finally:
            self._turns.end_loading(names)
        if needed and needed.waiting:
            self._turns.wait_for(needed.name)

    def reload(self, dylib: Dylib, source: SourceLike, *, cflags: Sequence[str] = ()) -> Dylib:
        """Load ``source`` as the next generation of ``dylib`` and return the same object.

        Function handles and references from other dylibs follow; raw addresses and running frames stay with the old
        generation, which is not unmapped.
        """
        _check_dylib(dylib, "reload")
        self.load_added()
        read = frontend.read(source, opt_level=self._options.opt_level, cflags=cflags)
        with Turn(self._turns, dylib.name):
            self._check_own(dylib, "reload")
            self._advance(dylib, read, dylib.generation + 1)
        return dylib

    def define(self, name: str, target: Any) -> None:
        """Give a symbol to what is loaded from now on: an address, a ctypes function or callback, or ctypes data.

        Images that refer to an earlier definition of ``name`` are redirected. The engine keeps a callback alive.
        """
        self._bindings.define(name, target)

    def close_dylib(self, dylib: Dylib, together: Sequence[Dylib] = ()) -> None:
        """Do what `Dylib.close` says; references from those that are closed ``together`` with it do not count."""
        _check_dylib(dylib, "close")
        if dylib.closed:
            return
        self._turns.wait_for(dylib.name)
        with Turn(self._turns, dylib.name):
            self._check_own(dylib, "close")
            if not dylib.closed:
                self._bindings.withdraw_unused(dylib, dylib.all_names(), together)
                self._forget(dylib)

    def close(self) -> None:
        """Unmap all dylibs and give the store back; closing twice is no error.

        Waits for other threads that are loading at this moment. Raises `InUseError` in a constructor of what this
        thread is loading.
        """
        with self._lock:
            self._turns.close()
            dylibs, self._dylibs = self._dylibs, {}
        for dylib in reversed(dylibs.values()):
            self._bindings.withdraw(dylib, dylib.all_names())
            self._forget(dylib)
        self._store.close()
        if self._worker:
            self._worker.close()

    def _new(self, name: str) -> Dylib:
        """Make the dylib of a new name; it comes into the books when nothing can fail any more."""
        if name in self._dylibs:
            raise NameInUseError(f"a dylib named {name!r} is loaded: reload it, close it, or give another name")
        return Dylib(self, name)

    def _check_own(self, dylib: Dylib, verb: str) -> None:
        """Refuse a dylib that is in another engine's books."""
        if not dylib.closed and self._dylibs.get(dylib.name) is not dylib:
            raise JitdbgError(f"dylib {dylib.name!r} was loaded by another engine: let that one {verb} it")

    def _advance(self, dylib: Dylib, read: Source | Object, number: int) -> None:
        gathering = Gathering(dylib.name)
        try:
            gathering.append(self._compiled(gathering, dylib, read, number))
            self._load(gathering)
        except BaseException:
            self._store.remove(gathering.placed)
            raise

    def _gathering(self, name: str) -> Gathering:
        """Give the image in the making; a new one begins with the module of that name."""
        with self._lock:
            if not self._gatherings:
                self._gatherings.append(Gathering(name))
            return self._gatherings[-1]

    def _gather(self, gathering: Gathering, member: Member) -> None:
        with self._lock:
            if gathering not in self._gatherings:  # another thread has loaded it meanwhile
                gathering = self._gathering(member.dylib.name)
            if not gathering.has_room_for(member) or self._bindings.defines(member.exports):
                gathering = Gathering(member.dylib.name)
                self._gatherings.append(gathering)
            gathering.append(member)
            member.dylib.wait()

    def _load_gathering(self, gathering: Gathering) -> None:
        """Load all members that can be loaded; what stands in the way of the others is theirs to tell."""
        everyone = list(gathering.members)
        try:
            while gathering.members:
                try:
                    self._load(gathering)
                    return
                except JitdbgError as error:
                    for member in culprits(gathering.members, error):
                        member.dylib.fail(error)
                        gathering.remove(member.dylib)
            self._store.remove(gathering.placed)
        finally:
            for member in everyone:
                if member.dylib.waiting:
                    member.dylib.fail(ClosedError(f"the loading of dylib {member.dylib.name!r} was interrupted"))

    def _load(self, gathering: Gathering) -> None:
        """Take compiled modules through the rest of the corridor."""
        members, objects = gathering.members, gathering.objects()
        if self._find_symbol:
            self._define_found(gathering.imports(objects), self._find_symbol)
        is_alone = self._bindings.is_empty and not any(member.among for member in members)
        with _NOBODY if is_alone else self._providers(gathering, objects) as providers:
            addresses = {name: _address(who, name) for found in providers.values() for name, who in found.items()}
            image = self._link(gathering, objects, addresses)
            placed = self._store.put(image, gathering.name, gathering.build_id, gathering.placed.source_dir)
            try:
                loaded = loader.load(placed.path, lambda: uses(members), name=gathering.name)
            except BaseException:
                self._store.remove(Placed(placed.path))
                gathering.build_id = os.urandom(20)  # a path is never used again
                raise
            shared = Image(gathering.build_id, placed, loaded, len(members))
            slots = _slots(image, addresses, loaded.base) if addresses else {}
            for member, found in providers.items():
                self._bindings.connect(member.dylib, found, slots)
        for member in members:
            self._announce(member, shared)
        for member, provider in gathering.internal_references():
            self._bindings.connect_directly(member.dylib, provider.dylib)

    def _announce(self, member: Member, image: Image) -> None:
        """Let a module that is loaded be seen by those who hold it, and by what is loaded from now on."""
        offered = loader.addresses(image.loaded, member.exports)
        member.dylib.advance(
            Generation(member.number, image, member.compiled.signatures, member.compiled.globals, offered)
        )
        self._bindings.offer(member.dylib, offered)

    def _define_found(self, imports: dict[Member, list[str]], find_symbol: Callable[[str], int | None]) -> None:
        # Not under the lock of the bindings: whoever is asked may ask the system's loader.
        for name in {name for names in imports.values() for name in names}:
            if not self._bindings.offers(name) and (address := find_symbol(name)):
                self._bindings.define(name, address)

    @contextmanager
    def _providers(
        self, gathering: Gathering, objects: Sequence[Object]
    ) -> Iterator[Mapping[Member, Mapping[str, Provider]]]:
        """Find who else provides what each member refers to; inside the block they can't be closed."""
        with ExitStack() as pins:
            yield {
                member: pins.enter_context(self._bindings.resolved(names, member.dylib, member.among))
                for member, names in gathering.imports(objects).items()
            }

    def _compiled(
        self,
        gathering: Gathering,
        dylib: Dylib,
        source: Source | Object,
        number: int,
        object_file: bytes | None = None,
        among: Sequence[Provider] | None = None,
        *,
        may_wait: bool = False,
    ) -> Member:
        """Compile a source that is to lie in the image that ``gathering`` becomes.

        What ``may_wait`` is only checked where its IR tells all that has to be known before it is emitted.
        """
        origin = frontend.origin(source)
        name = origin or dylib.name
        if isinstance(source, Object):
            codegen.check_object(source, None)
            compiled = Compiled(source.data)
        elif object_file is not None:
            compiled = Compiled(object_file)
        else:
            attached = self._attached(gathering, source, dylib.name)
            with frontend.ErrorsIn(source.text, name):
                if may_wait and len(attached.text) < _SMALL:
                    prepared = codegen.prepare(attached.text, self._options, name, attached.ir_path)
                    if waiting := _waiting(prepared):
                        compiled, names, checked = waiting
                        exported = exports(compiled, name)
                        return Member(
                            *(dylib, number, source, origin, compiled, exported, among), prepared, names, checked
                        )
                compiled = self._compile_text(attached.text, self._options, name, attached.ir_path)
        return Member(dylib, number, source, origin, compiled, exports(compiled, name), among)

    def _attached(self, gathering: Gathering, source: Source, module: str) -> Attached:
        def keep(filename: str, text: bytes) -> str | None:
            path = self._store.keep_text(gathering.text_stem, filename, text)
            if path and not gathering.placed.source_dir:
                gathering.placed = Placed("", os.path.dirname(path))
            return path

        return attach(source, self._debug, name=module, keep=keep, sources=self._sources)

    def _link(self, gathering: Gathering, objects: Sequence[Object], addresses: dict[str, int]) -> bytes:
        opt_level, versions, members = self._options.opt_level, codegen.versions(), gathering.members
        return link(
            objects,
            soname=f"{gathering.stem}.so",
            linker=self._linker,
            build_id=gathering.build_id,
            modules=[elf.Module(each.dylib.name, each.number, each.origin, opt_level, versions) for each in members],
            ir=[member.text for member in members],
            bindings=addresses,
            interposable=self._interposable,
            strip_debug=self._debug == "none",
        )

    def _forget(self, dylib: Dylib) -> None:
        """Take a dylib out of the books and out of the process; its images stay, for tools that look later."""
        with self._lock:
            self._dylibs.pop(dylib.name, None)
            for gathering in self._gatherings:
                gathering.remove(dylib)
        for image in dylib.unload():
            self._store.release(image.placed)

    def _name(self, name: str | None, read: Source | Object) -> str:
        """Give the name that a user has given to a source, or the one that it has by itself."""
        if not isinstance(name, str | None):
            raise JitdbgError(f"{name!r} is given as the name of a dylib: give a str")
        if name:
            return name
        if stem := frontend.stem(read):
            return stem
        with self._lock:
            self._unnamed += 1
            return f"module-{self._unnamed}"


def _waiting(prepared: Prepared) -> tuple[Compiled, Names, Checked] | None:
    """Check a module that is to be emitted later; None for one whose object has to tell what it exports."""
    exported = prototypes.exports(prepared.scanned)
    if not exported.complete:
        return None
    return Compiled(b"", *exported), prototypes.names(prepared.scanned), Checked(prepared)


class _Batches(threading.local):
    """How many blocks of `Engine.batch` a thread is in."""

    depth = 0


def _check_dylib(dylib: object, verb: str) -> None:
    if not isinstance(dylib, Dylib):
        raise JitdbgError(f"{dylib!r} is given as the dylib to {verb}: give what load() or add() has returned")


def _one_of(what: str, value: Any, choices: Any) -> Any:
    if value not in get_args(choices):
        raise JitdbgError(f"{what}={value!r} does not exist: give one of {', '.join(map(repr, get_args(choices)))}")
    return value


def _address(provider: Provider, name: str) -> int:
    address = provider.find_address(name)
    assert address is not None, "a provider is pinned while it is used"
    return address


def _slots(image: bytes, addresses: dict[str, int], base: int) -> dict[str, int]:
    """Give the address of each bound name's slot: they lie in the order in which they were asked for."""
    section = elf.ElfFile(image).find_section(SLOTS_SECTION)
    assert section is not None, "an image with bindings has slots"
    return {name: base + section.sh_addr + 8 * index for index, name in enumerate(addresses)}
