"""Address ↔ source ↔ IR: both levels of an image, from its one compile.

The line table and the entries of inlined calls lead from an address to its positions in the source, and the IR in the
image leads on: its ``!dbg`` attachments name the same positions (see `jitdbg.debugger.irlines`).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from elftools.elf.elffile import ELFFile

from jitdbg import elf, inspection
from jitdbg.debugger.irlines import IrText, Position
from jitdbg.debugger.sources import SourceText, read_source
from jitdbg.elf import constants as c
from jitdbg.errors import ElfError
from jitdbg.symbols import Frame
from jitdbg.symbols.image import Image


@dataclass(frozen=True)
class Spot:
    """A position in the source, and the IR lines that carry it, in ascending order.

    ``file``, ``line`` and ``column`` are None where the compiler gives none; ``ir`` is empty where no IR line has it.
    """

    function: str | None
    file: str | None
    line: int | None
    column: int | None
    ir: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """Instructions of one position: ``address`` is relative to the image's base, ``size`` in bytes.

    ``symbol`` is the function whose code they are, ``module`` the one of the image's modules whose IR has that. The
    first of ``spots`` is where they come from, and each further one the call that the code before it was inlined at.
    """

    address: int
    size: int
    symbol: str | None
    module: str | None
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class SourceMap:
    """All runs of an image in the order of their addresses, its modules' IR by their names, and its sources by path."""

    path: str
    runs: tuple[Run, ...]
    ir: Mapping[str, IrText]
    sources: Mapping[str, SourceText]

    def at(self, address: int) -> SourceMap:
        """Give the map of the run alone that an address, relative to the base, is in. Raises `ElfError` without one."""
        found = [run for run in self.runs if run.address <= address < run.address + run.size]
        if not found:
            raise ElfError(f"{self.path} has no code with a source line at {address:#x}: --lines lists what there is")
        files = {spot.file for run in found for spot in run.spots}
        sources = {path: source for path, source in self.sources.items() if path in files}
        return replace(self, runs=tuple(found), sources=sources)


def source_map(data: bytes, path: str) -> SourceMap:
    """Read an image. Raises `ElfError` for what is no image, has no lines, or is broken."""
    file = elf.ElfFile(data, path)
    if file.header.e_type == c.ET_REL:
        raise ElfError(f"{path} is an object, in which code has no addresses yet: link it first, with jitdbg link")
    texts = _texts(file)
    runs = tuple(_joined(_runs(data, path, texts)))
    if not runs:
        raise ElfError(f"{path} has no debug info with lines: build it from a source that has, or with --debug ir")
    return SourceMap(path, runs, texts, _sources(data, path, runs, texts))


def ir_at(data: bytes, path: str, address: int) -> tuple[str | None, tuple[tuple[int, str], ...]]:
    """Give the module that an address, relative to the base, is code of, and the IR lines that this came from.

    Reads no more than that needs, of damaged debug info too: None and nothing where there is no IR or no line. Raises
    `ElfError` for what is no image.
    """
    image = Image(ELFFile(io.BytesIO(data)), path)
    texts = _texts(elf.ElfFile(data, path))
    frames = list(image.frames(address, 0, 0))
    module, lines = _module_and_lines(texts, image.find_symbol(address) or "", frames)
    return module, tuple((number, texts[module].line(number)) for number in lines[0]) if module and lines else ()


def _texts(file: elf.ElfFile) -> dict[str, IrText]:
    """Give the IR of the image's modules by their names; where two have one name, the later gets a number too."""
    described, texts = elf.describe(file), {}
    for number, (module, ir) in enumerate(zip(described.modules, described.ir, strict=False), 1):
        if ir:
            name = f"{module.name} ({number})" if module.name in texts else module.name
            texts[name] = IrText(ir.decode("utf-8", "surrogateescape"))
    return texts


def _runs(data: bytes, path: str, texts: Mapping[str, IrText]) -> Iterator[Run]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # half of a map would pass for all of it
        try:
            image = Image(ELFFile(io.BytesIO(data)), path)
            for low, high in image.runs():
                yield _run(image, low, high, texts)
        except Exception as error:  # noqa: BLE001 — pyelftools raises whatever broken bytes lead it to
            raise ElfError(" ".join(str(error).split()) or f"{path}: {type(error).__name__}") from None


def _run(image: Image, low: int, high: int, texts: Mapping[str, IrText]) -> Run:
    symbol, frames = image.find_symbol(low), list(image.frames(low, 0, 0))
    module, lines = _module_and_lines(texts, symbol or "", frames)
    spots = [
        # LLVM lets the column of the row before stand where it gives line 0.
        Spot(frame.function, frame.file, frame.line, frame.column if frame.line else None, ir)
        for frame, ir in zip(frames, lines, strict=True)
    ]
    return Run(low, high - low, symbol, module, tuple(spots))


def _module_and_lines(
    texts: Mapping[str, IrText], symbol: str, frames: Sequence[Frame]
) -> tuple[str | None, list[tuple[int, ...]]]:
    """Find the module that has a function, and the IR lines of each of its frames."""
    chain = [Position(each.linkage_name, each.file or "", each.line or 0, each.column or 0) for each in frames]
    for name, text in texts.items():
        lines = [tuple(text.lines(symbol, chain[level:])) for level in range(len(chain))]
        if any(lines) or text.functions(symbol):
            return name, lines
    return None, [()] * len(chain)


def _joined(runs: Iterator[Run]) -> Iterator[Run]:
    """Join runs that meet and differ in nothing else: line tables begin rows for other reasons too."""
    last: Run | None = None
    for run in runs:
        if last and run == replace(last, address=last.address + last.size, size=run.size):
            last = replace(last, size=last.size + run.size)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


def _sources(data: bytes, path: str, runs: Sequence[Run], texts: Mapping[str, IrText]) -> dict[str, SourceText]:
    """Read the sources of all runs, each as it was compiled where that is known."""
    named = {file.path: file for file in inspection.source_files(data, path)}
    found: dict[str, SourceText] = {}
    for run in runs:
        for file in {spot.file for spot in run.spots if spot.file}.difference(found):
            if run.module and texts[run.module].is_source(file):
                found[file] = texts[run.module].source(file)
            else:
                known = named.get(file)
                md5, text = (known.md5 or "", known.text) if known else ("", None)
                found[file] = read_source(file, md5, compiled=text)
    return found
