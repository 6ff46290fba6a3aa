"""One program in two ways, and what a debugger shows differently: whatever differs, one of the two is wrong.

    recipe = Recipe(Path("fib.c"), call="fib(5)")
    found = compare_debuggers(recipe)                    # gdb against lldb
    found = compare_executable(recipe, debugger="gdb")   # the dylib against a plain executable: the JIT's fault
    found = compare_levels(recipe, debugger="lldb")      # -O0 against -O2: values may be gone, but not wrong
    for difference in found.differences:
        print(difference)

The program stops at every line with code (`jitdbg.harness.sights`). What has to differ is left out: addresses, modules,
frames outside of the source, and locals whose declaration the call has not come by, or that have no code there. C and
C++ that jitdbg compiles itself has code for all: variables that the source leaves as they are get a pattern.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jitdbg.debugger.facts import AVAILABLE, Place, Stop, Value
from jitdbg.errors import DebuggerError
from jitdbg.harness.code_lines import CodeLines, code_lines
from jitdbg.harness.programs import Recipe, as_dylib, as_executable, with_code
from jitdbg.harness.session import TIMEOUT, describe
from jitdbg.harness.sights import STOPS, Observation, SeenFrame, Sight, observe
from jitdbg.harness.unlike import GONE, Unlike, unlike

_C_SUFFIXES = (".c", ".cc", ".cpp", ".cxx")
_FILLED = "-ftrivial-auto-var-init=pattern"
_SHOWN_VALUES = 4


@dataclass(frozen=True)
class Difference:
    """Something that one way shows and the other does not; ``hit`` is the thread's how-manieth stop there, 0 for all.

    ``what`` is "stops", "frames", "end" or a variable's name, with the function of an outer frame; ``place`` is None
    for what is of no line.
    """

    place: Place | None
    hit: int
    what: str
    left: str
    right: str

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}" if self.place else "the program"
        hit = f", stop {self.hit}" if self.hit else ""
        return f"{where}{hit}: {self.what}: {self.left} against {self.right}"


@dataclass(frozen=True)
class Comparison:
    """Two ways by their names, how many stops were looked at in each, and what differed.

    ``complete`` is False where a program was left at the limit of stops.
    """

    left: str
    right: str
    stops: tuple[int, int]
    differences: tuple[Difference, ...]
    complete: bool


# ---------------------------------------------------------------------------------------------------------- three ways


def compare_debuggers(
    recipe: Recipe, *, left: str = "gdb", right: str = "lldb", stops: int = STOPS, timeout: float = TIMEOUT
) -> Comparison:
    """Run the dylib under two debuggers. Raises `JitdbgError` where it can't be compiled, run or reached."""
    recipe = _filled(recipe)
    with tempfile.TemporaryDirectory(prefix="jitdbg-compare-") as folder:
        code, program = _code(recipe, Path(folder)), as_dylib(recipe, _below(folder, "dylib"))
        seen = [observe(program, code, debugger=each, stops=stops, timeout=timeout) for each in (left, right)]
    return _comparison((left, right), seen, differences(*seen))


def compare_executable(
    recipe: Recipe, *, debugger: str = "gdb", stops: int = STOPS, timeout: float = TIMEOUT
) -> Comparison:
    """Run the dylib and a plain executable of the same code under one debugger: the JIT is on the left."""
    recipe = _filled(recipe)
    with tempfile.TemporaryDirectory(prefix="jitdbg-compare-") as folder:
        code = _code(recipe, Path(folder))
        programs = as_dylib(recipe, _below(folder, "dylib")), as_executable(recipe, _below(folder, "executable"))
        seen = [observe(each, code, debugger=debugger, stops=stops, timeout=timeout) for each in programs]
    return _comparison(("dylib", "executable"), seen, differences(*seen, with_end=False))


def compare_levels(
    recipe: Recipe,
    *,
    debugger: str = "gdb",
    levels: tuple[int, int] = (0, 2),
    stops: int = STOPS,
    timeout: float = TIMEOUT,
) -> Comparison:
    """Run the dylib at two levels of optimisation: of the second, lines, frames and values may be gone, not wrong."""
    seen = []
    with tempfile.TemporaryDirectory(prefix="jitdbg-compare-") as folder:
        for level in levels:
            each = dataclasses.replace(_filled(recipe), level=level)
            code = _code(each, _below(folder, f"lines{level}"))
            program = as_dylib(each, _below(folder, f"level{level}"))
            seen.append(observe(program, code, debugger=debugger, stops=stops, timeout=timeout))
    return _comparison((f"-O{levels[0]}", f"-O{levels[1]}"), seen, losses(*seen))


def _filled(recipe: Recipe) -> Recipe:
    """Have variables filled that the source leaves as they are: what was there before differs from run to run."""
    if recipe.compile or recipe.file.suffix not in _C_SUFFIXES:
        return recipe
    return dataclasses.replace(recipe, flags=(*recipe.flags, _FILLED))


def _code(recipe: Recipe, folder: Path) -> CodeLines:
    return code_lines(with_code(recipe, folder), recipe.file)


def _below(folder: str, name: str) -> Path:
    path = Path(folder, name)
    path.mkdir()
    return path


def _comparison(names: tuple[str, str], seen: Sequence[Observation], found: Iterator[Difference]) -> Comparison:
    left, right = seen
    for name, each in zip(names, seen, strict=True):
        if not each.sights:
            reason = describe(each.end) if each.end else "it went on"
            raise DebuggerError(f"{name}: no line of {each.source} was reached: {reason}")
    complete = left.end is not None and right.end is not None
    return Comparison(*names, (len(left.sights), len(right.sights)), tuple(found), complete)


# -------------------------------------------------------------------------------------------------------- what differs


def differences(left: Observation, right: Observation, *, with_end: bool = True) -> Iterator[Difference]:
    """Give all that two observations show differently; ``with_end`` compares how the programs ended as well."""
    others = {sight.key: sight for sight in right.sights}
    if left.end and right.end:
        yield from _stop_counts(left, right)
    for sight in left.sights:
        if other := others.get(sight.key):
            yield from _unlike_sights(left.source, sight, other)
    if with_end and left.end and right.end and _how(left.end) != _how(right.end):
        yield Difference(None, 0, "end", describe(left.end), describe(right.end))


def _stop_counts(left: Observation, right: Observation) -> Iterator[Difference]:
    counts = [Counter(sight.line for sight in each.sights) for each in (left, right)]
    for line in sorted(counts[0] | counts[1]):
        one, other = counts[0][line], counts[1][line]
        if one != other:
            yield Difference(Place(left.source, line), 0, "stops", str(one), str(other))


def _how(end: Stop) -> tuple[str, int | None, str]:
    return end.reason, end.exit_code, end.signal


def _unlike_sights(source: str, left: Sight, right: Sight) -> Iterator[Difference]:
    place = Place(source, left.line)
    if _stack(left.frames) != _stack(right.frames):
        yield Difference(place, left.hit, "frames", _stack(left.frames), _stack(right.frames))
        return
    for level, (frame, other) in enumerate(zip(left.frames, right.frames, strict=True)):
        for each in _unlike_values(frame, other):
            yield Difference(place, left.hit, _what(each.path, frame, level), each.left, each.right)


def _unlike_values(left: SeenFrame, right: SeenFrame) -> Iterator[Unlike]:
    for name in dict.fromkeys([*left.values, *right.values]):
        # What nothing was stored to differs from run to run.
        if name not in left.set | right.set:
            continue
        yield from unlike(name, left.values.get(name), right.values.get(name))


def _what(path: str, frame: SeenFrame, level: int) -> str:
    return f"{path} of {frame.function}, frame {level}" if level else path


def _stack(frames: Sequence[SeenFrame]) -> str:
    return " < ".join(f"{frame.function}:{frame.line}{' inlined' if frame.inlined else ''}" for frame in frames)


# ------------------------------------------------------------------------------------------------- what may be missing


def losses(left: Observation, right: Observation) -> Iterator[Difference]:
    """Give what is wrong on the right, where things may be missing: lines, calls and values that the left never had.

    Optimised code comes to its lines in another order, so a value is right that its variable has anywhere under the
    same calls. Outer frames are passed over: gdb shows there what is in registers that calls do not preserve.
    """
    if left.end is None:
        right = _up_to(left, right)
    for sight in right.sights:
        place = Place(left.source, sight.line)
        at_line = [each for each in left.sights if each.line == sight.line]
        if not at_line and sight.line in left.passed_over:
            continue
        if not at_line:
            yield Difference(place, sight.hit, "stops", "never", "stopped")
        elif not any(_is_part(sight, each) for each in at_line):
            yield Difference(place, sight.hit, "frames", _stack(at_line[0].frames), _stack(sight.frames))
        else:
            yield from _wrong_values(place, [each for each in left.sights if _is_part(sight, each)], sight)


def _up_to(left: Observation, right: Observation) -> Observation:
    """Leave out what may have come after the left was left."""
    seen = {sight.key for sight in left.sights}
    return dataclasses.replace(right, sights=tuple(each for each in right.sights if each.key in seen))


def _is_part(some: Sight, of: Sight) -> bool:
    """Tell whether all functions of a stack come in another, in their order: calls that became jumps leave no frame."""
    rest = (frame.function for frame in of.frames)
    return some.frames[0].function == of.frames[0].function and all(frame.function in rest for frame in some.frames)


def _wrong_values(place: Place, candidates: Sequence[Sight], sight: Sight) -> Iterator[Difference]:
    for level, frame in enumerate(_innermost(sight.frames)):
        for name, value in frame.values.items():
            had = [other for other in _values(candidates, frame.function, name) if other.availability == AVAILABLE]
            wrong = [_wrong_parts(name, other, value) for other in had]
            if wrong and all(wrong):
                yield _nearest(place, sight.hit, wrong, frame, level)


def _wrong_parts(name: str, had: Value, value: Value) -> list[Unlike]:
    return [each for each in unlike(name, had, value) if each.right != GONE]


def _nearest(place: Place, hit: int, wrong: Sequence[list[Unlike]], frame: SeenFrame, level: int) -> Difference:
    """Name what is wrong in a value, as a member of an object: where least is, of all the values that it could have."""
    part = min(wrong, key=len)[0]
    right = dict.fromkeys(each.left for parts in wrong for each in parts if each.path == part.path)
    return Difference(place, hit, _what(part.path, frame, level), " or ".join([*right][:_SHOWN_VALUES]), part.right)


def _innermost(frames: Sequence[SeenFrame]) -> Iterator[SeenFrame]:
    """Give the innermost frame of its own on the stack, after those that are inlined into it."""
    for frame in frames:
        yield frame
        if not frame.inlined:
            return


def _values(sights: Sequence[Sight], function: str, name: str) -> Iterator[Value]:
    frames = (frame for sight in sights for frame in sight.frames if frame.function == function)
    return (frame.values[name] for frame in frames if name in frame.set)
