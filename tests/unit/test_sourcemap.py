"""Address ↔ source ↔ IR: each address of an image leads to the IR line that its code was made from."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from jitdbg import elf
from jitdbg.build import build
from jitdbg.codegen import Options, compile_text
from jitdbg.debugger.sources import EDITED, MISSING, UNCHANGED, UNCHECKED
from jitdbg.debuginfo.lines import annotate
from jitdbg.errors import ElfError
from jitdbg.linker import Object, link
from jitdbg.sourcemap import Run, SourceMap, source_map
from jitdbg.tools import tool
from tests.irtexts import laid_out_anew
from tests.sources import FIB

LOOPS = r"""
static int square(int x) { return x * x; }
__attribute__((always_inline)) static int twice(int x) { int y = x + square(x); return y + y; }
int sum(int n, const int *p) { int s = 0; for (int i = 0; i < n; i++) s += twice(p[i]) - square(i); return s; }
int choose(int x) { switch (x) { case 1: return 5; case 7: return square(x); default: return twice(x) ? -x : x; } }
"""


def mapped(text: str, level: int = 0, debug: str = "source") -> SourceMap:
    return source_map(build(text, soname="made.so", opt_level=level, debug=debug), "made.so")  # type: ignore[arg-type]


def from_clang(folder: Path, *flags: str) -> str:
    path = folder / "loops.c"
    path.write_text(LOOPS)
    command = [tool("clang").path, *flags, "-S", "-emit-llvm", str(path), "-o", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def spots_with_columns(found: SourceMap) -> Iterator[tuple[int | None, tuple[int, ...]]]:
    return ((spot.line, spot.ir) for run in found.runs for spot in run.spots if spot.column)


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("seed", [None, 0, 1])
def test_whatever_the_text_looks_like_each_position_leads_to_its_own_line(
    level: int, seed: int | None, tmp_path: Path
) -> None:
    text = from_clang(tmp_path, "-O1")
    text = text if seed is None else laid_out_anew(text, seed)
    # Debug info whose line numbers are those of the text tells what the answer has to be.
    spots = list(spots_with_columns(mapped(annotate(text, filename="as.c", directory="/"), level)))

    assert len(spots) > 5
    assert [spot for spot in spots if spot[1] != (spot[0],)] == []


@pytest.mark.parametrize("level", range(4))
def test_inlined_code_leads_to_its_line_in_the_callee_and_to_the_line_of_the_call(level: int, tmp_path: Path) -> None:
    text = annotate(from_clang(tmp_path, "-O1", "-Xclang", "-disable-llvm-passes"), filename="as.c", directory="/")
    found = mapped(text, level)

    assert any(len(run.spots) > 1 for run in found.runs)
    assert {spot for spot in spots_with_columns(found) if spot[1] != (spot[0],)} == set()


@pytest.mark.parametrize("level", range(4))
@pytest.mark.parametrize("flags", [("-O0",), ("-O1",), ("-O2", "-gdwarf-4")], ids=" ".join)
def test_code_with_a_line_of_c_has_ir_lines_that_name_that_line(
    flags: tuple[str, ...], level: int, tmp_path: Path
) -> None:
    found = mapped(from_clang(tmp_path, "-g", *flags), level)
    own = [run for run in found.runs if run.spots[0].line]
    assert len(own) > 10
    assert [run for run in own if not run.spots[0].ir] == []
    text = found.ir["made"].text
    assert {attached_line(text, line) - (run.spots[0].line or 0) for run in own for line in run.spots[0].ir} == {0}


def attached_line(text: str, number: int) -> int:
    """Give the line of C that clang's attachment at a line of its IR says, or at one of the next for a switch."""
    after = text.split("\n", number - 1)[-1]
    attached = re.search(r"!dbg !(\d+)", after)
    assert attached
    node = re.search(rf"^!{attached[1]} = (.*)", text, re.MULTILINE)
    assert node
    line = re.search(r"scopeLine: (\d+)" if "DISubprogram" in node[1] else r"\bline: (\d+)", node[1])
    assert line
    return int(line[1])


def test_the_prologue_leads_to_the_define(tmp_path: Path) -> None:
    found = mapped(from_clang(tmp_path, "-g", "-O0"))
    entry = next(run for run in found.runs if run.symbol == "choose")
    ir = found.ir["made"]
    assert [ir.line(line).split("(")[0] for line in entry.spots[0].ir] == ["define dso_local i32 @choose"]


def test_ir_as_its_own_source_has_one_level(tmp_path: Path) -> None:
    path = tmp_path / "fib.ll"
    path.write_text(FIB)
    found = source_map(build(path, soname="fib.so", debug="ir"), "fib.so")
    spots = [spot for run in found.runs for spot in run.spots if spot.line]
    assert [spot for spot in spots if spot.ir != (spot.line,)] == []
    assert {FIB.split("\n")[spot.line or 0].strip()[:3] for spot in spots} >= {"br ", "ret"}


def image_of(*texts: str, names: tuple[str, ...] = ("one", "two"), ir: bool = True) -> bytes:
    objects = [Object(f"{name}.o", compile_text(text, Options()).data) for name, text in zip(names, texts, strict=True)]
    described = [elf.Module(name) for name in names]
    return link(objects, soname="made.so", modules=described, ir=[text.encode() if ir else b"" for text in texts])


def test_each_function_is_found_in_its_own_module() -> None:
    texts = [
        annotate(f"define i32 @{name}() {{\n  ret i32 1\n}}\n", filename=f"{name}.c", directory="/") for name in "fg"
    ]
    for names in (("one", "two"), ("same", "same")):
        found = source_map(image_of(*texts, names=names), "made.so")
        assert [(run.symbol, run.spots[-1].ir) for run in found.runs if run.spots[0].column] == [
            ("f", (2,)),
            ("g", (2,)),
        ]
        assert {run.module for run in found.runs} == set(found.ir)
        assert len(found.ir) == 2


def test_without_ir_in_the_image_the_source_is_told_alone() -> None:
    text = annotate(FIB, filename="fib.c", directory="/")
    found = source_map(image_of(text, names=("one",), ir=False), "made.so")
    assert {run.module for run in found.runs} == {None}
    assert {spot.file for run in found.runs for spot in run.spots} == {"/fib.c"}
    assert {spot.ir for run in found.runs for spot in run.spots} == {()}


def test_runs_ascend_and_meet_only_where_they_differ(tmp_path: Path) -> None:
    runs = mapped(from_clang(tmp_path, "-g", "-O1"), 2).runs
    for left, right in pairwise(runs):
        assert left.address + left.size <= right.address
        assert left.address + left.size < right.address or Run(0, 0, *content(left)) != Run(0, 0, *content(right))


def content(run: Run) -> tuple[object, ...]:
    return run.symbol, run.module, run.spots


def test_the_map_at_an_address_is_that_of_its_run_alone(tmp_path: Path) -> None:
    found = mapped(from_clang(tmp_path, "-g", "-O0"))
    for run in found.runs:
        assert found.at(run.address).runs == found.at(run.address + run.size - 1).runs == (run,)
    with pytest.raises(ElfError, match="no code with a source line at 0x1"):
        found.at(1)


def test_what_is_no_image_or_has_no_lines_is_refused_in_words() -> None:
    with pytest.raises(ElfError, match="is an object, in which code has no addresses yet"):
        source_map(compile_text(FIB, Options()).data, "fib.o")
    with pytest.raises(ElfError, match="has no debug info with lines"):
        source_map(build(FIB, soname="fib.so", debug="none"), "fib.so")


def test_damaged_debug_info_is_refused_in_one_sentence() -> None:
    data = bytearray(build(FIB, soname="fib.so", debug="ir"))
    section = elf.ElfFile(bytes(data)).find_section(".debug_info")
    assert section
    data[section.sh_offset + 8 : section.sh_offset + section.sh_size] = b"\xff" * (section.sh_size - 8)
    with pytest.raises(ElfError) as caught:
        source_map(bytes(data), "fib.so")
    assert "\n" not in str(caught.value)


def source_state(text: str) -> tuple[str, str]:
    (source,) = mapped(text).sources.values()
    return source.state, source.line(2)


def with_file(fields: str) -> str:
    text = annotate(FIB, filename="kept.c", directory="/nowhere")
    before, _, rest = text.partition("!DIFile(")
    return f"{before}!DIFile({fields}){rest.partition(')')[2]}"


def test_an_edited_source_is_told_by_its_checksum_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "text.c"
    path.write_text("first\nsecond\n")
    place = f'filename: "text.c", directory: "{tmp_path}"'
    right, wrong = (hashlib.md5(text).hexdigest() for text in (path.read_bytes(), b"other"))

    def checked(digest: str) -> str:
        return with_file(f'{place}, checksumkind: CSK_MD5, checksum: "{digest}"')

    assert source_state(checked(right)) == (UNCHANGED, "second")
    assert source_state(with_file(place)) == (UNCHECKED, "second")
    assert source_state(checked(wrong)) == (EDITED, "")
    path.unlink()
    assert source_state(checked(right)) == (MISSING, "")


def test_embedded_text_is_shown_whatever_became_of_the_file(tmp_path: Path) -> None:
    text = with_file(f'filename: "text.c", directory: "{tmp_path}", source: "first\\0Asecond\\0A"')
    assert source_state(text) == (MISSING, "second")
    (tmp_path / "text.c").write_text("first\nedited\n")
    assert source_state(text) == (EDITED, "second")


def test_an_ir_file_that_was_edited_is_told_and_shown_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "fib.ll"
    path.write_text(FIB)
    data = build(path, soname="fib.so", debug="ir")
    assert [each.state for each in source_map(data, "fib.so").sources.values()] == [UNCHANGED]
    path.write_text(FIB.replace("%n1", "%before"))
    (source,) = source_map(data, "fib.so").sources.values()
    assert source.state == EDITED
    assert source.lines == tuple(FIB.split("\n"))
    assert source.warning == f"{path} has been edited since it was compiled: its text of that time is shown"
