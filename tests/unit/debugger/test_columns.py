"""The columns of line tables, held against another reader's."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from jitdbg.build import build
from jitdbg.debugger.columns import find_column
from tests.harness_programs import PROGRAMS


@pytest.fixture(scope="module", params=["-gdwarf-4", "-gdwarf-5"])
def image(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("columns") / "image.so"
    path.write_bytes(build(PROGRAMS / "commands_factors.c", soname="image.so", opt_level=1, cflags=[request.param]))
    return path


def rows_of(image: Path) -> Iterator[tuple[int, int, int]]:
    """The rows by pyelftools, of each address the last."""
    dwarf = ELFFile(io.BytesIO(image.read_bytes())).get_dwarf_info()
    found = {}
    for unit in dwarf.iter_CUs():
        for entry in dwarf.line_program_for_CU(unit).get_entries():
            if entry.state and not entry.state.end_sequence:
                found[entry.state.address] = (entry.state.line, entry.state.column)
    yield from ((address, *place) for address, place in found.items())


def test_each_row_has_its_column(image: Path) -> None:
    rows = list(rows_of(image))
    assert len({column for _, _, column in rows}) > 3
    for address, line, column in rows:
        assert find_column(str(image), address, line) == column
        assert find_column(str(image), address, line + 1000) is None


def test_between_rows_and_outside_of_them(image: Path) -> None:
    rows = sorted(rows_of(image))
    (first, line, column), (second, _, _) = rows[:2]
    assert second - first > 0
    assert find_column(str(image), second - 1, line) == column
    assert find_column(str(image), first - 1, line) is None
    assert find_column(str(image), rows[-1][0] + 0x1000, rows[-1][1]) is None


def test_a_file_that_is_gone_or_broken_has_none(image: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.so"
    broken.write_bytes(image.read_bytes()[:700])
    assert find_column(str(broken), 0, 1) is None
    assert find_column(str(tmp_path / "gone.so"), 0, 1) is None
