"""The programs of tests/programs that the harness is tested with, modelled for the fake debugger."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from jitdbg.debugger.facts import OPTIMIZED_OUT, Value
from jitdbg.harness.fake import Activation, FakeModule, Run
from tests.harness_programs import PROGRAMS

# ------------------------------------------------------------------------------------------------------------- basics


class color(ctypes.c_uint):
    _names_ = {0: "RED", 7: "GREEN"}  # noqa: RUF012


class point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_int))


class number_bits(ctypes.Union):
    _fields_ = (("integer", ctypes.c_int), ("real", ctypes.c_float))


class mixed(ctypes.Structure):
    _anonymous_ = ("bits",)
    _fields_ = (
        ("three", ctypes.c_uint, 3),
        ("five", ctypes.c_int, 5),
        ("bits", number_bits),
        ("where", ctypes.POINTER(point)),
        ("color", color),
        ("yes", ctypes.c_bool),
        ("letter", ctypes.c_char),
    )


BASICS = FakeModule(PROGRAMS / "harness_basics.c", {"counter": 0, "scale": 2.5, "of_thread": 11})


@BASICS.function("small", "deepest", "recursion", "product")
def factorial(frame: Activation, number: int) -> Run[int]:
    yield frame.at("small")
    if number <= 1:
        yield frame.at("deepest")
        return 1
    yield frame.at("recursion")
    rest: int = yield from frame.call(factorial, number - 1)
    frame.locals.rest = rest
    frame.globals.counter += 1
    yield frame.at("product")
    return number * rest


@BASICS.function("mixed", "loop", "values")
def values(frame: Activation, count: int, origin: ctypes._Pointer[point]) -> Run[int]:
    yield frame.at("mixed")
    union = number_bits(integer=1065353216)
    frame.locals.mixed = mixed(5, -3, union, origin, color(7), True, b"x")
    frame.locals.squares = (ctypes.c_int * count)()
    for index in range(count):
        frame.locals.index = index
        yield frame.at("loop")
        frame.locals.squares[index] = index * index
    del frame.locals.index
    frame.locals.number = Value("number", "complex double", text="1.5 - 2i")
    frame.locals.lanes = (ctypes.c_int * 4)(1, 2, 3, 4)
    frame.locals.text = "hello"
    frame.locals.third = ctypes.c_float(1 / 3)
    frame.locals.large = -5000000000
    frame.locals.byte = ctypes.c_ubyte(200)
    frame.locals.nowhere = ctypes.POINTER(point)()
    frame.locals.shadowed = 2
    yield frame.at("values")
    return 1


@BASICS.function("twice")
def twice(frame: Activation, number: int) -> Run[int]:
    yield frame.at("twice")
    return 2 * number


@BASICS.function("origin", "call", "printed", "passed", "last", name="main")
def basics_main(frame: Activation) -> Run[int]:
    yield frame.at("origin")
    frame.locals.origin = point(3, -4)
    yield frame.at("call")
    frame.locals.product = yield from frame.call(factorial, 5)
    yield frame.at("printed")
    frame.print(f"{frame.locals.product} alone\n")
    yield frame.at("passed")
    yield from frame.call(values, 4, ctypes.pointer(frame.locals.origin))
    yield frame.at("last")
    doubled: int = yield from frame.call(twice, frame.locals.product)
    return 3 if doubled == 240 else 4


# --------------------------------------------------------------------------------------------------------------- ends

ENDS = FakeModule(PROGRAMS / "harness_ends.c", {"ready": 0})


@ENDS.function("crash")
def crash(frame: Activation, nowhere: ctypes._Pointer[ctypes.c_int]) -> Run[None]:  # noqa: ARG001 - a variable of it
    yield frame.at("crash")
    yield frame.signal("SIGSEGV")


@ENDS.function("worker")
def work(frame: Activation, argument: int) -> Run[None]:  # noqa: ARG001
    yield frame.at("worker")
    yield frame.pause()


@ENDS.function("started")
def start_threads(frame: Activation) -> Run[None]:
    for number in (1, 2):
        frame.start_thread(work, number)
    yield frame.at("started")


@ENDS.function("flooded")
def flood(frame: Activation) -> Run[None]:
    for _ in range(8000):
        frame.print("a" * 999 + "\n")
    yield frame.at("flooded")


@ENDS.function("spin")
def hang(frame: Activation) -> Run[None]:
    frame.print("hanging\n")
    while True:
        yield frame.at("spin")
        frame.globals.ready = 1


def crash_at_once(frame: Activation) -> Run[None]:
    yield from frame.call(crash, ctypes.POINTER(ctypes.c_int)())


def signalled(name: str) -> Callable[[Activation], Run[None]]:
    def act(frame: Activation) -> Run[None]:
        yield frame.signal(name)

    return act


def calling(function: object) -> Callable[[Activation], Run[None]]:
    def act(frame: Activation) -> Run[None]:
        yield from frame.call(function)

    return act


WAYS = {
    "crash": crash_at_once,
    "abort": signalled("SIGABRT"),
    "killed": signalled("SIGKILL"),
    "signal": signalled("SIGUSR1"),
    "threads": calling(start_threads),
    "flood": calling(flood),
    "hang": calling(hang),
}


@ENDS.function("begin", "end", name="main")
def ends_main(frame: Activation) -> Run[int]:
    yield frame.at("begin")
    how = frame.command[1]
    if how in WAYS:
        yield from WAYS[how](frame)
    if how == "read":
        return 5
    yield frame.at("end")
    return 42


# ------------------------------------------------------------------------------------------------- inlined, stops, late

INLINED = FakeModule(PROGRAMS / "harness_inlined.c", {"seen": 0})


@INLINED.function("inner")
def inner(frame: Activation, number: int) -> Run[int]:
    yield frame.at("inner")
    frame.globals.seen = number + 1
    return number * 2


@INLINED.function("middle")
def middle(frame: Activation, number: int) -> Run[int]:
    yield frame.at("middle")
    doubled: int = yield from frame.call(inner, number + 10, inlined=True)
    return doubled + 1


@INLINED.function("outer")
def outer(frame: Activation, number: int) -> Run[int]:
    frame.locals.lost = Value("lost", "int", OPTIMIZED_OUT)
    yield frame.at("outer")
    found: int = yield from frame.call(middle, number, inlined=True)
    return found + 100


@INLINED.function("called", name="main")
def inlined_main(frame: Activation) -> Run[int]:
    yield frame.at("called")
    result: int = yield from frame.call(outer, len(frame.command))
    return result & 1


STOPS = FakeModule(PROGRAMS / "harness_stops.c", {"total": 0.0})


@STOPS.function("body")
def add(frame: Activation, index: int) -> Run[None]:
    frame.locals.half = index / 2
    yield frame.at("body")
    frame.globals.total += index / 2


@STOPS.function("loop", name="main")
def stops_main(frame: Activation) -> Run[int]:
    for index in range(1000):
        frame.locals.index = index
        yield frame.at("loop")
        yield from frame.call(add, index)
    return 0


LATE = FakeModule(PROGRAMS / "debug_late.c")


@LATE.function("computed")
def triple(frame: Activation, number: int) -> Run[int]:
    frame.locals.result = number * 3
    yield frame.at("computed")
    return number * 3


HOST = FakeModule(PROGRAMS / "debug_host.c")


@HOST.function("load", "call", name="main")
def host_main(frame: Activation) -> Run[int]:
    yield frame.at("load")
    frame.load(LATE, frame.command[1])
    yield frame.at("call")
    result: int = yield from frame.call(triple, 14)
    frame.print(f"triple of 14 is {result}\n")
    return 0


RELOAD = FakeModule(PROGRAMS / "harness_reload.c")


@RELOAD.function("load")
def call(frame: Activation, path: str) -> Run[int]:
    yield frame.at("load")
    library = frame.load(LATE, path)
    result: int = yield from frame.call(triple, 14)
    frame.unload(library)
    return result


@RELOAD.function("first", "second", name="main")
def reload_main(frame: Activation) -> Run[int]:
    yield frame.at("first")
    first: int = yield from frame.call(call, frame.command[1])
    yield frame.at("second")
    second: int = yield from frame.call(call, frame.command[1])
    frame.print(f"{first} {second}\n")
    return 0


FAKE_PROGRAMS = {
    "harness_basics": BASICS,
    "harness_ends": ENDS,
    "harness_inlined": INLINED,
    "harness_stops": STOPS,
    "debug_host": HOST,
    "harness_reload": RELOAD,
}
