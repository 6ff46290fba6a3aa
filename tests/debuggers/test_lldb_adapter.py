"""What is lldb's own: the values that its API gives, its stops, and the child process that it lives in."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.debugger.facts import (
    AVAILABLE,
    BREAKPOINT,
    EXITED,
    FAILED,
    INTERRUPT,
    KILLED,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    SIGNAL,
    WATCHPOINT,
)
from jitdbg.errors import DeadlinePassed, DebuggerError, ToolError, Unsupported
from jitdbg.harness.lldb import LldbBackend
from jitdbg.harness.session import Session
from tests.harness_programs import PROGRAMS, compile_program
from tests.processes import gone

pytestmark = pytest.mark.debugger

COMPILERS = ("cc", "clang")
VALUES, OPTIMIZED, THREADS = (PROGRAMS / f"lldb_{name}.c" for name in ("values", "optimized", "threads"))


def compile_with(compiler: str, source: Path, program: Path, *flags: str) -> Path:
    command = [tools.tool(compiler).path, "-g", *flags, str(source), "-o", str(program), "-pthread"]
    subprocess.run(command, check=True, timeout=60)
    return program


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lldb")
    for compiler in COMPILERS:
        compile_with(compiler, VALUES, folder / f"values-{compiler}", "-O0")
        compile_with(compiler, VALUES, folder / f"values-O2-{compiler}", "-O2")
        compile_with(compiler, OPTIMIZED, folder / f"optimized-{compiler}", "-O2")
    compile_with("cc", THREADS, folder / "threads", "-O0")
    return folder


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    opened: list[Session] = []
    yield opened
    for session in opened:
        session.close()


def launch(sessions: list[Session], program: Path, *words: str, timeout: float = 60) -> Session:
    sources = [VALUES, OPTIMIZED, THREADS]
    sources = [source for source in sources if program.name.startswith(source.stem.removeprefix("lldb_"))]
    session = Session.launch([program, *words], debugger="lldb", sources=sources, timeout=timeout)
    sessions.append(session)
    return session


def stopped(sessions: list[Session], program: Path, mark: str, *words: str) -> Session:
    session = launch(sessions, program, *words)
    session.break_at(f"mark: {mark}")
    assert session.run().reason == BREAKPOINT
    return session


# --------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize("compiler", COMPILERS)
def test_scalars_are_numbers(sessions: list[Session], programs: Path, compiler: str) -> None:
    session = stopped(sessions, programs / f"values-{compiler}", "values")
    found = session.locals()
    expected = {
        "color": -1, "truth": True, "letter": 65, "byte": 200, "real": 1.5, "small": 0.25, "large": 2.5,
        "nowhere": 0, "high": 1 << 63, "huge": -1, "calls": 11,
    }  # fmt: skip
    assert {name: found[name].scalar for name in expected} == expected
    assert found["truth"].scalar is True
    assert found["color"].text == "BLUE"
    assert found["pointer"].scalar == session.evaluate("&shared").scalar


@pytest.mark.parametrize("compiler", COMPILERS)
def test_aggregates_have_their_members(sessions: list[Session], programs: Path, compiler: str) -> None:
    found = stopped(sessions, programs / f"values-{compiler}", "values").locals(depth=2)
    assert {child.name: child.scalar for child in found["flags"].children} == {"low": 5, "high": -3}
    assert found["either"].child("real").scalar == 1.0
    assert found["spots"].child("[1]").child("y").scalar == 6
    assert [lane.scalar for lane in found["lanes"].children] == [1.0, 2.0, 3.0, 4.0]
    assert [part.scalar for part in found["complex_number"].children] == [1.0, -2.0]
    assert [part.scalar for part in found["complex_small"].children] == [3.0, 4.0]
    # lldb 22 takes the upper bound that gcc gives for something else, and has one element too many.
    assert [element.scalar for element in found["sized"].children][:3] == [0, 1, 2]
    assert found["sized"].child_count == (3 if compiler == "clang" else 4)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_pointers_show_what_is_there(sessions: list[Session], programs: Path, compiler: str) -> None:
    found = stopped(sessions, programs / f"values-{compiler}", "values").locals()
    assert [child.scalar for child in found["pointer"].children] == [42]
    assert found["pointer"].children[0].name == "*pointer"
    assert {child.name: child.scalar for child in found["to_spot"].children} == {"x": 1, "y": 2}
    for name in ("nowhere", "untyped", "function"):
        assert (found[name].children, found[name].child_count) == ((), 0)
    assert "hello" in found["text"].text


@pytest.mark.parametrize("compiler", COMPILERS)
def test_scopes_are_told_apart(sessions: list[Session], programs: Path, compiler: str) -> None:
    session = stopped(sessions, programs / f"values-{compiler}", "values")
    assert session.arguments().keys() == {"count"}
    assert session.variable("shadowed").scalar == 2, "the innermost"
    shared = {name: value.scalar for name, value in session.globals().items()}
    assert shared == {"of_thread": 7, "shared": 42, "hidden": 3}
    assert session.variable("of_thread", frame=1).scalar == 7


def test_children_end_at_the_depth(sessions: list[Session], programs: Path) -> None:
    spots = stopped(sessions, programs / "values-cc", "values").locals(depth=1)["spots"]
    assert [(child.children, child.child_count) for child in spots.children] == [((), 2)] * 2


def test_expressions_that_fail_say_why(sessions: list[Session], programs: Path) -> None:
    session = stopped(sessions, programs / "values-cc", "values")
    assert session.evaluate("missing + 1").availability == NOT_IN_SCOPE
    for wrong in ("1 +", "*(int *)0"):
        value = session.evaluate(wrong)
        assert (value.availability, bool(value.error)) == (FAILED, True)
    assert (session.evaluate("(void)0").availability, session.evaluate("(void)0").type) == (AVAILABLE, "void")
    assert session.evaluate("huge + count").scalar == 2
    assert session.evaluate("sized[2]").scalar == 2, "of a variable-length array, which lldb's compiler can't read"


def test_a_call_stops_at_no_breakpoint(sessions: list[Session], programs: Path) -> None:
    session = stopped(sessions, programs / "values-cc", "values")
    session.break_at("work")
    assert session.call("work", 2).type == "int"
    assert session.frame().function == "work"


def test_lost_values_are_told_from_kept_ones(sessions: list[Session], programs: Path) -> None:
    session = stopped(sessions, programs / "optimized-clang", "leaf")
    level = next(frame.level for frame in session.frames() if frame.function == "caller")
    assert session.variable("lost", level).availability == OPTIMIZED_OUT
    assert session.variable("number").scalar == 10
    assert session.evaluate("lost", level).availability == OPTIMIZED_OUT


@pytest.mark.parametrize("compiler", COMPILERS)
def test_tail_calls_are_frames(sessions: list[Session], programs: Path, compiler: str) -> None:
    session = stopped(sessions, programs / f"optimized-{compiler}", "leaf")
    assert [frame.function for frame in session.frames(4)] == ["leaf", "jumps", "caller", "main"]


@pytest.mark.parametrize("compiler", COMPILERS)
def test_inlined_frames_have_their_own_variables(sessions: list[Session], programs: Path, compiler: str) -> None:
    session = stopped(sessions, programs / f"values-{compiler}", "inlined")
    inner, outer = session.frames(2)
    assert (inner.function, inner.inlined, outer.function, outer.inlined) == ("twice", True, "work", False)
    assert session.variable("number").scalar == 3
    assert "count" not in session.arguments()
    assert session.variable("count", frame=1).scalar == 3


# ---------------------------------------------------------------------------------------------------------------- stops


def test_a_stop_in_another_thread_selects_it(sessions: list[Session], programs: Path) -> None:
    session = stopped(sessions, programs / "threads", "second")
    assert session.stop is not None
    assert session.stop.thread == 2
    assert len(session.threads()) == 2
    assert "thread #2" in session.command("thread info")
    assert "main" in [frame.function for frame in session.frames(thread=1)]
    assert "thread #2" in session.command("thread info"), "reading of another thread selects nothing"


def test_a_watchpoint_tells_both_values_and_the_thread(sessions: list[Session], programs: Path) -> None:
    session = launch(sessions, programs / "threads")
    session.break_at("main")
    session.run()
    point = session.watch("shared")
    stop = session.go_on()
    assert (stop.reason, stop.breakpoints, stop.thread) == (WATCHPOINT, (point.id,), 2)
    assert stop.old is not None
    assert stop.new is not None
    assert (stop.old.scalar, stop.new.scalar) == (0, 5)
    assert [(found.watches, found.hits) for found in session.breakpoints() if found.watches] == [("shared", 1)]
    session.delete(point)
    assert [found for found in session.breakpoints() if found.watches] == []


def test_a_watchpoint_before_the_start_is_unsupported(sessions: list[Session], programs: Path) -> None:
    with pytest.raises(Unsupported, match="needs a program that runs"):
        launch(sessions, programs / "threads").watch("shared")


def test_an_exit_with_a_signals_number_is_no_signal(sessions: list[Session], programs: Path) -> None:
    session = launch(sessions, programs / "threads", "code")
    stop = session.run()
    assert (stop.reason, stop.signal, stop.thread) == (SIGNAL, "SIGUSR2", 2)
    stop = session.go_on()
    assert (stop.reason, stop.exit_code) == (EXITED, signal.SIGUSR2)


def test_a_hidden_signal_that_ends_the_program_is_told(sessions: list[Session]) -> None:
    session = launch(sessions, Path("/bin/sh"), "-c", "kill -ALRM $$")
    stop = session.run()
    assert (stop.reason, stop.signal, stop.exit_code) == (KILLED, "SIGALRM", None)


def test_a_waiting_program_is_interrupted_and_goes_on(sessions: list[Session], programs: Path) -> None:
    session = launch(sessions, programs / "threads")
    assert session.run().signal == "SIGUSR2"
    for _ in range(2):
        with pytest.raises(DeadlinePassed):
            session.go_on(timeout=0.2)
        with pytest.raises(DebuggerError, match="is running"):
            session.frames()
        assert session.interrupt().reason == INTERRUPT
        assert "main" in [frame.function for frame in session.frames()]


def test_no_signal_is_ignored_that_lldb_does_not_ignore(sessions: list[Session]) -> None:
    """lldb-server starts every program with SIGPIPE ignored; Python would add SIGXFSZ."""
    session = launch(sessions, Path("/bin/grep"), "SigIgn", "/proc/self/status")
    session.run()
    assert int(session.output.split()[1], 16) & (1 << (signal.SIGXFSZ - 1)) == 0


def test_a_debug_server_that_ends_while_lldb_writes_to_it_is_not_the_end_of_lldb(sessions: list[Session]) -> None:
    session = launch(sessions, Path("/bin/true"))
    os.kill(backend_of(session)._process.pid, signal.SIGPIPE)  # What a write to a closed socket does.
    assert session.run().exit_code == 0


def test_megabytes_of_output_do_not_stall(sessions: list[Session], programs: Path) -> None:
    stop = launch(sessions, programs / "threads", "flood").run()
    assert (stop.reason, stop.exit_code) == (EXITED, 3)
    assert f"{65535:063d}\n" in sessions[0].output


def test_a_second_run_starts_anew(sessions: list[Session], programs: Path) -> None:
    session = stopped(sessions, programs / "values-cc", "values")
    first = session.evaluate("(int)getpid()").scalar
    assert session.run().reason == BREAKPOINT
    assert session.evaluate("(int)getpid()").scalar != first
    assert gone(first)


def test_a_program_whose_end_is_told_before_the_answer_to_its_start_can_be_run_again(
    sessions: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = launch(sessions, Path("/bin/true"))
    backend = backend_of(session)
    ask = backend._do

    def ask_and_hear(method: str, deadline: float, **params: object) -> object:
        answer = ask(method, deadline, **params)
        if method == "launch":
            backend._lines.wait_until(lambda: bool(backend._stops), deadline, "the end")
        return answer

    monkeypatch.setattr(backend, "_do", ask_and_hear)

    assert [session.run(timeout=10).exit_code for _ in range(2)] == [0, 0]


def test_two_libraries_of_one_basename_each_stop(sessions: list[Session], tmp_path: Path) -> None:
    libraries = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = folder / "late.c"
        source.write_text(f"int answer(void) {{\n  int found = {number};\n  return found; /* mark: {number} */\n}}\n")
        libraries.append(compile_with("cc", source, folder / "late.so", "-shared", "-fPIC"))
    host = tmp_path / "host.c"
    host.write_text(
        "#include <dlfcn.h>\nint main(int count, char **words) {\n  for (int i = 1; i < count; i++) {\n"
        '    int (*answer)(void) = (int (*)(void))dlsym(dlopen(words[i], 2), "answer");\n    answer();\n  }\n}\n'
    )
    session = launch(sessions, compile_with("cc", host, tmp_path / "host"), *map(str, libraries))
    assert session.break_at("late.c:3").pending
    for number, library in enumerate(libraries, 1):
        stop = session.run() if number == 1 else session.go_on()
        assert stop.frame is not None
        assert (stop.frame.module, session.variable("found").scalar) == (str(library), number)
    (point,) = session.breakpoints()
    assert [location.module for location in point.locations] == [str(library) for library in libraries]


# ------------------------------------------------------------------------------------------------------------ the child


def backend_of(session: Session) -> LldbBackend:
    backend = session._backend
    assert isinstance(backend, LldbBackend)
    return backend


def test_nothing_is_left_after_close(sessions: list[Session], programs: Path) -> None:
    from jitdbg.harness.processes import descendants

    session = stopped(sessions, programs / "values-cc", "values")
    child = backend_of(session)._process.pid
    started = [child, *descendants(child)]
    assert len(started) == 3, "the child, lldb-server and the program"
    session.close()
    session.close()
    assert [process for process in started if not gone(process)] == []


def test_a_hang_of_lldb_passes_the_deadline(sessions: list[Session], programs: Path) -> None:
    session = stopped(sessions, programs / "values-cc", "values")
    child = backend_of(session)._process.pid
    os.kill(child, signal.SIGSTOP)
    start = time.monotonic()
    session.timeout = 0.3
    with pytest.raises(DeadlinePassed, match="lldb did not send the answer"):
        session.break_at("main")
    os.kill(child, signal.SIGCONT)
    session.timeout = 60
    assert session.break_at("main").id == 3, "the answer that came late is passed over"
    os.kill(child, signal.SIGSTOP)
    session.close()
    assert gone(child)
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": 1, "result"', "which is no fact"),
        ('{"id": 99, "result": []}', "to request"),
        ('{"event":"stopped","stop":7}', "which is no stop"),
    ],
)
def test_what_is_malformed_is_an_error(sessions: list[Session], programs: Path, line: str, words: str) -> None:
    session = stopped(sessions, programs / "values-cc", "values")
    backend = backend_of(session)
    backend._lines.send = lambda _: backend._take(line)  # type: ignore[method-assign]
    with pytest.raises(DebuggerError, match=words):
        session.frames()


def test_an_lldb_without_bindings_is_a_tool_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "lldb"
    fake.write_text("#!/bin/sh\necho /nowhere\n")
    fake.chmod(0o755)
    monkeypatch.setenv("JITDBG_LLDB", str(fake))
    with pytest.raises(ToolError, match="no Python bindings"):
        LldbBackend(time.monotonic() + 10)


def test_an_lldb_whose_bindings_are_too_old_is_a_tool_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bindings" / "lldb").mkdir(parents=True)
    stub = "class SBDebugger:\n    GetVersionString = staticmethod(str)\n"
    (tmp_path / "bindings" / "lldb" / "__init__.py").write_text(stub)
    fake = tmp_path / "lldb"
    fake.write_text(f"#!/bin/sh\necho {tmp_path}/bindings\n")
    fake.chmod(0o755)
    monkeypatch.setenv("JITDBG_LLDB", str(fake))
    with pytest.raises(ToolError, match=rf"{fake} .* can't run jitdbg's adapter: .*has no attribute"):
        LldbBackend(time.monotonic() + 10)


def test_where_a_step_that_was_cut_short_returns_to_only_the_users_breakpoint_is_told(tmp_path: Path) -> None:
    source = PROGRAMS / "lldb_cut.c"
    program = compile_with("cc", source, tmp_path / "cut", "-O0")
    with Session.launch([program], debugger="lldb", sources=[source]) as session:
        points = {mark: session.break_at(f"mark: {mark}").id for mark in ("call", "inner", "after")}
        session.run()

        assert session.step_over().breakpoints == (points["inner"],)
        assert session.go_on().breakpoints == (points["after"],)


def test_each_thread_that_comes_to_a_breakpoint_at_the_same_moment_is_told(tmp_path: Path) -> None:
    source = PROGRAMS / "lldb_crowd.c"
    program = compile_with("cc", source, tmp_path / "crowd", "-O0")
    with Session.launch([program], debugger="lldb", sources=[source]) as session:
        point = session.break_at("mark: arrived")
        stops = [session.run()]
        values = []
        while not stops[-1].ended:
            values.append(session.variable("number", thread=stops[-1].thread).scalar)
            stops.append(session.go_on())

        assert {stop.breakpoints for stop in stops[:-1]} == {(point.id,)}
        assert sorted(values) == list(range(8))


def test_a_stop_that_waits_to_be_told_is_forgotten_with_its_breakpoint(tmp_path: Path) -> None:
    source = PROGRAMS / "lldb_crowd.c"
    program = compile_with("cc", source, tmp_path / "crowd", "-O0")
    with Session.launch([program], debugger="lldb", sources=[source]) as session:
        point = session.break_at("mark: arrived")
        session.run()
        session.delete(point)

        assert session.go_on().reason == EXITED


# In lldb's child: the thread that hears of stops is held up until somebody waits for it, or the program is to go on;
# the first to wait is this very request.
HELD_UP = (
    "script import jitdbg_lldb.control as control, threading; going = threading.Event(); calls = []; "
    "note = lambda: (calls.append(1), calls[1:] and going.set()); "
    "before = lambda method: lambda *given, **more: (note(), method(*given, **more))[1]; "
    "[setattr(control.Control, name, before(getattr(control.Control, name))) for name in ('settle', 'resume')]; "
    "is_process = lldb.SBProcess.EventIsProcessEvent; "
    "lldb.SBProcess.EventIsProcessEvent = staticmethod(lambda event: (going.wait(30), is_process(event))[1])"
)


def test_a_stop_within_a_call_is_heard_before_the_program_goes_on(tmp_path: Path) -> None:
    program = compile_program("loading_host", tmp_path, "-pthread")
    with Session.launch([program], debugger="lldb", sources=[PROGRAMS / "loading_host.c"]) as session:
        session.run_to("mark: begun")
        point = session.break_at("find_and_call")
        session.command(HELD_UP)
        with pytest.raises(DebuggerError, match="breakpoint"):
            session.command("expression -i false -u false -- find_and_call(5)")
        assert session.frame().function == "find_and_call"
        session.go_on()
        assert session.frame().function == "main"
        assert session.go_on().breakpoints == (point.id,)
