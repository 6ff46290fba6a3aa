"""``jit-break``: breakpoints at all JIT functions whose names match, in dylibs that are loaded and in those to come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Example, Option
from jitdbg.debugger.functions import JitFunction, all_functions, function_names, matching
from jitdbg.debugger.tables import NAME_WIDTH, table
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError


@dataclass(frozen=True)
class Broken:
    """What was set, or ``removed``; ``functions`` are those that match now."""

    pattern: str
    functions: Sequence[JitFunction]
    removed: bool = False


def run(target: Target, arguments: Arguments) -> Broken:
    """Set the breakpoints, or remove them."""
    pattern = arguments.regex
    _forget_deleted(target)
    if arguments.remove:
        return _remove(target, pattern)
    if pattern in target.following:
        raise DebuggerError(f"jit-break {pattern} is set already: jit-break --remove {pattern} takes it away")
    matches = _compiled(pattern)
    target.following[pattern] = target.adapter.break_in_libraries(partial(matching, matches))
    return Broken(pattern, [each for each in all_functions(target) if _is_meant(matches, each)])


def _forget_deleted(target: Target) -> None:
    """Forget what the user has deleted the breakpoints of, by the debugger's own command."""
    for pattern, breaking in list(target.following.items()):
        if not breaking.is_set:
            target.following.pop(pattern).remove()


def _remove(target: Target, pattern: str) -> Broken:
    if pattern not in target.following:
        known = f"there are {', '.join(target.following)}" if target.following else "there are none"
        raise DebuggerError(f"jit-break {pattern} is not set: {known}")
    target.following.pop(pattern).remove()
    return Broken(pattern, (), removed=True)


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise DebuggerError(f"jit-break: {pattern!r} is no regular expression: {error}") from None


def _is_meant(pattern: re.Pattern[str], function: JitFunction) -> bool:
    return bool(pattern.search(function.symbol))


def render(broken: Broken) -> str:
    """Show the functions that stop now."""
    if broken.removed:
        return f"The breakpoints of jit-break {broken.pattern} are removed.\n"
    if not broken.functions:
        return f"No JIT function matches {broken.pattern} yet: those of JIT dylibs to come will stop.\n"
    rows = [(each.name, f"{each.start:#x}", str(each.dylib)) for each in broken.functions]
    heading = f"These functions stop, and those of JIT dylibs to come that match {broken.pattern}:\n"
    return heading + table(("function", "address", "dylib"), rows, width=NAME_WIDTH)


def _candidates(target: Target, word: str) -> Iterable[str]:
    return [*target.following, *function_names(target, word)]


COMMAND = Command(
    name="jit-break",
    summary="Stop at all JIT functions whose names match, in dylibs that are loaded and in those to come.",
    description="""
        REGEX is searched for in the names that the functions have in the images' symbol tables; ^fib$ is fib alone. The
        breakpoints are the debugger's own, behind the prologue, and can be listed, disabled and deleted like any
        others; where all of them are deleted, no more are set.
        Functions of other libraries never stop, whatever their names.
        """,
    arguments=(Argument("REGEX", "a regular expression, as Python has them", candidates=_candidates),),
    options=(Option("--remove", "Delete the breakpoints that were set for REGEX, and set no more."),),
    examples=(
        Example("jit-break ^fib", "all functions that begin with fib"),
        Example("jit-break .", "all functions"),
        Example("jit-break --remove .", "no longer"),
    ),
    run=run,
    render=render,
)
