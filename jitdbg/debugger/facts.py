"""What a debugger says, as facts: frozen, complete when they are made, and the same words for gdb, lldb and DAP.

Whatever a debugger calls things, here they have one name. Facts outlive the debugger that they were read from; nothing
in them refers back to it. Addresses are integers, paths absolute, lines and columns count from 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional, Union

# Why a program stopped.
BREAKPOINT = "breakpoint"
WATCHPOINT = "watchpoint"
STEP = "step"
SIGNAL = "signal"
EXCEPTION = "exception"
INTERRUPT = "interrupt"
ENTRY = "entry"
FORK = "fork"
EXITED = "exited"
KILLED = "killed"
OTHER = "other"
REASONS = (BREAKPOINT, WATCHPOINT, STEP, SIGNAL, EXCEPTION, INTERRUPT, ENTRY, FORK, EXITED, KILLED, OTHER)

# What is known of a value.
AVAILABLE = "available"
OPTIMIZED_OUT = "optimized out"
NOT_ASSIGNED = "not yet assigned"
NOT_IN_SCOPE = "not in scope"
FAILED = "error"
AVAILABILITIES = (AVAILABLE, OPTIMIZED_OUT, NOT_ASSIGNED, NOT_IN_SCOPE, FAILED)

# Which variables of a frame.
ARGUMENTS = "arguments"
LOCALS = "locals"
GLOBALS = "globals"
SCOPES = (ARGUMENTS, LOCALS, GLOBALS)

# What a program is to the debugger.
LIVE = "live"
CORE = "core"
PROGRAM_KINDS = (LIVE, CORE)

Scalar = Union[bool, int, float, str]

# How many children of one value are read; `Value.child_count` says how many there are.
CHILDREN_LIMIT = 256


@dataclass(frozen=True)
class Place:
    """A line of a source; ``file`` is absolute where the debug info allows, ``column`` None where it has none.

    Places of one line are equal: not every debugger tells columns.
    """

    file: str
    line: int
    column: Optional[int] = field(default=None, compare=False)


@dataclass(frozen=True)
class Frame:
    """A function that is active, or inlined into one that is (``inlined``); level 0 is the innermost.

    ``module`` is the path of the file that the code was loaded from, None for code of nobody. ``address`` is the
    frame's own pc: for outer frames the return address. In a ``prologue`` arguments and locals are not at their places
    yet, and what is read of them is not to be trusted; None is what a debugger does not tell.
    """

    level: int
    address: int
    function: Optional[str] = None
    place: Optional[Place] = None
    module: Optional[str] = None
    inlined: bool = False
    prologue: Optional[bool] = False


@dataclass(frozen=True)
class Value:
    """A variable, a member, an element or the result of an expression.

    ``scalar`` is the number of an integer, enumeration, pointer or reference (its address), boolean or floating-point
    value, None for an aggregate. ``text`` is what the debugger shows of it on one line. ``children`` are the members,
    elements or the pointee's, as deep as was asked for; ``child_count`` tells how many there are in all. ``declared``
    is the line of a variable, up to which a local holds nothing yet.
    """

    name: str
    type: str
    availability: str = AVAILABLE
    scalar: Optional[Scalar] = None
    text: str = ""
    address: Optional[int] = None
    children: tuple[Value, ...] = ()
    child_count: int = 0
    error: str = ""
    declared: Optional[int] = None

    def child(self, name: str) -> Value:
        """Give the member or element called ``name`` (``"x"``, ``"[2]"``), an unnamed member's too. Raises KeyError."""
        found = self._find_child(name)
        if found is None:
            raise KeyError(name)
        return found

    def _find_child(self, name: str) -> Optional[Value]:
        for child in self.children:
            found = child if child.name == name else None if child.name else child._find_child(name)
            if found is not None:
                return found
        return None


@dataclass(frozen=True)
class Location:
    """One address at which a breakpoint stops."""

    address: int
    function: Optional[str] = None
    place: Optional[Place] = None
    module: Optional[str] = None


@dataclass(frozen=True)
class Breakpoint:
    """A breakpoint as it stands now; one without locations is pending.

    ``requested`` is what was asked for; ``locations`` say where it really stops, which for a line without code is a
    later line. ``hits`` counts over all locations. A watchpoint has its expression in ``watches``.
    """

    id: int
    requested: str
    locations: tuple[Location, ...] = ()
    hits: int = 0
    enabled: bool = True
    condition: str = ""
    ignore: int = 0
    watches: str = ""

    @property
    def pending(self) -> bool:
        """Whether the code that it is for does not exist yet."""
        return not self.locations and not self.watches


@dataclass(frozen=True)
class BrokenCondition:
    """A breakpoint's condition that could not be evaluated; ``words`` are the debugger's."""

    breakpoint: int
    condition: str
    words: str

    @property
    def sentence(self) -> str:
        """Say so."""
        return f"the condition {self.condition} of breakpoint {self.breakpoint} can't be evaluated: {self.words}"


@dataclass(frozen=True)
class Thread:
    """A thread of the program; ``id`` is the debugger's number, ``system_id`` the kernel's, where it is told."""

    id: int
    system_id: Optional[int]
    name: str = ""


@dataclass(frozen=True)
class Module:
    """A file that code was loaded from: the program itself or a library; ``base`` is what its `p_vaddr` 0 lies at.

    ``has_symbols`` is None where the debugger does not tell.
    """

    path: str
    base: Optional[int] = None
    build_id: str = ""
    has_symbols: Optional[bool] = False


@dataclass(frozen=True)
class Process:
    """The program as a process that runs, or did when its core was dumped.

    ``id`` is the process's own, None where it is not told. ``remote``: a debug server has it, and its files can be
    those of another machine.
    """

    id: Optional[int]
    kind: str = LIVE
    remote: bool = False


@dataclass(frozen=True)
class Symbol:
    """What is at an address.

    ``function`` is the function or variable there and ``offset`` how far the address is into it, below 0 in a part of a
    function that lies before its entry; None for what has no name. ``frames`` are the functions that the code is of,
    innermost first: all but the last are ``inlined``, and each ``place`` but the first is where the one before was
    called. There are none without debug info.
    """

    address: int
    function: Optional[str] = None
    offset: int = 0
    frames: tuple[Frame, ...] = ()
    module: Optional[str] = None


@dataclass(frozen=True)
class Check:
    """Whether something works in a debugger: ``words`` say what was found, ``remedy`` what to do where it does not."""

    name: str
    ok: bool
    words: str
    remedy: str = ""


@dataclass(frozen=True)
class Register:
    """A register of a frame; ``scalar`` is None for vectors and for what the frame has not saved."""

    name: str
    scalar: Optional[Scalar] = None
    text: str = ""


@dataclass(frozen=True)
class Instruction:
    """A machine instruction, disassembled in the debugger's flavour."""

    address: int
    text: str
    size: int
    function: Optional[str] = None
    offset: int = 0
    place: Optional[Place] = None


@dataclass(frozen=True)
class Stop:
    """Why and where the program stopped, or that it ended.

    ``thread`` is the debugger's number of the thread that stopped, ``frame`` its innermost frame; both are None after
    the end. ``breakpoints`` are the ids of those that were hit, ``signal`` the signal's name (SIGSEGV; empty where the
    debugger does not know what killed the program), ``exit_code`` what the program ended with, ``old`` and ``new`` a
    watched value before and after. ``broken`` has the conditions that were found to be unfit since the stop before,
    whichever breakpoint this stop is for.
    """

    reason: str
    thread: Optional[int] = None
    frame: Optional[Frame] = None
    breakpoints: tuple[int, ...] = ()
    signal: str = ""
    exit_code: Optional[int] = None
    old: Optional[Value] = None
    new: Optional[Value] = None
    words: str = field(default="", compare=False)
    broken: tuple[BrokenCondition, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether there is no program any more."""
        return self.reason in (EXITED, KILLED)
