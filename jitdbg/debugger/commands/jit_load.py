"""``jit-load``: compile a file and load it into the program."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Union

from jitdbg.debugger import images
from jitdbg.debugger.adapter import NO_PROGRAM
from jitdbg.debugger.cexpressions import find_miscount, split_call
from jitdbg.debugger.commands.completion import files
from jitdbg.debugger.commands.declaration import JSON, Argument, Arguments, Command, Example, Option
from jitdbg.debugger.controller import Called
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import AVAILABLE, FAILED, Breakpoint, Location, Place, Stop, Symbol, Value
from jitdbg.debugger.loads import Loading, Wish
from jitdbg.debugger.names import function_name
from jitdbg.debugger.scripts import Script, offer, scripts
from jitdbg.debugger.tables import NAME_WIDTH, table
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError

_FUNCTIONS_SHOWN = 20
_MANGLED = "_Z"
# What a name in C++ means the same without: tags of the ABI of what a function gives, and spaces.
_BESIDE = re.compile(r"\[abi:\w+\]|\s")
# What debuggers keep for themselves: it stops a program, from a terminal or after a while, and is no signal to it.
_INTERRUPTS = ("SIGINT", "SIGSTOP", "SIGTRAP")


@dataclass(frozen=True)
class Function:
    """A function of the dylib; ``place`` is None without debug info."""

    name: str
    address: int
    place: Optional[Place]


@dataclass(frozen=True)
class Resolved:
    """A breakpoint that has places in the dylib."""

    id: int
    requested: str
    locations: tuple[Location, ...]


@dataclass(frozen=True)
class Call:
    """A call that was asked for: its value as the debugger shows it, or that it is unfinished, or why it has none."""

    expression: str
    text: str = ""
    unfinished: Optional[Stop] = None
    error: str = ""


@dataclass(frozen=True)
class Kept:
    """A load that waits for the program to come to ``waits_for``, and ``replaces`` what was kept by that name."""

    file: str
    waits_for: str
    replaces: str = ""


@dataclass(frozen=True)
class Loaded:
    """A dylib that was loaded, or that will be when an ``unfinished`` call of dlopen goes on to its end.

    ``start`` and ``end`` are None until then. Of the ``function_count`` functions the first are in ``functions``.
    ``redirected`` are the names of dylibs that referred to an older generation, ``left`` of those that do so still,
    ``scripts`` what it brings.
    """

    name: str
    generation: int
    path: str
    build_id: str
    start: Optional[int] = None
    end: Optional[int] = None
    functions: tuple[Function, ...] = ()
    function_count: int = 0
    breakpoints: tuple[Resolved, ...] = ()
    redirected: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    scripts: tuple[Script, ...] = ()
    call: Optional[Call] = None
    unfinished: Optional[Stop] = None


def run(target: Target, arguments: Arguments) -> Union[Loaded, Kept]:
    """Load, or keep what is to be loaded when the program has begun."""
    wish = Wish(
        os.path.abspath(os.path.expanduser(arguments.file)),
        arguments.name or "",
        int(arguments.o),
        arguments.debug,
        getattr(arguments, "global"),
        arguments.all_threads,
        arguments.force,
    )
    if arguments.call and not split_call(arguments.call):
        raise DebuggerError(f"--call takes a call such as 'fib(20)', which {arguments.call!r} is not")
    if target.loads.before_main:
        return _keep(target, wish, arguments)
    return loaded(target, target.loads.load(wish), wish, arguments.call)


def _keep(target: Target, wish: Wish, arguments: Arguments) -> Kept:
    modules = target.adapter.modules()
    if not modules:
        raise DebuggerError(NO_PROGRAM)
    replaced = target.loads.keep(wish)
    # A program that was stripped has no main to wait for; what calls it is the C library's, and exported.
    names = {function.name for function in images.contents(modules[0].path).functions}
    start = "main" if "main" in names else "__libc_start_main"
    target.adapter.at_start(start, lambda: render(run(target, arguments)) if target.loads.take(wish) else "")
    return Kept(wish.file, start, replaced)


def loaded(target: Target, loading: Loading, wish: Wish, call: Optional[str]) -> Loaded:
    """Describe what was loaded, and make the call that was asked for."""
    image, dylib = loading.image, loading.dylib
    if dylib is None:
        return Loaded(image.name, loading.generation, image.path, image.build_id, unfinished=loading.stop)
    contents = images.contents(image.path)
    shown = contents.functions[:_FUNCTIONS_SHOWN]
    return Loaded(
        dylib.name,
        dylib.generation,
        dylib.path,
        dylib.build_id,
        dylib.start,
        dylib.end,
        tuple(_function(target, function.name, dylib.start + function.address) for function in shown),
        len(contents.functions),
        tuple(_resolved(target.adapter.breakpoints(), dylib.start, dylib.end)),
        loading.redirected,
        loading.left,
        tuple(scripts(images.read_file(image.path))),
        _call(target, loading, call, all_threads=wish.all_threads) if call else None,
    )


def _function(target: Target, name: str, address: int) -> Function:
    symbol = target.adapter.symbol(address)
    return Function(_shown(name, symbol), address, symbol.frames[-1].place if symbol.frames else None)


def _shown(name: str, symbol: Symbol) -> str:
    """Name a function as people do: of C++ as the debugger shows it."""
    return function_name(symbol.function or name) if name.startswith(_MANGLED) else name


def _bare(name: str) -> str:
    return _BESIDE.sub("", name).removeprefix("::")


def _resolved(breakpoints: Sequence[Breakpoint], start: int, end: int) -> list[Resolved]:
    found = []
    for point in breakpoints:
        inside = tuple(location for location in point.locations if start <= location.address < end)
        if inside:
            found.append(Resolved(point.id, point.requested, inside))
    return found


def _call(target: Target, loading: Loading, expression: str, *, all_threads: bool) -> Call:
    parts = split_call(expression)
    assert parts is not None, "run has checked it"
    called = _made(target, loading, *parts, all_threads=all_threads)
    if called.stop or called.value is None:
        return Call(expression, unfinished=called.stop)
    value = called.value
    if value.availability != AVAILABLE:
        return Call(expression, error=value.error or value.availability)
    # gdb has words for no value, and lldb has none.
    return Call(expression, "done" if value.type == "void" else value.text or "done")


def _made(target: Target, loading: Loading, name: str, given: str, *, all_threads: bool) -> Called:
    """Call this generation's function, by the type that C gives it, or else the one that its IR has."""
    assert loading.dylib is not None
    function = _called(target, loading.dylib, images.contents(loading.image.path).functions, name)
    address = loading.dylib.start + function.address
    if loading.image.types_are_c and target.adapter.symbol(address).frames:
        return target.adapter.call_function(address, given, stops=True, all_threads=all_threads)
    signature = _signature(loading, function)
    if miscount := find_miscount(given, len(signature["parameters"])):
        return Called(Value(given, "", FAILED, error=miscount))
    called = f"(({signature['in_c']}){address:#x})({given})"
    # The other bits of the register are anything.
    expression = f"{called} & 1" if signature["result"] == "i1" else called
    return target.adapter.call(expression, stops=True, all_threads=all_threads)


def _called(target: Target, dylib: Dylib, functions: Sequence[images.Function], name: str) -> images.Function:
    """Find the function that is meant by the linker's name for it, or by the one that it has in C++."""
    found = [each for each in functions if each.name in (name, name.removeprefix("::"))] or [
        each
        for each in functions
        if each.name.startswith(_MANGLED)
        and _bare(_shown(each.name, target.adapter.symbol(dylib.start + each.address))) == _bare(name)
    ]
    if not found:
        raise DebuggerError(f"{dylib.name} is loaded, and has no function {name} to call: see jit-info")
    if len(found) > 1:
        names = ", ".join(each.name for each in found)
        raise DebuggerError(f"{dylib.name} is loaded, and has several functions {name}: call one of {names}")
    return found[0]


def _signature(loading: Loading, function: images.Function) -> Mapping[str, Any]:
    """Give what IR says of a function. Raises `DebuggerError` where that is not enough to call it."""
    name = function.name
    signature = loading.image.signatures.get(name)
    if signature is None and function.local:
        raise DebuggerError(
            f"{loading.dylib} is loaded, and its module keeps {name} to itself (internal, static), so that only debug "
            "info of C could say what it takes: call what the module exports"
        )
    if signature is None:
        raise DebuggerError(
            f"{loading.dylib} is loaded, and nothing in it says what {name} takes: "
            "load its source, call what it exports, or compile it with debug info (-g)"
        )
    if signature["unknown"]:
        raise DebuggerError(
            f"{loading.dylib} is loaded, and {name} is {signature['words']} and {signature['unknown']}, which IR alone "
            "does not say how to call: call it from a function that takes and gives plain numbers and pointers"
        )
    return signature


# ------------------------------------------------------------------------------------------------------------ rendering


def render(fact: Union[Loaded, Kept]) -> str:
    """Show what was done."""
    if isinstance(fact, Kept):
        instead = f", in the place of the {fact.replaces} that was kept: --name keeps both" if fact.replaces else ""
        return f"{fact.file} is kept, and loaded when the program comes to {fact.waits_for}{instead}\n"
    return "".join(f"{line}\n" for line in _lines(fact))


def _lines(fact: Loaded) -> Sequence[str]:
    if fact.unfinished:
        stop = described(fact.unfinished)
        after = (
            f"the loader is in the midst of it, so that it can't be taken back; {how_to_go_on(fact.unfinished)}"
            if _is_given_on(fact.unfinished)
            else f"{how_to_go_on(fact.unfinished)}; then the dylib is loaded, and the program where it was"
        )
        return [f"{_dylib(fact)} is not loaded yet, dlopen is unfinished: {stop}", after]
    lines = [f"loaded {_dylib(fact)} at {fact.start:#x}-{fact.end:#x}, {_count(fact)}"]
    lines += table(("", "", "", ""), map(_function_row, fact.functions), width=NAME_WIDTH).splitlines()
    if fact.function_count > len(fact.functions):
        lines.append(f"  and {fact.function_count - len(fact.functions)} more (jit-info {fact.name})")
    lines += [_breakpoint_line(point) for point in fact.breakpoints]
    lines += [f"it brings a script for {script.debugger}: {offer(script, fact.path)}" for script in fact.scripts]
    if fact.redirected:
        lines.append(f"other dylibs refer to this generation now: {', '.join(fact.redirected)}")
    if fact.left:
        lines.append(
            f"in data that was initialised, or by names that are gone, these still refer to an older generation: "
            f"{', '.join(fact.left)}; jit-reload initialises data anew"
        )
    if fact.generation > 1:
        lines.append("raw pointers that the program keeps stay with the older generation, which stays loaded")
    return lines + ([_call_line(fact.call)] if fact.call else [])


def _dylib(fact: Loaded) -> str:
    return f"the JIT dylib {fact.name} (generation {fact.generation})"


def _count(fact: Loaded) -> str:
    return "1 function" if fact.function_count == 1 else f"{fact.function_count} functions"


def _function_row(function: Function) -> Sequence[str]:
    place = f"{function.place.file}:{function.place.line}" if function.place else "no line"
    return "", function.name, f"{function.address:#x}", place


def _breakpoint_line(point: Resolved) -> str:
    places = ", ".join(_place(location) for location in point.locations)
    return f"breakpoint {point.id} ({point.requested}) stops in it, at {places}"


def _place(location: Location) -> str:
    return f"{location.place.file}:{location.place.line}" if location.place else f"{location.address:#x}"


def _call_line(call: Call) -> str:
    if call.unfinished:
        return f"{call.expression} is unfinished: {described(call.unfinished)}; {how_to_go_on(call.unfinished)}"
    if call.error:
        return f"{call.expression} has no value: {call.error}"
    return f"{call.expression} = {call.text}"


def how_to_go_on(stop: Stop) -> str:
    """Say what comes of a call that is unfinished at a stop."""
    if _is_given_on(stop):
        return f"continue gives the program {stop.signal}, of which it dies unless it handles that"
    return "continue ends the call"


def _is_given_on(stop: Stop) -> bool:
    """Tell whether a stop is for a signal that the program gets when it goes on."""
    return bool(stop.signal) and stop.signal not in _INTERRUPTS


def described(stop: Stop) -> str:
    """Say in words where a call was stopped."""
    what = "it"
    if stop.breakpoints:
        what = f"breakpoint {', '.join(map(str, stop.breakpoints))}"
    elif stop.signal:
        what = stop.signal
    frame = stop.frame
    function = f" in {frame.function}" if frame and frame.function else ""
    place = f" at {frame.place.file}:{frame.place.line}" if frame and frame.place else ""
    return f"{what} stopped thread {stop.thread}{function}{place}"


LEVEL = Option("-O", "The optimisation level, 0 to 3 (0).", "N", default="0", choices=("0", "1", "2", "3"))
DEBUG = Option(
    "--debug",
    "What the debug info is of: ir makes the IR text the source, lines does so without its values, source takes what "
    "the source has, auto takes that or else the IR, none leaves it out (auto).",
    "KIND",
    default="auto",
    choices=("auto", "ir", "lines", "source", "none"),
)
CALL = Option("--call", "Call a function of it afterwards and show the result, as in --call 'fib(20)'.", "CALL")
GLOBAL = Option("--global", "Offer its symbols to what is loaded later.")
ALL_THREADS = Option(
    "--all-threads", "Let all threads run meanwhile, which a constructor that waits for another one needs."
)
FORCE = Option("--force", "Do it even where a lock that another thread holds could stop it for ever.")

COMMAND = Command(
    name="jit-load",
    summary="Compile a file and load it into the program as a JIT dylib.",
    description="""
        FILE is LLVM IR (.ll), bitcode (.bc), C or C++, which the jitdbg that these commands belong to compiles, or an
        object (.o) or an image that jitdbg has made. The program's own loader loads it, called in the selected thread
        while the others wait. It stays loaded after the command, and breakpoints that wait for its code are set.

        Ctrl-C while it compiles ends it, and nothing has changed then.
        A constructor or a call that stops, at a breakpoint or by Ctrl-C, is left unfinished, and continue ends it.
        lldb, which has no ear for Ctrl-C meanwhile, stops it after 30 seconds. An exception of C++ that nothing catches
        stops it as a crash does, by SIGABRT, and continue ends the program.

        A function of C or C++ is called by its types there where they are in its debug info, and any other by those of
        its IR, which has no signs; for what IR alone does not say how to pass (aggregates, vectors, i128), call it from
        a function that takes and gives plain numbers and pointers.
        gdb calls no function that takes or gives an __int128. lldb reads what a function is given as C++; gdb as C++
        where the selected frame's code is that, without nullptr, and as C elsewhere.

        Before the program runs, the file is checked and kept, and loaded when the program next comes to main: in that
        run alone; of files with the same name, the last. The program goes on then, unless a breakpoint stops it in main
        or in the call. In gdb, commands of a breakpoint in main must not let it go on before that: nothing would be
        loaded. In lldb, after one in main whose condition does not hold, the next stop can show where it was before.
        """,
    arguments=(Argument("FILE", "What to load.", candidates=files),),
    options=(
        Option("--name", "What to call it (the file's name without its ending).", "NAME"),
        LEVEL,
        DEBUG,
        CALL,
        GLOBAL,
        ALL_THREADS,
        FORCE,
        JSON,
    ),
    examples=(
        Example("jit-load fib.ll", "compile and load fib.ll"),
        Example("jit-load fib.c -O2 --call 'fib(20)'", "optimised, and call it"),
    ),
    run=run,
    render=render,
)
