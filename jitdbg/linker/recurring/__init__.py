"""Objects of a shape that was linked before: what a JIT makes all day.

The objects of one JIT differ in the names of their functions, in sizes and in contents, and seldom in anything else:
they have the same sections with the same flags, the same symbols but for names and values, the same imports. All that a
link decides follows from these, from the object's *shape*; what is left is arithmetic. So a shape that comes back is
learned from the image that the linker made (`pattern`), and from then on an image is filled in (`filling`), in half of
the time, and with a fraction of the code, which is what counts while the caches are full of a compiler's data.

Where there is a `kernel`, it does the filling, before an object is as much as read.

Nothing is decided here. A pattern is kept only if it gives, for the object that it was learned from, the linker's own
image byte for byte, and only plain objects have one. Whatever a pattern does not provide for, broken objects among it,
makes it stand back: then the linker does the work, or words the error.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Hashable, Sequence, Sized
from functools import lru_cache
from typing import TYPE_CHECKING

from jitdbg.elf import ElfFile
from jitdbg.linker.recurring import kernel
from jitdbg.linker.recurring.candidate import Candidate, StandBack
from jitdbg.linker.recurring.filling import fill
from jitdbg.linker.recurring.pattern import Pattern

if TYPE_CHECKING:
    from jitdbg.linker.options import Options

# What is larger takes its time in relocations, which are no faster here.
_LARGEST = 1 << 16
_OUTLINES = 256
# How many shapes are kept that have one outline.
_SHAPES = 4
# What a pattern that does not fit runs into; every object that is linked has been checked by then, or is so now.
_MISFITS = (StandBack, struct.error, ValueError, LookupError, OverflowError, TypeError)


class Shape:
    """A shape: what of it the outline does not tell, how often it was linked in full, and its pattern.

    ``packed`` is the pattern for the kernel, and ``offered`` says whether that was asked to take it.
    """

    def __init__(self, candidate: Candidate) -> None:
        self.links = 0
        self.pattern: Pattern | None = None
        self.packed: kernel.Packed | None = None
        self.offered = False
        self._section_names = candidate.section_names()
        self._tables, self._imports = candidate.loaded_tables(), candidate.imports()
        self._details = candidate.details(self._tables, self._imports)

    def is_of(self, candidate: Candidate) -> bool:
        """Say whether a candidate of the same outline has the shape."""
        if not candidate.has_section_names(self._section_names):
            return False
        return candidate.details(self._tables, self._imports) == self._details


@lru_cache(maxsize=_OUTLINES)
def _shapes(_outline: Hashable) -> deque[Shape]:
    return deque(maxlen=_SHAPES)


def recall(files: Sequence[ElfFile], options: Options) -> tuple[Shape | None, bytes | None]:
    """Return the shape of an object, and its image where the shape has been learned.

    The shape is None for objects that are not plain at first sight, and for several of them.
    """
    if len(files) > 1 or not _may_have_shape(files[0].data, options):
        return None, None
    try:
        candidate = Candidate(files[0], options)
        shape = _shape(candidate)
    except _MISFITS:
        return None, None
    if not shape.pattern:
        return shape, None
    image = _filled(shape.pattern, candidate)
    if image is not None and kernel.is_wanted():
        _hand_over(shape, shape.pattern, candidate, image)
    return shape, image


def recall_unread(data: bytes, options: Options) -> bytes | None:
    """Return the image of an object that nobody has read yet, where the kernel knows its shape."""
    return kernel.find_image(data, options) if _may_have_shape(data, options) else None


def _may_have_shape(data: Sized, options: Options) -> bool:
    if len(data) > _LARGEST or options.bindings or options.build_id is None:
        return False
    return not (options.interposable or options.strip_debug or options.relro)


def _hand_over(shape: Shape, pattern: Pattern, candidate: Candidate, image: bytes) -> None:
    """Let the kernel do from now on what Python has just done."""
    if shape.packed is not None:
        kernel.remember(shape.packed)
    elif not shape.offered:
        shape.offered = True
        shape.packed = kernel.learn(pattern, candidate, image)


def _shape(candidate: Candidate) -> Shape:
    shapes = _shapes(candidate.outline)
    for shape in tuple(shapes):
        if shape.is_of(candidate):
            return shape
    new = Shape(candidate)
    shapes.append(new)
    return new


def learn(shape: Shape, file: ElfFile, options: Options, image: bytes) -> None:
    """Learn a shape from the linker's image of an object, if it is the second one that has it."""
    links = shape.links = shape.links + 1
    if links == 2:
        candidate = Candidate(file, options)
        pattern = _pattern(candidate, image)
        if pattern and _filled(pattern, candidate) == image:
            shape.pattern = pattern


def _pattern(candidate: Candidate, image: bytes) -> Pattern | None:
    try:
        return Pattern(candidate, ElfFile(image))
    except _MISFITS:
        return None


def _filled(pattern: Pattern, candidate: Candidate) -> bytes | None:
    try:
        return fill(pattern, candidate)
    except _MISFITS:
        return None
