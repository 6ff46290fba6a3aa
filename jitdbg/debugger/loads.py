"""Loading dylibs into the program that a debugger has, unloading them, and loading their next generations.

The steps are the engine's (source → image → store → dylib), with the compiler in a child process, the loader in the
program, and the store's run owned by the program. What is not safe is refused before anything is changed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Optional

from jitdbg.debugger.adapter import STILL_RUNNING
from jitdbg.debugger.blocking import Holder, find_holders, is_loader
from jitdbg.debugger.compiler import Compiler, Image
from jitdbg.debugger.controller import Controller
from jitdbg.debugger.dylibs import Dylib, Dylibs
from jitdbg.debugger.exports import machine
from jitdbg.debugger.facts import CORE, Frame, Process, Stop
from jitdbg.debugger.host import Functions, Host, find_functions
from jitdbg.debugger.references import find_bound, find_referring, redirect, references
from jitdbg.elf import constants as c
from jitdbg.errors import DebuggerError

_TRIPLES = {c.EM_X86_64: "x86_64-unknown-linux-gnu", c.EM_AARCH64: "aarch64-unknown-linux-gnu"}


@dataclass(frozen=True)
class Wish:
    """What somebody wants loaded: ``file`` is absolute; ``force`` passes over what is refused for safety."""

    file: str
    name: str = ""
    opt_level: int = 0
    debug: str = "auto"
    for_all: bool = False
    all_threads: bool = False
    force: bool = False


@dataclass(frozen=True)
class Loading:
    """What came of it: the ``dylib``, or the ``stop`` that dlopen is unfinished at.

    ``redirected`` names the dylibs whose references have been directed to it, ``left`` those that refer to an older
    generation still.
    """

    image: Image
    generation: int
    dylib: Optional[Dylib] = None
    stop: Optional[Stop] = None
    redirected: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass
class _Owned:
    """A process that we load into, and the directory that it owns; for a remote one this debugger does.

    ``paths`` are those of the images that were loaded, ``paths_for_all`` of those whose symbols all others may bind to.
    """

    process: Process
    host: Host
    directory: str = ""
    remote_directory: str = ""
    lock: Optional[int] = None
    paths: set[str] = field(default_factory=set)
    paths_for_all: set[str] = field(default_factory=set)


class Loads:
    """What has been loaded into the programs of a debugger; lives as long as that."""

    def __init__(self, controller: Controller, dylibs: Dylibs) -> None:
        self._controller, self._dylibs = controller, dylibs
        self._owned: dict[Process, _Owned] = {}
        self._kept: dict[str, Wish] = {}

    def load(self, wish: Wish) -> Loading:
        """Compile and load what has no dylib of its name yet."""
        name = wish.name or os.path.splitext(os.path.basename(wish.file))[0]
        with Compiler() as compiler:
            self._refuse_loaded(name)
            return self._redirected(self._load(compiler, wish, 1), [])

    def reload(self, wish: Wish) -> Loading:
        """Compile and load as the next generation of the dylib with the name of the wish; for all if that was."""
        with Compiler() as compiler:
            self._process()
            old = self._dylibs.named(wish.name)
            if not wish.force:
                self._refuse_on_stack(old, "reloading")
            generation = max(each.generation for dylib in old for each in dylib.modules if each.name == wish.name)
            was_for_all = not self._host(wish.all_threads).paths_for_all.isdisjoint(each.path for each in old)
            wish = dataclasses.replace(wish, for_all=wish.for_all or was_for_all)
            return self._redirected(self._load(compiler, wish, generation + 1), old)

    def unload(self, name: str, *, force: bool, all_threads: bool) -> tuple[Sequence[Dylib], Optional[Stop]]:
        """Unload all generations of a name; give those that are gone, and where a destructor was stopped."""
        owned, unwanted = self._host(all_threads), self._dylibs.named(name)
        if not force:
            self._refuse_foreign(unwanted, owned.paths)
            self._refuse_on_stack(unwanted, "unloading")
            self._refuse_referred(unwanted)
            self._refuse_bound([dylib for dylib in unwanted if dylib.path in owned.paths_for_all])
            self._refuse_holders("dlclose", all_threads)
        stop = None
        for dylib in reversed(unwanted):
            stop = owned.host.unload(dylib.path)
            if stop:
                break
        left = {dylib.start for dylib in self._dylibs.listed()}
        return [dylib for dylib in unwanted if dylib.start not in left], stop

    # ----------------------------------------------------------------------------------------------------- loading

    def _load(self, compiler: Compiler, wish: Wish, generation: int) -> Loading:
        owned = self._host(wish.all_threads)
        self._refuse_untransferable(owned)
        compiler.ask(self._request(wish, generation, owned))
        # While that compiles:
        if not wish.force:
            self._refuse_holders("dlopen", wish.all_threads)
        image = compiler.image(self._controller.was_interrupted)
        if generation == 1:
            self._refuse_loaded(image.name)
        with _removed_on_failure(image):
            self._own(owned, image)
            path = self._carry(owned, image)
            outcome = owned.host.load(path, for_all=wish.for_all)
        compiler.finish()
        if owned.process.remote:
            # Nothing of ours happens when the debugger ends: that is a clean exit then.
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(image.directory, "running"))
        owned.paths.add(path)
        if wish.for_all:
            owned.paths_for_all.add(path)
        if isinstance(outcome, Stop):
            return Loading(image, generation, stop=outcome)
        return Loading(image, generation, self._find(image, outcome))

    def _request(self, wish: Wish, generation: int, owned: _Owned) -> Mapping[str, object]:
        number = self._machine()
        if number not in _TRIPLES:
            raise DebuggerError(
                f"the program is for {c.machine_name(number) if number else 'a machine of 32 bits'}, and jitdbg makes "
                f"code for {' and '.join(map(c.machine_name, _TRIPLES))}"
            )
        is_native = not owned.process.remote and os.uname().machine == _TRIPLES[number].partition("-")[0]
        return {
            "file": wish.file,
            "machine": number,
            "name": wish.name,
            "generation": generation,
            "opt_level": wish.opt_level,
            "debug": wish.debug,
            # With none, the code may use all that this machine's processor has.
            "triple": None if is_native else _TRIPLES[number],
            "directory": owned.directory if os.path.isdir(owned.directory) else "",
        }

    def keep(self, wish: Wish) -> str:
        """Compile what is to be loaded later, and remember the wish alone; give its name where it replaces another.

        Raises `DebuggerError` with what is wrong with the source.
        """
        with Compiler() as compiler:
            given = {"file": wish.file, "name": wish.name, "opt_level": wish.opt_level, "debug": wish.debug}
            compiler.ask({**given, "machine": 0})
            name = compiler.image(self._controller.was_interrupted).name
        replaced = name in self._kept
        self._kept[name] = wish
        return name if replaced else ""

    def take(self, wish: Wish) -> bool:
        """Forget a wish that was kept; tell whether it was, or another has come in its place."""
        names = [name for name, kept in self._kept.items() if kept is wish]
        for name in names:
            del self._kept[name]
        return bool(names)

    def _machine(self) -> int:
        bases = (module.base for module in self._controller.modules() if module.base)
        return next((found for found in (machine(self._controller.memory, base) for base in bases) if found), 0)

    def _own(self, owned: _Owned, image: Image) -> None:
        """Have the run of an image owned by the program; by this debugger, where the program is on another machine."""
        if owned.directory == image.directory:
            return
        if owned.process.remote:
            owned.lock = os.open(image.directory, os.O_DIRECTORY)
            fcntl.flock(owned.lock, fcntl.LOCK_EX)
        else:
            owned.host.own(image.directory)
        owned.directory = image.directory

    def _carry(self, owned: _Owned, image: Image) -> str:
        """Give the path of an image on the program's machine, where it is brought if that is another."""
        if not owned.process.remote:
            return image.path
        owned.remote_directory = owned.remote_directory or self._begin_remote_run(owned.host)
        path = f"{owned.remote_directory}/{os.path.basename(image.path)}"
        self._controller.send_file(image.path, path)
        return path

    def _begin_remote_run(self, host: Host) -> str:
        """Make a run on the program's machine, as `jitdbg.store` would: whatever jitdbg is there collects it later."""
        directory = host.make_run()
        host.own(directory)
        with tempfile.NamedTemporaryFile() as empty:
            for mark in ("ended", "running"):
                self._controller.send_file(empty.name, f"{directory}/{mark}")
        return directory

    def _find(self, image: Image, handle: int) -> Dylib:
        for dylib in self._dylibs.listed():
            if dylib.build_id == image.build_id:
                return dylib
        raise DebuggerError(
            f"{image.path} is loaded (handle {handle:#x}), and this debugger has not noticed: "
            "it may follow another inferior or ignore libraries (stop-on-solib-events, auto-solib-add)"
        )

    def _host(self, all_threads: bool) -> _Owned:
        process = self._process()
        owned = self._owned.get(process)
        # A number can be another process's by now, or this one has called exec.
        if owned is None or not owned.host.is_there:
            owned = self._owned[process] = _Owned(process, Host(self._controller, self._functions()))
        owned.host.all_threads = all_threads
        return owned

    def _process(self) -> Process:
        process = self._controller.process()
        if process is None:
            raise DebuggerError("no program runs: start it or attach to it first")
        if process.kind == CORE:
            raise DebuggerError("this is a core dump, whose program runs no more: nothing can be loaded or unloaded")
        return process

    def _functions(self) -> Functions:
        found = find_functions(self._controller)
        if found is None:
            raise DebuggerError(
                "the program has no loader that could load a dylib: it is linked statically (or its C library is none "
                "that jitdbg knows): link it dynamically"
            )
        return found

    @property
    def before_main(self) -> bool:
        """Whether the program has not come to its own code: it does not run, or its loader is still at work."""
        process = self._controller.process()
        if process is None:
            return True
        if process.kind == CORE:
            return False
        # Beyond the loader's first function unwinders go on into what is no code.
        frames = self._controller.frames(thread=self._calling())
        known = [frame for frame in frames if frame.function or is_loader(frame.module)]
        return bool(known) and is_loader(known[-1].module)

    # ----------------------------------------------------------------------------------------------------- refusing

    def _refuse_loaded(self, name: str) -> None:
        loaded = [dylib for dylib in self._dylibs.listed() if dylib.name == name]
        if loaded:
            raise DebuggerError(
                f"{loaded[-1]} is loaded: `jit-reload {name}` loads its next generation, --name gives another name"
            )

    def _refuse_untransferable(self, owned: _Owned) -> None:
        """Try, before anything is made there, whether the debugger carries files to the program's machine."""
        if not owned.process.remote or owned.remote_directory:
            return
        try:
            with tempfile.NamedTemporaryFile() as empty:
                self._controller.send_file(empty.name, os.devnull)
        except DebuggerError as error:
            raise DebuggerError(
                f"{error}: use a debug server that takes files, or take an image of `jitdbg build` there yourself, for "
                "the program to load"
            ) from None

    def _stacks(self, all_threads: bool) -> Mapping[int, Sequence[Frame]]:
        """Walk the stacks of the threads that will not run during a call, and of the one that calls."""
        calling, running = self._calling(), self._controller.running_threads()
        threads = [thread.id for thread in self._controller.threads() if thread.id not in running]
        return {
            thread: self._controller.frames(thread=thread) for thread in threads if thread == calling or not all_threads
        }

    def _calling(self) -> int:
        calling = self._controller.selected_thread()
        if calling is None:
            raise DebuggerError("no thread of the program is selected: select one that is stopped")
        if calling in self._controller.running_threads():
            raise DebuggerError(STILL_RUNNING.format(calling))
        return calling

    def _refuse_holders(self, function: str, all_threads: bool) -> None:
        calling = self._calling()
        # The calling thread comes first: whatever others do meanwhile, it has to be stepped out of that.
        holders = sorted(find_holders(self._stacks(all_threads), calling), key=lambda holder: holder.thread != calling)
        if holders:
            more = f" and {len(holders) - 1} more" if len(holders) > 1 else ""
            raise DebuggerError(
                f"{holders[0]}{more}: {function} could wait for its lock for ever; "
                f"{_ways_out(holders, calling)}, or take the risk with --force"
            )

    def _refuse_on_stack(self, dylibs: Sequence[Dylib], doing: str) -> None:
        for thread, frames in self._stacks(all_threads=False).items():
            for frame in frames:
                for dylib in dylibs:
                    if dylib.start <= frame.address < dylib.end:
                        raise DebuggerError(
                            f"{dylib} is on the stack of thread {thread} (frame {frame.level}, "
                            f"{frame.function or hex(frame.address)}): {doing} it would leave that frame in old code; "
                            "step out of it first, or take the risk with --force"
                        )
        running = self._controller.running_threads()
        if running:
            raise DebuggerError(
                f"thread {min(running)} is running and may be in {dylibs[0].name}: stop it first (interrupt), or take "
                "the risk with --force"
            )

    def _refuse_foreign(self, dylibs: Sequence[Dylib], ours: set[str]) -> None:
        foreign = [dylib for dylib in dylibs if dylib.path not in ours]
        if foreign:
            raise DebuggerError(
                f"{foreign[0]} was not loaded by jit-load here: the program holds it and may call it at any time; "
                "let the program close it, or take the risk with --force"
            )

    def _refuse_referred(self, dylibs: Sequence[Dylib]) -> None:
        unwanted = {dylib.start for dylib in dylibs}
        others = [dylib for dylib in self._dylibs.listed() if dylib.start not in unwanted]
        found = find_referring(self._controller.memory, others, dylibs)
        if found:
            other, dylib = found
            raise DebuggerError(f"{other} refers to {dylib.name}: unload that first, or take the risk with --force")

    def _refuse_bound(self, dylibs: Sequence[Dylib]) -> None:
        """Refuse where a library of the program's own uses what was offered to all: the loader keeps that for it."""
        jits = {dylib.start for dylib in self._dylibs.listed()}
        libraries = [module for module in self._controller.modules() if module.base not in jits] if dylibs else []
        found = find_bound(self._controller.memory, libraries, dylibs)
        if found:
            library, dylib = found
            raise DebuggerError(
                f"{library.path} is bound to {dylib.name}, which the loader keeps for it: let the program close that "
                "first, or give it up with --force"
            )

    # ------------------------------------------------------------------------------------------------- redirecting

    def _redirected(self, loading: Loading, old: Sequence[Dylib]) -> Loading:
        """Direct what others refer to older generations by to what was loaded, and its own references to the latest."""
        if loading.dylib is None:
            return loading
        new, listed = loading.dylib, self._dylibs.listed()
        family = {each.start for each in (new, *old)}
        others = [each for each in listed if each.start not in family]
        read, write = self._controller.memory, self._controller.write_memory
        outcome = redirect(write, references(read, others), [(each, new) for each in old], fresh=False)
        redirect(write, references(read, [new]), _successors(others), fresh=True)
        return dataclasses.replace(loading, redirected=outcome.redirected, left=outcome.left)


def _ways_out(holders: Sequence[Holder], calling: int) -> str:
    """Say what lets locks go. Of several threads, others may be in it again by the time that one is stepped out."""
    first = holders[0]
    step_out = f"step out of it first (`t {first.thread}`, `f {first.frame.level}`, `finish`)"
    if first.thread == calling:
        return step_out
    all_threads = "let all threads run meanwhile with --all-threads"
    return all_threads if len(holders) > 1 else f"{all_threads}, {step_out}"


def _successors(dylibs: Sequence[Dylib]) -> Sequence[tuple[Dylib, Dylib]]:
    """Pair older generations with the latest of their name."""
    latest: dict[str, Dylib] = {}
    for dylib in dylibs:
        if dylib.name not in latest or latest[dylib.name].generation < dylib.generation:
            latest[dylib.name] = dylib
    return [(each, latest[each.name]) for each in dylibs if latest[each.name] is not each]


@contextlib.contextmanager
def _removed_on_failure(image: Image) -> Iterator[None]:
    """Remove an image, and the texts that were kept for it, where it was not loaded."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(image.path)
        shutil.rmtree(f"{os.path.splitext(image.path)[0]}.src", ignore_errors=True)
        raise
