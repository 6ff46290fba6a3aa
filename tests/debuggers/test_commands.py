"""The commands in both debuggers: one suite, the same words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shutil import copy

import pytest

from jitdbg.build import build
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness import Session
from jitdbg.harness.plugin import SessionStarter
from tests.harness_programs import PROGRAMS, compile_program

pytestmark = pytest.mark.debugger

HOST = PROGRAMS / "commands_host.c"
SCALE = """
define i32 @scale(i32 %n) {
entry:
  %twice = mul i32 %n, 2 ; mark: twice
  ret i32 %twice
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the host and two images: ``scale.so`` of IR, and ``factors.so`` of C that calls it."""
    path = tmp_path_factory.mktemp("commands")
    compile_program("commands_host", path)
    (path / "scale.ll").write_text(SCALE)
    (path / "scale.so").write_bytes(build(path / "scale.ll", soname="scale.so", debug="ir"))
    copy(PROGRAMS / "commands_factors.c", path / "factors.c")
    (path / "factors.so").write_bytes(build(path / "factors.c", soname="factors.so", opt_level=1))
    return path


@pytest.fixture
def session(debug_session: SessionStarter, folder: Path) -> Session:
    command = [folder / "commands_host", folder / "scale.so", folder / "factors.so"]
    return debug_session.launch(command, sources=[HOST, folder / "factors.c", folder / "scale.ll"])


def plain(text: str) -> str:
    """Leave out what differs from run to run: addresses."""
    return re.sub(r"0x[0-9a-f]+", "0x…", text)


def refusal(session: Session, command: str) -> str:
    """Run a command that has to fail, and give its sentence."""
    with pytest.raises(DebuggerError) as raised:
        session.command(command)
    return re.sub(r"^(\S+) can't do '[^']*': |^\S+: error: ", "", str(raised.value).splitlines()[0])


def test_jit_list_has_a_line_for_each_dylib(session: Session, folder: Path) -> None:
    session.run_to("mark: loaded")

    heading, *rows = (re.split(r"  +", line) for line in plain(session.command("jit-list")).splitlines())

    build_ids = {row[7] for row in rows}
    assert heading == ["id", "name", "generation", "range", "functions", "debug info", "source", "build-id", "store"]
    assert [row[:7] + row[8:] for row in rows] == [
        ["1", "scale", "1", "0x…-0x…", "1", "yes", str(folder / "scale.ll"), "file"],
        ["2", "factors", "1", "0x…-0x…", "2", "yes", str(folder / "factors.c"), "file"],
    ]
    assert len(build_ids) == 2
    assert all(re.fullmatch("[0-9a-f]{12}", build_id) for build_id in build_ids)


def test_jit_list_writes_json(session: Session) -> None:
    session.run_to("mark: loaded")

    document = json.loads(session.command("jit-list --json"))

    assert document["schema"] == "jitdbg.jit-list/1"
    assert [dylib["name"] for dylib in document["dylibs"]] == ["scale", "factors"]
    starts = [dylib["start"] for dylib in document["dylibs"]]
    assert [session.memory(start, 4) for start in starts] == [b"\x7fELF"] * 2


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("jit-list --color", "jit-list: there is no option --color: it is used as jit-list [--json]"),
        ("jit-list all", "jit-list: 'all' is more than it takes: it is used as jit-list [--json]"),
    ],
)
def test_a_mistake_is_one_sentence_in_the_same_words(session: Session, command: str, sentence: str) -> None:
    assert refusal(session, command) == sentence


def test_without_a_program_nothing_is_listed(session: Session) -> None:
    if session.debugger.endswith("-dap"):
        raise Unsupported(session.debugger, "it starts the program with the session")
    assert refusal(session, "jit-list") == "no program runs: start it, attach to it or open its core first"


def test_a_program_without_dylibs_has_none(debug_session: SessionStarter, folder: Path) -> None:
    session = debug_session.launch([folder / "commands_host"], sources=[HOST])
    session.run_to("mark: loaded")
    assert session.command("jit-list").strip() == "The program has loaded no JIT dylib."
