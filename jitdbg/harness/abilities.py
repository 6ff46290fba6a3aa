"""What not every debugger tells: `Backend.lacks` names those abilities that one has not, each with the reason.

What would go wrong in silence is named as well as what raises `Unsupported` by itself: a session that needs an ability
says so with `Session.require`.
"""

from __future__ import annotations

ARGUMENTS = "arguments apart from other locals"
PROLOGUES = "whether a frame is in its prologue"
SIGNALS = "the name of the signal at a stop"
DEATHS = "the signal that a program died of"
KERNEL_IDS = "the kernel's numbers of threads"
MODULE_FACTS = "build-ids and base addresses of modules"
SYMBOLS = "the function of a breakpoint's location and of an instruction"
VARIABLE_ADDRESSES = "addresses of variables"
UNNAMED_MEMBERS = "members of unnamed unions"
COMPLEX_PARTS = "parts of complex numbers"
RECORD_TEXTS = "the text of records"
CHARACTER_ARRAYS = "elements of arrays of characters"
VARIABLE_LENGTHS = "arrays of several variable lengths"
DECLARATIONS = "the lines that variables are declared at"
ASSIGNMENTS = "whether a value of IR is assigned yet"
THREAD_GLOBALS = "variables of a thread among the globals"
WATCH_ENDS = "the end of a watched local"
WATCHPOINTS = "watchpoints"
CORES = "core dumps"
FORKED_CHILDREN = "following a child that is forked"
STOPS_IN_CALLS = "calling a function that has a breakpoint"
SHARED_PLACES = "breakpoints of different conditions at one place"
BROKEN_CONDITIONS = "that a condition can't be evaluated"

ABILITIES = (
    ARGUMENTS, PROLOGUES, SIGNALS, DEATHS, KERNEL_IDS, MODULE_FACTS, SYMBOLS, VARIABLE_ADDRESSES, UNNAMED_MEMBERS,
    COMPLEX_PARTS, RECORD_TEXTS, CHARACTER_ARRAYS, VARIABLE_LENGTHS, DECLARATIONS, ASSIGNMENTS, THREAD_GLOBALS,
    WATCHPOINTS, WATCH_ENDS, CORES, FORKED_CHILDREN, STOPS_IN_CALLS, SHARED_PLACES, BROKEN_CONDITIONS,
)  # fmt: skip
