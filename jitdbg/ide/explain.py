"""What an IDE has to tell of a session: breakpoints that were never set, with the reason, and sources that were edited.

The images that a program had loaded outlive it (docs/design.md, "Where images lie"), so that this is known after its
end as well.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jitdbg import elf
from jitdbg.debugger.sources import EDITED
from jitdbg.elf import note
from jitdbg.errors import ElfError
from jitdbg.sourcemap import SourceMap, source_map

_IN_MEMORY = re.compile(r"/proc/\d+/fd/\d+$|/memfd:")
_NAMED = 3
"""Lines, or sources, that a reason names at the most."""


@dataclass(frozen=True)
class Explanation:
    """``unset`` has a reason for each breakpoint, ``warnings`` sentences on the sources that have been edited."""

    dylibs: tuple[str, ...]
    unset: tuple[Unset, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Unset:
    """A breakpoint that no dylib had a place for."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class _Image:
    """An image of ours: the name of its first module, and its lines where it has debug info."""

    name: str
    lines: SourceMap | None


def explain(breakpoints: Iterable[tuple[str, int]], images: Iterable[str]) -> Explanation:
    """Look for breakpoints (file and line) in images; those that jitdbg has not made are passed over."""
    paths = tuple(dict.fromkeys(images))
    ours = list(_ours(paths))
    gone = any(map(_is_gone_memory, paths))
    unset = tuple(Unset(file, line, _reason(file, line, ours, gone=gone)) for file, line in breakpoints)
    sources = [source for image in ours if image.lines for source in image.lines.sources.values()]
    warnings = dict.fromkeys(source.warning for source in sources if source.state == EDITED)
    return Explanation(tuple(dict.fromkeys(image.name for image in ours)), unset, tuple(warnings))


def _is_gone_memory(path: str) -> bool:
    """Tell whether a path is that of an image in a process's memory (store memfd) that has ended with the process."""
    return _IN_MEMORY.match(path) is not None and not os.path.exists(path)


def _ours(images: Iterable[str]) -> Iterator[_Image]:
    for path in images:
        try:
            if not _may_be_ours(path):
                continue
            data = Path(path).read_bytes()
            modules = elf.describe(elf.ElfFile(data, path)).modules
        except (OSError, ElfError):
            continue
        if modules:
            yield _Image(modules[0].name, _find_lines(data, path))


def _may_be_ours(path: str) -> bool:
    """Tell by a file's beginning, which has the note, whether reading all of it can be worth it."""
    with open(path, "rb") as file:
        return note.OWNER in file.read(elf.HEAD_SIZE)


def _find_lines(data: bytes, path: str) -> SourceMap | None:
    try:
        return source_map(data, path)
    except ElfError:
        return None


def _reason(file: str, line: int, images: Sequence[_Image], *, gone: bool) -> str:
    if not images and not gone:
        return "the program has loaded no JIT dylib"
    with_lines = [image.lines for image in images if image.lines]
    code = {number for each in with_lines for number in _lines_of(each, file)}
    if code:
        return _reason_of_line(line, code)
    elsewhere = [path for each in with_lines for path in each.sources if _has_same_name(path, file)]
    if elsewhere:
        return _reason_of_path(elsewhere[0])
    if gone:
        return "what the program had in memory (the store memfd) is gone with it, so that it is not known why"
    without = [image.name for image in images if not image.lines]
    if without:
        verb = "has" if len(without) == 1 else "have"
        return f"{_listed(without)} {verb} no debug info, and no other JIT dylib has this file"
    sources = dict.fromkeys(os.path.basename(path) for each in with_lines for path in each.sources)
    return f"no JIT dylib that was loaded is made from this file: they are made from {_listed(list(sources))}"


def _reason_of_path(path: str) -> str:
    if os.path.isabs(path):
        return f"debug info has this file as {path}: set sourceMap, or open that one"
    return (
        f"debug info has this file as {path}, relative to no folder: compile it with an absolute one (clang's -g alone)"
    )


def _reason_of_line(line: int, code: set[int]) -> str:
    if line in code:
        return "the line has code, but the debugger knew the dylib too late or not at all"
    nearest = sorted(sorted(code, key=lambda number: abs(number - line))[:_NAMED])
    return f"no code was made of line {line}: the nearest lines with code are {_listed(nearest)}"


def _lines_of(lines: SourceMap, file: str) -> Iterator[int]:
    for run in lines.runs:
        for spot in run.spots:
            if spot.line and spot.file and _is_same_file(spot.file, file):
                yield spot.line


def _is_same_file(path: str, file: str) -> bool:
    return os.path.isabs(path) and os.path.realpath(path) == os.path.realpath(file)


def _has_same_name(path: str, file: str) -> bool:
    return os.path.basename(path) == os.path.basename(file)


def _listed(found: Sequence[object]) -> str:
    shown = ", ".join(map(str, found[:_NAMED]))
    return f"{shown} and others" if len(found) > _NAMED else shown
