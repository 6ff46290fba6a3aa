"""DAP's messages, good and bad, and the conversation with an adapter that is none."""

from __future__ import annotations

import contextlib
import json
import os
import stat
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
    EXCEPTION,
    EXITED,
    FAILED,
    INTERRUPT,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    OTHER,
    SIGNAL,
    Stop,
)
from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone, Unsupported
from jitdbg.harness import abilities
from jitdbg.harness.backend import Program
from jitdbg.harness.dap.backend import DapBackend, open_gdb_dap, open_lldb_dap
from jitdbg.harness.dap.connection import Connection
from jitdbg.harness.dap.dialects import GdbDialect, LldbDialect
from jitdbg.harness.dap.messages import Fields, Message, Refusal, parse_message
from jitdbg.harness.dap.stops import reason_of
from jitdbg.harness.dap.values import ValueReader, number, without_value
from jitdbg.harness.debuggers import debugger_tool, why_left_out
from jitdbg.harness.framing import ContentLength
from jitdbg.harness.pipes import PipeConnection
from jitdbg.harness.processes import Terminal, end, start
from jitdbg.harness.transcript import Transcript

# Says yes to everything, but to the commands that FAKE names: to them it says, in order, what stands there.
FAKE_ADAPTER = """#!{python}
import fcntl, json, os, signal, sys, termios
replies = json.loads(os.environ.get("FAKE", "") or "{{}}")

def say(message):
    body = message if isinstance(message, str) else json.dumps(message)
    sys.stdout.write(f"Content-Length: {{len(body.encode())}}\\r\\n\\r\\n{{body}}")
    sys.stdout.flush()

while header := sys.stdin.readline():
    sys.stdin.readline()
    request = json.loads(sys.stdin.read(int(header.split(":")[1])))
    if request["type"] == "response":
        say({{"type": "event", "event": "refused", "body": request}})
        continue
    answer = {{"type": "response", "command": request["command"], "request_seq": request["seq"], "success": True}}
    if request["command"] not in replies:
        replies[request["command"]] = {{
            "launch": [{{"type": "event", "event": "initialized"}}, {{}}],
            "threads": [{{"body": {{"threads": [{{"id": 1}}]}}}}],
        }}.get(request["command"], [{{}}])
    for reply in replies[request["command"]]:
        if reply == "die":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif reply == "hang":
            signal.pause()
        elif reply == "be heard":
            while fcntl.ioctl(1, termios.FIONREAD, bytes(4)) != bytes(4):
                pass
        elif isinstance(reply, str):
            say(reply)
        elif "type" in reply:
            say(reply)
        elif "words" in reply:
            print(reply["words"], file=sys.stderr, flush=True)
        else:
            say({{**answer, **reply}})
    if request["command"] == "disconnect":
        break
"""


@pytest.fixture
def fake_adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "lldb-dap"
    path.write_text(FAKE_ADAPTER.format(python=sys.executable))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JITDBG_LLDB_DAP", str(path))
    monkeypatch.delenv("FAKE", raising=False)
    return path


def answers(monkeypatch: pytest.MonkeyPatch, **replies: object) -> None:
    monkeypatch.setenv("FAKE", json.dumps(replies))


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


@pytest.fixture
def events() -> list[Message]:
    return []


@pytest.fixture
def connection(fake_adapter: Path, events: list[Message]) -> Iterator[Connection]:
    stray = {"type": "response", "command": "x", "request_seq": 999, "success": True, "body": {"value": "not yours"}}
    replies = {
        "noise": [stray, {"type": "event", "event": "output"}, {"words": "a warning"}, {"body": {"value": "yours"}}],
        "refuse": [{"success": False, "body": {"error": {"format": "no {what}", "variables": {"what": "way"}}}}],
        "broken": ['{"type": "response", "request_seq'],
        "die": ["die"],
        "hang": ["hang"],
        "reverse": [{"type": "request", "seq": 7, "command": "runInTerminal"}, {}],
    }
    environment = {**os.environ, "FAKE": json.dumps(replies)}
    transcript, terminal = Transcript(), Terminal()
    process = start([str(fake_adapter)], environment, errors=subprocess.PIPE)
    made = Connection("fake-dap", transcript, events.append)
    pipes = PipeConnection("fake-dap", process, terminal, transcript, made.take, ContentLength())
    made.attach(pipes)
    yield made
    pipes.close()
    end(process, 0)
    terminal.close()


# ------------------------------------------------------------------------------------------------------------ messages


def test_a_response_an_event_and_a_request_are_read() -> None:
    response = parse_message(
        '{"type":"response","seq":1,"request_seq":4,"success":true,"command":"threads","body":{"threads":[{"id":3}]}}'
    )
    event = parse_message('{"type":"event","seq":2,"event":"stopped","body":{"threadId":3,"hitBreakpointIds":[1,2]}}')

    assert (response.name, response.answers, response.success) == ("threads", 4, True)
    assert [thread.number("id") for thread in response.body.items("threads")] == [3]
    assert (event.name, event.body.number("threadId"), event.body.numbers("hitBreakpointIds")) == ("stopped", 3, (1, 2))
    assert parse_message('{"type":"request","seq":9,"command":"runInTerminal"}').number == 9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"type":"telegram"}',
        '{"type":"response","command":"threads","success":true}',
        '{"type":"response","command":"threads","request_seq":"4","success":true}',
        '{"type":"response","command":"threads","request_seq":true,"success":true}',
        '{"type":"event"}',
        '{"type":"event","event":"stopped","body":[]}',
    ],
)
def test_a_malformed_message_is_an_error_that_shows_it(text: str) -> None:
    with pytest.raises(DebuggerError, match="malformed message"):
        parse_message(text)


@pytest.mark.parametrize(
    "values",
    [
        {"id": "1", "name": 2, "items": [1], "numbers": ["1"], "address": "main", "flag": "no", "fields": []},
        {"items": {}, "numbers": [True], "address": 16, "flag": 1, "fields": "x"},
    ],
)
def test_what_is_read_of_a_message_is_checked(values: dict[str, object]) -> None:
    fields = Fields(values, "a test")
    readers = [
        lambda: fields.number("id"), lambda: fields.text("name"), lambda: list(fields.items("items")),
        lambda: fields.numbers("numbers"), lambda: fields.address("address"), lambda: fields.flag("flag"),
        lambda: fields.fields("fields"),
    ]  # fmt: skip

    for read in readers:
        with pytest.raises(DebuggerError, match=r"malformed message: .* in a test"):
            read()


# ---------------------------------------------------------------------------------------------------------- connection


def test_an_answer_is_the_one_to_the_request_and_events_in_between_are_kept(
    connection: Connection, events: list[Message]
) -> None:
    assert connection.request("noise", soon()).text("value") == "yours"

    assert [event.name for event in events] == ["output"]
    connection.request("again", soon())
    assert "a warning" in str(connection.transcript), "what it says on standard error is no message"


def test_a_refusal_has_the_adapters_words(connection: Connection) -> None:
    with pytest.raises(Refusal, match=r"^fake-dap: no way$"):
        connection.request("refuse", soon())


def test_a_message_that_is_malformed_is_an_error(connection: Connection) -> None:
    with pytest.raises(DebuggerError, match="malformed message"):
        connection.request("broken", soon())


def test_an_adapter_that_dies_is_gone_with_its_signal(connection: Connection) -> None:
    with pytest.raises(DebuggerGone, match="fake-dap has ended by signal 11"):
        connection.request("die", soon())


def test_an_adapter_that_does_not_answer_passes_the_deadline(connection: Connection) -> None:
    with pytest.raises(DeadlinePassed, match="the answer to hang"):
        connection.request("hang", soon(0.3))


def test_more_is_sent_than_a_pipe_holds(connection: Connection) -> None:
    assert connection.request("long", soon(), words="ä" * 1_000_000).values == {}


def test_a_request_of_the_adapter_is_refused(connection: Connection, events: list[Message]) -> None:
    connection.request("reverse", soon())
    connection.wait_until(lambda: bool(events), soon(), "the adapter's word of it")

    (refused,) = events
    assert refused.body.number("request_seq") == 7
    assert not refused.body.flag("success")


def test_the_programs_environment_is_not_in_the_transcript(connection: Connection) -> None:
    connection.request("launch", soon(), env={"TOKEN": "secret"}, program="x")

    assert "secret" not in str(connection.transcript)
    assert "1 variables" in str(connection.transcript)


def test_what_lldb_dap_counts_of_itself_is_not_in_the_transcript(connection: Connection, events: list[Message]) -> None:
    connection.take('{"type": "event", "event": "terminated", "body": {"$__lldb_statistics": {"modules": "[1, 2]"}}}')

    assert [event.name for event in events] == ["terminated"]
    assert '"$__lldb_statistics": "left out"' in str(connection.transcript)
    assert "modules" not in str(connection.transcript)


# ------------------------------------------------------------------------------------------------------------- backend


@pytest.mark.usefixtures("fake_adapter")
def test_an_adapter_that_dies_at_once_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, initialize=["die"])

    with pytest.raises(DebuggerGone, match="lldb-dap has ended by signal 11"):
        open_lldb_dap(soon())


@pytest.fixture
def backend(
    fake_adapter: Path,  # noqa: ARG001 - it has to be there
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[DapBackend]:
    answers(monkeypatch, **getattr(request, "param", {}))
    made = open_lldb_dap(soon())
    yield made
    made.close()


@pytest.mark.parametrize("backend", [{"launch": [{"success": False, "message": "no such machine"}]}], indirect=True)
def test_a_launch_that_is_refused_is_an_error(backend: DapBackend) -> None:
    with pytest.raises(DebuggerError, match="no such machine"):
        backend.load(Program(["/bin/true"]), soon())


@pytest.mark.parametrize(
    "backend", [{"launch": [{}, "be heard", {"type": "event", "event": "initialized"}]}], indirect=True
)
def test_a_launch_can_be_answered_before_the_adapter_is_initialized(backend: DapBackend) -> None:
    program = Program(["/bin/true"])
    backend.load(program, soon())
    backend.launch(program, soon(5))


@pytest.mark.parametrize("backend", [{"launch": []}], indirect=True)
def test_an_adapter_that_is_never_initialized_passes_the_deadline(backend: DapBackend) -> None:
    with pytest.raises(DeadlinePassed, match="word that it is initialized"):
        backend.load(Program(["/bin/true"]), soon(0.3))


@pytest.mark.parametrize("backend", [{"disconnect": ["hang"]}], indirect=True)
def test_an_adapter_that_does_not_leave_is_killed(backend: DapBackend) -> None:
    backend.load(Program(["/bin/true"]), soon())

    backend.close()
    backend.close()

    assert "lldb-dap is killed" in str(backend.transcript)


def event(name: str, **body: object) -> dict[str, object]:
    return {"configurationDone": [{}, {"type": "event", "event": name, "body": body}]}


def run(backend: DapBackend) -> Stop:
    program = Program(["/bin/true"])
    backend.load(program, soon())
    backend.launch(program, soon())
    return backend.wait(soon())


@pytest.mark.parametrize(
    "backend",
    [
        event("stopped", reason="step"),
        event("stopped", threadId=1),
        event("exited", exitCode="0"),
        event("breakpoint", reason="changed", breakpoint={"verified": "yes"}),
    ],
    indirect=True,
)
def test_an_event_that_is_malformed_is_an_error(backend: DapBackend) -> None:
    with pytest.raises(DebuggerError, match="malformed message"):
        run(backend)


@pytest.mark.parametrize("backend", [event("exited", exitCode=3)], indirect=True)
def test_the_end_has_its_code(backend: DapBackend) -> None:
    stop = run(backend)

    assert (stop.reason, stop.exit_code) == (EXITED, 3)


STOPPED = {"type": "event", "event": "stopped", "body": {"reason": "breakpoint", "threadId": 1}}
CONTINUED = {"type": "event", "event": "continued", "body": {"threadId": 1}}
RESUMING = {"body": {"result": "Process 1 resuming"}}
NONE = {"body": {"modules": []}}
AT = {
    "body": {"stackFrames": [{"id": 1, "name": "main", "line": 0, "column": 0, "instructionPointerReference": "0x1"}]}
}


@pytest.mark.parametrize(
    "backend",
    [
        {"configurationDone": [{}, STOPPED], "stackTrace": [AT], "modules": [NONE], "evaluate": told}
        for told in ([CONTINUED, STOPPED, RESUMING], [CONTINUED, RESUMING, STOPPED])
    ],
    indirect=True,
    ids=["before its answer", "after its answer"],
)
def test_a_command_that_lets_the_program_go_on_is_refused_whenever_the_stop_is_told(backend: DapBackend) -> None:
    run(backend)
    with pytest.raises(DebuggerError, match="use the session's own steps"):
        backend.adapter.execute("continue")


def running(process: int) -> dict[str, object]:
    said = {"type": "event", "event": "process", "body": {"systemProcessId": process}}
    return {"configurationDone": [said, {}], "pause": [{"success": False, "message": "Halt timed out"}]}


@pytest.mark.parametrize("backend", [running(os.getpid())], indirect=True)
def test_a_program_that_runs_on_is_not_said_to_have_ended(backend: DapBackend) -> None:
    backend.launch(Program(["/bin/true"]), soon())
    with pytest.raises(Refusal, match="Halt timed out"):
        backend.interrupt()


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with subprocess.Popen(["sleep", "60"]) as program:
        program.kill()
        answers(monkeypatch, **running(program.pid))
        os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
        yield


def test_a_program_that_was_killed_has_ended_though_the_adapter_does_not_tell(
    fake_adapter: Path,  # noqa: ARG001 - it has to be there
    killed: None,  # noqa: ARG001
) -> None:
    with contextlib.closing(open_lldb_dap(soon())) as backend:
        backend.launch(Program(["/bin/true"]), soon())
        backend.interrupt()
        assert backend.wait(soon()).ended


def test_nothing_is_read_of_a_program_that_does_not_run(backend: DapBackend) -> None:
    backend.load(Program(["/bin/true"]), soon())

    with pytest.raises(DebuggerError, match="the program does not run"):
        backend.adapter.frames(thread=1)


def test_a_gdb_without_dap_is_said_and_no_debugger_of_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "gdb"
    old.write_text("#!/bin/sh\n[ $1 = --version ] && echo GNU gdb 13.1 && exit\nexit 1\n")
    old.chmod(0o755)
    monkeypatch.setenv("JITDBG_GDB", str(old))

    with pytest.raises(Unsupported, match=f"{old} .* has no DAP: set JITDBG_GDB"):
        debugger_tool("gdb-dap")
    with pytest.raises(Unsupported, match="has no DAP"):
        open_gdb_dap(soon())
    assert "has no DAP" in why_left_out("gdb-dap")
    assert why_left_out("gdb") == ""


@pytest.mark.parametrize("dialect", [LldbDialect, GdbDialect])
def test_what_an_adapter_lacks_is_an_ability_with_a_reason(dialect: type[LldbDialect | GdbDialect]) -> None:
    assert set(dialect.lacks) <= set(abilities.ABILITIES)
    assert all(dialect.lacks.values())


def test_the_documentation_has_the_table_of_what_adapters_lack() -> None:
    page = (Path(__file__).parents[3] / "docs" / "harness.md").read_text()

    for ability in abilities.ABILITIES:
        reasons = [dialect.lacks.get(ability, "") for dialect in (LldbDialect, GdbDialect)]
        assert f"| {ability} | {' | '.join(reasons)} |" in page


@pytest.mark.parametrize(
    ("said", "at_entry", "interrupted", "reason"),
    [
        ({"reason": "function breakpoint"}, False, False, BREAKPOINT),
        ({"reason": "exception", "description": "signal SIGSEGV: address not mapped"}, False, False, SIGNAL),
        ({"reason": "exception", "description": "hit C++ exception"}, False, False, EXCEPTION),
        ({"reason": "exception", "description": "signal SIGSTOP"}, False, True, INTERRUPT),
        ({"reason": "pause"}, False, True, INTERRUPT),
        ({"reason": "stopped"}, True, False, ENTRY),
        ({"reason": "stopped"}, False, False, OTHER),
        ({"reason": "what is yet to come"}, False, False, OTHER),
    ],
)
def test_a_stop_has_a_reason(said: dict[str, str], at_entry: bool, interrupted: bool, reason: str) -> None:
    assert reason_of(Fields(said, "a stop"), at_entry=at_entry, interrupted=interrupted) == reason


# -------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("text", "type_name", "expected"),
    [
        ("-5", "int", -5),
        ("5", "double", 5.0),
        ("0.333333343", "float", 0.333333343),
        ("1e-07", "real", 1e-07),
        ("-inf", "double", float("-inf")),
        ("0x00007ffe", "void *", 0x7FFE),
        ('0x000055ce "hello"', "const char *", 0x55CE),
        ("(struct point *) 0x7ffe", "struct point *", 0x7FFE),
        ("@0x7ffe: 5", "int &", 0x7FFE),
        ("0x401136 <main+4>", "void (*)()", 0x401136),
        ("true", "bool", True),
        ("200 '\\310'", "unsigned char", 200),
        ("'x'", "const char", ord("x")),
        ("'\\xc8'", "unsigned char", 200),
        ("'\\xc8'", "char", -56),
        ("'\\0'", "char", 0),
        ("U+0x0001f600 U'😀'", "char32_t", 0x1F600),
        ("GREEN", "color", None),
        ("1.5 + -2i", "double complex", None),
        ("{0x01 0x02}", "unsigned char __attribute__((ext_vector_type(2)))", None),
        ("'x'", "some_type", None),
        ("", "point", None),
        ('"12"', "std::string", None),
    ],
)
def test_what_has_the_shape_of_a_number_is_one(text: str, type_name: str, expected: object) -> None:
    assert number(text, type_name) == expected


def test_a_float_that_is_no_number_is_that() -> None:
    found = number("nan(0x8000000000000)", "double")
    assert isinstance(found, float)
    assert found != found


@pytest.mark.parametrize(
    ("words", "availability"),
    [
        ("optimized out", OPTIMIZED_OUT),
        ("error: no location, value may have been optimized out", OPTIMIZED_OUT),
        ("variable not available", OPTIMIZED_OUT),
        ('No symbol "x" in current context.', NOT_IN_SCOPE),
        ("error: use of undeclared identifier 'x'", NOT_IN_SCOPE),
        ("error: Cannot access memory at address 0x8", FAILED),
    ],
)
def test_why_there_is_no_value_is_told(words: str, availability: str) -> None:
    assert without_value("x", words).availability == availability


class Asked:
    """Answers requests from a table, by the variable or expression that they ask for."""

    def __init__(self, variables: dict[int, list[dict[str, object]]], results: dict[str, str]) -> None:
        self.variables, self.results = variables, results
        self.evaluated: list[object] = []

    def __call__(self, command: str, **arguments: object) -> Fields:
        if command == "variables":
            return Fields({"variables": self.variables[int(str(arguments["variablesReference"]))]}, command)
        if command == "readMemory":
            return Fields({"address": "0x8", "data": "AA=="}, command)
        self.evaluated.append(arguments["expression"])
        if arguments["expression"] not in self.results:
            raise Refusal("fake-dap", "no such cast")
        return Fields({"result": self.results[str(arguments["expression"])], "variablesReference": 0}, command)


def variable(name: str, value: str, type_name: str, reference: int = 0, **others: object) -> dict[str, object]:
    return {"name": name, "value": value, "type": type_name, "variablesReference": reference, **others}


def test_an_enumerator_is_asked_for_as_a_number_and_none_where_that_is_refused() -> None:
    asked = Asked({1: [variable("color", "GREEN", "color"), variable("odd", "Shape::Round", "Shape")]}, {})
    asked.results = {"(long long)(color)": "7"}

    color, odd = ValueReader(asked, LldbDialect(""), 5).scope(1, 1)

    assert (color.scalar, color.text, odd.scalar) == (7, "GREEN", None)
    assert odd.availability == AVAILABLE


@pytest.mark.parametrize(
    ("dialect", "names"),
    [(LldbDialect, ["n @ a.c:1", "other", "n @ a.c:2"]), (GdbDialect, ["n", "other", "n #2"])],
)
def test_the_innermost_of_one_name_comes_first(dialect: type[LldbDialect | GdbDialect], names: list[str]) -> None:
    values = ["1", "0", "2"] if dialect is LldbDialect else ["2", "0", "1"]
    asked = Asked({1: [variable(name, value, "int") for name, value in zip(names, values, strict=True)]}, {})

    found = ValueReader(asked, dialect(""), 5).scope(1, 1)

    assert [(value.name, value.scalar) for value in found] == [("n", 2), ("n", 1), ("other", 0)]


def test_no_expression_stands_for_a_variable_that_is_shadowed() -> None:
    asked = Asked({1: [variable("n", "RED", "color"), variable("n #2", "GREEN", "color")]}, {"(long long)(n)": "1"})

    inner, outer = ValueReader(asked, GdbDialect(""), 5).scope(1, 1)

    assert (inner.scalar, outer.scalar) == (1, None)
    assert asked.evaluated == ["(long long)(n)"]


def test_members_behind_gdbs_pointers_are_the_pointers_own() -> None:
    asked = Asked(
        {
            1: [variable("origin", "0x7ffe", "struct point *", 2, memoryReference="0x7ffe")],
            2: [variable("value", "", "struct point", 3)],
            3: [variable("x", "3", "int"), variable("cells", "", "int [2]", 4, indexedVariables=2)],
            4: [variable("0", "7", "int"), variable("1", "8", "int")],
        },
        {},
    )

    (origin,) = ValueReader(asked, GdbDialect(""), 5).scope(1, 1)

    assert (origin.scalar, origin.child_count, origin.child("x").scalar) == (0x7FFE, 2, 3)
    assert origin.child("cells").child_count == 2
    assert origin.child("cells").children == ()


def test_an_array_without_a_length_is_not_read_at_all() -> None:
    asked = Asked({1: [variable("row", "int[]", "int[]", 2)], 2: []}, {})

    (row,) = ValueReader(asked, LldbDialect(""), 5).scope(1, 1)

    assert row.availability == FAILED
