"""What two ways to run a program show differently: nothing where nothing is wrong, and each planted lie."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from jitdbg.errors import DebuggerError
from jitdbg.harness.code_lines import code_lines
from jitdbg.harness.differential import (
    compare_debuggers,
    compare_executable,
    compare_levels,
    differences,
)
from jitdbg.harness.programs import Recipe, as_executable
from jitdbg.harness.sights import Observation, observe
from jitdbg.tools import tool
from tests.harness_programs import PROGRAMS

pytestmark = pytest.mark.debugger

SCALE = """
struct pair { int low, high; };
static int scale(int number, struct pair *bounds) {
  int before;
  int scaled = number * FACTOR;
  if (scaled > bounds->high)
    scaled = bounds->high;
  return scaled;
}
int main(void) {
  struct pair bounds = {1, 20};
  int total = 0;
  for (int number = 1; number < 3; number++)
    total += scale(number, &bounds);
  return total;
}
"""
IF_LINE = SCALE[: SCALE.index("  if (scaled")].count("\n") + 1


OBJECTS = """
#include <string>
struct Empty { static int shared; };
int Empty::shared = 7;
struct Interface { virtual int get(int) { return 2; } };
struct Base : Empty { int first; static const int constant = 3; };
struct Object : Base, Interface { int own; Empty inner; int get(int) override { return own; } };
extern "C" int run(int n) {
  std::string text = "abc";
  Object object;
  object.first = n;
  object.own = n + 1;
  text += "def";
  return object.get(4) + text.size();
}
"""


def compile_command(*flags: str, compiler: str = "cc") -> str:
    """A command of a user's: each makes an executable, which starts faster than Python does."""
    return " ".join([tool(compiler).path, "-g", *flags, "{file}", "-o", "{output}"])


@pytest.fixture
def scale(tmp_path: Path) -> Callable[..., Recipe]:
    """Gives a recipe for `SCALE`, compiled with the given flags."""
    file = tmp_path / "scale.c"
    file.write_text(SCALE)

    def recipe(*flags: str) -> Recipe:
        return Recipe(file, compile=compile_command(*flags))

    return recipe


def observed(recipe: Recipe, folder: Path, debugger: str, change: Callable[[Path], None] | None = None) -> Observation:
    folder.mkdir()
    program = as_executable(recipe, folder)
    binary = Path(program.command[0])
    lines = code_lines(binary, recipe.file.parent / "scale.c")
    if change:
        change(binary)
    return observe(program, lines, debugger=debugger)


@pytest.fixture(params=["gdb", "lldb"])
def debugger(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# ----------------------------------------------------------------------------------------------- where nothing is wrong


def test_gdb_and_lldb_agree_about_a_dylib() -> None:
    found = compare_debuggers(Recipe(PROGRAMS / "hard_optimized.c", call="run()"))

    assert found.differences == ()
    assert found.complete
    assert found.stops[0] == found.stops[1] >= 10


def test_gdb_and_lldb_agree_about_what_objects_are_made_of(tmp_path: Path) -> None:
    """What is static, empty bases, the vtable and parameters without a name are no values of theirs."""
    file = tmp_path / "objects.cc"
    file.write_text(OBJECTS)

    found = compare_debuggers(Recipe(file, call="run(1)"))

    assert found.differences == ()
    assert found.stops[0] == found.stops[1] >= 6


def test_a_dylib_is_seen_as_an_executable_of_the_same_code_is(debugger: str) -> None:
    found = compare_executable(Recipe(PROGRAMS / "hard_optimized.c", call="run()", level=2), debugger=debugger)

    assert found.differences == ()
    assert (found.left, found.right) == ("dylib", "executable")
    assert found.stops[0] == found.stops[1] >= 8


def test_optimised_code_that_loses_lines_and_values_is_not_wrong(scale: Callable[..., Recipe], debugger: str) -> None:
    found = compare_levels(scale("-O{level}", "-DFACTOR=3"), debugger=debugger)

    assert found.differences == ()
    assert found.stops[0] > found.stops[1] > 0


# ------------------------------------------------------------------------------------------------------ where a lie is


def test_values_that_one_debugger_can_not_read_are_found() -> None:
    command = compile_command("-include", str(PROGRAMS / "hard_main.h"), compiler="clang")

    found = compare_debuggers(Recipe(PROGRAMS / "hard_values.c", compile=command))

    assert {each.what for each in found.differences} == {"grid"}
    assert "variable length" in found.differences[-1].right
    assert found.differences[-1].left == "{{0, 1, 2}, {10, 11, 12}}"


def move_local(name: str, by: int) -> Callable[[Path], None]:
    """Have the debug info say that a local is somewhere else in its frame: DW_OP_fbreg with another offset."""

    def change(binary: Path) -> None:
        with open(binary, "rb") as file:
            elf = ELFFile(file)
            dies = (die for unit in elf.get_dwarf_info().iter_CUs() for die in unit.iter_DIEs())
            (local,) = (
                die for die in dies
                if "DW_AT_location" in die.attributes and die.attributes["DW_AT_name"].value == name.encode()
            )  # fmt: skip
            start = elf.get_section_by_name(".debug_info")["sh_offset"]
        location = local.attributes["DW_AT_location"]
        data = bytearray(binary.read_bytes())
        place = start + location.offset + 2  # The expression's length and its operation come first.
        assert data[place - 1] == 0x91, "DW_OP_fbreg"
        assert location.value[1] == data[place]
        data[place] = (data[place] + by) & 0x7F
        binary.write_bytes(data)

    return change


def shift_lines(source: Path) -> Recipe:
    """A recipe for `SCALE` whose line table is one line off from the ``if`` on."""
    shifted = source.parent / "shifted.c"
    begin, end = SCALE.split("  if (scaled")
    shifted.write_text(f'#line 1 "{source}"\n{begin}#line {IF_LINE + 1}\n  if (scaled{end}')
    return Recipe(shifted, compile=compile_command("-DFACTOR=3"))


def test_lies_of_the_debug_info_are_found(scale: Callable[..., Recipe], debugger: str, tmp_path: Path) -> None:
    right = scale("-DFACTOR=3")
    seen = observed(right, tmp_path / "right", debugger)

    moved = observed(right, tmp_path / "moved", debugger, move_local("scaled", -64))
    found = list(differences(seen, moved))
    assert {each.what for each in found} == {"scaled"}
    assert {each.left for each in found} == {"3", "6"}

    shifted = observed(shift_lines(right.file), tmp_path / "lines", debugger)
    found = list(differences(seen, shifted))
    stops = {each.place.line: (each.left, each.right) for each in found if each.what == "stops" and each.place}
    assert stops[IF_LINE] == ("2", "0")
    assert any(each.what == "frames" for each in found), "calls come from one line further down"


def test_a_value_that_optimisation_made_wrong_is_found(scale: Callable[..., Recipe]) -> None:
    found = compare_levels(scale("-O{level}", "-fno-inline", "-DFACTOR={level}+3"), debugger="lldb")

    assert any(each.what == "total" for each in found.differences)


# -------------------------------------------------------------------------------------------------- limits and mistakes


def test_a_program_is_left_at_the_limit_of_stops(scale: Callable[..., Recipe]) -> None:
    found = compare_debuggers(scale("-DFACTOR=3"), stops=7)

    assert (found.stops, found.complete, found.differences) == ((7, 7), False, ())


def test_a_program_that_never_comes_to_its_source_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "never.c"
    file.write_text("int unused(int number) { return number; }\n")
    (tmp_path / "main.c").write_text("int main(void) { return 3; }\n")
    command = f"{tool('cc').path} -g {{file}} {tmp_path / 'main.c'} -o {{output}}"

    with pytest.raises(DebuggerError, match=r"gdb: no line of .*never\.c was reached: it ended with exit code 3"):
        compare_debuggers(Recipe(file, compile=command))
