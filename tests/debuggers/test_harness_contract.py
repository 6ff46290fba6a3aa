"""What a session promises, under every debugger alike."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.debugger.facts import (
    AVAILABLE,
    BREAKPOINT,
    ENTRY,
    EXITED,
    FAILED,
    INTERRUPT,
    KILLED,
    LIVE,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    SIGNAL,
    STEP,
    WATCHPOINT,
    Place,
)
from jitdbg.elf import ElfFile
from jitdbg.errors import ConditionError, DeadlinePassed, DebuggerError, MarkError, Unsupported
from jitdbg.harness import Session, Source
from jitdbg.harness.abilities import (
    BROKEN_CONDITIONS,
    DEATHS,
    KERNEL_IDS,
    MODULE_FACTS,
    PROLOGUES,
    SIGNALS,
    SYMBOLS,
    UNNAMED_MEMBERS,
    VARIABLE_ADDRESSES,
)
from jitdbg.harness.plugin import SessionStarter
from tests.fake_programs import FAKE_PROGRAMS
from tests.harness_programs import PROGRAMS, compile_program
from tests.processes import gone
from tests.sources import FIB

pytestmark = [pytest.mark.debugger, pytest.mark.fake(FAKE_PROGRAMS)]
NOT_MODELLED = pytest.mark.fake({})

BASICS = PROGRAMS / "harness_basics.c"
ENDS = PROGRAMS / "harness_ends.c"
INLINED = PROGRAMS / "harness_inlined.c"
LATE = PROGRAMS / "debug_late.c"


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all programs, compiled once."""
    folder = tmp_path_factory.mktemp("programs")
    compile_program("harness_basics", folder)
    compile_program("harness_ends", folder, "-pthread")
    compile_program("harness_inlined", folder, "-O2")
    compile_program("harness_reload", folder)
    compile_program("debug_host", folder)
    compile_program("debug_late", folder, "-shared", "-fPIC").rename(folder / "late.so")
    return folder


@pytest.fixture
def basics(debug_session: SessionStarter, programs: Path) -> Session:
    return debug_session.launch([programs / "harness_basics"], sources=[BASICS])


def ending(debug_session: SessionStarter, programs: Path, how: str, timeout: float = 60) -> Session:
    return debug_session.launch([programs / "harness_ends", how], sources=[ENDS], timeout=timeout)


def process_of(session: Session) -> int:
    """The process that a session's program is."""
    if session.debugger == "fake":
        raise Unsupported(session.debugger, "its programs are no processes")
    process = session.threads()[0].system_id
    assert process is not None
    return process


# ------------------------------------------------------------------------------------------------ breakpoints and steps


def test_each_frame_of_a_recursion_has_its_own_values(basics: Session) -> None:
    basics.break_at("mark: deepest")

    stop = basics.run()

    assert stop.reason == BREAKPOINT
    frames = basics.frames()
    assert [frame.function for frame in frames[:6]] == ["factorial"] * 5 + ["main"]
    assert [frame.level for frame in frames] == list(range(len(frames)))
    assert [basics.variable("number", level).scalar for level in range(5)] == [1, 2, 3, 4, 5]
    assert frames[0] == stop.frame
    assert frames[0].place is not None
    assert (frames[0].place.file, frames[0].place.line) == (str(BASICS), basics.place("deepest").line)
    assert frames[1].place.line == basics.place("recursion").line


def test_all_marks_are_reached_in_the_order_of_the_program(basics: Session) -> None:
    points = {basics.break_at(place).id: mark for mark, place in places(BASICS).items()}

    stops = [basics.run()]
    while not stops[-1].ended:
        stops.append(basics.go_on())

    assert [points[number] for stop in stops[:-1] for number in stop.breakpoints] == [
        *["origin", "call", *["small", "recursion"] * 4, "small", "deepest", *["product"] * 4, "printed", "passed"],
        *["mixed", *["loop"] * 4, "values", "last", "twice"],
    ]
    assert (stops[-1].reason, stops[-1].exit_code) == (EXITED, 3)
    assert basics.output == "120 alone\n"


def places(path: Path) -> dict[str, Place]:
    source = Source.read(path)
    return {mark: source.place(mark) for mark in source.marks}


def test_a_breakpoint_tells_where_it_stops_and_how_often_it_was_hit(basics: Session) -> None:
    point = basics.break_at("mark: product")
    basics.run()
    basics.go_on()

    (now,) = basics.breakpoints()

    (location,) = now.locations
    assert now.id == point.id
    assert now.requested == f"{BASICS}:{basics.place('product').line}"
    assert now.hits == 2
    assert not now.pending
    assert location.place is not None
    assert location.place.line == basics.place("product").line


def test_a_breakpoint_tells_the_function_and_the_file_that_it_stops_in(basics: Session, programs: Path) -> None:
    basics.require(SYMBOLS)

    (location,) = basics.break_at("mark: product").locations

    assert location.function == "factorial"
    assert location.module == str((programs / "harness_basics").resolve())


def test_a_condition_holds_at_the_stop(basics: Session) -> None:
    basics.break_at("mark: product", condition="number == 4")

    basics.run()

    assert basics.variable("number").scalar == 4
    assert basics.go_on().reason == EXITED


@pytest.mark.parametrize("condition", ["nosuch == 3", "number =="])
def test_a_condition_that_can_not_be_evaluated_is_an_error(
    debug_session: SessionStarter, programs: Path, condition: str
) -> None:
    session = debug_session.launch([programs / "debug_host", programs / "late.so"], sources=[LATE])
    session.require(BROKEN_CONDITIONS)
    point = session.break_at("mark: computed", condition=condition)

    with pytest.raises(ConditionError, match=re.escape(f"the condition {condition} of breakpoint {point.id} ")):
        session.run_to("nowhere")

    assert session.stop is not None
    assert [each.id for each in session.breakpoints()] == [point.id], "none is left where the program was to run to"
    assert [broken.condition for broken in session.stop.broken] == [condition]
    assert session.stop.ended or session.go_on().ended


def test_ignored_hits_are_passed_over(basics: Session) -> None:
    basics.break_at("mark: product", ignore=2)

    basics.run()

    assert basics.variable("number").scalar == 4


def test_a_temporary_breakpoint_stops_once(basics: Session) -> None:
    point = basics.break_at("mark: product", temporary=True)

    assert basics.run().breakpoints == (point.id,)
    assert basics.breakpoints() == []
    assert basics.go_on().reason == EXITED


def test_a_deleted_breakpoint_does_not_stop(basics: Session) -> None:
    basics.delete(basics.break_at("mark: product"))

    assert basics.run().reason == EXITED


def test_a_breakpoint_at_a_function_stops_where_its_arguments_can_be_trusted(basics: Session) -> None:
    basics.break_at("values")

    stop = basics.run()

    assert stop.frame is not None
    assert stop.frame.function == "values"
    assert not stop.frame.prologue
    assert basics.variable("count").scalar == 4


def test_a_breakpoint_at_the_first_instruction_is_in_the_prologue(basics: Session) -> None:
    basics.require(PROLOGUES)
    basics.break_at("mark: call")
    basics.run()
    address = basics.evaluate("&twice").scalar
    assert isinstance(address, int)
    basics.break_at(address)

    stop = basics.go_on()

    assert stop.frame is not None
    assert (stop.frame.address, stop.frame.function, stop.frame.prologue) == (address, "twice", True)


def test_a_line_without_code_slides_and_both_lines_are_told(basics: Session) -> None:
    # The line after the mark is the function's closing brace, the one after that is empty.
    line = basics.place("product").line + 2

    point = basics.break_at(f"{BASICS}:{line}")

    assert point.requested.endswith(f":{line}")
    assert all(location.place and location.place.line > line for location in point.locations)


def test_arguments_are_apart_from_locals(basics: Session) -> None:
    basics.run_to("mark: product")

    assert (list(basics.arguments()), list(basics.locals())) == (["number"], ["rest"])


def test_steps_go_in_over_and_out(basics: Session) -> None:
    basics.break_at("mark: call")
    basics.run()

    into = basics.step_in()
    assert (into.reason, into.frame and into.frame.function) == (STEP, "factorial")
    out = basics.step_out()
    assert (out.reason, out.frame and out.frame.function) == (STEP, "main")
    while basics.frame().place == basics.place("call"):
        out = basics.step_over()
    assert out.frame is not None
    assert out.frame.place == basics.place("printed")
    assert basics.variable("product").scalar == 120


def test_an_instruction_step_moves_to_the_next_instruction(basics: Session) -> None:
    basics.break_at("mark: product")
    here = basics.run().frame
    assert here is not None
    first, second = basics.disassemble(here.address, 2)

    stop = basics.step_instruction()

    assert stop.reason == STEP
    assert stop.frame is not None
    assert stop.frame.address == second.address == first.address + first.size


@NOT_MODELLED
def test_an_instruction_step_over_runs_a_called_function_to_its_end(basics: Session) -> None:
    basics.run_to("mark: recursion")
    line = basics.frame().place

    stops = []
    while basics.frame().place == line:
        stops.append(basics.step_instruction(over=True))

    assert len(stops) > 2
    assert {(stop.reason, stop.frame and stop.frame.function) for stop in stops} == {(STEP, "factorial")}
    assert basics.variable("rest").scalar == 24


def test_run_to_a_mark_stops_there(basics: Session) -> None:
    assert basics.run_to("mark: printed").frame == basics.frame()
    assert basics.run_to("mark: last").frame.place == basics.place("last")


def test_run_to_a_mark_that_is_not_reached_is_an_error_that_says_what_happened(basics: Session) -> None:
    basics.run_to("mark: last")

    with pytest.raises(DebuggerError, match=r"did not reach .*: it ended with exit code 3") as caught:
        basics.run_to("mark: call")

    assert "exit" in caught.value.transcript


def test_a_place_that_was_not_reached_has_no_breakpoint_left(basics: Session) -> None:
    basics.run_to("mark: passed")

    basics.break_at("mark: last")
    with pytest.raises(DebuggerError, match="did not reach"):
        basics.run_to("mark: call")

    assert [point.requested for point in basics.breakpoints()] == [f"{BASICS}:{basics.place('last').line}"]


def test_a_command_that_lets_the_program_go_on_is_refused_and_does_not_confuse_the_next_stop(basics: Session) -> None:
    if basics.debugger == "fake":
        raise Unsupported(basics.debugger, "it has one command of its own, print EXPRESSION")
    basics.break_at("mark: product")
    basics.run()
    with pytest.raises(DebuggerError, match="use the session's own steps"):
        basics.command("continue")
    assert basics.variable("number").scalar == 3

    stop = basics.go_on()

    assert stop.reason == BREAKPOINT
    assert basics.variable("number").scalar == 4


def test_a_watchpoint_tells_the_values_before_and_after(basics: Session) -> None:
    basics.run_to("mark: call")
    point = basics.watch("counter")

    changes = [basics.go_on() for _ in range(2)]

    assert point.watches == "counter"
    assert [stop.reason for stop in changes] == [WATCHPOINT] * 2
    assert changes[0].breakpoints == (point.id,)
    assert [(stop.old.scalar, stop.new.scalar) for stop in changes if stop.old and stop.new] == [(0, 1), (1, 2)]
    assert basics.frame().function == "factorial"


def test_a_watchpoint_has_a_condition(basics: Session) -> None:
    basics.run_to("mark: call")
    basics.watch("counter", condition="counter == 3")

    stop = basics.go_on()

    assert stop.new is not None
    assert stop.new.scalar == 3
    assert stop.old is None or stop.old.scalar == 2


def test_a_stop_names_all_breakpoints_that_were_hit(basics: Session) -> None:
    points = [basics.break_at("mark: product"), basics.break_at("mark: product", condition="number > 1")]

    assert set(basics.run().breakpoints) == {point.id for point in points}


def test_the_entry_is_before_all_code_of_the_program(basics: Session) -> None:
    stop = basics.run(stop_at_entry=True)

    assert stop.reason == ENTRY
    assert stop.frame is not None
    assert stop.frame.function != "main"
    assert basics.output == ""


def test_a_program_can_be_run_again(basics: Session) -> None:
    point = basics.break_at("mark: last")
    basics.run()
    assert basics.go_on().exit_code == 3

    assert basics.run().breakpoints == (point.id,)


# --------------------------------------------------------------------------------------------------------------- values


@pytest.fixture
def at_values(basics: Session) -> Session:
    basics.run_to("mark: values")
    return basics


def test_locals_have_their_numbers(at_values: Session) -> None:
    found = at_values.locals()

    assert found["large"].scalar == -5000000000
    assert found["byte"].scalar == 200
    assert found["third"].scalar == pytest.approx(1 / 3)
    assert found["nowhere"].scalar == 0
    assert {value.availability for value in found.values()} == {AVAILABLE}


def test_the_innermost_of_variables_of_one_name_is_the_one(at_values: Session) -> None:
    assert at_values.variable("shadowed").scalar == 2


def test_a_local_whose_block_is_not_entered_is_not_in_scope(at_values: Session) -> None:
    assert "index" not in at_values.locals()
    assert at_values.variable("index").availability == NOT_IN_SCOPE


def test_a_record_has_its_members_bit_fields_too(at_values: Session) -> None:
    mixed = at_values.locals(depth=2)["mixed"]

    assert (mixed.child("three").scalar, mixed.child("five").scalar) == (5, -3)
    assert mixed.child("yes").scalar is True
    assert mixed.child("letter").scalar == ord("x")
    color = mixed.child("color")
    assert (color.scalar, "GREEN" in color.text) == (7, True)


def test_an_unnamed_union_is_a_member_with_members(at_values: Session) -> None:
    at_values.require(UNNAMED_MEMBERS)

    mixed = at_values.locals(depth=2)["mixed"]

    assert mixed.child_count == 7
    assert (mixed.child("integer").scalar, mixed.child("real").scalar) == (1065353216, 1.0)


def test_a_pointer_leads_to_the_members_of_what_it_points_to(at_values: Session) -> None:
    origin = at_values.variable("origin")

    assert (origin.child("x").scalar, origin.child("y").scalar) == (3, -4)
    assert origin.scalar == at_values.evaluate("&origin", frame=1).scalar
    assert at_values.variable("nowhere").children == ()


def test_arrays_of_variable_length_and_vectors_have_elements(at_values: Session) -> None:
    found = at_values.locals()

    assert [child.scalar for child in found["squares"].children] == [0, 1, 4, 9]
    assert found["squares"].child("[3]").scalar == 9
    assert [child.scalar for child in found["lanes"].children] == [1, 2, 3, 4]


def test_children_come_as_deep_as_asked_for(at_values: Session) -> None:
    assert at_values.locals(depth=0)["mixed"].children == ()
    assert at_values.locals(depth=1)["mixed"].child("where").children == ()
    assert at_values.locals(depth=2)["mixed"].child("where").child("y").scalar == -4


def test_a_complex_number_is_shown(at_values: Session) -> None:
    assert re.fullmatch(r"1\.5 ?(\+ ?)?- ?2(\.0)?( ?\* ?)?i", at_values.variable("number").text, re.IGNORECASE)


def test_text_shows_a_string(at_values: Session) -> None:
    assert '"hello"' in at_values.variable("text").text


def test_globals_are_those_of_the_source(at_values: Session) -> None:
    found = at_values.globals()

    assert found["scale"].scalar == 2.5
    assert found["counter"].scalar == 4
    assert at_values.evaluate("of_thread").scalar == 11


def test_values_of_an_outer_frame(at_values: Session) -> None:
    assert at_values.variable("product", frame=1).scalar == 120
    assert at_values.evaluate("product / 2", frame=1).scalar == 60


def test_expressions_are_evaluated_and_functions_called(at_values: Session) -> None:
    at_values.break_at("twice")

    assert at_values.evaluate("count * 10 + squares[2]").scalar == 44
    assert at_values.call("twice", 21).scalar == 42, "a breakpoint in a function that we call does not stop it"
    assert at_values.breakpoints()[-1].enabled


def test_what_is_wrong_with_an_expression_is_in_its_value(at_values: Session) -> None:
    unknown = at_values.evaluate("no_such_name + 1")
    assert (unknown.availability, "no_such_name" in unknown.error) == (NOT_IN_SCOPE, True)
    assert at_values.evaluate("count +").availability == FAILED
    assert at_values.evaluate("*(int *)8").availability == FAILED


def test_a_call_that_fails_is_raised(at_values: Session) -> None:
    with pytest.raises(DebuggerError, match="no_such_function"):
        at_values.call("no_such_function", 1)


def test_reading_leaves_the_selection_as_it_was(at_values: Session) -> None:
    at_values.select(at_values.stop.thread, 1)

    at_values.locals(0)
    at_values.evaluate("twice(1)", 0)
    at_values.frames()

    show = "frame variable product" if at_values.debugger.startswith("lldb") else "print product"
    assert "= 120" in at_values.command(show)


def test_registers_memory_and_code_agree(at_values: Session) -> None:
    frame = at_values.frame()
    first, *_ = at_values.disassemble(frame.address, 3)

    registers = at_values.registers()
    pc = registers.get("rip") or registers["pc"]
    assert pc.scalar == frame.address == first.address
    assert at_values.memory(frame.address, first.size) == at_values.memory(frame.address, 16)[: first.size]
    assert first.place == frame.place


@NOT_MODELLED
def test_a_caller_has_the_registers_that_it_will_have(at_values: Session) -> None:
    own, callers = at_values.registers(), at_values.registers(1)

    name, stack = ("rip", "rsp") if "rip" in own else ("pc", "sp")
    assert callers[name].scalar == at_values.frame(1).address != own[name].scalar
    assert callers[stack].scalar > own[stack].scalar


def test_an_instruction_has_its_function(at_values: Session) -> None:
    at_values.require(SYMBOLS)

    (instruction,) = at_values.disassemble(at_values.frame().address, 1)

    assert instruction.function == "values"


def test_an_address_has_a_function_and_a_place_in_it(at_values: Session) -> None:
    at_values.require(SYMBOLS)
    frame = at_values.frame()

    symbol = at_values.symbol(frame.address)

    assert (symbol.address, symbol.function, symbol.module) == (frame.address, "values", frame.module)
    assert [(each.function, each.place, each.inlined) for each in symbol.frames] == [("values", frame.place, False)]
    entry = at_values.symbol(frame.address - symbol.offset)
    assert (entry.function, entry.offset) == ("values", 0)
    assert at_values.symbol(8).function is None


def test_an_address_has_the_module_that_is_listed(at_values: Session) -> None:
    at_values.require(SYMBOLS)
    listed = {module.path: module for module in at_values.modules()}
    frame = at_values.frame()

    found = at_values.module_at(frame.address)

    assert found is not None
    assert (found, found.path) == (listed[frame.module], frame.module)
    assert at_values.module_at(8) is None


def test_the_process_and_the_selected_frame_are_told(at_values: Session) -> None:
    process = at_values.process()
    assert process is not None
    assert (process.kind, process.remote) == (LIVE, False)
    if at_values.debugger != "fake":
        assert process.id == process_of(at_values)
    at_values.select(at_values.stop.thread, 1)
    assert at_values.selected_frame() == 1
    at_values.select(at_values.stop.thread, 0)
    assert at_values.selected_frame() == 0


def test_a_variable_lies_at_its_address(at_values: Session) -> None:
    at_values.require(VARIABLE_ADDRESSES)

    address = at_values.variable("large").address

    assert address == at_values.evaluate("&large").scalar
    assert int.from_bytes(at_values.memory(address, 8), "little", signed=True) == -5000000000


def test_memory_that_is_not_there_is_an_error(at_values: Session) -> None:
    with pytest.raises(DebuggerError, match="0x8"):
        at_values.memory(8, 4)


def test_modules_have_their_build_ids_and_bases(at_values: Session, programs: Path) -> None:
    at_values.require(MODULE_FACTS)
    process = process_of(at_values)
    modules = {module.path: module for module in at_values.modules()}

    program = modules[str((programs / "harness_basics").resolve())]
    elf = ElfFile((programs / "harness_basics").read_bytes())
    assert program.build_id == (elf.build_id or b"").hex()
    assert program.has_symbols
    twice = next(symbol for symbol in elf.symbols if symbol.name == "twice")
    assert program.base == at_values.evaluate("&twice").scalar - twice.st_value
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    libc = next(module for module in modules.values() if "/libc.so" in module.path)
    assert f"{libc.base:x}" in {line.split("-")[0] for line in maps if line.endswith(libc.path)}


def test_inlined_functions_are_frames_and_lost_values_are_optimized_out(
    debug_session: SessionStarter, programs: Path
) -> None:
    session = debug_session.launch([programs / "harness_inlined"], sources=[INLINED])
    session.break_at("mark: inner")

    session.run()

    frames = session.frames()
    assert [(frame.function, frame.inlined) for frame in frames[:4]] == [
        ("inner", True), ("middle", True), ("outer", False), ("main", False),
    ]  # fmt: skip
    assert frames[1].place == session.place("middle")
    assert frames[2].place == session.place("outer")
    assert [session.variable("number", level).scalar for level in range(3)] == [11, 1, 1]
    assert session.variable("lost", 2).availability == OPTIMIZED_OUT


# ---------------------------------------------------------------------------------------------------- threads and ends


@NOT_MODELLED
def test_an_address_in_inlined_code_has_the_chain_of_calls(debug_session: SessionStarter, programs: Path) -> None:
    session = debug_session.launch([programs / "harness_inlined"], sources=[INLINED])
    session.require(SYMBOLS)
    session.run_to("mark: inner")
    frames = session.frames(3)

    symbol = session.symbol(frames[0].address)

    told = [(frame.function, frame.place, frame.inlined) for frame in symbol.frames]
    assert told == [(frame.function, frame.place, frame.inlined) for frame in frames]
    assert symbol.function == "outer"


def test_each_thread_has_its_own_stack(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "threads")
    session.run_to("mark: started")

    threads = session.threads()

    assert len(threads) == 3
    assert len({thread.id for thread in threads}) == 3
    assert session.stop.thread == threads[0].id
    for thread in threads[1:]:
        level = next(frame.level for frame in session.frames(thread=thread.id) if frame.function == "work")
        assert session.variable("argument", level, thread=thread.id).scalar in (1, 2)
    assert session.frame().place == session.place("started")


@NOT_MODELLED
@pytest.mark.parametrize("step", ["step_in", "step_over", "step_instruction"])
def test_a_thread_that_is_not_selected_can_step(debug_session: SessionStarter, programs: Path, step: str) -> None:
    session = ending(debug_session, programs, "turns")
    session.run_to("mark: turning")
    other = session.threads()[1].id
    before = session.frame(thread=other)

    stop = getattr(session, step)(thread=other)

    assert (stop.reason, stop.thread, stop.frame and stop.frame.function) == (STEP, other, "turn")
    assert stop.frame != before


def test_threads_have_the_numbers_that_the_kernel_gave_them(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "threads")
    session.run_to("mark: started")
    session.require(KERNEL_IDS)

    tasks = Path(f"/proc/{process_of(session)}/task").iterdir()

    assert {thread.system_id for thread in session.threads()} == {int(task.name) for task in tasks}


def test_a_crash_is_a_signal_with_its_place(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "crash")

    stop = session.run()

    assert stop.reason == SIGNAL
    assert stop.frame.place == session.place("crash")
    assert session.frame(1).function == "main"
    assert session.go_on().ended


def test_a_program_that_goes_on_after_a_crash_has_died_of_it(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "crash")
    session.require(DEATHS)
    session.run()

    after = session.go_on()

    assert (after.reason, after.signal, after.ended) == (KILLED, "SIGSEGV", True)


@pytest.mark.parametrize(("how", "signal"), [("abort", "SIGABRT"), ("signal", "SIGUSR1"), ("crash", "SIGSEGV")])
def test_signals_are_named(debug_session: SessionStarter, programs: Path, how: str, signal: str) -> None:
    session = ending(debug_session, programs, how)
    session.require(SIGNALS)

    stop = session.run()

    assert (stop.reason, stop.signal) == (SIGNAL, signal)


def test_a_program_that_is_killed_has_ended_by_that_signal(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "killed")
    session.require(DEATHS)

    stop = session.run()

    assert (stop.reason, stop.signal, stop.exit_code) == (KILLED, "SIGKILL", None)


def test_an_exit_has_its_code_and_nothing_can_be_read_after(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "exit")

    stop = session.run()

    assert (stop.reason, stop.exit_code, stop.thread, stop.frame) == (EXITED, 42, None, None)
    with pytest.raises(DebuggerError):
        session.frames()
    with pytest.raises(DebuggerError):
        session.go_on()


def test_a_program_that_hangs_passes_the_deadline_and_can_be_interrupted(
    debug_session: SessionStarter, programs: Path
) -> None:
    session = ending(debug_session, programs, "hang")
    session.run_to("mark: spin")

    with pytest.raises(DeadlinePassed, match="ran on until the deadline") as caught:
        session.go_on(timeout=0.3)

    assert "harness_ends" in caught.value.transcript
    assert session.interrupt().reason == INTERRUPT
    assert any(frame.function == "main" for frame in session.frames())


def test_a_program_that_does_not_run_can_not_be_interrupted(basics: Session) -> None:
    with pytest.raises(DebuggerError, match="the program is not running"):
        basics.interrupt()
    basics.run_to("mark: last")
    basics.call("twice", 1)
    with pytest.raises(DebuggerError, match="the program is not running"):
        basics.interrupt()

    assert basics.go_on().exit_code == 3


def test_a_call_that_crashes_is_an_error_and_the_program_goes_on(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "exit")
    session.run_to("mark: end")

    with pytest.raises(DebuggerError, match="crash"):
        session.call("crash", 0)

    assert session.frame().place == session.place("end")
    assert session.go_on().exit_code == 42


def test_a_program_that_prints_megabytes_does_not_stall(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "flood")

    assert session.run_to("mark: flooded").reason == BREAKPOINT

    assert session.output.endswith("aaaa\n")
    assert len(str(session.transcript)) < 20_000_000


def test_a_program_finds_its_input_at_the_end(debug_session: SessionStarter, programs: Path) -> None:
    assert ending(debug_session, programs, "read").run().exit_code == 5


def test_a_program_that_closes_its_files_goes_on(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "close")
    session.run_to("mark: end")

    assert session.go_on().exit_code == 42


@pytest.mark.parametrize("child", ["fork", "daemon"])
def test_the_end_of_a_session_is_the_end_of_its_programs_children(
    debug_session: SessionStarter, programs: Path, child: str
) -> None:
    session = ending(debug_session, programs, child)
    session.run_to("mark: end")
    parent = process_of(session)
    (started,) = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())

    session.close()

    assert gone(parent)
    assert gone(started)


def test_closing_ends_a_program_that_runs(debug_session: SessionStarter, programs: Path) -> None:
    session = ending(debug_session, programs, "hang")
    session.run(stop_at_entry=True)
    process = process_of(session)
    with pytest.raises(DeadlinePassed):
        session.go_on(timeout=0.5)

    start = time.monotonic()
    session.close()
    session.close()

    assert gone(process)
    assert time.monotonic() - start < 10


@NOT_MODELLED
def test_arguments_environment_and_folder_arrive_as_given(debug_session: SessionStarter, tmp_path: Path) -> None:
    words = ["it's", 'a "b"\n', "$HOME `x`", "*", ""]
    script = "import os, sys; print([sys.argv[1:], os.environ.get('ODD'), os.environ.get('HOME'), os.getcwd()])"
    python = os.path.realpath("/proc/self/exe")
    environment = {"ODD": "two\nlines 'n'", "PYTHONHOME": os.path.realpath(os.path.join(os.__file__, "../../.."))}

    session = debug_session.launch(
        [python, "-Ic", script, *words], environment=environment, directory=tmp_path, timeout=100
    )

    assert session.run().exit_code == 0, session.output
    assert session.output == f"{[words, environment['ODD'], None, str(tmp_path)]}\n"


def test_a_program_that_is_not_there_is_said(debug_session: SessionStarter) -> None:
    with pytest.raises(DebuggerError, match="/no/such/program is not an executable program"):
        debug_session.launch(["/no/such/program"])


def test_an_unknown_mark_is_said_with_the_nearest(basics: Session) -> None:
    with pytest.raises(MarkError, match=r"no mark 'deepset': did you mean 'deepest'\?"):
        basics.break_at("mark: deepset")


# ------------------------------------------------------------------------------------------------------- attach, cores


@pytest.fixture
def running(programs: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that goes round in ``hang`` and has nothing to do with any debugger."""
    process = subprocess.Popen([programs / "harness_ends", "hang"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "hanging\n"
    yield process
    process.kill()
    process.communicate()


def test_a_running_process_is_attached_to_and_let_go(
    running: subprocess.Popen[str], debug_session: SessionStarter
) -> None:
    session = debug_session.attach(running.pid, sources=[ENDS])

    assert session.stop.reason == INTERRUPT
    assert [frame.function for frame in session.frames(2)] == ["hang", "main"]
    session.close()
    assert running.poll() is None, "the process goes on"


def test_a_process_that_is_detached_from_runs_on_and_the_session_has_none(
    running: subprocess.Popen[str], debug_session: SessionStarter
) -> None:
    session = debug_session.attach(running.pid)

    session.detach()

    assert running.poll() is None
    assert "TracerPid:\t0\n" in Path(f"/proc/{running.pid}/status").read_text()
    assert session.stop is None
    with pytest.raises(DebuggerError):
        session.frames()


def test_a_process_that_was_attached_to_runs_on_and_is_let_go_while_it_runs(
    running: subprocess.Popen[str], debug_session: SessionStarter
) -> None:
    session = debug_session.attach(running.pid)
    with pytest.raises(DeadlinePassed):
        session.go_on(timeout=0.3)

    session.close()

    assert running.poll() is None


def test_attaching_to_nobody_is_an_error(debug_session: SessionStarter) -> None:
    with pytest.raises(DebuggerError):
        debug_session.attach(2**22 - 1)


def test_a_core_shows_where_the_program_died(debug_session: SessionStarter, programs: Path, tmp_path: Path) -> None:
    live = ending(debug_session, programs, "crash")
    live.run()
    core = tmp_path / "core"
    is_lldb = live.debugger.startswith("lldb")
    live.command(f"process save-core --style full {core}" if is_lldb else f"generate-core-file {core}")

    session = debug_session.open_core(core, programs / "harness_ends", sources=[ENDS])

    assert (session.stop.reason, session.stop.signal) == (SIGNAL, "SIGSEGV")
    assert session.frame().place == session.place("crash")
    assert session.variable("nowhere").scalar == 0
    with pytest.raises(DebuggerError):
        session.go_on()


# --------------------------------------------------------------------------------------------------- what can't be done


def test_a_session_that_is_closed_says_so(basics: Session) -> None:
    basics.run_to("mark: call")
    printed = basics.output
    basics.close()
    basics.close()

    for use in (basics.run, basics.go_on, basics.interrupt, basics.detach, basics.frames, basics.modules):
        with pytest.raises(DebuggerError, match="the session is closed"):
            use()
    with pytest.raises(DebuggerError, match="the session is closed"):
        basics.break_at("main")
    assert basics.output == printed


def test_what_can_not_be_started_is_said(debug_session: SessionStarter, programs: Path) -> None:
    with pytest.raises(DebuggerError, match="there is nothing to start"):
        debug_session.launch([])
    with pytest.raises(DebuggerError, match="can't be started in /nowhere: there is no such directory"):
        debug_session.launch([programs / "harness_basics"], directory="/nowhere")
    with pytest.raises(MarkError, match=r"nowhere\.c has no marks: No such file"):
        debug_session.launch([programs / "harness_basics"], sources=["nowhere.c"])


def test_what_is_no_location_is_said(basics: Session) -> None:
    with pytest.raises(DebuggerError, match="None is no location"):
        basics.break_at(None)  # type: ignore[arg-type]


@NOT_MODELLED
def test_what_can_not_be_attached_to_or_opened_is_said(debug_session: SessionStarter, programs: Path) -> None:
    with pytest.raises(DebuggerError, match="there is no process -1"):
        debug_session.attach(-1)
    with pytest.raises(DebuggerError, match=r"(?i)no such process|no process found|there is no process"):
        debug_session.attach(99_999_999)
    with pytest.raises(DebuggerError, match=r"(?i)is not a core dump|failed to create the process|opens none"):
        debug_session.open_core(LATE, programs / "debug_host")


# ------------------------------------------------------------------------------------------------ code that comes later


def test_a_breakpoint_in_a_library_that_is_loaded_later_waits_for_it(
    debug_session: SessionStarter, programs: Path
) -> None:
    session = debug_session.launch([programs / "debug_host", programs / "late.so"], sources=[LATE])
    assert session.break_at("mark: computed").pending

    stop = session.run()

    assert stop.frame.place == session.place("computed")
    assert stop.frame.module == str((programs / "late.so").resolve())
    assert session.variable("result").scalar == 42
    assert session.frame(1).function == "main"
    assert not session.breakpoints()[0].pending


def test_a_breakpoint_that_never_resolves_is_named_when_the_program_is_awaited_in_vain(
    debug_session: SessionStarter, programs: Path
) -> None:
    session = ending(debug_session, programs, "exit")
    assert session.break_at("no_such_function").pending

    with pytest.raises(DebuggerError, match="did not reach never_written: it ended with exit code 42"):
        session.run_to("never_written")


def test_a_library_that_is_replaced_at_its_path_stops_again(
    debug_session: SessionStarter, programs: Path, tmp_path: Path
) -> None:
    first = compile_program("debug_late", tmp_path, "-shared", "-fPIC").rename(tmp_path / "late.so")
    second = compile_program("debug_late", tmp_path, "-shared", "-fPIC", "-DOTHER=1").rename(tmp_path / "next.so")
    session = debug_session.launch([programs / "harness_reload", first, second], sources=[LATE])
    session.break_at("mark: computed")

    stops = [session.run(), session.go_on()]

    assert [stop.frame.place for stop in stops] == [session.place("computed")] * 2
    assert session.variable("result").scalar == 42
    assert session.go_on().exit_code == 0
    assert session.output == "42 42\n"


def in_fib(debug_session: SessionStarter, folder: Path) -> Session:
    """A session with the engine, which compiles and calls ``fib``."""
    (folder / "fib.ll").write_text(FIB)
    command = [sys.executable, "-m", "jitdbg", "run", "fib.ll", "--call", "fib(5)"]
    return debug_session.launch(command, directory=folder, sources=[folder / "fib.ll"], timeout=100)


@NOT_MODELLED
def test_a_breakpoint_in_ir_that_the_engine_loads(debug_session: SessionStarter, tmp_path: Path) -> None:
    session = in_fib(debug_session, tmp_path)
    session.break_at("mark: first", condition="", ignore=1)

    stop = session.run()

    assert stop.frame.function == "fib"
    assert stop.frame.place.line == Source.read(tmp_path / "fib.ll").line("first")
    assert stop.frame.module.endswith(".so")
    assert [frame.function for frame in session.frames(3)][:2] == ["fib", "fib"]


@NOT_MODELLED
def test_what_the_engine_loads_is_a_module_with_symbols(debug_session: SessionStarter, tmp_path: Path) -> None:
    session = in_fib(debug_session, tmp_path)
    session.require(MODULE_FACTS)
    session.break_at("mark: first")

    stop = session.run()

    module = next(module for module in session.modules() if module.path == stop.frame.module)
    assert module.build_id
    assert module.has_symbols
    assert module.base


def test_a_hundred_stops_have_a_hundred_values(debug_session: SessionStarter, programs: Path) -> None:
    source = PROGRAMS / "harness_stops.c"
    session = debug_session.launch([compile_program("harness_stops", programs)], sources=[source])
    session.break_at("mark: body")
    session.run()

    for index in range(1, 101):
        session.go_on()
        assert session.variable("index").scalar == index
        assert math.isclose(session.locals()["half"].scalar, index / 2)
        assert [frame.function for frame in session.frames(2)] == ["add", "main"]
