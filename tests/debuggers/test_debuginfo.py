"""What `jitdbg.debuginfo` builds is what debuggers read: every type and construct, stopped in and looked at."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.debugger.facts import AVAILABLE, OPTIMIZED_OUT, Value
from jitdbg.engine import Engine
from jitdbg.errors import Unsupported
from jitdbg.harness import Session
from jitdbg.harness.plugin import SessionStarter
from jitdbg.tools import tool
from tests.debuginfo_programs import LAST_LINE, PROGRAMS
from tests.harness_programs import compile_program

pytestmark = pytest.mark.debugger

EXPECTED = {
    "scalars": {
        "i8": -8,
        "u8": 200,
        "i16": -1616,
        "i32": -323232,
        "u32": 4_000_000_000,
        "i64": -(1 << 60),
        "f": 0.5,
        "d": -2.25,
        "yes": True,
        "letter": 65,
        "rune": 0x1F600,
    },
    "references": {
        "number": 7,
        "*to_number": 7,
        "list->value": 1,
        "list->next->value": 2,
        "list->next->next": 0,
        "*(int *)anything": 7,
        "alias + 1": 8,
        "moved + 1": 8,
        "fixed": 11,
        "moving": 12,
        "metres": 1.5,
    },
    "aggregates": {
        "primes[2]": 5,
        "matrix[0][2]": 3,
        "matrix[1][0]": 4,
        "sizeof(matrix)": 24,
        "vector[3]": 4.5,
        "point.x": 1.25,
        "point.tag": 66,
        "sizeof(point)": 16,
        "flags.low": 5,
        "flags.high": 19,
        "flags.signed_one": -2,
        "flags.whole": 77,
        "either.i": 0x3FC00000,
        "either.f": 1.5,
        "color": 5,
        "packed.n": 257,
        "sizeof(packed)": 5,
        "holder.as_int": 9,
        "squares[3]": 9,
    },
    "rarities": {
        "wide": -(1 << 100),
        "word": 0x20AC,
        "half": 1.5,
        "extended": 1.5,
        "nested.y": 8,
        "placed.first": 2,
        "placed.second": 1,
        "sizeof(struct Retained)": 8,
        "(*endless)[2]": 5,
        "*(int *)anyhow": 2,
        "indirect": 2,
        "second": 3,
        "hidden": 9,
    },
    "characters": {
        "one_octet": -23,
        "one_unit": 0x20AC,
        "one_rune": 0x1F600,
        "octets[1]": -23,
        "units[1]": 0x20AC,
        "runes[1]": 0x1F600,
        "*to_octets": ord("A"),
        "to_units[1]": 0x20AC,
        "to_runes[1]": 0x1F600,
    },
    "strings": {"greeting.length": 5, "greeting.data[4]": ord("o")},
}


class Images:
    """The programs as images that an engine has made, and a host that loads them: in C, which starts faster."""

    def __init__(self, engine: Engine, host: Path) -> None:
        self.engine, self.host = engine, host
        self._paths: dict[tuple[str, int], str] = {}

    def path(self, name: str, dwarf_version: int = 5) -> str:
        key = name, dwarf_version
        if key not in self._paths:
            text = PROGRAMS[name](dwarf_version=dwarf_version)
            self._paths[key] = self.engine.load(text, name=f"{name}-{dwarf_version}").path
        return self._paths[key]

    def launch(self, debug_session: SessionStarter, *names: str, dwarf_version: int = 5) -> Session:
        pairs = [word for name in names for word in (self.path(name, dwarf_version), name)]
        return debug_session.launch([self.host, *pairs])


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Images]:
    host = compile_program("debuginfo_host", tmp_path_factory.mktemp("host"))
    with Engine() as engine:
        yield Images(engine, host)


def at_last_line(session: Session, name: str) -> None:
    stop = session.run_to(f"{name}.toy:{LAST_LINE}")
    assert stop.frame is not None
    assert stop.frame.place is not None
    assert (stop.frame.place.file, stop.frame.place.line) == (f"/made-up/{name}.toy", LAST_LINE)


def scalars(session: Session, expressions: object) -> dict[str, object]:
    """Evaluate expressions; what can't be read is shown by its error."""
    values = {expression: session.evaluate(expression) for expression in expressions}  # type: ignore[attr-defined]
    return {text: value.scalar if value.availability == AVAILABLE else value for text, value in values.items()}


@pytest.mark.parametrize("dwarf_version", [4, 5])
def test_a_value_of_every_type_is_read(debug_session: SessionStarter, images: Images, dwarf_version: int) -> None:
    session = images.launch(debug_session, *EXPECTED, dwarf_version=dwarf_version)
    for name, expected in EXPECTED.items():
        at_last_line(session, name)

        assert scalars(session, expected) == expected

        local = session.locals(depth=2)
        if name == "scalars":
            assert local["i8"].type in (["int8_t"] if session.debugger.startswith("gdb") else ["char", "signed char"])
        if name == "references":
            assert "values" not in local["function"].text
            assert "references" in local["function"].text, "a pointer to a function is shown with its name"
            assert "Opaque" in local["unknown"].type
            assert local["metres"].type == "Metres"
        if name == "rarities":
            assert [element.scalar for element in local["one_based"].children] == [2, 3, 5]
            assert "1.5" in local["complex_"].text
            assert "2.5" in local["complex_"].text
            assert "..." in local["variadic"].type
        if name == "aggregates":
            assert "GREEN" in local["color"].text
            assert [element.scalar for element in local["squares"].children] == [0, 1, 4, 9], "as long as `count` says"
            assert local["squares"].child_count == 4
        if name == "characters":
            assert local["one_rune"].type == "rune"
            assert "\N{EURO SIGN}" in local["one_unit"].text
            assert "\N{GRINNING FACE}" in local["one_rune"].text
            assert "A\N{EURO SIGN}" in local["units"].text
            assert "A\N{GRINNING FACE}" in local["to_runes"].text
        if name == "strings" and session.debugger != "gdb-dap":  # which has no text of records
            assert "hello" in local["greeting"].text


def test_a_string_of_fortran_is_read(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "fixed_strings")
    at_last_line(session, "fixed_strings")
    if session.debugger.startswith("lldb"):
        raise Unsupported(session.debugger, "variables of a program in Fortran")
    assert "fixed" in session.variable("fixed").text


def test_names_are_found_in_the_scope_that_the_program_is_in(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "scopes")
    session.run_to("scopes.toy:12")
    names = {"x": 2, "counter": 41, "hidden": 42, "limit": 99, "config::limit": 99, "ANSWER": 43}
    assert scalars(session, names) == names

    session.run_to("scopes.toy:51")
    assert session.frame().function in ("doubled", "::doubled(int)")
    assert session.variable("n").scalar == 21
    assert session.variable("result").availability == OPTIMIZED_OUT, "a value before it is computed"
    if not session.debugger.startswith("lldb"):  # which finds a name in any namespace
        assert session.evaluate("limit").availability != AVAILABLE, "it is imported elsewhere"
    session.run_to("scopes.toy:52")
    assert session.variable("result").scalar == 42

    at_last_line(session, "scopes")
    assert session.variable("x").scalar == 1
    assert session.call("doubled", 4).scalar == 8


def test_what_is_in_a_module_is_found_by_its_own_name(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "modules")
    session.run_to("modules.toy:33")
    assert session.frame().function in ("area", "geometry::area", "geometry::area(int)")
    assert scalars(session, ("side", "sides")) == {"side": 7, "sides": 4}

    at_last_line(session, "modules")
    assert scalars(session, ("point.x", "sides")) == {"point.x": 8, "sides": 4}
    assert session.variable("point").type.endswith("Point")
    assert session.call("area", 3).scalar == 9
    # Neither knows modules (DW_TAG_module) as a place to look in.
    assert session.evaluate("geometry::sides").availability != AVAILABLE


def test_a_breakpoint_on_a_label_stops_there(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "scopes")
    session.run_to("scopes.toy:12")
    if session.debugger != "gdb":
        raise Unsupported(session.debugger, "breakpoints on labels")
    session.command("tbreak -function scopes -label again")
    stop = session.go_on()
    assert stop.frame is not None
    assert stop.frame.place is not None
    assert stop.frame.place.line == 14, "the label is at the end of line 13"


def test_inlined_calls_are_frames_with_variables(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "inlined")
    for call_line, value in ((10, 5), (11, 6)):
        session.run_to("inlined.toy:71")

        frames = session.frames(3)

        assert [(frame.function, frame.inlined) for frame in frames] == [
            ("helper", True),
            ("square", True),
            ("inlined", False),
        ]
        assert [frame.place.line for frame in frames if frame.place] == [71, 63, call_line]
        assert session.variable("n", 1).scalar == value


def test_a_line_table_alone_gives_lines_and_functions(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "line_tables")
    stop = session.run_to("line_tables.toy:7")
    assert stop.frame is not None
    assert stop.frame.function == "line_tables"
    outer = session.step_in()
    assert outer.frame is not None
    assert outer.frame.place is not None
    assert outer.frame.place.line == 8
    assert session.locals() == {}


def test_a_source_that_is_in_no_file_is_shown(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "embedded")
    session.run_to("embedded.toy:2")
    is_lldb = session.debugger.startswith("lldb")
    assert "the second line" in session.command("source list --line 2 --count 1" if is_lldb else "list 2,2")


def test_a_source_whose_file_is_gone_is_shown_from_the_copy_beside_the_image(
    debug_session: SessionStarter, images: Images, tmp_path: Path
) -> None:
    source = tmp_path / "gone.toy"
    source.write_text("the first line\nthe second line\n")
    text = PROGRAMS["embedded"](dwarf_version=5).replace("/made-up", str(tmp_path)).replace("embedded.toy", "gone.toy")
    source.unlink()
    path = images.engine.load(text, name=tmp_path.name).path

    session = debug_session.launch([images.host, path, "embedded"])
    stop = session.run_to("gone.toy:2")

    assert stop.frame is not None
    assert stop.frame.place is not None
    copy = Path(stop.frame.place.file)
    assert copy != source
    assert copy.read_text() == "the first line\nthe second line\n"
    is_lldb = session.debugger.startswith("lldb")
    assert "the second line" in session.command("source list --line 2 --count 1" if is_lldb else "list 2,2")


def test_a_source_that_is_in_the_debug_info_alone_is_shown(
    debug_session: SessionStarter, images: Images, tmp_path: Path
) -> None:
    image = tmp_path / "embedded.so"
    image.write_bytes(build(PROGRAMS["embedded"](dwarf_version=5), soname=image.name))  # which keeps no copy
    session = debug_session.launch([images.host, image, "embedded"])
    session.run_to("embedded.toy:2")
    if session.debugger.startswith("gdb"):  # 18 neither
        raise Unsupported(session.debugger, "text that is embedded in debug info")
    assert "the second line" in session.command("source list -n embedded")


@pytest.mark.parametrize("dwarf_version", [4, 5])
def test_what_is_built_is_valid_dwarf(images: Images, dwarf_version: int) -> None:
    for name in PROGRAMS:
        command = [tool("llvm-dwarfdump").path, "--verify", images.path(name, dwarf_version)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_bit_fields_and_members_have_their_c_types(debug_session: SessionStarter, images: Images) -> None:
    session = images.launch(debug_session, "aggregates")
    at_last_line(session, "aggregates")

    flags = session.variable("flags", depth=1)

    assert [member.name for member in flags.children] == ["low", "high", "signed_one", "whole"]
    assert [_without_width(member) for member in flags.children] == ["unsigned int"] * 2 + ["int"] * 2


def _without_width(member: Value) -> str:
    return member.type.partition(":")[0]
