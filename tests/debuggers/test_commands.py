"""The commands in both debuggers: one suite, the same words."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copy

import pytest

from jitdbg import elf
from jitdbg.build import build
from jitdbg.debugger.facts import BREAKPOINT
from jitdbg.debugger.images import contents
from jitdbg.errors import Unsupported
from jitdbg.harness import Session
from jitdbg.harness.plugin import SessionStarter
from jitdbg.tools import tool
from tests.debug_servers import Serve
from tests.harness_programs import PROGRAMS
from tests.prompts import lines_of, refusal, write_host_and_image

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
    write_host_and_image(path, SCALE)
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


def test_jit_info_and_jit_ir_write_json_of_what_programs_need(session: Session) -> None:
    session.run_to("mark: twice")

    about = json.loads(session.command("jit-info scale --json"))
    ir = json.loads(session.command("jit-ir --json"))

    (function,) = about["functions"]
    assert (about["schema"], about["dylib"]["name"], about["generations"]) == ("jitdbg.jit-info/1", "scale", [1])
    place = session.place("twice")
    assert (function["name"], function["file"], function["line"]) == ("scale", place.file, place.line)
    assert (ir["schema"], ir["function"], ir["dylib"], ir["generation"]) == ("jitdbg.jit-ir/1", "scale", "scale", 1)
    assert [line["text"] for line in ir["lines"]] == SCALE.splitlines()[1:]
    assert [line["number"] for line in ir["lines"] if line["current"]] == [place.line]


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
    ids=["an unknown option", "a word too many"],
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


# ------------------------------------------------------------------------------------------------ what is at an address


@pytest.fixture
def stopped(session: Session) -> Session:
    """A session that is stopped in code that is inlined into a function of a dylib."""
    session.run_to("mark: squared")
    return session


@pytest.mark.parametrize("where", ["$pc", "{}", "factor + 1"])
def test_jit_symbol_tells_the_function_and_what_is_inlined(stopped: Session, folder: Path, where: str) -> None:
    if where == "factor + 1" and stopped.debugger.startswith("lldb"):
        where = "(char *)factor + 1"  # lldb's C++ does no arithmetic on functions
    lines = lines_of(stopped, folder, f"jit-symbol {where.format(hex(stopped.frame().address))}")
    assert lines == [
        "0x… is factor + 1, in the JIT dylib factors (generation 1)",
        f"  squared  inlined  factors.c:{stopped.place('squared').line}",
        f"  factor            factors.c:{stopped.place('factor').line}",
    ]


def test_jit_symbol_takes_functions_and_data_and_what_is_not_ours(stopped: Session, folder: Path) -> None:
    assert lines_of(stopped, folder, "jit-symbol scale") == [
        "0x… is scale, in the JIT dylib scale (generation 1)",
        f"  scale    scale.ll:{stopped.place('twice').line}",
    ]
    assert lines_of(stopped, folder, "jit-symbol &seen") == ["0x… is seen, in the JIT dylib factors (generation 1)"]
    (first, _) = lines_of(stopped, folder, "jit-symbol main")
    assert first == "0x… is main, in commands_host, which is no JIT dylib"
    assert lines_of(stopped, folder, "jit-symbol 16") == ["0x… is nothing that has a name, in no library"]


def test_jit_symbol_takes_functions_that_have_no_debug_info(stopped: Session) -> None:
    assert re.match(r"0x\w+ is \w*puts, in \S+libc\S+, which is no JIT dylib\n", stopped.command("jit-symbol puts"))


def test_jit_symbol_takes_an_expression_as_it_is_written(stopped: Session) -> None:
    assert stopped.command("jit-symbol\t'a' + 1").startswith("0x62 is nothing that has a name")
    assert stopped.command("jit-symbol 'a' +  \"b  c\"[1]").startswith("0x81 is nothing that has a name")
    assert refusal(stopped, "jit-symbol it's").endswith(": \"it's\" can't be split into words: no closing quotation")


def test_jit_symbol_refuses_what_is_no_address(stopped: Session) -> None:
    wanted = "nix is no address: the selected frame knows nothing of that name"
    assert refusal(stopped, "jit-symbol nix") == wanted
    if stopped.debugger.startswith("gdb"):  # lldb takes what has no debug info for a pointer.
        data_of_crt1 = "_IO_stdin_used"
        assert refusal(stopped, f"jit-symbol {data_of_crt1}").startswith(f"{data_of_crt1} is no address: ")
    assert "WHERE is missing" in refusal(stopped, "jit-symbol")


def test_jit_info_shows_note_functions_and_sections(stopped: Session, folder: Path) -> None:
    lines = lines_of(stopped, folder, "jit-info factors")

    facts = dict(re.split(r"  +", line, maxsplit=1) for line in lines[: lines.index("")])
    assert facts["name"] == "factors"
    assert facts["image"] == "factors.so (file)"
    assert facts["module"].startswith("factors, from factors.c, -O1, by jitdbg ")
    assert (facts["debug info"], facts["IR"]) == ("yes", "yes")
    rows = [re.split(r"  +", line) for line in lines]
    assert ["factor", "0x…"] in [row[:2] for row in rows]
    assert [row[:2] for row in rows if row[0] in (".text", ".symtab")] == [[".text", "0x…"], [".symtab", "not loaded"]]


def test_jit_info_says_of_a_foreign_library_that_it_is_none_of_ours(stopped: Session) -> None:
    libc = next(module.path for module in stopped.modules() if "/libc.so" in module.path)
    wanted = f"{Path(libc).name} is no JIT dylib: its image carries no note of jitdbg's (jit-list has those that do)"
    assert refusal(stopped, f"jit-info {Path(libc).name}").rpartition("/")[2] == wanted
    assert refusal(stopped, "jit-info fob") == "there is no JIT dylib fob: there are scale, factors (see jit-list)"


def test_jit_info_shows_what_is_left_of_a_stripped_dylib(
    debug_session: SessionStarter, folder: Path, tmp_path: Path
) -> None:
    subprocess.run(["strip", "-o", tmp_path / "scale.so", folder / "scale.so"], check=True)
    session = debug_session.launch([folder / "commands_host", tmp_path / "scale.so"], sources=[HOST])
    session.run_to("mark: loaded")

    rows = [re.split(r"  +", line) for line in lines_of(session, folder, "jit-info scale")]

    assert ["debug info", "no"] in rows
    assert ["IR", "yes"] in rows
    assert ["scale", "0x…"] in [row[:2] for row in rows]
    assert not [row for row in rows if row[0] in (".symtab", ".debug_info")]
    assert lines_of(session, folder, "jit-ir scale")[1] == "   2  define i32 @scale(i32 %n) {"
    assert lines_of(session, folder, "jit-symbol scale")[0] == "0x… is scale, in the JIT dylib scale (generation 1)"


def test_jit_bt_names_dylibs_and_marks_the_selected_frame(stopped: Session, folder: Path) -> None:
    stopped.select(stopped.stop.thread, 2)
    place = {mark: stopped.place(mark).line for mark in ("squared", "factor", "first")}
    assert lines_of(stopped, folder, "jit-bt 3") == [
        f"   #0  squared  JIT factors.1, inlined  factors.c:{place['squared']}",
        f"   #1  factor   JIT factors.1           factors.c:{place['factor']}",
        f"=> #2  run      JIT factors.1           factors.c:{place['first']}",
        "(more frames follow)",
    ]
    assert len(lines_of(stopped, folder, "jit-bt")) == 4
    assert refusal(stopped, "jit-bt few") == "jit-bt: COUNT is a number of frames, which 'few' is not"


def test_jit_bt_leaves_out_what_calls_main_where_main_has_jumped_on(
    debug_session: SessionStarter, tmp_path: Path
) -> None:
    (tmp_path / "jumps.c").write_text(
        "__attribute__((noinline, noipa)) int work(int n) { return n; }\nint main(int n) { return work(n); }\n"
    )
    program = tmp_path / "jumps"
    subprocess.run([tool("cc").path, "-O2", tmp_path / "jumps.c", "-o", program], check=True)
    session = debug_session.launch([program])
    session.run_to("work")
    assert "main" not in [frame.function for frame in session.frames()]
    assert lines_of(session, tmp_path, "jit-bt") == ["=> #0  work  jumps  0x…"]
    assert len(lines_of(session, tmp_path, "jit-bt --all")) > 1


# ------------------------------------------------------------------------------------------------- source, IR, machine


def test_jit_ir_marks_the_line_that_is_executed(session: Session, folder: Path) -> None:
    session.run_to("mark: twice")
    assert lines_of(session, folder, "jit-ir") == [
        "scale of the JIT dylib scale (generation 1):",
        "   2  define i32 @scale(i32 %n) {",
        "   3  entry:",
        "=> 4    %twice = mul i32 %n, 2 ; mark: twice",
        "   5    ret i32 %twice",
        "   6  }",
    ]


def test_jit_ir_of_source_marks_only_the_lines_of_the_column(stopped: Session, folder: Path) -> None:
    lines = lines_of(stopped, folder, "jit-ir")
    marked = [line for line in lines if line.startswith("=>")]
    assert lines[0] == "factor of the JIT dylib factors (generation 1):"
    assert lines[-2:] == ["inlined here:", *marked]
    assert [" = mul nsw i32 " in line for line in marked] == [True]


def test_jit_ir_marks_the_call_in_an_outer_frame(stopped: Session, folder: Path) -> None:
    stopped.select(stopped.stop.thread, 2)
    (marked,) = [line for line in lines_of(stopped, folder, "jit-ir") if line.startswith("=>")]
    assert "call i32 @factor" in marked
    assert not [line for line in lines_of(stopped, folder, "jit-ir scale") if line.startswith("=>")]


def test_jit_disas_puts_source_and_ir_above_the_code(stopped: Session, folder: Path) -> None:
    lines = lines_of(stopped, folder, "jit-disas")

    assert lines[0] == "factor of the JIT dylib factors (generation 1):"
    places = [line for line in lines[1:] if not line.startswith(("  ", "=>"))]
    assert places == [
        f"factors.c:{stopped.place('factor').line - 1}",
        f"factors.c:{stopped.place('squared').line}, inlined from squared",
        f"factors.c:{stopped.place('scaled').line}",
    ]
    at = lines.index(f"factors.c:{stopped.place('squared').line}, inlined from squared")
    assert lines[at + 1].split()[:2] == ["source", str(stopped.place("squared").line)]
    assert re.match(r"  ir \d+    %\S+ = mul nsw i32 ", lines[at + 2])
    assert re.match(r"=>    0x… <\+\d+>  imull? %edi, ?%edi", lines[at + 3])
    assert sum(line.startswith("=>") for line in lines) == 1
    size = {function.name: function.size for function in contents(str(folder / "factors.so")).functions}["factor"]
    offsets = [int(found[1]) for line in lines if (found := re.search(r"<\+(\d+)>", line))]
    assert offsets[0] == 0
    assert offsets == sorted(set(offsets))
    assert offsets[-1] == size - 1  # ret has one byte


@pytest.mark.parametrize("command", ["jit-ir", "jit-disas"])
def test_code_that_is_none_of_ours_is_refused(session: Session, folder: Path, command: str) -> None:
    session.run_to("mark: loaded")
    host = folder / "commands_host"
    where, advice = refusal(session, command).split(", ", 1)
    assert where == f"the selected frame is in main of {host}"
    assert advice == "which is no JIT code: name a function, or select a frame of a JIT dylib"
    assert refusal(session, f"{command} main") == "no JIT dylib has a function main: jit-info lists those of a dylib"
    assert refusal(session, f"{command} scale:run") == (
        "the JIT dylib scale has no function run: jit-info lists those of a dylib"
    )


# ------------------------------------------------------------------------------------------------------------ jit-break


def test_jit_break_stops_at_what_matches_in_dylibs_to_come(session: Session, folder: Path) -> None:
    if session.debugger.endswith("-dap"):
        raise Unsupported(session.debugger, "it starts the program with the session")
    assert lines_of(session, folder, "jit-break ^sca|^main$") == [
        "No JIT function matches ^sca|^main$ yet: those of JIT dylibs to come will stop."
    ]
    stop = session.run()
    assert (stop.reason, stop.frame.function, stop.frame.place) == (BREAKPOINT, "scale", session.place("twice"))
    assert [point.pending for point in session.breakpoints()] == [False]
    assert session.go_on().ended


def test_jit_break_stops_in_loaded_dylibs_until_it_is_removed(session: Session, folder: Path) -> None:
    session.run_to("mark: loaded")
    lines = [re.sub("(?<=[^ ])  +", "  ", line) for line in lines_of(session, folder, "jit-break ^(run|scale)$")]
    assert lines[-4:] == [  # Where MI drives gdb 18, its own words about breakpoints can't be kept back.
        "These functions stop, and those of JIT dylibs to come that match ^(run|scale)$:",
        "function  address  dylib",
        "scale  0x…  scale (generation 1)",
        "run  0x…  factors (generation 1)",
    ]
    stop = session.go_on()
    assert (stop.frame.function, session.variable("number").scalar) == ("run", 20)
    assert not stop.frame.prologue
    assert refusal(session, "jit-break ^(run|scale)$").startswith("jit-break ^(run|scale)$ is set already: ")
    removed = "The breakpoints of jit-break ^(run|scale)$ are removed."
    assert lines_of(session, folder, "jit-break --remove ^(run|scale)$") == [removed]
    assert session.go_on().ended


def test_jit_break_is_over_when_its_breakpoints_are_deleted_and_can_be_set_again(
    session: Session, folder: Path
) -> None:
    delete = "delete" if session.debugger.startswith("gdb") else "breakpoint delete --force"
    session.run_to("mark: loaded")
    lines_of(session, folder, "jit-break ^(run|scale)$")
    session.command(delete)
    assert refusal(session, "jit-break --remove ^(run|scale)$") == "jit-break ^(run|scale)$ is not set: there are none"
    assert "These functions stop, " in session.command("jit-break ^(run|scale)$")
    assert session.go_on().frame.function == "run"
    session.command(delete)
    assert "These functions stop, " in session.command("jit-break ^(run|scale)$")
    session.command(delete)
    assert session.go_on().ended


# ---------------------------------------------------------------------------------------------- jit-save and jit-doctor


def test_jit_save_writes_the_image(session: Session, folder: Path, tmp_path: Path) -> None:
    session.run_to("mark: loaded")
    saved, size = tmp_path / "saved.so", (folder / "scale.so").stat().st_size
    told = session.command(f"jit-save scale {saved}").strip()
    assert told == f"The image of scale (generation 1) is in {saved}: {size} bytes, from its file."
    assert saved.read_bytes() == (folder / "scale.so").read_bytes()
    assert refusal(session, f"jit-save scale {saved}").endswith("add --force to replace it")


def test_jit_save_replaces_neither_the_image_itself_nor_a_link(session: Session, folder: Path, tmp_path: Path) -> None:
    session.run_to("mark: loaded")
    before = (folder / "scale.so").stat()
    assert ": it is read for this, and would be lost: " in refusal(session, f"jit-save scale {folder}/scale.so --force")
    assert (folder / "scale.so").stat().st_ino == before.st_ino
    (tmp_path / "link.so").symlink_to("saved.so")
    session.command(f"jit-save scale {tmp_path}/link.so --force")
    assert (tmp_path / "link.so").is_symlink()
    assert (tmp_path / "saved.so").stat().st_size == before.st_size


def test_jit_save_finds_an_image_whose_file_is_gone(
    debug_session: SessionStarter, folder: Path, tmp_path: Path
) -> None:
    lost = copy(folder / "scale.so", tmp_path / "lost.so")
    session = debug_session.launch([folder / "commands_host", lost], sources=[HOST])
    session.run_to("mark: loaded")
    whole = Path(lost).read_bytes()
    Path(lost).unlink()

    told = session.command(f"jit-save scale {tmp_path}/saved.so")

    if "from the process's mapping of it" in told:  # Not every container allows it to open that.
        assert (tmp_path / "saved.so").read_bytes() == whole
    else:
        assert "It has what was loaded" in told
        assert Path(tmp_path / "saved.so").read_bytes()[64:4096] == whole[64:4096][: len(whole)]
    assert elf.describe((tmp_path / "saved.so").read_bytes()).modules[0].name == "scale"


def test_jit_doctor_finds_what_is_needed(session: Session) -> None:
    session.run_to("mark: loaded")
    lines = session.command("jit-doctor").splitlines()
    found = {line[4:].split("  ")[0]: line for line in lines if line.startswith(("ok  ", "no  "))}
    lacking, needed = {"gdb": ("debug adapter", 14), "lldb": ("completion", 20)}[session.debugger.removesuffix("-dap")]
    lacks = int(session.version.partition(".")[0]) < needed
    assert [name for name, line in found.items() if line.startswith("no")] == ([lacking] if lacks else [])
    assert sys.executable in found["compiler"]
    assert found["program"].split("live")[1].startswith(", process ")
    assert found["JIT dylibs"].endswith("2, of which 2 have their images at hand")
    assert {"pending breakpoints", "jitdbg"} < set(found)


# ---------------------------------------------------------------------------------------------- other kinds of programs


def test_an_attached_program_has_the_dylibs_that_it_loaded_before(
    waiting: subprocess.Popen[bytes], debug_session: SessionStarter, folder: Path
) -> None:
    session = debug_session.attach(waiting.pid)
    rows = lines_of(session, folder, "jit-list")[1:]
    assert [row.split()[1] for row in rows] == ["scale", "factors"]
    assert lines_of(session, folder, "jit-ir scale")[0] == "scale of the JIT dylib scale (generation 1):"
    assert any(re.search(r"wait_for_ever +commands_host", line) for line in lines_of(session, folder, "jit-bt"))


@pytest.fixture
def waiting(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The host, which has loaded both images and waits for ever."""
    command = [folder / "commands_host", folder / "scale.so", folder / "factors.so"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "JIT_HOST_WAITS": "1"}) as process:
        assert process.stdout
        assert process.stdout.readline() == b"loaded\n"
        yield process
        process.kill()


@pytest.fixture
def core(folder: Path, tmp_path: Path) -> Path:
    """A core of the host, stopped in inlined code, with copies of the images that lie in ``tmp_path``."""
    images = [copy(folder / name, tmp_path / name) for name in ("scale.so", "factors.so")]
    with Session.launch([folder / "commands_host", *images], debugger="gdb", sources=[folder / "factors.c"]) as session:
        session.run_to("mark: squared")
        session.command(f"gcore {tmp_path}/core")
    return tmp_path / "core"


def test_a_core_has_all_that_reads(debug_session: SessionStarter, folder: Path, core: Path) -> None:
    session = debug_session.open_core(core, folder / "commands_host")
    assert (
        lines_of(session, folder, "jit-symbol $pc")[0] == "0x… is factor + 1, in the JIT dylib factors (generation 1)"
    )
    assert [line.split()[-3] for line in lines_of(session, folder, "jit-bt 2")[:2]] == ["factors.1,", "JIT"]
    assert " = mul nsw i32 " in lines_of(session, folder, "jit-ir")[-1]
    assert "a core dump" in session.command("jit-doctor")


def test_a_core_whose_images_are_gone_lists_them_from_memory(
    debug_session: SessionStarter, folder: Path, core: Path, tmp_path: Path
) -> None:
    (tmp_path / "scale.so").unlink()
    hidden = (folder / "scale.so").rename(folder / "scale.hidden")  # lldb looks beside the program, too.
    try:
        session = debug_session.open_core(core, folder / "commands_host")
        rows = [re.split(r"  +", row) for row in lines_of(session, folder, "jit-list")[1:]]
        (lost,) = [row for row in rows if row[1] == "scale"]
        assert lost[4:6] == ["?", "?"]
        sentence = refusal(session, "jit-ir scale:scale")
        assert sentence.startswith("the functions of scale (generation 1) are not known: its image, ")
        assert (
            session.command(f"jit-save scale {tmp_path}/saved.so").splitlines()[1].startswith("It has what was loaded")
        )
        assert elf.describe((tmp_path / "saved.so").read_bytes()).modules[0].name == "scale"
    finally:
        hidden.rename(folder / "scale.so")


def test_the_program_of_a_debug_server_is_read_alike(debug_session: SessionStarter, serve: Serve, folder: Path) -> None:
    program = folder / "commands_host"
    address = serve(debug_session.debugger, program, folder / "scale.so", folder / "factors.so")
    session = debug_session.connect(address, program, sources=[folder / "factors.c"])
    session.run_to("mark: squared")
    assert [row.split()[1] for row in lines_of(session, folder, "jit-list")[1:]] == ["scale", "factors"]
    assert lines_of(session, folder, "jit-bt 1")[0].startswith("=> #0  squared  JIT factors.1, inlined  factors.c:")


def test_a_memfd_is_a_store_like_any_other(debug_session: SessionStarter, folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "host.py"
    script.write_text(f"""
import jitdbg
with jitdbg.Engine(debug="ir", store="memfd") as engine:
    engine.load({str(folder / "scale.ll")!r}, name="scaled").function("scale")(4)
""")
    session = debug_session.launch([sys.executable, script], sources=[folder / "scale.ll"])
    session.run_to("mark: twice")
    (row,) = lines_of(session, folder, "jit-list")[1:]
    assert (row.split()[1], row.split()[-1]) == ("scaled", "memfd")
    lines = lines_of(session, folder, "jit-bt")
    assert lines[0].startswith("=> #0")
    assert re.search(r"scale +JIT scaled.1 +scale.ll:4$", lines[0])
    assert re.fullmatch(r"   #1-\d+  \(\d+ frames of the interpreter: .*\)", lines[1])
    assert "libffi" in lines[1]
    assert len(lines) < len(lines_of(session, folder, "jit-bt --all"))
    session.command(f"jit-save scaled {tmp_path}/saved.so")
    assert elf.describe((tmp_path / "saved.so").read_bytes()).modules[0].name == "scaled"
