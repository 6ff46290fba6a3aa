"""The functions of JIT dylibs, by names and addresses, from the images' symbol tables: the same for all debuggers.

A user writes ``FUNCTION`` or ``DYLIB:FUNCTION``; a name is the linker's, or the one that the debugger shows of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger import images
from jitdbg.debugger.adapter import Adapter
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import Frame
from jitdbg.debugger.names import function_name
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError, ElfError

# One colon: two are part of a name in C++.
_OF_DYLIB = re.compile(r"([^:]+):(?!:)(.+)")
_MANGLED = "_Z"


@dataclass(frozen=True)
class JitFunction:
    """A function where it is loaded: ``symbol`` is its name in the image, ``name`` what the debugger calls it."""

    name: str
    symbol: str
    start: int
    size: int
    dylib: Dylib

    @property
    def end(self) -> int:
        """The first address after it."""
        return self.start + self.size


def functions_of(dylib: Dylib, adapter: Adapter) -> Sequence[JitFunction]:
    """List the functions of a dylib in the order of their addresses. Raises `DebuggerError` without its file."""
    if not dylib.in_file:
        raise DebuggerError(
            f"the functions of {dylib} are not known: its image, {dylib.path}, can't be read from this machine: "
            f"{dylib.lost}"
        )
    try:
        found = images.contents(dylib.file).functions
    except ElfError as error:
        raise DebuggerError(f"the functions of {dylib} are not known: {error}") from None
    return [_loaded(each, dylib, adapter) for each in found]


def _loaded(function: images.Function, dylib: Dylib, adapter: Adapter) -> JitFunction:
    start, name = dylib.start + function.address, function.name
    if name.startswith(_MANGLED):
        name = function_name(adapter.symbol(start).function or name)
    return JitFunction(name, function.name, start, function.size, dylib)


def all_functions(target: Target) -> Iterator[JitFunction]:
    """Go through the functions of all dylibs whose files can be read."""
    for dylib in target.dylibs.listed():
        if dylib.in_file:
            yield from functions_of(dylib, target.adapter)


def find_function_at(target: Target, address: int) -> Optional[JitFunction]:
    """Find the function that an address is in; None where no JIT dylib, or no function of one, has it."""
    dylib = target.dylibs.find_at(address)
    if dylib is None:
        return None
    found = functions_of(dylib, target.adapter)
    return next((each for each in found if each.start <= address < max(each.end, each.start + 1)), None)


def function(target: Target, wanted: Optional[str]) -> JitFunction:
    """Give the function of a name, in its latest generation; without one that of the selected frame.

    Raises `DebuggerError` where there is none, or more than one dylib has it.
    """
    target.process()
    if wanted is None:
        return _selected(target)
    of_dylib = _OF_DYLIB.fullmatch(wanted)
    dylib, name = of_dylib.groups() if of_dylib else ("", wanted)
    candidates: Iterable[JitFunction] = all_functions(target)
    if dylib:
        candidates = functions_of(target.dylibs.dylib(dylib), target.adapter)
    found = [each for each in candidates if name in (each.name, each.symbol)]
    if not found:
        where = f"the JIT dylib {dylib}" if dylib else "no JIT dylib"
        raise DebuggerError(f"{where} has {'no' if dylib else 'a'} function {name}: jit-info lists those of a dylib")
    return _latest(found, name)


def _latest(found: Sequence[JitFunction], name: str) -> JitFunction:
    latest: dict[str, JitFunction] = {}
    for each in found:
        known = latest.get(each.dylib.name)
        if known is None or known.dylib.generation <= each.dylib.generation:
            latest[each.dylib.name] = each
    if len(latest) > 1:
        raise DebuggerError(
            f"{name} is in several JIT dylibs: write one of {', '.join(f'{each}:{name}' for each in latest)}"
        )
    return next(iter(latest.values()))


def _selected(target: Target) -> JitFunction:
    address = code_address(target.selected_frames())
    found = find_function_at(target, address)
    if found is None:
        frame = target.selected_frames()[-1]
        where = f"{frame.function or hex(address)} of {frame.module or 'nobody'}"
        raise DebuggerError(
            f"the selected frame is in {where}, which is no JIT code: name a function, or select a frame of a JIT dylib"
        )
    return found


def code_address(frames: Sequence[Frame]) -> int:
    """Give an address in the code that the last of these frames, innermost first, is executing.

    The pc of a frame that has called another is behind the call, and can belong to another line or function.
    """
    called = any(not frame.inlined for frame in frames[:-1])
    return frames[-1].address - called


def function_names(target: Target, word: str) -> Iterable[str]:
    """Offer the functions of JIT dylibs, for completion."""
    names = {each.name for each in all_functions(target)}
    if ":" in word:
        return [f"{each.dylib.name}:{each.name}" for each in all_functions(target)]
    return names


def matching(pattern: re.Pattern[str], path: str) -> Sequence[images.Function]:
    """Find the functions of a library that match; none of one that jitdbg did not make."""
    image = images.find_file(path)
    if image is None or not image.modules:
        return ()
    try:
        return [each for each in images.contents(path).functions if pattern.search(each.name)]
    except (DebuggerError, ElfError):
        return ()
