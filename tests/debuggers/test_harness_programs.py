"""Programs that are hard on debuggers, in libraries that jitdbg compiled and linked, under every debugger alike."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.debugger.facts import BREAKPOINT, FAILED, OPTIMIZED_OUT, SIGNAL, STEP, WATCHPOINT, Frame, Place, Value
from jitdbg.harness import Session
from jitdbg.harness.abilities import (
    CHARACTER_ARRAYS,
    COMPLEX_PARTS,
    DECLARATIONS,
    FORKED_CHILDREN,
    MODULE_FACTS,
    SYMBOLS,
    THREAD_GLOBALS,
    UNNAMED_MEMBERS,
    VARIABLE_LENGTHS,
    WATCH_ENDS,
)
from jitdbg.harness.plugin import SessionStarter
from jitdbg.linker import link
from tests.harness_programs import PROGRAMS, compile_program
from tests.linking import compiled_file

pytestmark = pytest.mark.debugger

Images = Callable[..., Path]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """Builds a program to an image as the engine does, once; ``folder`` tells images of one name apart."""
    root = tmp_path_factory.mktemp("images")

    def image(program: str, *cflags: str, opt_level: int = 0, name: str = "", folder: str = ".") -> Path:
        (source,) = PROGRAMS.glob(f"{program}.c*")
        path = root / folder / f"{name or program}.so"
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(build(source, soname=path.name, opt_level=opt_level, cflags=cflags))
        return path

    return image


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Loads the images that it is given and calls ``run`` of the last one."""
    return compile_program("linker_host", tmp_path_factory.mktemp("host"))


@pytest.fixture
def loading(debug_session: SessionStarter, host: Path) -> Callable[..., Session]:
    def session(*loaded: Path, sources: Sequence[str]) -> Session:
        return debug_session.launch([host, *loaded], sources=[next(PROGRAMS.glob(f"{name}.c*")) for name in sources])

    return session


Loading = Callable[..., Session]


def numbers(values: dict[str, Value]) -> dict[str, object]:
    """Give the numbers of those that have one and are no pointers; what clang adds to a source is left out."""
    return {name: value.scalar for name, value in values.items() if value.child_count == 0 and name[:2] != "__"}


def elements(value: Value) -> list[object]:
    return [child.scalar for child in value.children]


def functions(session: Session, *, thread: int | None = None) -> list[str | None]:
    """Name the functions of the stack up to ``main``."""
    names = [frame.function for frame in session.frames(thread=thread)]
    return names[: names.index("main") + 1] if "main" in names else names


def frame_of(session: Session, function: str, *, thread: int | None = None) -> Frame:
    return next(frame for frame in session.frames(thread=thread) if frame.function == function)


# --------------------------------------------------------------------------------------------------- frames and values


def test_frames_of_a_mutual_recursion_have_arrays_of_their_own_lengths(images: Images, loading: Loading) -> None:
    session = loading(images("hard_recursion"), sources=["hard_recursion"])
    session.run_to("mark: deepest")

    assert functions(session) == ["even", "odd", "even", "odd", "even", "run", "main"]
    assert [session.variable("depth", level).scalar for level in range(5)] == [0, 1, 2, 3, 4]
    assert [elements(session.variable("cells", level)) for level in (0, 2, 4)] == [
        [0], [20, 21, 22], [40, 41, 42, 43, 44],
    ]  # fmt: skip
    assert [session.variable("mine", level).scalar for level in (1, 2, 3, 4)] == [0.5, 22, 1.5, 44]
    assert [session.evaluate("cells[1] + depth", level).scalar for level in (2, 4)] == [23, 45]
    calls = [session.place("odd-calls"), session.place("even-calls")]
    assert [frame.place for frame in session.frames(5)[1:]] == calls * 2


@pytest.fixture
def values(images: Images, loading: Loading) -> Session:
    session = loading(images("hard_values"), sources=["hard_values"])
    session.run_to("mark: values")
    return session


def test_bit_fields_packed_members_and_unions_are_read_bit_by_bit(values: Session) -> None:
    found = values.locals()

    assert numbers({child.name: child for child in found["bits"].children}) == {
        "low": 5, "negative": -3, "across": 0x123456789A, "set": True, "plain": -7,
    }  # fmt: skip
    assert numbers({child.name: child for child in found["packed"].children}) == {
        "tag": ord("p"), "unaligned": -123456, "bit": 1, "rest": 0x4321,
    }  # fmt: skip
    assert values.evaluate("bits.across + packed.rest").scalar == 0x123456789A + 0x4321
    either = values.locals(depth=2)["either"]
    assert (either.child("whole").scalar, either.child("real").scalar) == (0x3F800000, 1.0)
    values.require(UNNAMED_MEMBERS, CHARACTER_ARRAYS)
    assert elements(either.child("bytes")) == [0, 0, 0x80, 0x3F]
    assert either.child("second").scalar == 0, "a member of the structure without a name"


def test_complex_numbers_have_two_parts(values: Session) -> None:
    values.require(COMPLEX_PARTS)

    found = values.locals()

    assert [(part.name, part.scalar) for part in found["wave"].children] == [("real", 1.5), ("imag", -2.0)]
    assert elements(found["small"]) == [-0.25, 4.0]


def test_vectors_wide_integers_and_pointers_have_their_parts(values: Session) -> None:
    found = values.locals(depth=3)

    assert elements(found["eight"]) == [1, -2, 3, -4, 5, -6, 7, -8]
    assert elements(found["lanes"]) == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, -7.5]
    assert values.evaluate("eight[3]").scalar == -4
    assert found["huge"].scalar == -(1 << 90)
    middle = found["first"].child("next")
    assert middle.scalar == values.evaluate("&middle").scalar
    assert (middle.child("value").scalar, middle.child("next").child("value").scalar) == (2, 3)


def test_an_array_of_two_variable_lengths_is_read_right_or_not_at_all(values: Session) -> None:
    values.require(VARIABLE_LENGTHS)
    grid, element = values.locals(depth=2)["grid"], values.evaluate("grid[1][2]")

    if values.debugger == "lldb":  # lldb 22 takes the rows to follow each other by the size of an element.
        assert (grid.availability, element.availability) == (FAILED, FAILED)
        assert "variable length" in grid.error
    else:
        assert [elements(row) for row in grid.children] == [[0, 1, 2], [10, 11, 12]]
        assert element.scalar == 12
    assert values.evaluate("((int (*)[3])&grid)[1][2]").scalar == 12


def test_locals_know_their_lines(values: Session) -> None:
    values.require(DECLARATIONS)

    assert values.variable("huge").declared == values.place("huge").line


def test_variables_of_a_thread_and_of_the_library_are_its_globals(values: Session) -> None:
    found = values.globals()

    assert elements(found["shared"]) == [7, 8, 9]
    values.require(THREAD_GLOBALS)
    assert (found["of_thread"].scalar, found["private_of_thread"].scalar) == (13, 3.5)


# -------------------------------------------------------------------------------------------------------- optimisation


def test_functions_inlined_into_optimised_code_are_frames_with_values(images: Images, loading: Loading) -> None:
    session = loading(images("hard_optimized", opt_level=2), sources=["hard_optimized"])
    session.run_to("mark: inner")

    assert [(frame.function, frame.inlined) for frame in session.frames(3)] == [
        ("inner", True), ("middle", True), ("outer", False),
    ]  # fmt: skip
    assert [session.frame(level).place for level in (1, 2)] == [session.place("middle"), session.place("outer")]
    given = [session.variable(name, level).scalar for level, name in enumerate(("given", "given", "number"))]
    assert given == [14, 4, 4]
    assert session.variable("doubled").scalar == 28
    assert session.variable("kept", 2).scalar == 9
    assert session.variable("lost", 2).availability == OPTIMIZED_OUT


def test_a_call_that_became_a_jump_is_a_frame(loading: Loading, tmp_path: Path) -> None:
    # gdb wants the return address at jumps too, which gcc gives and clang does not (DWARF 5, 3.4.1).
    image = tmp_path / "jumps.so"
    gcc = compiled_file(PROGRAMS / "hard_optimized.c", "-O2", compiler="cc")
    image.write_bytes(link([gcc], soname=image.name))
    session = loading(image, sources=["hard_optimized"])
    session.run_to("mark: leaf")

    assert functions(session) == ["leaf", "jumps", "outer", "run", "main"]
    assert session.frame(1).place == session.place("jumps")
    assert session.frame(2).place == session.place("calls")
    assert session.variable("number").scalar == 8


def test_frames_above_a_jump_of_clangs_are_right_but_for_the_one_that_jumped(images: Images, loading: Loading) -> None:
    session = loading(images("hard_optimized", opt_level=2), sources=["hard_optimized"])
    session.run_to("mark: leaf")

    between = ["jumps"] if session.debugger.startswith("lldb") else []
    assert functions(session) == ["leaf", *between, "outer", "run", "main"]
    outer = frame_of(session, "outer")
    assert outer.place == session.place("calls")
    assert session.variable("kept", outer.level).availability == OPTIMIZED_OUT


# ------------------------------------------------------------------------------------- threads, exceptions and signals


def test_threads_in_one_function_have_values_of_their_own(images: Images, loading: Loading) -> None:
    session = loading(images("hard_threads"), sources=["hard_threads"])
    session.run_to("mark: together")

    main, *others = session.threads()
    assert session.stop is not None
    assert session.stop.thread == main.id
    assert functions(session) == ["both_wait", "run", "main"]
    seen = set()
    for thread in others:
        level = frame_of(session, "work", thread=thread.id).level
        place = session.frame(level, thread=thread.id).place
        assert place in (session.place("met"), session.place("waits")), "whoever is first is woken last"
        argument = session.variable("argument", level, thread=thread.id).scalar
        own = session.variable("number", level, thread=thread.id).scalar
        assert session.evaluate("*(int *)argument", level, thread=thread.id).scalar == own
        seen.add((own, session.evaluate("of_thread", level, thread=thread.id).scalar, argument))
    assert {(own, of_thread) for own, of_thread, _ in seen} == {(1, 101), (2, 102)}


def test_a_step_is_of_the_thread_that_it_is_asked_of(images: Images, loading: Loading) -> None:
    session = loading(images("hard_threads"), sources=["hard_threads"])
    session.run_to("mark: together")

    stop = session.step_over()

    assert (stop.reason, stop.thread) == (STEP, session.threads()[0].id)
    assert session.evaluate("of_thread", frame_of(session, "both_wait").level).scalar == 150


def test_an_exception_goes_from_one_library_to_another(images: Images, loading: Loading) -> None:
    thrower, catcher = images("hard_thrower"), images("hard_catcher")
    session = loading(thrower, catcher, sources=["hard_thrower", "hard_catcher"])
    for mark in ("throws", "destroyed", "catches"):
        session.break_at(f"mark: {mark}")

    session.run()
    assert functions(session) == ["thrower", "run", "main"]
    assert {frame.module for frame in session.frames(2)} == {str(thrower), str(catcher)}
    assert (session.variable("doubled").scalar, session.variable("count", 1).scalar) == (42, 0)

    point = session.break_at("__cxa_throw")
    assert session.go_on().breakpoints == (point.id,)
    assert functions(session) == ["__cxa_throw", "thrower", "run", "main"]

    session.go_on()
    assert functions(session)[:2] == ["Guard::~Guard", "thrower"]
    assert functions(session)[-2:] == ["run", "main"]

    stop = session.go_on()
    assert stop.frame is not None
    assert (stop.frame.function, stop.frame.place) == ("run", session.place("catches"))
    assert session.locals()["failure"].child("code").scalar == 42
    assert session.variable("count").scalar == 1
    assert session.step_over().frame.place.line == session.place("catches").line + 1  # type: ignore[union-attr]


def test_a_signals_handler_is_called_by_the_code_that_it_disturbs(images: Images, loading: Loading) -> None:
    session = loading(images("hard_signals"), sources=["hard_signals"])
    session.break_at("mark: handled")

    sent = session.run()
    assert sent.reason == SIGNAL
    handled = session.go_on()

    assert (handled.reason, session.variable("number").scalar) == (BREAKPOINT, 10)
    disturbed = frame_of(session, "disturbed")
    assert functions(session)[disturbed.level :] == ["disturbed", "run", "main"]
    assert disturbed.place == session.place("raises")
    assert session.variable("before", disturbed.level).scalar == 5
    session.run_to("mark: raised")
    assert session.variable("handled").scalar == 10


def test_a_crash_in_a_recursion_shows_the_address_that_it_could_not_read(images: Images, loading: Loading) -> None:
    session = loading(images("hard_signals"), sources=["hard_signals"])
    session.run()

    stop = session.go_on()

    assert stop.reason == SIGNAL
    assert functions(session) == ["crash", "crash", "crash", "run", "main"]
    assert [session.variable("depth", level).scalar for level in range(3)] == [0, 1, 2]
    assert session.variable("nowhere").scalar == 8
    assert session.frame().place == session.place("crash")


# --------------------------------------------------------------------------------------------------------- watchpoints


@pytest.fixture
def watched(images: Images, loading: Loading) -> Session:
    session = loading(images("hard_watched"), sources=["hard_watched"])
    session.run_to("mark: start")
    return session


def test_a_member_is_watched_behind_whatever_pointer_writes_it(watched: Session) -> None:
    point = watched.watch("account.balance")

    stops = [watched.go_on() for _ in range(3)]

    assert [(stop.reason, stop.breakpoints) for stop in stops] == [(WATCHPOINT, (point.id,))] * 3
    assert [(stop.old.scalar, stop.new.scalar) for stop in stops if stop.old and stop.new] == [
        (10, 11), (11, 13), (13, 16),
    ]  # fmt: skip
    assert {stop.frame.function for stop in stops if stop.frame} == {"pay"}
    assert watched.variable("amount").scalar == 3


def test_a_write_of_the_value_that_is_there_is_no_change(watched: Session) -> None:
    watched.watch("account.owner")

    watched.run_to("mark: end")

    assert watched.variable("account").child("owner").scalar == 7


@pytest.mark.parametrize("access", ["read", "read-write"])
def test_a_read_is_a_stop_where_it_is_asked_for(watched: Session, access: str) -> None:
    point = watched.watch("total", access=access)

    stop = watched.go_on()

    assert (stop.reason, stop.breakpoints) == (WATCHPOINT, (point.id,))
    assert stop.new is not None
    assert (stop.new.scalar, watched.variable("amount").scalar) == (0, 1)


def test_a_watched_local_is_not_taken_for_the_writers_own_of_that_name(watched: Session) -> None:
    watched.run_to("mark: lends")
    watched.watch("local")

    stop = watched.go_on()

    assert stop.frame is not None
    assert stop.frame.function == "write_to"
    assert (stop.old and stop.old.scalar, stop.new and stop.new.scalar) == (0, 7)


def test_hits_of_a_watchpoint_are_passed_over(watched: Session) -> None:
    watched.watch("account.balance", ignore=2)

    stop = watched.go_on()

    assert stop.new is not None
    assert stop.new.scalar == 16
    assert stop.old is None or stop.old.scalar == 13  # Unseen changes are unknown, or known: never stale.


def test_a_watched_local_ends_with_its_function(watched: Session) -> None:
    watched.run_to("mark: begun")
    point = watched.watch("local")

    changes = [watched.go_on(), watched.go_on()]
    end = watched.go_on()

    assert [(stop.old.scalar, stop.new.scalar) for stop in changes if stop.old and stop.new] == [(0, 3), (3, 6)]
    watched.require(WATCH_ENDS)
    assert (end.reason, end.breakpoints, end.old, end.new) == (WATCHPOINT, (point.id,), None, None)
    assert end.frame is not None
    assert end.frame.function == "run"
    assert watched.breakpoints() == []
    assert watched.go_on().exit_code == 0


# ----------------------------------------------------------------------------------------- several libraries, processes


def test_another_library_at_the_same_path_has_its_own_lines_and_values(
    images: Images, debug_session: SessionStarter, tmp_path: Path
) -> None:
    first = shutil.copy(images("hard_generation"), tmp_path / "library.so")
    second = shutil.copy(images("hard_generation", "-DSECOND", folder="second"), tmp_path / "next.so")
    reloading = compile_program("harness_reload", tmp_path)
    session = debug_session.launch([reloading, first, second], sources=[PROGRAMS / "hard_generation.c"])
    session.break_at("mark: computed")

    seen = []
    for stop in (session.run, session.go_on):
        frame = stop().frame
        assert frame is not None
        assert frame.place == session.place("computed")
        (module,) = (module for module in session.modules() if module.path == frame.module)
        (location,) = session.breakpoints()[0].locations
        assert location.address == frame.address
        calls = session.variable("calls").scalar, session.evaluate("calls + 0").scalar
        own = session.variable("factor").scalar, session.variable("other").scalar
        seen.append((frame.module, calls, own, frame.address - (module.base or 0)))

    assert [generation[:3] for generation in seen] == [
        (str(first), (301, 301), (3, None)),
        (str(first), (501, 501), (5, 14)),
    ]
    assert seen[0][3] != seen[1][3], "the second has its code elsewhere"
    assert session.go_on().exit_code == 0
    assert session.output == "42 70\n"


def test_two_libraries_of_one_name_are_told_apart(images: Images, loading: Loading) -> None:
    twins = [images("hard_twin", f"-DTWIN={number}", name="twin", folder=f"{number}") for number in (1, 2)]
    session = loading(*twins, sources=["hard_twin"])
    session.break_at("mark: twin")

    seen = []
    for stop in (session.run, session.go_on):
        frame = stop().frame
        assert frame is not None
        own = {session.variable("own").scalar, session.globals()["own"].scalar, session.evaluate("own").scalar}
        seen.append((frame.module, own, session.variable("number").scalar))

    assert seen == [(str(twins[0]), {111}, 1), (str(twins[1]), {222}, 2)]
    session.require(SYMBOLS, MODULE_FACTS)
    assert {location.module for location in session.breakpoints()[0].locations} == set(map(str, twins))
    assert len({module.build_id for module in session.modules() if module.path in map(str, twins)}) == 2


def test_sources_of_one_name_are_told_apart_by_their_folders(loading: Loading, tmp_path: Path) -> None:
    libraries = []
    for number, name in enumerate(("first", "run"), 1):
        source = tmp_path / f"{number}" / "part.c"
        source.parent.mkdir()
        source.write_text(f"int first(void);\nint {name}(void) {{\n  int own = {number};\n  return own + CALLS;\n}}\n")
        libraries.append(source.with_suffix(".so"))
        libraries[-1].write_bytes(
            build(source, soname="part.so", cflags=["-DCALLS=first()" if number == 2 else "-DCALLS=0"])
        )
    session = loading(*libraries, sources=[])
    session.break_at(f"{source}:4")

    stop = session.run()

    assert stop.frame is not None
    assert (stop.frame.function, stop.frame.module) == ("run", str(libraries[1]))
    assert stop.frame.place == Place(str(source), 4)
    assert session.variable("own").scalar == 2
    points = session.breakpoints()
    assert session.go_on().exit_code == 0, "the other library's line of that number is no stop"
    session.require(SYMBOLS)
    assert [location.module for location in points[0].locations] == [str(libraries[1])]


def test_a_forked_child_passes_a_breakpoint_unharmed(images: Images, loading: Loading) -> None:
    session = loading(images("hard_fork"), sources=["hard_fork"])
    session.break_at("mark: both")

    session.run()

    assert session.variable("who").scalar == 1, "it is the parent that stops"
    assert len(session.threads()) == 1
    assert session.go_on().exit_code == 0
    assert "the child ended with 1 23" in session.output


def test_a_forked_child_is_followed_into_the_library(images: Images, loading: Loading) -> None:
    session = loading(images("hard_fork"), sources=["hard_fork"])
    session.require(FORKED_CHILDREN)
    is_lldb = session.debugger.startswith("lldb")
    session.command("settings set target.process.follow-fork-mode child" if is_lldb else "set follow-fork-mode child")
    session.break_at("mark: both")

    stop = session.run()

    assert (stop.reason, session.variable("who").scalar) == (BREAKPOINT, 2)
    assert functions(session) == ["both", "run", "main"]
    assert session.go_on().exit_code == 23


# ---------------------------------------------------------------------------------------------------------- the engine

RELOADS = """
import sys
from jitdbg import Engine
with Engine() as engine:
    dylib = engine.load(sys.argv[1], cflags=["-DFACTOR=2"])
    scale = dylib.function("scale")
    first = scale(3)
    engine.reload(dylib, sys.argv[1], cflags=["-DFACTOR=5", "-DWITH_CALL"])
    print(first, scale(3))
"""
SCALE = """static int bonus = FACTOR * 10;
#ifdef WITH_CALL
static int called(int number) { return number + 1; }
#else
#define called(number) (number)
#endif
int scale(int number) {
  int scaled = called(number) * FACTOR;
  return scaled + bonus; /* mark: scaled */
}
"""


def test_a_generation_that_the_engine_reloads_has_its_own_values(debug_session: SessionStarter, tmp_path: Path) -> None:
    source = tmp_path / "scale.c"
    source.write_text(SCALE)
    session = debug_session.launch([sys.executable, "-c", RELOADS, source], sources=[source], timeout=100)
    session.break_at("mark: scaled")

    seen = []
    for stop in (session.run, session.go_on):
        frame = stop().frame
        assert frame is not None
        assert frame.place == session.place("scaled")
        seen.append((session.variable("scaled").scalar, session.globals()["bonus"].scalar, frame.module))

    assert [values[:2] for values in seen] == [(6, 20), (20, 50)]
    assert seen[0][2] != seen[1][2]
    assert session.go_on().exit_code == 0
    assert session.output == "26 70\n"
