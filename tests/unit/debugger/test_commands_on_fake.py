"""The commands over a modelled program that loads real images, under the debugger that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.debugger.images import find_file
from jitdbg.errors import DebuggerError
from jitdbg.harness import Session
from jitdbg.harness.fake import Activation, FakeBackend, FakeModule, Run

TWO = """
define i32 @first(i32 %n) {
  %twice = mul i32 %n, 2 ; mark: first
  ret i32 %twice
}
define i32 @second(i32 %n) {
  %more = add i32 %n, 1 ; mark: second
  ret i32 %more
}
"""
HOST = "; mark: before\n; mark: after\n; mark: end\n"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    (tmp_path / "two.ll").write_text(TWO)
    path = tmp_path / "two.so"
    path.write_bytes(build(tmp_path / "two.ll", soname="two.so", debug="ir"))
    return path


@pytest.fixture
def session(image: Path, tmp_path: Path) -> Iterator[Session]:
    """A host that loads the image, calls both functions of it, and ends."""
    (tmp_path / "host.ll").write_text(HOST)
    found = find_file(str(image))
    assert found is not None
    library = FakeModule(tmp_path / "two.ll", build_id=found.build_id)
    host = FakeModule(tmp_path / "host.ll")

    @library.function("first")
    def first(frame: Activation, n: int) -> Run[int]:
        yield frame.at("first")
        return n * 2

    @library.function("second")
    def second(frame: Activation, n: int) -> Run[int]:
        yield frame.at("second")
        return n + 1

    @host.function("before", "after", "end")
    def main(frame: Activation) -> Run[int]:
        yield frame.at("before")
        frame.load(library, image)
        yield frame.at("after")
        result: int = yield from frame.call(first, 20)
        result = yield from frame.call(second, result)
        yield frame.at("end")
        return result

    sources = [tmp_path / "two.ll", tmp_path / "host.ll"]
    with Session.launch(["host"], debugger=FakeBackend({"host": host}), sources=sources) as session:
        yield session


def lines_of(session: Session, command: str) -> list[str]:
    """Run a command and give its lines, without addresses and the width of columns."""
    text = re.sub(r"0x[0-9a-f]+", "0x…", session.command(command))
    return [re.sub(r"(?<=\S)  +", "  ", line) for line in text.rstrip("\n").splitlines()]


def test_what_is_loaded_is_listed_from_then_on(session: Session, tmp_path: Path) -> None:
    session.run_to("mark: before")
    assert lines_of(session, "jit-list") == ["The program has loaded no JIT dylib."]
    session.run_to("mark: after")
    (_, row) = lines_of(session, "jit-list")
    assert re.split(r"  +", row)[:7] == ["1", "two", "1", "0x…-0x…", "2", "yes", str(tmp_path / "two.ll")]


def test_jit_break_stops_in_dylibs_to_come_at_what_matches(session: Session) -> None:
    assert lines_of(session, "jit-break second|nothing") == [
        "No JIT function matches second|nothing yet: those of JIT dylibs to come will stop."
    ]
    stop = session.run()
    assert stop.frame is not None
    assert (stop.frame.function, stop.frame.place) == ("second", session.place("second"))


def test_jit_break_stops_in_dylibs_that_are_loaded_until_it_is_removed(session: Session) -> None:
    session.run_to("mark: after")
    assert lines_of(session, "jit-break .") == [
        "These functions stop, and those of JIT dylibs to come that match .:",
        "function  address  dylib",
        "first  0x…  two (generation 1)",
        "second  0x…  two (generation 1)",
    ]
    stop = session.go_on()
    assert stop.frame is not None
    assert stop.frame.function == "first"
    assert lines_of(session, "jit-break --remove .") == ["The breakpoints of jit-break . are removed."]
    assert session.breakpoints() == []
    assert session.go_on().ended


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("jit-break (", r"jit-break: '\(' is no regular expression: missing \)"),
        ("jit-break --remove x", "jit-break x is not set: there are none"),
        ("jit-break", "jit-break: REGEX is missing"),
        ("jit-save two /nowhere/two.so", "/nowhere/two.so can't be written: No such file or directory: name a file"),
        ("jit-save three three.so", r"there is no JIT dylib three: there are two \(see jit-list\)"),
        ("jit-bt -1", "jit-bt: there is no option -1"),
        ("jit-ir", r"the selected frame is in main of .*host, which is no JIT code: name a function"),
        ("jit-disas first", "fake can't do this: its machine runs lines, and has no instructions"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(session: Session, command: str, sentence: str) -> None:
    session.run_to("mark: after")
    with pytest.raises(DebuggerError, match=sentence):
        session.command(command)


def test_jit_break_is_set_once(session: Session) -> None:
    session.command("jit-break f")
    with pytest.raises(DebuggerError, match="jit-break f is set already: jit-break --remove f takes it away"):
        session.command("jit-break f")


def test_jit_break_can_be_set_again_when_its_breakpoints_are_deleted(session: Session) -> None:
    session.run_to("mark: after")
    for _ in range(2):
        session.command("jit-break .")
        for point in session.breakpoints():
            session.delete(point)
    with pytest.raises(DebuggerError, match=r"jit-break \. is not set: there are none"):
        session.command("jit-break --remove .")
    assert session.go_on().ended


def test_jit_bt_jit_ir_and_jit_symbol_go_by_the_selected_frame(session: Session, tmp_path: Path) -> None:
    session.run_to("mark: second")
    assert [line.split()[:4] for line in lines_of(session, "jit-bt")] == [
        ["=>", "#0", "second", "JIT"],
        ["#1", "main", "host", f"{tmp_path}/host.ll:{session.place('after').line}"],
    ]
    assert lines_of(session, "jit-symbol $pc")[0].endswith("in the JIT dylib two (generation 1)")


def test_jit_save_writes_the_image_of_a_file_and_replaces_none_unasked(
    session: Session, image: Path, tmp_path: Path
) -> None:
    session.run_to("mark: after")
    saved = tmp_path / "saved.so"
    (line,) = lines_of(session, f"jit-save two {saved}")
    assert line == f"The image of two (generation 1) is in {saved}: {image.stat().st_size} bytes, from its file."
    assert saved.read_bytes() == image.read_bytes()
    with pytest.raises(DebuggerError, match="exists: name another file, or add --force"):
        session.command(f"jit-save 1 {saved}")
    saved.write_text("old")
    session.command(f"jit-save 1 {saved} --force")
    assert saved.read_bytes() == image.read_bytes()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_jit_doctor_tells_versions_program_and_dylibs(session: Session) -> None:
    before = lines_of(session, "jit-doctor")
    session.run_to("mark: after")
    after = lines_of(session, "jit-doctor")
    assert [line.split()[:2] for line in before[:3]] == [["ok", "fake"], ["ok", "jitdbg"], ["ok", "compiler"]]
    assert before[-2:] == ["ok  program  none: commands that read one wait for it", "ok  JIT dylibs  none"]
    assert after[-2:] == ["ok  program  live", "ok  JIT dylibs  1, of which 1 have their images at hand"]


def test_an_interrupt_is_a_sentence_too(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("jitdbg.debugger.dylibs.Dylibs.listed", interrupt)
    session.run_to("mark: before")
    with pytest.raises(DebuggerError, match=r"jit-list was interrupted"):
        session.command("jit-list")


def test_a_mistake_of_ours_is_a_sentence_too(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jitdbg.debugger.dylibs.Dylibs.listed", lambda self: self.nothing)
    session.run_to("mark: before")
    with pytest.raises(DebuggerError, match=r"jit-list failed through a mistake of jitdbg's, .* Attribute"):
        session.command("jit-list")
