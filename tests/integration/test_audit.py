"""What is counted in the DWARF that compilers make, and how files are refused that can't be audited."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from jitdbg.audit.facts import Audit, FunctionFact, Share
from jitdbg.audit.image import audit_image
from jitdbg.cli import main
from jitdbg.errors import ElfError
from jitdbg.tools import tool

ROOT = Path(__file__).parents[2]
CODE = """int twice(int number);
extern int other(int);
static inline __attribute__((always_inline)) int add(int a, int b) {
  int sum = a + b;
  return sum;
}
int kept(int n) {
  int first = other(n);
  {
    int inner = first + 1;
    other(inner);
  }
  int last = other(first);
  return last + first;
}
int adds(int n) {
  int r = other(n);
  return add(r, n);
}
"""

SCALE = """struct pair { int low, high; };
static int scale(int number, struct pair *bounds) {
  int before;
  int scaled = number * 3;
  if (scaled > bounds->high)
    scaled = bounds->high;
  before = scaled;
  return before;
}
int total(int count) {
  struct pair bounds = {1, 20};
  int total = 0;
  for (int number = 1; number < count; number++)
    total += scale(number, &bounds);
  return total;
}
"""


ASSEMBLY = """        .globl main
main:   mov $7, %eax
        call part
        ret
part:   inc %eax
        ret
        .section .note.GNU-stack
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "code.c"
    path.write_text(CODE)
    return path


def compiled(code: Path, compiler: str, *flags: str) -> Path:
    output = code.with_name(f"code{len(list(code.parent.iterdir()))}.so")
    command = [tool(compiler).path, "-shared", "-fPIC", *flags, str(code), "-o", str(output)]
    subprocess.run(command, cwd=code.parent, check=True, timeout=60)
    return output


def audit(image: Path) -> Audit:
    return audit_image(image.read_bytes(), str(image))


def function(found: Audit, name: str) -> FunctionFact:
    return next(each for each in found.functions if each.name == name)


def lines_of(found: FunctionFact) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
    return {each.name: (each.lines, each.readable) for each in found.variables}


@pytest.mark.parametrize("version", [4, 5])
def test_unoptimised_code_has_everything(code: Path, version: int) -> None:
    found = audit(compiled(code, "clang", "-O0", "-g", f"-gdwarf-{version}"))

    kept = function(found, "kept")
    assert kept.statements == kept.code == (8, 10, 11, 13, 14)
    assert kept.entries == (8,)
    assert lines_of(kept) == {
        "n": ((8, 10, 11, 13, 14),) * 2,
        "first": ((10, 11, 13, 14),) * 2,
        "inner": ((11,),) * 2,
        "last": ((14,),) * 2,
    }
    assert (kept.calls, kept.inlined) == (Share(0, 3), 0)
    assert (function(found, "adds").inlined, function(found, "add").copies) == (1, 1)
    assert found.lines.have == found.lines.of
    assert found.variables.have == found.variables.of


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("compiler", ["cc", "clang"])
def test_optimised_code_loses_variables_and_describes_its_calls(code: Path, compiler: str, version: int) -> None:
    found = audit(compiled(code, compiler, "-O2", "-g", f"-gdwarf-{version}"))

    assert {8, 11, 13} <= set(function(found, "kept").statements)
    kept = lines_of(function(found, "kept"))
    assert kept["first"][1][-1] == 14, "it is needed to the end"
    assert 0 < found.whole.have < found.whole.of
    calls = function(found, "kept").calls
    assert calls is not None
    assert calls.have == calls.of >= 2
    assert function(found, "adds").inlined == function(found, "add").copies == 1
    assert 0 < found.variables.have < found.variables.of


def test_variables_that_a_copy_says_nothing_of_count_as_lost(code: Path) -> None:
    """clang lists in an inlined copy only those that have a location."""
    code.write_text(SCALE)

    scale = function(audit(compiled(code, "clang", "-O2", "-g")), "scale")

    assert (scale.copies, scale.entries) == (1, ())
    assert lines_of(scale)["number"] == (scale.statements, ())
    assert scale.statements


@pytest.mark.parametrize("compiler", ["cc", "clang"])
def test_assembly_has_a_function_behind_each_label(tmp_path: Path, compiler: str) -> None:
    path = tmp_path / "code.s"
    path.write_text(ASSEMBLY)

    found = audit(compiled(path, compiler, "-g"))

    assert [(each.name, each.file, each.statements, each.entries) for each in found.functions] == [
        ("main", str(path), (2, 3, 4), (2,)),
        ("part", str(path), (5, 6), (5,)),
    ]
    assert (found.calls, found.variables) == (Share(0, 1), Share(0, 0))


def test_an_image_without_debug_info_is_refused(code: Path) -> None:
    image = compiled(code, "cc")

    with pytest.raises(ElfError, match=r"has no debug info: compile its source with -g$"):
        audit(image)


def test_a_stripped_image_is_refused(code: Path) -> None:
    image = compiled(code, "cc", "-g", "-s")

    with pytest.raises(ElfError, match=r"is stripped, it has neither debug info nor symbols: audit the file as it was"):
        audit(image)


def test_a_truncated_image_is_refused_wherever_it_ends(code: Path) -> None:
    data = compiled(code, "clang", "-g").read_bytes()

    for size in range(1, len(data), len(data) // 60):
        with pytest.raises(ElfError):
            audit_image(data[:size], "cut.so")


def test_broken_debug_info_is_refused_in_a_sentence(code: Path) -> None:
    image = compiled(code, "clang", "-g")
    from elftools.elf.elffile import ELFFile

    with open(image, "rb") as file:
        section = ELFFile(file).get_section_by_name(".debug_abbrev")
        start, size = section["sh_offset"], section["sh_size"]
    data = bytearray(image.read_bytes())
    data[start : start + size] = b"\xff" * size

    with pytest.raises(ElfError, match=r"^broken\.so: its debug info is broken \(.*\): make it anew$"):
        audit_image(bytes(data), "broken.so")


def test_functions_of_other_files_are_left_out(code: Path) -> None:
    (code.parent / "part.h").write_text("static int part(int n) {\n  return n + 1;\n}\n")
    code.write_text('#include "part.h"\nint f(int n) {\n  return part(n);\n}\n')
    image = compiled(code, "clang", "-g")

    own = audit_image(image.read_bytes(), "image", sources=[code])

    assert [each.name for each in own.functions] == ["f"]
    assert {each.name for each in audit(image).functions} == {"f", "part"}


def test_an_image_of_jitdbg_tells_its_level(code: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    image = tmp_path / "level.so"
    code.write_text("int f(int n) {\n  return n + 1;\n}\n")
    assert main(["build", str(code), "-O", "1", "-o", str(image)]) == 0
    assert main(["audit", str(image), "--json"]) == 0

    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.audit/1"
    [found] = facts["audits"]
    assert (found["level"], found["lines"]) == (1, {"have": 1, "of": 1})
    assert facts["kept"] == facts["runs"] == facts["missing"] == []


def test_levels_stand_side_by_side(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(code), "-O0", "-O2", "--json"]) == 0

    facts = json.loads(capsys.readouterr().out)
    assert [each["level"] for each in facts["audits"]] == [0, 2]
    [left] = facts["kept"]
    assert left["level"] == 2
    assert left["variables"]["of"] == facts["audits"][0]["variables"]["of"]
    assert left["variables"]["have"] < left["variables"]["of"]
    assert left["lines"]["of"] == facts["audits"][0]["lines"]["have"]


def test_the_output_in_the_documentation_is_what_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    command = "jitdbg audit examples/fib.ll -O0 -O2"
    text = (ROOT / "docs" / "audit.md").read_text()
    shown = text.partition(f"    $ {command}\n")[2].partition("\n**")[0]
    assert main(command.split()[1:]) == 0

    printed = capsys.readouterr().out
    assert [line.strip() for line in shown.strip().splitlines()] == [line.strip() for line in printed.splitlines()]
