"""``jit-list``: the JIT dylibs that the program has loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jitdbg.debugger.commands.declaration import JSON, Arguments, Command, Example
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.tables import table
from jitdbg.debugger.target import Target

_COLUMNS = ("id", "name", "generation", "range", "functions", "debug info", "source", "build-id", "store")
_SHOWN_OF_BUILD_ID = 12
_UNKNOWN = "?"


@dataclass(frozen=True)
class Listing:
    """The dylibs of a program, in the order in which they were loaded."""

    dylibs: Sequence[Dylib]


def run(target: Target, arguments: Arguments) -> Listing:
    """List the dylibs."""
    del arguments
    target.process()
    return Listing(tuple(target.dylibs.listed()))


def render(listing: Listing) -> str:
    """Show a line for each dylib."""
    if not listing.dylibs:
        return "The program has loaded no JIT dylib.\n"
    return table(_COLUMNS, map(_row, listing.dylibs))


def _row(dylib: Dylib) -> Sequence[str]:
    return (
        str(dylib.id),
        dylib.name if len(dylib.modules) == 1 else f"{dylib.name} and {len(dylib.modules) - 1} more",
        str(dylib.generation),
        f"{dylib.start:#x}-{dylib.end:#x}",
        _UNKNOWN if dylib.functions is None else str(dylib.functions),
        {None: _UNKNOWN, True: "yes", False: "no"}[dylib.debug_info],
        dylib.source or "none",
        dylib.build_id[:_SHOWN_OF_BUILD_ID],
        dylib.store,
    )


COMMAND = Command(
    name="jit-list",
    summary="List the JIT dylibs that the program has loaded.",
    description="""
        A JIT dylib is a library whose image carries jitdbg's note, whoever loaded it. The table has its number, logical
        name and generation, the addresses from its first to after its last, the number of its functions, whether there
        is debug info, what it was made from, the first digits of its build-id, and whether the image lies in a file or
        in a memfd. A question mark stands for what only the image's file tells, where that can't be read from here.
        """,
    options=(JSON,),
    examples=(Example("jit-list", "all JIT dylibs"), Example("jit-list --json", "the same for a program")),
    run=run,
    render=render,
)
