"""A slice of Numba's suite on dylibs and on stock Numba, compared in parts.

A part runs on one and then on the other, each first in turn, so that what else the machine does weighs on both. What
came of it is kept in a folder for just this jitdbg, Numba and slice: a broken run of hours goes on where it was.
"""

from __future__ import annotations

import functools
import hashlib
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import jitdbg
from tests import numba_suite
from tests.numba_suite import Run

PARTS: Final = 32
_EVERY: Final = 6
_KEPT: Final = Path(__file__).parents[2] / ".cache" / "numba-suite"
_PACKAGES: Final = ("numba", "llvmlite", "numpy")


@dataclass(frozen=True)
class Pair:
    """The same tests on dylibs and on stock Numba."""

    dylibs: Run
    stock: Run

    def worse(self) -> list[str]:
        """Name the tests that pass on stock Numba alone."""
        return sorted(self.stock.passed() - self.dylibs.passed())


@functools.cache
def chosen() -> list[str]:
    """Name the tests of the slice."""
    return numba_suite.slice_of(numba_suite.all_tests(), _EVERY)


def compared(part: int) -> Pair:
    """Run a part of the slice on dylibs and on stock Numba, unless what came of it is kept."""
    file = kept(part)
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(asdict(_compare(part))))
        unfinished.replace(file)
    told = json.loads(file.read_text())
    return Pair(Run(**told["dylibs"]), Run(**told["stock"]))


def kept(part: int) -> Path:
    """Name the file in which what came of a part is kept; without it, the part runs anew."""
    return _KEPT / _key() / f"{part}.json"


def part_of(names: list[str], part: int) -> list[str]:
    """Give one of the parts of a list, which differ in length by one at most."""
    return names[len(names) * part // PARTS : len(names) * (part + 1) // PARTS]


def dearest(pairs: list[Pair]) -> list[str]:
    """Say which tests take most seconds more on dylibs."""
    more = {
        name: pair.dylibs.seconds.get(name, 0) - spent for pair in pairs for name, spent in pair.stock.seconds.items()
    }
    return [f"{more[name]:+.1f} s {name}" for name in sorted(more, key=more.__getitem__, reverse=True)[:10]]


def _compare(part: int) -> Pair:
    names = part_of(chosen(), part)
    runs = {}
    with tempfile.TemporaryDirectory() as folder:
        for dylibs in (True, False) if part % 2 else (False, True):
            runs[dylibs] = numba_suite.run(names, Path(folder) / f"dylibs-{dylibs}", dylibs=dylibs)
    return Pair(runs[True], runs[False])


@functools.cache
def _key() -> str:
    """Tell one jitdbg, Numba, Python and slice from another."""
    digest = hashlib.sha256("\n".join([sys.version, *map(metadata.version, _PACKAGES), *chosen()]).encode())
    for path in sorted(Path(jitdbg.__file__).parent.rglob("*")):
        if path.is_file() and path.parent.name != "__pycache__":
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
