"""``jit-load`` and the other commands that change the program, in both debuggers: one suite, the same words."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import llvmlite.binding
import pytest

from jitdbg import elf
from jitdbg.build import build
from jitdbg.errors import Unsupported
from jitdbg.harness import Session
from jitdbg.harness.abilities import STOPS_IN_CALLS
from jitdbg.harness.plugin import SessionStarter
from jitdbg.store.entrusted import is_locked
from jitdbg.tools import commands_line, tool
from tests.cores import crash_in_c
from tests.debug_servers import Serve, platform
from tests.harness_programs import PROGRAMS, compile_program
from tests.processes import gone
from tests.prompts import lines_of, prompted, refusal, typed
from tests.sources import caller

pytestmark = pytest.mark.debugger

HOST = PROGRAMS / "loading_host.c"
SCALE = """
define i32 @scale(i32 %n) {
entry:
  %twice = mul i32 %n, 2 ; mark: twice
  ret i32 %twice
}
"""
CONSTRUCTOR = """
int ready;
int is_ready(void) { return ready; }
__attribute__((constructor)) static void begin(void) {
  ready = 42; /* mark: begin */
}
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_program("loading_host", tmp_path_factory.mktemp("loading"), "-pthread")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what is loaded: ``scale.ll``, and ``begin.c`` that has a constructor."""
    (tmp_path / "scale.ll").write_text(SCALE)
    (tmp_path / "begin.c").write_text(CONSTRUCTOR)
    return tmp_path


@pytest.fixture
def session(debug_session: SessionStarter, host: Path, folder: Path) -> Session:
    return debug_session.launch([host], sources=[HOST, folder / "scale.ll", folder / "begin.c"])


Lines = Callable[..., list[str]]


@pytest.fixture
def lines(session: Session, folder: Path) -> Lines:
    """Run a command and give its lines, without addresses and the folder of the test."""
    return lambda command: lines_of(session, folder, command)


def state(session: Session) -> object:
    """What a command must leave as it is: registers, and the selected thread and frame."""
    registers = {name: register.text for name, register in session.registers().items()}
    where = session.command("frame" if session.debugger.startswith("gdb") else "frame info").splitlines()[0]
    return registers, where, [frame.address for frame in session.frames()]


# -------------------------------------------------------------------------------------------------------------- loading


def test_jit_load_compiles_loads_and_resolves_what_waits(session: Session, lines: Lines) -> None:
    pending = session.break_at("mark: twice")
    session.run_to("mark: begun")
    before = state(session)

    place = f"scale.ll:{session.place('twice').line}"
    assert lines("jit-load DIR/scale.ll --global") == [
        "loaded the JIT dylib scale (generation 1) at 0x…-0x…, 1 function",
        f"  scale  0x…  {place}",
        f"breakpoint {pending.id} ({place}) stops in it, at {place}",
    ]

    assert state(session) == before
    stop = session.go_on()
    assert stop.breakpoints == (pending.id,)
    assert session.variable("n").scalar == 1
    session.delete(pending)
    assert session.evaluate("sum", frame=2).scalar == 0
    session.run_to("mark: summed")
    assert session.variable("sum").scalar == 12


def test_jit_load_names_a_breakpoint_of_jit_break_by_its_functions(session: Session, lines: Lines) -> None:
    session.run_to("mark: begun")
    lines("jit-break ^sca")
    for name in ("scale", "other"):
        *_, said = lines(f"jit-load DIR/scale.ll --name {name}")
        assert re.fullmatch(rf"breakpoint \d+ \(scale\) stops in it, at scale\.ll:{session.place('twice').line}", said)


def test_jit_break_stops_in_functions_of_cxx_too(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "names.cc").write_text(CXX_NAMES)
    session.run_to("mark: begun")
    lines("jit-break twice|shows_hidden")
    said = "\n".join(lines("jit-load DIR/names.cc"))
    for name in ("ns::twice<int>", "shows_hidden"):
        assert re.search(rf"^breakpoint \d+ \(.*{name}.*\) stops in it, at ", said, re.MULTILINE), said
    assert "_Z" not in said


def test_a_file_can_be_loaded_with_its_lines_alone(session: Session, lines: Lines) -> None:
    pending = session.break_at("mark: twice")
    session.run_to("mark: begun")

    lines("jit-load DIR/scale.ll --global --debug lines")

    assert session.go_on().breakpoints == (pending.id,)
    assert [*session.arguments(), *session.locals()] == []


def test_what_was_loaded_is_described_as_json(session: Session, folder: Path) -> None:
    session.run_to("mark: begun")
    fact = json.loads(session.command(f"jit-load {folder}/scale.ll --json"))

    assert fact["schema"] == "jitdbg.jit-load/1"
    assert (fact["name"], fact["generation"], fact["function_count"]) == ("scale", 1, 1)
    assert session.memory(fact["start"], 4) == b"\x7fELF"
    assert Path(fact["path"]).name == f"scale.{fact['build_id'][:16]}.so"


@pytest.mark.parametrize(
    ("call", "shown"),
    [("scale(21)", "42"), ("scale(-1)", "-2"), ("scale(2 + 3)", "10")],
    ids=["a number", "a negative number", "a sum"],
)
def test_a_call_that_is_asked_for_is_made(session: Session, lines: Lines, call: str, shown: str) -> None:
    session.run_to("mark: begun")
    assert lines(f"jit-load DIR/scale.ll --call '{call}'")[-1] == f"{call} = {shown}"


def test_a_call_that_is_wrong_is_told_in_the_debuggers_words(session: Session, lines: Lines) -> None:
    session.run_to("mark: begun")
    before = state(session)
    unknown = lines("jit-load DIR/scale.ll --call 'scale(nowhere)'")[-1]
    assert "nowhere" in unknown.partition("scale(nowhere) has no value: ")[2]
    assert state(session) == before


@pytest.mark.parametrize(
    ("file", "call", "words"),
    [
        ("scale.ll", "scale()", "too few arguments: the function takes 1, and 0 are given"),
        ("scale.ll", "scale(1, 2)", "too many arguments: the function takes 1, and 2 are given"),
        ("begin.c", "is_ready(1)", "too many arguments: the function takes 0, and 1 is given"),
        ("sum.c", "sum()", "too few arguments: the function takes 1, and 0 are given"),
    ],
)
def test_a_call_with_another_number_of_arguments_is_refused(
    session: Session, lines: Lines, folder: Path, file: str, call: str, words: str
) -> None:
    (folder / "sum.c").write_text("int sum(int n, ...) { return n; }\n")
    session.run_to("mark: begun")
    assert lines(f"jit-load DIR/{file} --call '{call}'")[-1] == f"{call} has no value: {words}"


def test_a_member_function_is_called_with_its_object_or_not_at_all(
    session: Session, lines: Lines, folder: Path
) -> None:
    (folder / "member.cc").write_text(
        "struct A { static int s(int n); int m(int n); };\n"
        "int A::s(int n) { return n + 1; }\nint A::m(int n) { return n + 2; }\n"
    )
    session.run_to("mark: begun")
    assert lines("jit-load DIR/member.cc --call 'A::s(1)'")[-1] == "A::s(1) = 2"
    said = lines("jit-load DIR/member.cc --name other --call 'A::m(1)'")[-1]
    assert said.startswith("A::m(1) has no value: ")


def test_a_call_gives_a_variadic_function_more_arguments(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "sum.c").write_text("int sum(int n, ...) { return n; }\n")
    session.run_to("mark: begun")
    assert lines("jit-load DIR/sum.c --call 'sum(4, 5, 6)'")[-1] == "sum(4, 5, 6) = 4"


C_TYPES = """
struct box { int width; double height; };
struct box mkb(int w) { struct box b = {w, .5}; return b; }
struct pt { int x, y; };
struct pt mk(int a) { struct pt p = {a, 2}; return p; }
int sum(struct pt p) { return p.x + p.y; }
unsigned f(void) { return 4000000000u; }
unsigned char uc(void) { return 200; }
static int hidden(int n) { return n + 1; }
int (*kept)(int) = hidden;
"""


def shown_as(session: Session, members: str) -> str:
    return f"{{{members}}}" if session.debugger.startswith("gdb") else f"({members})"


def test_a_call_has_the_types_of_c(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "types.c").write_text(C_TYPES)
    session.run_to("mark: begun")
    assert lines("jit-load DIR/types.c --call f()")[-1] == "f() = 4000000000"
    assert lines("jit-load DIR/types.c --name a --call mk(1)")[-1] == f"mk(1) = {shown_as(session, 'x = 1, y = 2')}"
    character = {"gdb": r"200 '\310'", "lldb": r"'\xc8'"}[session.debugger.partition("-")[0]]
    assert lines("jit-load DIR/types.c --name b --call uc()")[-1] == f"uc() = {character}"
    assert lines("jit-load DIR/types.c --name c --call hidden(4)")[-1] == "hidden(4) = 5"
    subprocess.run(["cc", "-g", "-c", "-fPIC", folder / "types.c", "-o", folder / "d.o"], check=True)
    assert lines("jit-load DIR/d.o --call f()")[-1] == "f() = 4000000000"
    (folder / "e.so").write_bytes(build(folder / "types.c", soname="e.so"))
    assert lines("jit-load DIR/e.so --name e --call f()")[-1] == "f() = 4000000000"
    # Without its own debug info there is what IR has.
    assert lines("jit-load DIR/types.c --name g --debug ir --call f()")[-1] == "f() = -294967296"


CONVERSIONS = """
enum level { LOW, HIGH = 5 };
struct pair { int first, second; };
struct pair kept = {3, 4};
long big[1] = {7};
int number(enum level level) { return level; }
int at(int *place) { return place ? *place : -1; }
unsigned more(const struct pair *pair, unsigned n, char *words) { return pair->second + n + words[0]; }
"""


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ("number(5)", "5"),
        ("at((void *)0)", "-1"),
        ("at(0)", "-1"),
        ("at(big)", "7"),
        ("more(&kept, 4000000000, (char *)big)", "4000000011"),
    ],
)
def test_a_call_converts_what_c_converts(session: Session, lines: Lines, folder: Path, call: str, shown: str) -> None:
    (folder / "convert.c").write_text(CONVERSIONS)
    session.run_to("mark: begun")
    assert lines(f"jit-load DIR/convert.c --call '{call}'")[-1] == f"{call} = {shown}"


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
@pytest.mark.parametrize(
    ("file", "source"),
    [("none.c", "void nothing(void) {}\n"), ("none.ll", "define void @nothing() {\n  ret void\n}\n")],
)
def test_a_call_without_a_result_is_done(host: Path, folder: Path, debugger: str, file: str, source: str) -> None:
    """At its prompt gdb evaluates in another way than where a program drives it."""
    (folder / file).write_text(source)
    point = {"gdb": "break find_and_call", "lldb": "breakpoint set -n find_and_call"}[debugger]
    printed = prompted(debugger, [host], [point, "run", f"jit-load {folder}/{file} --call 'nothing()'"])
    assert "nothing() = done\n" in printed


BOX = """
struct box { int width; double height; };
struct box mkb(int w) { struct box b = {w, .5}; return b; }
double height(int w) { return mkb(w).height; }
"""


@pytest.mark.parametrize("debug", ["auto", "ir", "none"])
def test_a_call_goes_to_what_was_just_loaded(session: Session, lines: Lines, folder: Path, debug: str) -> None:
    """Others have a function and a type of the same names."""
    (folder / "box.c").write_text(BOX)
    session.run_to("mark: begun")
    lines(f"jit-load DIR/box.c --debug {debug} --call height(1)")

    (folder / "box.c").write_text(BOX.replace("int width", "int more, width").replace(".5", "7, .75"))
    assert lines(f"jit-load DIR/box.c --debug {debug} --name other --call height(1)")[-1] == "height(1) = 0.75"
    if debug == "auto":
        assert lines("jit-load DIR/box.c --name third --call mkb(1)")[-1] == (
            f"mkb(1) = {shown_as(session, 'more = 1, width = 7, height = 0.75')}"
        )


@pytest.mark.parametrize(
    ("source", "call", "words"),
    [
        ("{ i32, i32 } @s() {\n  ret { i32, i32 } { i32 1, i32 2 }", "s()", "uses the type { i32, i32 }"),
        ("i128 @q(i128 %a) {\n  ret i128 %a", "q(1)", "uses the type i128"),
        ("i7 @i(i7 %a) {\n  ret i7 %a", "i(100)", "uses the type i7"),
        ("<4 x i32> @v(<4 x i32> %a) {\n  ret <4 x i32> %a", "v(1)", "uses the type <4 x i32>"),
        ("i32 @n(i32 %a, ...) {\n  ret i32 %a", "n(1)", "takes a variable number of arguments"),
        ("ghccc i32 @g(i32 %a) {\n  ret i32 %a", "g(1)", "has the calling convention ghccc"),
    ],
)
def test_a_call_that_ir_alone_does_not_spell_is_refused(
    session: Session, folder: Path, source: str, call: str, words: str
) -> None:
    (folder / "odd.ll").write_text(f"define {source}\n}}\n")
    session.run_to("mark: begun")
    sentence = refusal(session, f"jit-load {folder}/odd.ll --call {call}")
    assert f"odd (generation 1) is loaded, and {call[0]} is " in sentence
    assert sentence.endswith(
        f" and {words}, which IR alone does not say how to call: "
        "call it from a function that takes and gives plain numbers and pointers"
    )


def test_a_call_has_of_one_bit_that_alone(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "bit.ll").write_text("define i1 @odd(i32 %n) {\n  %r = trunc i32 %n to i1\n  ret i1 %r\n}\n")
    session.run_to("mark: begun")
    assert lines("jit-load DIR/bit.ll --call odd(6)")[-1] == "odd(6) = 0"
    assert lines("jit-load DIR/bit.ll --name again --call odd(7)")[-1] == "odd(7) = 1"


def test_a_call_of_what_nothing_is_known_of_is_refused(session: Session, folder: Path) -> None:
    subprocess.run(["cc", "-c", "-fPIC", folder / "begin.c", "-o", folder / "bare.o"], check=True)
    session.run_to("mark: begun")
    assert refusal(session, f"jit-load {folder}/bare.o --call is_ready()").endswith(
        "bare (generation 1) is loaded, and nothing in it says what is_ready takes: "
        "load its source, call what it exports, or compile it with debug info (-g)"
    )


def test_a_call_of_what_its_module_keeps_to_itself_is_refused(session: Session, folder: Path) -> None:
    (folder / "kept.ll").write_text(
        "define internal i32 @own(i32 %n) {\n  ret i32 %n\n}\n"
        "define i32 @twice(i32 %n) {\n  %r = call i32 @own(i32 %n)\n  ret i32 %r\n}\n"
    )
    session.run_to("mark: begun")
    assert refusal(session, f"jit-load {folder}/kept.ll --call own(3)").endswith(
        "kept (generation 1) is loaded, and its module keeps own to itself (internal, static), so that only debug info "
        "of C could say what it takes: call what the module exports"
    )


WIDE = """
struct wide { __int128 n; };
struct large { __int128 n[2]; };
typedef __int128 number;
int taken(int a, number n) { return a + (int)n; }
number given(void) { return 5; }
int wrapped(struct wide w) { return (int)w.n; }
int behind(__int128 *n, double d) { return *n + d; }
struct large far(int n) { return (struct large){{n, 2}}; }
__int128 kept = 3;
"""


@pytest.mark.parametrize("call", ["taken(2, 3)", "given()", "wrapped(*(struct wide *)&kept)"])
def test_a_call_with_integers_of_two_registers_is_right_or_refused(
    session: Session, lines: Lines, folder: Path, call: str
) -> None:
    (folder / "wide.c").write_text(WIDE)
    session.run_to("mark: begun")
    refused = (
        f"{call} has no value: the function takes or gives an __int128, which gdb does not pass as compilers do: "
        "call it from one that takes and gives smaller numbers, or take lldb"
    )
    right = {refused} if session.debugger.startswith("gdb") else {f"{call} = 5", f"{call} = 3"}
    assert lines(f"jit-load DIR/wide.c --call '{call}'")[-1] in right


def test_a_call_with_such_integers_in_memory_is_made(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "wide.c").write_text(WIDE)
    session.run_to("mark: begun")
    assert lines("jit-load DIR/wide.c --call behind(&kept,2)")[-1] == "behind(&kept,2) = 5"
    assert re.fullmatch(r"far\(7\) = .*7, .*2.*", lines("jit-load DIR/wide.c --name b --call far(7)")[-1])


def test_a_call_stops_at_breakpoints_and_goes_on(session: Session, lines: Lines) -> None:
    session.require(STOPS_IN_CALLS)
    pending = session.break_at("mark: twice")
    session.run_to("mark: begun")
    before = state(session)

    line = session.place("twice").line
    assert lines("jit-load DIR/scale.ll --call 'scale(21)'")[-1] == (
        f"scale(21) is unfinished: breakpoint {pending.id} stopped thread 1 in scale at scale.ll:{line}; "
        "continue ends the call"
    )

    # Not session.variable: of frames that have one number, lldb-dap lists what it listed before the call.
    assert session.evaluate("n").scalar == 21
    session.go_on()
    assert state(session) == before


def test_a_call_by_the_types_of_c_stops_and_goes_on_too(session: Session, lines: Lines, folder: Path) -> None:
    session.require(STOPS_IN_CALLS)
    (folder / "box.c").write_text(BOX)
    session.run_to("mark: begun")
    point, before = session.break_at(f"{folder}/box.c:3"), state(session)
    assert lines("jit-load DIR/box.c --call mkb(21)")[-1] == (
        f"mkb(21) is unfinished: breakpoint {point.id} stopped thread 1 in mkb at box.c:3; continue ends the call"
    )
    assert session.evaluate("w").scalar == 21
    session.go_on()
    assert state(session) == before


CATCHING = """
struct Catching {
  int caught = 0;
  Catching() { hold(); }
  ~Catching() { hold(); }
  void hold() {
    try {
      throw 42;
    } catch (int thrown) {
      caught = thrown;
    }
  }
} catching;
extern "C" int hold(int n) {
  try {
    throw n;
  } catch (int thrown) {
    return thrown + catching.caught;
  }
}
"""


def test_an_exception_that_is_caught_disturbs_no_call(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "catching.cc").write_text(CATCHING)
    session.run_to("mark: begun")
    before = state(session)
    assert lines("jit-load DIR/catching.cc --call hold(1)")[-1] == "hold(1) = 43"
    assert lines("jit-unload catching") == ["unloaded the JIT dylib catching (generation 1) from 0x…-0x…"]
    assert state(session) == before


def test_a_name_that_is_loaded_is_refused(session: Session, lines: Lines, folder: Path) -> None:
    session.run_to("mark: begun")
    lines("jit-load DIR/scale.ll")
    assert refusal(session, f"jit-load {folder}/scale.ll") == (
        "scale (generation 1) is loaded: `jit-reload scale` loads its next generation, --name gives another name"
    )
    assert lines("jit-load DIR/scale.ll --name other -O2 --debug ir")[0] == (
        "loaded the JIT dylib other (generation 1) at 0x…-0x…, 1 function"
    )


def test_objects_and_images_are_loaded_too(session: Session, lines: Lines, folder: Path) -> None:
    subprocess.run(["cc", "-g", "-c", "-fPIC", folder / "begin.c", "-o", folder / "object.o"], check=True)
    (folder / "image.so").write_bytes(build(folder / "scale.ll", soname="image.so"))
    session.run_to("mark: begun")

    assert lines("jit-load DIR/object.o --call 'is_ready()'")[-1] == "is_ready() = 42"
    assert lines("jit-load DIR/image.so --call 'scale(4)'")[0::2] == [
        "loaded the JIT dylib scale (generation 1) at 0x…-0x…, 1 function",
        "scale(4) = 8",
    ]


CXX = """
int triple(int n) { return n * 3; }
namespace numbers { int quadruple(int n) { return n * 4; } }
int over(int n) { return n; }
int over(double n) { return (int)n + 100; }
"""


def test_bitcode_and_cxx_are_loaded_and_functions_called_by_the_names_they_have_there(
    session: Session, lines: Lines, folder: Path
) -> None:
    (folder / "bits.bc").write_bytes(llvmlite.binding.parse_assembly(SCALE).as_bitcode())
    (folder / "more.cc").write_text(CXX)
    session.run_to("mark: begun")

    assert lines("jit-load DIR/bits.bc --call 'scale(4)'")[-1] == "scale(4) = 8"
    assert lines("jit-load DIR/more.cc --call 'triple(4)'")[-1] == "triple(4) = 12"
    assert (
        lines("jit-load DIR/more.cc --name second --call 'numbers::quadruple(4)'")[-1] == "numbers::quadruple(4) = 16"
    )
    assert lines("jit-load DIR/more.cc --name third --call '_Z4overd(4.5)'")[-1] == "_Z4overd(4.5) = 104"
    assert refusal(session, f"jit-load {folder}/more.cc --name fourth --call 'over(4)'").endswith(
        "fourth is loaded, and has several functions over: call one of _Z4overi, _Z4overd"
    )
    assert refusal(session, f"jit-load {folder}/more.cc --name fifth --call 'nothing(4)'").endswith(
        "fifth is loaded, and has no function nothing to call: see jit-info"
    )


CXX_NAMES = """
namespace ns { template<class T> T twice(T n) { return n + n; } template int twice<int>(int); }
namespace ns { template<class T, class U> T first(T n, U) { return n; } template int first<int, long>(int, long); }
namespace { int hidden(int n) { return n * 5; } }
int shows_hidden(int n) { return hidden(n); }
__attribute__((abi_tag("cxx11"))) int tagged(int n) { return n * 6; }
extern "C" int plain(int n) { return n * 7; }
"""
CXX_CALLS = {
    "ns::twice<int>(4)": 8,
    "ns::first<int,long>(4, (5))": 4,
    "(anonymous namespace)::hidden(2)": 10,
    "::shows_hidden(3)": 15,
    "tagged[abi:cxx11](2)": 12,
    "tagged(3)": 18,
    "::plain(2)": 14,
}


def test_functions_of_cxx_are_called_by_the_names_that_are_shown(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "names.cc").write_text(CXX_NAMES)
    session.run_to("mark: begun")
    for number, (call, result) in enumerate(CXX_CALLS.items()):
        assert lines(f'jit-load DIR/names.cc --name names{number} --call "{call}"')[-1] == f"{call} = {result}"


def test_a_constructor_that_stops_is_told_with_how_to_go_on(session: Session, lines: Lines) -> None:
    session.require(STOPS_IN_CALLS)
    point = session.break_at("mark: begin")
    session.run_to("mark: begun")
    before = state(session)

    stopped = f"breakpoint {point.id} stopped thread 1 in begin at begin.c:{session.place('begin').line}"
    # Where MI drives gdb 18, its own words about stops can't be kept back.
    assert lines("jit-load DIR/begin.c")[-2:] == [
        f"the JIT dylib begin (generation 1) is not loaded yet, dlopen is unfinished: {stopped}",
        "continue ends the call; then the dylib is loaded, and the program where it was",
    ]

    assert session.frame().function == "begin"
    session.go_on()
    assert state(session) == before
    assert [dylib["name"] for dylib in json.loads(session.command("jit-list --json"))["dylibs"]] == ["begin"]
    assert lines("jit-unload begin") == ["unloaded the JIT dylib begin (generation 1) from 0x…-0x…"]


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_before_the_program_runs_a_file_is_kept_for_main(host: Path, folder: Path, debugger: str) -> None:
    """At its prompt a debugger goes on by itself; the harness would take the stop at main for one of the user's."""
    point = {"gdb": "break find_and_call", "lldb": "breakpoint set -n find_and_call"}[debugger]
    orders = [f"jit-load {folder}/scale.ll --call 'scale(4)'", point, "run", "jit-list --json"]
    printed = prompted(debugger, [host], orders)

    kept, _, later = printed.partition(f"{folder}/scale.ll is kept, and loaded when the program comes to main\n")
    assert later, kept
    assert "loaded the JIT dylib scale (generation 1) at 0x" in later
    assert "scale(4) = 8\n" in later
    assert later.count('"name": "scale"') == 2  # the dylib, and the module in it


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_all_files_that_are_kept_are_loaded_in_the_next_run_and_in_no_other(
    host: Path, folder: Path, debugger: str
) -> None:
    (folder / "needs.ll").write_text(caller("absent"))
    point = {"gdb": "break find_and_call", "lldb": "breakpoint set -n find_and_call"}[debugger]
    again = {"gdb": ["run"], "lldb": ["process kill", "run"]}[debugger]
    kept = [f"jit-load {folder}/{name}" for name in ("scale.ll", "needs.ll", "begin.c")]
    printed = prompted(debugger, [host], [*kept, point, "run", "jit-list", *again, "jit-list", "jit-doctor"])

    assert "Traceback" not in printed
    assert printed.count("loaded the JIT dylib scale (generation 1) at 0x") == 1
    assert "undefined symbol: absent" in printed
    assert printed.count("loaded the JIT dylib begin (generation 1) at 0x") == 1
    assert printed.count("The program has loaded no JIT dylib.") == 1


@pytest.mark.parametrize("debugger", ["gdb"])
def test_a_call_that_stops_in_a_breakpoints_commands_is_unfinished(host: Path, folder: Path, debugger: str) -> None:
    """Of gdb's own, ``call`` fails then; after a command that does not, gdb would crash."""
    commands = f"silent\\njit-load {folder}/scale.ll --call 'scale(4)'"
    point = f'python gdb.Breakpoint("find_and_call").commands = "{commands}"'
    points = ["set breakpoint pending on", "break scale", point]
    printed = prompted(debugger, [host], [*points, "run", "bt", "continue", "bt"])
    assert re.search(r"#0\W.*\bscale\b.*n=4(?s:.*)#0\W.*\bfind_and_call\b", printed), printed


@pytest.mark.parametrize("debugger", ["gdb"])
def test_a_call_that_stops_after_a_breakpoints_commands_leaves_its_stop(
    host: Path, folder: Path, debugger: str
) -> None:
    points = ["set breakpoint pending on", "break scale", "break find_and_call", "commands", "echo done\\n", "end"]
    orders = [*points, "run", f"jit-load {folder}/scale.ll --call 'scale(4)'", "info program"]
    shown = typed(debugger, host, orders, r"It stopped at |Program stopped at 0x\w+\.\s+\(gdb\)")
    assert "It stopped at breakpoint 1." in shown
    assert len(re.findall(r"scale \(n=4\) at scale\.ll", shown)) == 1


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_file_is_kept_for_another_run_of_the_program(host: Path, folder: Path, debugger: str) -> None:
    printed = prompted(debugger, [host], ["run", f"jit-load {folder}/scale.ll --call 'scale(4)'", "run"])
    assert "scale(4) = 8\n" in printed


@pytest.mark.parametrize("first", ["the breakpoint", "the file"])
@pytest.mark.parametrize("once", [False, True], ids=["always", "once"])
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_program_that_files_are_kept_for_stops_at_its_users_breakpoint_in_main(
    host: Path, folder: Path, debugger: str, first: str, *, once: bool
) -> None:
    point = {
        "gdb": "tbreak main" if once else "break main",
        "lldb": f"breakpoint set -n main {'--one-shot true' if once else ''}",
    }[debugger]
    orders = [point, f"jit-load {folder}/scale.ll"]
    printed = prompted(debugger, [host], [*(orders if first == "the breakpoint" else orders[::-1]), "run", "bt"])
    assert "loaded the JIT dylib scale (generation 1) at 0x" in printed
    assert re.search(r"#0\W.*\bmain\b", printed)


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_program_that_files_are_kept_for_goes_on_past_breakpoints_that_do_not_hold(
    host: Path, folder: Path, debugger: str
) -> None:
    points = {
        "gdb": ["break main if 0", "break main", "ignore 2 1", "break find_and_call"],
        "lldb": ["breakpoint set -n main -c 0", "breakpoint set -n main -i 1", "breakpoint set -n find_and_call"],
    }[debugger]
    printed = prompted(debugger, [host], [f"jit-load {folder}/scale.ll", *points, "run", "bt"])
    assert "loaded the JIT dylib scale (generation 1) at 0x" in printed
    assert re.search(r"#0\W.*\bfind_and_call\b", printed)


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_call_that_was_kept_and_stops_is_unfinished(host: Path, folder: Path, debugger: str) -> None:
    point = {"gdb": ["set breakpoint pending on", "break scale"], "lldb": ["breakpoint set -n scale"]}[debugger]
    kept = [f"jit-load {folder}/scale.ll --call 'scale(4)'", f"jit-load {folder}/begin.c --call is_ready()"]
    printed = prompted(debugger, [host], [*point, *kept, "run", "bt", "continue", "bt"])
    _, _, later = printed.partition("scale(4) is unfinished: breakpoint 1 stopped thread 1 in scale at ")
    assert "is_ready() = 42\n" in later, "what was kept beside it is loaded all the same"
    assert re.search(r"#0\W.*\bscale\b.*n=4", later)
    assert re.search(r"#0\W.*\bmain\b", later)


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_file_that_is_kept_takes_the_place_of_another_of_its_name(host: Path, folder: Path, debugger: str) -> None:
    point = {"gdb": "break find_and_call", "lldb": "breakpoint set -n find_and_call"}[debugger]
    (folder / "wrong.ll").write_text("define i32 @f() {\n  ret i64 3\n}\n")
    files = ("scale.ll", "scale.ll --name other", "scale.ll --call 'scale(4)'", "wrong.ll --name scale")
    printed = prompted(debugger, [host], [*(f"jit-load {folder}/{file}" for file in files), point, "run"])

    assert printed.count(f"{folder}/scale.ll is kept, and loaded when the program comes to main\n") == 2
    instead = "main, in the place of the scale that was kept: --name keeps both\n"
    assert printed.count(instead) == 1
    assert re.findall(r"^loaded the JIT dylib (\w+) ", printed, re.MULTILINE) == ["other", "scale"]
    assert printed.count("scale(4) = 8\n") == 1
    assert "is loaded: " not in printed


@pytest.mark.parametrize("debugger", ["lldb"])
def test_the_first_stop_after_a_load_that_was_kept_shows_its_place(host: Path, folder: Path, debugger: str) -> None:
    """At a terminal lldb shows of a stop what it has read of the stack when the program went on by itself."""
    line = next(number for number, text in enumerate(HOST.read_text().splitlines(), 1) if "mark: allocate" in text)
    kept = [f"jit-load {folder}/{name}" for name in ("scale.ll", "begin.c")]
    shown = typed(
        debugger, host, [f"breakpoint set -f {HOST.name} -l {line}", *kept, "run"], r"frame #0: .* at \S+:\d+"
    )
    assert "loaded the JIT dylib begin (generation 1) at 0x" in shown
    assert re.search(rf"frame #0: .* at {HOST.name}:{line}\b", shown), shown


def test_the_image_lives_as_long_as_the_program(session: Session, folder: Path) -> None:
    session.run_to("mark: begun")
    path = Path(json.loads(session.command(f"jit-load {folder}/scale.ll --json"))["path"])
    other = Path(json.loads(session.command(f"jit-load {folder}/begin.c --json"))["path"])

    assert path.parent == other.parent
    assert is_locked(str(path.parent))
    assert session.go_on().ended
    assert not is_locked(str(path.parent))
    assert path.exists()
    # It was a clean exit, which the C library has marked.
    assert {each.name for each in path.parent.iterdir() if not each.suffix} == {"ended"}


# -------------------------------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("define i32 @f() {\n  ret i64 3\n}\n", ":2:7: value doesn't match function result type 'i32'"),
        (None, ": No such file or directory: name a file that can be read"),
    ],
    ids=["a wrong type", "no file"],
)
def test_a_source_with_errors_is_refused(session: Session, folder: Path, source: str | None, sentence: str) -> None:
    if source:
        (folder / "bad.ll").write_text(source)
    session.run_to("mark: begun")
    before = state(session)
    assert refusal(session, f"jit-load {folder}/bad.ll") == f"{folder}/bad.ll{sentence}"
    assert state(session) == before


def test_what_the_loader_refuses_is_told_in_its_words_and_leaves_nothing(session: Session, folder: Path) -> None:
    (folder / "needs.ll").write_text(caller("absent"))
    session.run_to("mark: begun")
    path = Path(json.loads(session.command(f"jit-load {folder}/scale.ll --json"))["path"])
    before, errno = state(session), session.evaluate("*(int *)((void *(*)(void))__errno_location)()").scalar

    assert re.fullmatch(
        r"the program's loader refused \S+/needs\.[0-9a-f]{16}\.so: undefined symbol: absent: "
        r"load what defines it first, with --global",
        refusal(session, f"jit-load {folder}/needs.ll"),
    )

    assert state(session) == before
    assert session.evaluate("*(int *)((void *(*)(void))__errno_location)()").scalar == errno
    assert [each.name for each in path.parent.glob("*.so*")] == [path.name]


def test_an_image_for_another_machine_is_refused(session: Session, folder: Path) -> None:
    image = bytearray(build(folder / "scale.ll", soname="image.so"))
    image[18:20] = elf.constants.EM_AARCH64.to_bytes(2, "little")
    (folder / "image.so").write_bytes(image)
    session.run_to("mark: begun")
    assert refusal(session, f"jit-load {folder}/image.so").endswith(
        "image.so is made for AArch64, and the program for x86-64: build it for that"
    )


def test_a_library_that_jitdbg_did_not_make_is_refused(session: Session, host: Path) -> None:
    session.run_to("mark: begun")
    assert refusal(session, f"jit-load {host}") == (
        f"{host} was not made by jitdbg, so no command here would know it: link its objects instead"
    )


def test_a_thread_that_holds_a_lock_is_named(session: Session, lines: Lines, folder: Path) -> None:
    session.run_to("mark: allocate")
    session.run_to("malloc")
    assert re.fullmatch(
        r"thread 1 is inside the memory allocator \(frame 0, \w*malloc\): dlopen could wait for its lock for ever; "
        r"step out of it first \(`t 1`, `f 0`, `finish`\), or take the risk with --force",
        refusal(session, f"jit-load {folder}/scale.ll"),
    )
    assert lines("jit-list") == ["The program has loaded no JIT dylib."]
    session.step_out()
    assert lines("jit-load DIR/scale.ll --call 'scale(3)'")[-1] == "scale(3) = 6"


def test_a_thread_inside_the_loader_is_named(debug_session: SessionStarter, folder: Path) -> None:
    loader = compile_program("commands_host", folder)
    (folder / "image.so").write_bytes(build(folder / "scale.ll", soname="image.so"))
    session = debug_session.launch([loader, folder / "image.so"], sources=[PROGRAMS / "commands_host.c"])
    session.run_to("main")
    session.run_to("dlopen")
    before = state(session)
    assert re.match(
        r"thread 1 is inside the loader \(frame 0, \w*dlopen\S*\): dlopen could wait for its lock for ever; ",
        refusal(session, f"jit-load {folder}/scale.ll --name other"),
    )
    assert state(session) == before
    session.run_to("mark: loaded")
    assert lines_of(session, folder, "jit-load DIR/scale.ll --name other --call 'scale(3)'")[-1] == "scale(3) = 6"


@pytest.mark.parametrize("command", ["jit-unload scale", "jit-reload scale"])
def test_without_a_program_nothing_is_unloaded_or_reloaded(session: Session, command: str) -> None:
    if session.debugger.endswith("-dap"):
        raise Unsupported(session.debugger, "it starts the program with the session")
    assert refusal(session, command) == "no program runs: start it, attach to it or open its core first"


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_compiling_environment_that_is_gone_is_told(host: Path, folder: Path, debugger: str) -> None:
    gone = commands_line(debugger).replace(sys.executable, "/gone/python")
    orders = [gone, "breakpoint set -n find_and_call" if debugger == "lldb" else "break find_and_call", "run"]
    printed = prompted(debugger, [host], [*orders, f"jit-load {folder}/scale.ll", "jit-doctor", "kill"])
    sentence = "/gone/python, the Python that compiles for these commands, is gone: install jitdbg again"
    assert printed.count(sentence) == 2, printed
    assert "Traceback" not in printed


COMPILING = """#!{interpreter}
import os, signal, sys
from jitdbg import codegen

def interrupt(*arguments):
    open({told!r}, "w").write(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGINT)  # as Ctrl-C does, and the work would go on for ever
    signal.pause()

codegen.compile_text = interrupt
exec(sys.argv[3])
"""


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
@pytest.mark.parametrize("command", ["jit-load {}/scale.ll --name other", "jit-reload begin {}/scale.ll"])
def test_a_load_is_interrupted_while_it_compiles(
    host: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, debugger: str, command: str
) -> None:
    monkeypatch.setenv("JITDBG_STORE", str(folder / "store"))
    compiling, told = folder / "compiling", folder / "told"
    compiling.write_text(COMPILING.format(interpreter=sys.executable, told=str(told)))
    compiling.chmod(0o755)
    point = {"gdb": "break find_and_call", "lldb": "breakpoint set -n find_and_call"}[debugger]
    never_ends = commands_line(debugger).replace(sys.executable, str(compiling))
    begin = [point, "run", f"jit-load {folder}/begin.c", never_ends]

    printed = prompted(debugger, [host], [*begin, command.format(folder)])

    assert f"interrupted before {folder}/scale.ll was compiled: nothing has changed\n" in printed
    assert "Traceback" not in printed
    assert gone(int(told.read_text()))
    assert [path.name.partition(".")[0] for path in (folder / "store").rglob("*.*") if path.name[0] != "."] == ["begin"]


def test_another_thread_that_holds_a_lock_is_named(debug_session: SessionStarter, host: Path, folder: Path) -> None:
    session = debug_session.launch([host, "threads"], sources=[HOST])
    session.run_to("mark: worked")
    worker = session.stop.thread
    point = session.break_at("free")
    while session.go_on().thread != worker:
        pass
    session.delete(point)
    session.select(session.threads()[0].id)
    sentence = refusal(session, f"jit-load {folder}/scale.ll")
    number = worker if not session.debugger.endswith("-dap") else 2  # the protocol's numbers are the kernel's
    assert sentence.startswith(f"thread {number} is inside the memory allocator (frame 0, ")
    assert sentence.endswith(
        "let all threads run meanwhile with --all-threads, "
        f"step out of it first (`t {number}`, `f 0`, `finish`), or take the risk with --force"
    )
    before = state(session)
    assert lines_of(session, folder, "jit-load DIR/scale.ll --all-threads --call 'scale(3)'")[-1] == "scale(3) = 6"
    assert state(session)[0] == before[0]


def test_a_program_that_ends_in_the_call_is_told(session: Session, folder: Path) -> None:
    (folder / "ends.c").write_text(
        "#include <unistd.h>\n__attribute__((constructor)) static void begin(void) { _exit(3); }\n"
    )
    session.run_to("mark: begun")
    assert refusal(session, f"jit-load {folder}/ends.c") == (
        "the program ended while a function of it was called: start it again (run), with a breakpoint there"
    )


def test_a_program_that_ends_as_it_unloads_is_told(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "ends.c").write_text(
        "#include <unistd.h>\n__attribute__((destructor)) static void end(void) { _exit(3); }\n"
    )
    session.run_to("mark: begun")
    lines("jit-load DIR/ends.c")
    assert refusal(session, "jit-unload ends").startswith("the program ended while a function of it was called: ")


def test_a_destructor_that_stops_is_told_with_how_to_go_on(session: Session, lines: Lines, folder: Path) -> None:
    session.require(STOPS_IN_CALLS)
    (folder / "slow.c").write_text("int n;\n__attribute__((destructor)) static void end(void) {\n  n = 5;\n}\n")
    session.run_to("mark: begun")
    lines("jit-load DIR/slow.c")
    point, before = session.break_at(f"{folder}/slow.c:3"), state(session)
    assert lines("jit-unload slow")[-1] == (
        f"dlclose is unfinished: breakpoint {point.id} stopped thread 1 in end at slow.c:3; continue ends the call"
    )
    session.go_on()
    assert state(session) == before
    assert lines("jit-list") == ["The program has loaded no JIT dylib."]


# ------------------------------------------------------------------------------------------------- unloading, reloading


def pending(session: Session) -> list[bool]:
    """Tell which breakpoints wait for code: adapters tell of changes by events, also after the answer to a command."""
    session.threads()
    return [each.pending for each in session.breakpoints()]


def test_a_breakpoint_whose_dylib_has_gone_waits_and_is_in_no_other(
    session: Session, lines: Lines, folder: Path
) -> None:
    (folder / "other.ll").write_text(SCALE.replace("@scale", "@other") + SCALE.replace("@scale", "@another"))
    session.run_to("mark: begun")
    lines("jit-load DIR/scale.ll")
    point = session.break_at("mark: twice")
    assert not point.pending
    lines("jit-unload scale")
    # gdb's adapter goes on calling a breakpoint verified whose library has gone.
    waiting = [session.debugger != "gdb-dap"]
    deadline = time.monotonic() + 10
    while pending(session) != waiting:
        assert time.monotonic() < deadline
    # It has the addresses that were freed.
    assert [line for line in lines("jit-load DIR/other.ll") if line.startswith("breakpoint")] == []
    assert pending(session) == waiting
    assert lines("jit-load DIR/scale.ll --name again")[-1].startswith(f"breakpoint {point.id} ")


def test_jit_unload_takes_out_all_generations(session: Session, lines: Lines) -> None:
    session.run_to("mark: begun")
    lines("jit-load DIR/scale.ll")
    lines("jit-reload scale")
    assert lines("jit-unload scale") == [
        "unloaded the JIT dylib scale (generation 1) from 0x…-0x…",
        "unloaded the JIT dylib scale (generation 2) from 0x…-0x…",
    ]
    assert lines("jit-list") == ["The program has loaded no JIT dylib."]
    assert refusal(session, "jit-unload scale").startswith("there is no JIT dylib scale: the program has loaded none")


def test_what_is_on_the_stack_is_neither_unloaded_nor_reloaded(session: Session, lines: Lines) -> None:
    session.run_to("mark: begun")
    lines("jit-load DIR/scale.ll --global")
    session.run_to("mark: twice")

    what = "scale (generation 1) is on the stack of thread 1 (frame 0, scale): "
    rest = "ing it would leave that frame in old code; step out of it first, or take the risk with --force"
    assert refusal(session, "jit-unload scale") == f"{what}unload{rest}"
    assert refusal(session, "jit-reload scale") == f"{what}reload{rest}"
    assert lines("jit-reload scale --force")[0].startswith("loaded the JIT dylib scale (generation 2) at ")


def test_jit_reload_lets_breakpoints_follow(session: Session, lines: Lines, folder: Path) -> None:
    session.run_to("mark: begun")
    lines("jit-load DIR/scale.ll --global")
    point = session.break_at("mark: twice")
    (folder / "scale.ll").write_text(SCALE.replace("n, 2", "n, 5"))

    line = session.place("twice").line
    assert lines("jit-reload scale --global") == [
        "loaded the JIT dylib scale (generation 2) at 0x…-0x…, 1 function",
        f"  scale  0x…  scale.ll:{line}",
        f"breakpoint {point.id} (scale.ll:{line}) stops in it, at scale.ll:{line}",
        "raw pointers that the program keeps stay with the older generation, which stays loaded",
    ]
    (found,) = [each for each in session.breakpoints() if each.id == point.id]
    assert len(found.locations) == (1 if session.debugger.endswith("-dap") else 2)  # the protocol has room for one


def test_a_dylib_of_the_program_is_left_to_it(debug_session: SessionStarter, folder: Path) -> None:
    loader = compile_program("commands_host", folder)
    (folder / "scale.so").write_bytes(build(folder / "scale.ll", soname="scale.so"))
    session = debug_session.launch([loader, folder / "scale.so"], sources=[PROGRAMS / "commands_host.c"])
    session.run_to("mark: loaded")
    assert refusal(session, "jit-unload scale") == (
        "scale (generation 1) was not loaded by jit-load here: the program holds it and may call it at any time; let "
        "the program close it, or take the risk with --force"
    )
    assert lines_of(session, folder, "jit-unload scale --force") == [
        "unloaded the JIT dylib scale (generation 1) from 0x…-0x…"
    ]


USER = """
declare i32 @scale(i32)
define i32 @use(i32 %n) {
  %r = call i32 @scale(i32 %n)
  ret i32 %r
}
"""
PYTHON_HOST = """
import sys
from jitdbg.engine import Engine
engine = Engine()
callee = engine.load(sys.argv[1], name="scale")
user = engine.load(sys.argv[2], name="user")
use, raw = user.function("use"), callee.function("scale")
print("before", use(5), raw(5), flush=True)
sys.stdin.readline()
print("after", use(5), raw(5), flush=True)
"""


def test_jit_reload_redirects_the_slots_of_an_engine_and_leaves_its_raw_pointers(
    debug_session: SessionStarter, folder: Path
) -> None:
    host = subprocess.Popen(
        [sys.executable, "-c", PYTHON_HOST, folder / "scale.ll", USER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with host:
        assert host.stdin is not None
        assert host.stdout is not None
        assert host.stdout.readline() == b"before 10 10\n"
        session = debug_session.attach(host.pid)
        (folder / "scale.ll").write_text(SCALE.replace("n, 2", "n, 5"))
        lines = lines_of(session, folder, "jit-reload scale")
        assert lines[0] == "loaded the JIT dylib scale (generation 2) at 0x…-0x…, 1 function"
        assert lines[2:] == [
            "other dylibs refer to this generation now: user",
            "raw pointers that the program keeps stay with the older generation, which stays loaded",
        ]
        session.detach()
        host.stdin.write(b"\n")
        host.stdin.close()
        assert host.stdout.readline() == b"after 25 10\n"


LOW = "int low(int n) { return n + 1; }\nint gone(int n) { return n; }\n"
HIGH = """
int low(int n);
int high(int n) { return low(n) * 10; }
"""
TABLE = "int low(int n);\nint (*table[])(int) = {low};\nint first(int n) { return table[0](n); }\n"
NEEDS_GONE = "int gone(int n);\nint needs(int n) { return gone(n); }\n"


def test_what_another_dylib_is_bound_to_is_not_unloaded(session: Session, lines: Lines, folder: Path) -> None:
    (folder / "low.c").write_text(LOW)
    (folder / "high.c").write_text(HIGH)
    (folder / "table.c").write_text(TABLE)
    session.run_to("mark: begun")
    lines("jit-load DIR/low.c --global")
    for name in ("high", "table"):
        lines(f"jit-load DIR/{name}.c")
        assert refusal(session, "jit-unload low") == (
            f"{name} (generation 1) refers to low: unload that first, or take the risk with --force"
        )
        assert lines(f"jit-unload {name}") == [f"unloaded the JIT dylib {name} (generation 1) from 0x…-0x…"]
    lines("jit-load DIR/high.c")
    assert lines("jit-unload low --force") == [
        "the JIT dylib low (generation 1) stays loaded: the program, or another library, holds it as well"
    ]


@pytest.mark.parametrize("own", ["int scale(int);", "int scale(int n) { return -n; }"], ids=["lacks it", "has its own"])
def test_what_a_library_of_the_program_is_bound_to_is_not_unloaded(
    debug_session: SessionStarter, folder: Path, own: str
) -> None:
    """As a plugin that is loaded after what defines its symbols."""
    (folder / "plugin.c").write_text(own + "\nint run(int n) { return scale(n) + 2; }\n")
    plugin = folder / "plugin.so"
    subprocess.run([tool("cc").path, "-shared", "-fPIC", folder / "plugin.c", "-o", plugin], check=True)
    program = compile_program("commands_host", folder)
    session = debug_session.launch([program, plugin], sources=[PROGRAMS / "commands_host.c"])
    session.run_to("main")
    lines_of(session, folder, "jit-load DIR/begin.c --global")
    lines_of(session, folder, "jit-load DIR/scale.ll --global")
    session.run_to("mark: loaded")

    assert refusal(session, "jit-unload scale") == (
        f"{plugin} is bound to scale, which the loader keeps for it: let the program close that first, or give it up "
        "with --force"
    )
    assert lines_of(session, folder, "jit-unload begin") == ["unloaded the JIT dylib begin (generation 1) from 0x…-0x…"]
    assert lines_of(session, folder, "jit-unload scale --force") == [
        "the JIT dylib scale (generation 1) stays loaded: the program, or another library, holds it as well"
    ]
    session.run_to("mark: called")
    assert session.variable("result").scalar == 42


def test_jit_reload_redirects_what_the_loader_has_bound(session: Session, lines: Lines, folder: Path) -> None:
    for name, text in {"low": LOW, "high": HIGH, "table": TABLE, "needs": NEEDS_GONE}.items():
        (folder / f"{name}.c").write_text(text)
    session.run_to("mark: begun")
    lines("jit-load DIR/low.c --global")
    for name in ("high", "table", "needs"):
        lines(f"jit-load DIR/{name}.c")
    assert [session.evaluate(f"{call}(1)").scalar for call in ("high", "first", "needs")] == [20, 2, 1]

    (folder / "low.c").write_text("int low(int n) { return n + 4; }\nint fresh(int n) { return n; }\n")
    assert lines("jit-reload low")[-3:] == [
        "other dylibs refer to this generation now: high",
        (
            "in data that was initialised, or by names that are gone, these still refer to an older generation: "
            "table, needs; jit-reload initialises data anew"
        ),
        "raw pointers that the program keeps stay with the older generation, which stays loaded",
    ]
    assert [session.evaluate(f"{call}(1)").scalar for call in ("high", "first", "needs")] == [50, 2, 1]

    # The loader goes on binding names to the oldest; what is new in the next is for all as well.
    (folder / "late.c").write_text("int fresh(int n);\n" + HIGH.replace("low(n) * 10", "low(n) * 100 + fresh(n)"))
    assert lines("jit-load DIR/late.c --call high(1)")[-1] == "high(1) = 501"
    assert lines("jit-load DIR/table.c --name again --call first(1)")[-1] == "first(1) = 5"


# ------------------------------------------------------------------------------------------------ other kinds of target


def test_a_program_that_was_attached_to_takes_dylibs(debug_session: SessionStarter, host: Path, folder: Path) -> None:
    reader, writer = os.pipe()
    process = subprocess.Popen([host, "wait"], stdin=reader, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        session = debug_session.attach(process.pid, sources=[HOST])
        assert lines_of(session, folder, "jit-load DIR/scale.ll --global --call 'scale(4)'")[-1] == "scale(4) = 8"
        session.detach()
        os.write(writer, b"x")
        assert process.stdout.readline() == b"sum 12\n"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(reader)
        os.close(writer)


def test_a_program_of_a_debug_server_takes_dylibs(
    debug_session: SessionStarter, serve: Serve, host: Path, folder: Path
) -> None:
    address = serve(debug_session.debugger, host)
    session = debug_session.connect(address, host, sources=[HOST])
    session.run_to("mark: begun")
    assert lines_of(session, folder, "jit-load DIR/scale.ll --global --call 'scale(4)'")[-1] == "scale(4) = 8"
    assert lines_of(session, folder, "jit-load DIR/begin.c --call 'is_ready()'")[-1] == "is_ready() = 42"
    assert lines_of(session, folder, "jit-unload begin") == ["unloaded the JIT dylib begin (generation 1) from 0x…-0x…"]
    session.run_to("mark: summed")
    assert session.variable("sum").scalar == 12


def test_a_core_takes_none(debug_session: SessionStarter, tmp_path: Path, folder: Path) -> None:
    session = debug_session.open_core(crash_in_c(tmp_path).core, tmp_path / "host")
    sentence = "this is a core dump, whose program runs no more: nothing can be loaded or unloaded"
    for command in (f"jit-load {folder}/scale.ll", "jit-unload boom", "jit-reload boom"):
        assert refusal(session, command) == sentence


def test_a_program_without_a_loader_takes_none(debug_session: SessionStarter, tmp_path: Path, folder: Path) -> None:
    program = compile_program("harness_ends", tmp_path, "-static")
    session = debug_session.launch([program])
    session.run_to("main")
    sentence = refusal(session, f"jit-load {folder}/scale.ll")
    assert sentence.startswith("the program has no loader that could load a dylib: it is linked statically")


def test_a_program_that_may_not_read_the_image_says_so(debug_session: SessionStarter, host: Path, folder: Path) -> None:
    if os.getuid():
        pytest.skip("only root can start a program as another user")
    for each in (host.parent, *host.parent.parents):
        if each.stat().st_uid == os.getuid() and each != Path("/"):
            each.chmod(each.stat().st_mode | 0o011)
    process = subprocess.Popen([host, "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, user=65534, group=65534)
    with process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        session = debug_session.attach(process.pid, sources=[HOST])
        before = state(session)
        assert re.fullmatch(
            r"the program can't open \S+/run-[0-9a-f]{16} \(Permission denied\): it runs as another user or sees other "
            r"files than this debugger; set JITDBG_STORE to a directory that both may use",
            refusal(session, f"jit-load {folder}/scale.ll"),
        )
        assert state(session) == before
        session.detach()
        process.stdin.close()


def test_images_go_to_the_machine_of_a_platform(host: Path, folder: Path, tmp_path: Path) -> None:
    """lldb's debug servers carry files where a platform is connected; the harness connects to servers alone."""
    with platform(tmp_path) as address:
        orders = [
            "settings set target.disable-aslr false",
            "platform select remote-linux",
            f"platform connect connect://{address}",
            f"target create {host}",
            "breakpoint set -n find_and_call",
            "run",
            f"jit-load {folder}/scale.ll --call 'scale(4)'",
            "jit-list --json",
            "process kill",
        ]
        printed = prompted("lldb", [], orders)
    assert "scale(4) = 8\n" in printed
    (path,) = re.findall(r'"path": "(.*)"', printed)
    image = Path(path)
    assert re.fullmatch(rf"/var/tmp/jitdbg-{os.getuid()}/run-[0-9a-f]{{16}}/scale\.[0-9a-f]{{16}}\.so", path)
    assert {"ended", "running", image.name} == {each.name for each in image.parent.iterdir()}
    shutil.rmtree(image.parent)


FORK_ORDERS = {
    "gdb": ("set follow-fork-mode child", "break step"),
    "lldb": ("settings set target.process.follow-fork-mode child", "breakpoint set -n step"),
}


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_forked_child_takes_dylibs_of_its_own(folder: Path, debugger: str) -> None:
    program = compile_program("loading_fork", folder)
    load, other = f"jit-load {folder}/scale.ll", f"jit-load {folder}/scale.ll --name other --call 'scale(4)'"
    orders = [*FORK_ORDERS[debugger], "run", load, "continue", other, "jit-unload other", "jit-unload scale"]
    printed = prompted(debugger, [program], orders)
    assert "loaded the JIT dylib other (generation 1)" in printed
    assert "scale(4) = 8\n" in printed
    assert "unloaded the JIT dylib other (generation 1)" in printed
    assert "scale (generation 1) was not loaded by jit-load here" in printed  # its parent's


@pytest.mark.parametrize("debugger", ["gdb"])
def test_several_inferiors_of_gdb_keep_apart(host: Path, folder: Path, debugger: str) -> None:
    load = f"jit-load {folder}/scale.ll --call 'scale(4)'"
    orders = ["break find_and_call", "run", load, f"add-inferior -exec {host}", "inferior 2", "run", load]
    orders += ["inferior 1", "jit-unload scale", "jit-list", "inferior 2", "jit-unload scale", "kill inferiors 1 2"]
    printed = prompted(debugger, [host], orders)
    assert printed.count("scale(4) = 8\n") == 2
    assert printed.count("unloaded the JIT dylib scale (generation 1)") == 2
    assert "The program has loaded no JIT dylib." in printed


@pytest.mark.parametrize("debugger", ["gdb"])
def test_in_non_stop_mode_running_threads_are_let_run(host: Path, folder: Path, debugger: str) -> None:
    line = next(number for number, text in enumerate(HOST.read_text().splitlines(), 1) if "mark: meet" in text)
    load, unload = f"jit-load {folder}/scale.ll --call 'scale(4)'", "jit-unload scale"
    orders = ["set non-stop on", f"break loading_host.c:{line}", "run threads", load]
    orders += ["thread 2", f"{load} --name other", "thread 1", unload, f"{unload} --force", "kill"]
    printed = prompted(debugger, [host], orders)
    assert "scale(4) = 8\n" in printed
    assert "thread 2 is running: stop it (interrupt), or select one that is stopped\n" in printed
    assert "thread 2 is running and may be in scale: stop it first (interrupt)" in printed
    assert "unloaded the JIT dylib scale (generation 1)" in printed
