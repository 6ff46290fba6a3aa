"""MI's records, good and bad, and the conversation with a gdb that is none."""

from __future__ import annotations

import contextlib
import signal
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone, ToolError, ToolMissingError
from jitdbg.harness import Session
from jitdbg.harness.gdb import GdbBackend
from jitdbg.harness.mi import Connection, Record, parse_record, quoted, refusal
from jitdbg.harness.processes import Terminal, end, start
from jitdbg.harness.transcript import Transcript

# Answers as gdb would, but for the words that a script in the environment replaces: `WORD=RECORD;…`.
FAKE_GDB = """#!{python}
import os, signal, sys, time
replies = dict(pair.split("=", 1) for pair in os.environ["FAKE"].split(";;") if pair)
print("(gdb)", flush=True)
for line in sys.stdin:
    token = line[: len(line) - len(line.lstrip("0123456789"))]
    reply = next((text for word, text in replies.items() if word in line), "TOKEN^done")
    if reply == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if reply == "hang":
        signal.pause()
    print(reply.replace("TOKEN", token).replace("NEWLINE", chr(10)), flush=True)
    if "-gdb-exit" in line:
        break
"""


RECORDS = (
    '12^done,bkpt={number="1",addr="<MULTIPLE>",script={"print x","end"},locations=[{number="1.1"},{number="1.2"}]}',
    '*stopped,reason="breakpoint-hit",frame={func="f",args=[{name="o",value="{x = \\"a\\\\n\\"}"}]},core="1"',
    '=library-loaded,id="/lib",ranges=[{from="0x1",to="0x2"}]',
    '~"Reading symbols\\n"',
    '13^error,msg="No symbol \\"x\\" in current context."',
    '14^done,value="-5",x=["1","2"],y={},z=[]',
)


@pytest.fixture
def fake_gdb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "gdb"
    path.write_text(FAKE_GDB.format(python=sys.executable))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("JITDBG_GDB", str(path))
    monkeypatch.setenv("FAKE", "")
    return path


@pytest.fixture
def notices() -> list[Record]:
    return []


@pytest.fixture
def connection(fake_gdb: Path, notices: list[Record]) -> Iterator[Connection]:
    replies = {
        "-broken": 'TOKEN^done,frame={level="0",args=[',
        "-noise": '999^done,value="not yours"NEWLINE~"words"NEWLINE*stopped,reason="x"NEWLINETOKEN^done,value="yours"',
        "-cut": 'TOKEN^done,frame={NEWLINE*stopped,reason="x"',
        "say": '~"first "NEWLINE=memory-changed,addr="0x1"NEWLINE&"warning"NEWLINE~"second\\n"NEWLINETOKEN^done',
        "refuse": '~"before\\n"NEWLINETOKEN^error,msg="No such  thing."',
        "-deny": 'TOKEN^error,msg="No such thing."',
        "-die": "die",
        "-hang": "hang",
    }
    environment = {"FAKE": ";;".join(f"{word}={text}" for word, text in replies.items())}
    process, terminal = start([str(fake_gdb)], environment), Terminal()
    made = Connection(process, terminal, Transcript(), notices.append)
    yield made
    made.lines.close()
    end(process, 0)
    terminal.close()


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


def test_a_record_is_parsed() -> None:
    record = parse_record(
        '12^done,bkpt={number="1",addr="<PENDING>",thread-groups=["i1"]},note="a \\"b\\" {[\\303\\244"'
    )

    assert (record.kind, record.name, record.token) == ("result", "done", 12)
    assert record["bkpt"] == {"number": "1", "addr": "<PENDING>", "thread-groups": ["i1"]}
    assert record.get("note") == 'a "b" {[ä'


@pytest.mark.parametrize("line", RECORDS)
def test_records_of_all_shapes_are_read(line: str) -> None:
    assert parse_record(line).kind in ("result", "notify", "console")


@pytest.mark.parametrize(
    "line",
    [
        '1^done,frames=[{level="0"}',
        '1^done,frames=[',
        '*stopped,reason="end',
        '*stopped,frame={addr="1"]',
        '1^done,value=bare words{',
        '~"no end',
        "^",
        '1^done,value="\\q"',
    ],
)  # fmt: skip
def test_a_malformed_record_is_an_error_that_shows_it(line: str) -> None:
    with pytest.raises(DebuggerError, match="malformed record"):
        parse_record(line)


@given(
    line=st.sampled_from(RECORDS),
    cut=st.tuples(st.integers(0, 200), st.integers(0, 20)),
    put=st.text('{}[]",=\\^*~&@0a (', max_size=4),
)
def test_a_mutilated_record_is_read_or_refused_at_once(line: str, cut: tuple[int, int], put: str) -> None:
    start, length = cut
    with contextlib.suppress(DebuggerError):
        parse_record(line[:start] + put + line[start + length :])


@pytest.mark.parametrize("line", ['="-5",x=["1",,y={^},z=[]', '*=stopped,reason="x"', '^done,x={"1" "2"}'])
def test_a_record_that_pygdbmi_would_read_for_ever_is_refused(line: str) -> None:
    with pytest.raises(DebuggerError, match="malformed record"):
        parse_record(line)


def test_words_of_a_program_are_no_record() -> None:
    assert parse_record("just words").kind == "output"


def test_arguments_are_quoted() -> None:
    assert quoted('a "b"\\\n') == '"a \\"b\\"\\\\\\n"'


def test_an_answer_is_the_one_with_the_token_and_events_in_between_are_kept(
    connection: Connection, notices: list[Record]
) -> None:
    assert connection.command("-noise", soon())["value"] == "yours"

    assert [record.name for record in notices] == ["stopped"]


def test_what_comes_after_a_record_that_is_cut_off_is_heard(connection: Connection, notices: list[Record]) -> None:
    with pytest.raises(DebuggerError, match="malformed record"):
        connection.command("-cut", soon())

    assert connection.command("-any", soon()).name == "done"
    assert [record.name for record in notices] == ["stopped"]


def test_what_a_command_prints_is_kept_apart_from_records(connection: Connection, notices: list[Record]) -> None:
    assert [connection.console("say", soon())[1] for _ in range(2)] == ["first second\n"] * 2
    assert [record.name for record in notices if record.kind == "notify"] == ["memory-changed"] * 2
    result, printed = connection.console("refuse", soon())
    assert (result.name, refusal(result), printed) == ("error", "No such thing.", "before\n")


def test_a_refusal_has_the_debuggers_words(connection: Connection) -> None:
    with pytest.raises(DebuggerError, match=r"^gdb: No such thing\.$"):
        connection.command("-deny", soon())


def test_a_record_that_is_cut_off_is_an_error(connection: Connection) -> None:
    with pytest.raises(DebuggerError, match="malformed record"):
        connection.command("-broken", soon())


def test_a_debugger_that_dies_is_gone_by_its_signal(connection: Connection) -> None:
    with pytest.raises(DebuggerGone, match=f"by signal {signal.SIGSEGV}"):
        connection.command("-die", soon())
    with pytest.raises(DebuggerGone):
        connection.command("-any", soon())


def test_a_debugger_that_does_not_answer_passes_the_deadline(connection: Connection) -> None:
    with pytest.raises(DeadlinePassed, match="the answer to -hang"):
        connection.command("-hang", soon(0.3))


def test_more_is_sent_than_a_pipe_holds(connection: Connection) -> None:
    assert connection.command("-long " + "x" * 1_000_000, soon()).name == "done"


def test_a_gdb_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JITDBG_GDB", "/no/such/gdb")

    with pytest.raises(ToolMissingError, match="/no/such/gdb"):
        GdbBackend(soon())


def test_a_gdb_without_python_is_said_and_ended(fake_gdb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE", 'load.py=TOKEN^error,msg="Python scripting is not supported in this copy of GDB."')

    with pytest.raises(ToolError, match=rf"{fake_gdb} .*gdb 12 or newer with Python .*not supported"):
        GdbBackend(soon())


def test_a_gdb_that_is_too_old_is_said(fake_gdb: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE", 'load.py=TOKEN^error,msg="Error while executing Python code."')

    with pytest.raises(ToolError, match=rf"{fake_gdb} \(version .*\) .*takes gdb 12 or newer with Python"):
        GdbBackend(soon())


@pytest.mark.usefixtures("fake_gdb")
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ('TOKEN^done,bkpt={number="1"', "malformed record"),
        ("TOKEN^done", "without a number as 'bkpt.number'"),
        ('TOKEN^done,bkpt={number="one"}', "without a number as 'bkpt.number'"),
        ('TOKEN^done,bkpt="1"', "without a number as 'bkpt.number'"),
    ],
)
def test_a_session_tells_what_it_can_not_read_and_goes_on(
    reply: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE", f'-break-insert={reply}NEWLINE~"more"')
    with Session.launch(["/bin/true"]) as session:
        with pytest.raises(DebuggerError, match=words) as caught:
            session.break_at("main")

        assert "-break-insert" in caught.value.transcript
        with pytest.raises(DebuggerError, match="without 'answer'"):
            session.threads()


@pytest.mark.parametrize("line", ['*stopped,wpt="2"', '*stopped,wpt={number="2"}', '*stopped,wpt={exp=["x"]}'])
def test_a_text_that_is_not_in_a_record_is_said(line: str) -> None:
    with pytest.raises(DebuggerError, match=r"the record 'stopped' without a text as 'wpt\.exp'"):
        parse_record(line).text("wpt", "exp")


@pytest.mark.usefixtures("fake_gdb")
def test_a_gdb_that_hangs_while_it_is_made_ready_passes_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE", "load.py=hang")

    with pytest.raises(DeadlinePassed) as caught:
        Session.launch(["/bin/true"], timeout=3)

    assert "load.py" in caught.value.transcript


@pytest.mark.usefixtures("fake_gdb")
def test_an_adapter_that_answers_nonsense_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE", '-jitdbg=TOKEN^done,answer="{nonsense"')
    backend = GdbBackend(soon())
    try:
        with pytest.raises(DebuggerError, match="which is no fact"):
            backend.adapter.threads()
    finally:
        backend.close()


@pytest.mark.usefixtures("fake_gdb")
def test_a_gdb_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE", "-gdb-exit=hang")
    backend = GdbBackend(soon())

    backend.close()
    backend.close()

    assert "gdb is killed" in str(backend.transcript)
