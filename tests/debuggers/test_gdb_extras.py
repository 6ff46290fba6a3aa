"""What gdb has beyond the commands: frames that name their dylib, convenience functions, words about loads."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.build import build
from jitdbg.errors import DebuggerError
from jitdbg.harness import Session
from tests.harness_programs import compile_program
from tests.prompts import prompted, write_host_and_image

pytestmark = pytest.mark.debugger

SCALE = """
define i32 @run(i32 %n) {
  %twice = mul i32 %n, 2 ; mark: twice
  ret i32 %twice
}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("extras")
    write_host_and_image(path, SCALE)
    return path


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    command = [folder / "commands_host", folder / "scale.so"]
    with Session.launch(command, debugger="gdb", sources=[folder / "scale.ll"]) as session:
        session.run_to("mark: twice")
        yield session


def test_gdbs_own_backtrace_names_the_dylib_where_that_is_switched_on(session: Session) -> None:
    before = session.command("backtrace")
    session.command("enable frame-filter global jitdbg")
    after = session.command("backtrace").splitlines()
    assert "JIT" not in before
    assert re.match(r"#0 +run \[JIT scale\.1\] \(n=20\) at ", after[0])
    assert re.match(r"#1 .* main \(", after[1])


def test_convenience_functions_tell_the_dylib_of_an_address(session: Session) -> None:
    assert session.command("print $_jit_dylib()").endswith('= "scale"\n')
    assert session.command("print $_jit_dylib(main)").endswith('= "none"\n')
    assert session.command("print $_jit_generation($pc)").endswith("= 1\n")
    assert "JIT dylib that an address is in" in session.command("help function _jit_dylib")


def test_a_convenience_function_says_what_is_no_address(session: Session, folder: Path) -> None:
    with pytest.raises(DebuggerError, match=r"\$_jit_dylib takes an address: "):
        session.command('print $_jit_dylib("x")')
    printed = prompted("gdb", [folder / "commands_host"], ["print $_jit_generation()", 'print $_jit_dylib("x")'])
    assert "$_jit_generation takes an address: " in printed
    assert "Python Exception" not in printed


def test_loads_are_announced_where_that_is_set(folder: Path) -> None:
    def told(*settings: str) -> str:
        commands = [*settings, "run"]
        command = [tools.tool("gdb").path, "-nx", "-batch", *tools.launch_arguments("gdb")]
        command += [word for each in commands for word in ("-ex", each)]
        command += ["--args", str(folder / "commands_host"), str(folder / "scale.so")]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60).stdout

    assert f"[JIT dylib scale (generation 1) loaded: {folder}/scale.so]" in told("set jit-announce on")
    assert "JIT dylib" not in told()


SIZED = """
define i32 @"größe"(i32 %n) {
  %twice = mul i32 %n, 2
  ret i32 %twice
}
define i32 @run(i32 %n) {
  %found = call i32 @"größe"(i32 %n)
  ret i32 %found
}
"""


def test_names_that_are_not_ascii_are_read_where_the_locale_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_host_and_image(tmp_path, SIZED)
    monkeypatch.setenv("LC_ALL", "C")
    program = [tmp_path / "commands_host", tmp_path / "scale.so"]
    shown = prompted("gdb", program, ["break scale.ll:3", "run", "jit-bt"])
    assert re.search(r"#0 +größe +JIT scale\.1 ", shown)


def test_unloads_are_announced_too(tmp_path: Path) -> None:
    program = compile_program("harness_reload", tmp_path)
    (tmp_path / "triple.ll").write_text("define i32 @triple(i32 %n) {\n  ret i32 42\n}\n")
    image = tmp_path / "triple.so"
    image.write_bytes(build(tmp_path / "triple.ll", soname="triple.so"))
    printed = prompted("gdb", [program, image, image], ["set jit-announce on", "run"])
    told = [f"[JIT dylib triple (generation 1) {what}: {image}]" for what in ("loaded", "unloaded")]
    assert [line for line in printed.splitlines() if line.startswith("[JIT")] == told * 2


def test_the_setting_is_shown(session: Session) -> None:
    assert session.command("show jit-announce").strip() == "Loads and unloads of JIT dylibs are announced: off."


def test_a_front_end_that_drives_gdb_hears_of_the_breakpoints_of_jit_break(session: Session) -> None:
    session.command("jit-break ^run$")
    assert '=breakpoint-created,bkpt={number="2"' in str(session.transcript)


@pytest.mark.parametrize(
    ("hidden", "lacking"),
    [
        ("gdb.events.free_objfile", "set jit-announce"),
        ("gdb.events.new_objfile", "set jit-announce"),
        ("gdb.Parameter", "set jit-announce"),
        ("gdb.frame_filters", "the frame filter jitdbg"),
        ("gdb.FrameDecorator", "the frame filter jitdbg"),
        ("gdb.Function", "$_jit_dylib and $_jit_generation"),
        ("gdb.printing", "the printer of Numba's arrays"),
    ],
)
def test_an_old_gdb_without_an_extra_has_all_else_and_says_so(folder: Path, hidden: str, lacking: str) -> None:
    orders = [f"run {folder}/scale.so", "jit-symbol $pc", "jit-doctor"]
    printed = prompted("gdb", [folder / "commands_host"], ["break run", *orders], before=[f"python {hide(hidden)}"])

    assert "Traceback" not in printed
    assert "is run + 7, in the JIT dylib scale (generation 1)" in re.sub(r"run \+ \d+", "run + 7", printed)
    assert re.search(rf"^no  extras +without {re.escape(lacking)}$", printed, re.MULTILINE)
    assert "extras: take a newer gdb; the commands work in this one\n" in printed


@pytest.mark.parametrize(
    ("hidden", "order"),
    [
        ("gdb.events.new_objfile", "jit-break run"),
        ("gdb.events.before_prompt", "jit-skip on"),
        ("gdb.FinishBreakpoint", "jit-skip on"),
        ("gdb.set_convenience_variable", "jit-load {folder}/scale.ll --name other"),
        ("gdb.lookup_objfile", "jit-symbol $pc"),
    ],
)
def test_what_an_old_gdb_can_not_do_is_one_sentence(folder: Path, hidden: str, order: str) -> None:
    orders = ["break run", f"run {folder}/scale.so", order.format(folder=folder), "jit-list"]
    printed = prompted("gdb", [folder / "commands_host"], orders, before=[f"python {hide(hidden)}"])

    assert "Traceback" not in printed
    assert "Error occurred in Python" not in printed
    lacks = hidden.rpartition(".")[2]
    assert re.search(
        rf"^gdb \S+ is too old for this, its Python has no {lacks}: take a newer one$", printed, re.MULTILINE
    )
    assert re.search(r"^1 +scale ", printed, re.MULTILINE), printed


def hide(name: str) -> str:
    """Write what takes a part of gdb's interface away, as if it had never been."""
    owner, _, attribute = name.rpartition(".")
    # A submodule is no attribute before it is imported.
    deletes = f"hasattr({owner}, {attribute!r}) and delattr({owner}, {attribute!r})"
    return f"import gdb, sys; {deletes}; sys.modules[{name!r}] = None"
