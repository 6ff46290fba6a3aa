"""IR text as its own source: line tables that lead from machine code to the IR text that it was made from.

Debug info is added in the text (see `jitdbg.irtext`): one compile unit, a subprogram for every definition, a location
for every instruction. Debug info that the text had is superseded, in place and by as many characters, so that offsets
stay. Not all of it can simply go: other nodes may refer to it (those of loops and allocations do), and LLVM rejects
a unit that is reachable but not listed. So its units stay listed, and emit nothing.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from itertools import accumulate, chain
from typing import NamedTuple

from jitdbg import irtext
from jitdbg.debuginfo.irsource.types import Parse
from jitdbg.debuginfo.irsource.values import Scope
from jitdbg.debuginfo.irsource.variables import section, variables
from jitdbg.debuginfo.producer import PRODUCER
from jitdbg.irtext import Edit, Header, Scan

_LARGEST_COLUMN = 0xFFFF  # DILocation has 16 bits for it
_FLAGS = {"Debug Info Version": (2, 3), "Dwarf Version": (7, 5)}

_ATTACHMENT = re.compile(r"!dbg(?![-\w$.\\])\s*!\s*(?:\d+|(?:[A-Za-z]\w*\s*)?([({]))", re.ASCII)
_RECORD = re.compile(r"#dbg_\w+\s*(\()", re.ASCII)
_LOCATION = re.compile(r"!DILocation\s*(\()", re.ASCII)
_EMISSION_KIND = re.compile(r"emissionKind\s*:\s*(\w+)", re.ASCII)
_INTRINSIC_CALL = re.compile(r"(?:tail\s+)?call\s+void\s+@llvm\.dbg\.", re.ASCII)
_LOCAL = re.compile(r"\s(?:internal|private)\s", re.ASCII)
_UNIT_LIST = re.compile(r"!llvm\.dbg\.cu\s*=\s*!\s*\{\s*!", re.ASCII)
_NOT_NEWLINE = re.compile(r"[^\n]")


def has_debug_info(text: str) -> bool:
    """Say whether IR text carries debug info that can be used: a compile unit that emits something.

    The module flag "Debug Info Version" may be missing: LLVM's own tools then ignore all debug info, `frontend` does
    not, since who writes metadata by hand may forget the flag. Another value than 3 means other metadata.
    """
    if "!llvm.dbg.cu" not in text:
        return False
    code = irtext.blanked(text)
    version = irtext.module_flag(text, code, "Debug Info Version")
    return (
        (version is None or text[slice(*version)] == "3")
        and _UNIT_LIST.search(code) is not None
        and any(kind[1] not in ("0", "NoDebug") for kind in _EMISSION_KIND.finditer(code))
    )


class _Nodes:
    """Metadata nodes to put into a text, with the numbers that it leaves free."""

    def __init__(self, first: int) -> None:
        self._next = first
        self._lines: list[str] = []

    def reserve(self, count: int = 1) -> int:
        """Give the first of ``count`` numbers, whose nodes are added by `define`."""
        self._next += count
        return self._next - count

    def define(self, number: int, text: str) -> None:
        self._lines.append(f"!{number} = {text}")

    def add(self, text: str) -> int:
        number = self._next
        self._next = number + 1
        self._lines.append(f"!{number} = {text}")
        return number

    def taken(self) -> list[str]:
        """Give the nodes that have come since they were taken before."""
        taken, self._lines = self._lines, []
        return taken


class Annotation(NamedTuple):
    """A text that is scanned, without the debug info that it had, and the edits that give it that of its own lines."""

    scanned: Scan
    edits: list[Edit]


def annotate(text: str, *, filename: str, directory: str) -> str:
    """Return IR text whose debug info says, line by line, that ``text`` itself is the source.

    ``filename`` in ``directory`` (absolute) is where debuggers will look for ``text``. Positions are those in ``text``:
    an edit that moves something within a line has to come later.
    """
    scanned, edits = annotation(text, filename=filename, directory=directory)
    return irtext.edited(scanned.text, edits)


def annotation(
    text: str,
    *,
    filename: str,
    directory: str,
    parse: Parse | None = None,
    ranges: bool = True,
    optimised: bool = False,
) -> Annotation:
    """Find what `annotate` does to a text, for whom has more to do to it.

    With ``parse``, which gives the module of a text for as long as a ``with`` block takes, arguments and results are
    variables too. With ``ranges`` the section ``.jitdbg.values`` says on which lines they hold a value; it is made by
    assembly within the module, which the target must be able to read. ``optimised`` says that the code will be, in
    which instructions change places: a value then ends where it holds no longer, and none is shown for another's.
    """
    # Encoded as UTF-8; debuggers compare it to what they find.
    checksum = hashlib.md5(_encoded(text), usedforsecurity=False).hexdigest()
    text, code = _superseded(text, irtext.blanked(text))
    scanned = Scan(text, code, list(irtext.headers(text, code)))
    nodes = _Nodes(irtext.unused_metadata(code))
    edits = irtext.with_flags(text, code, _FLAGS, nodes.reserve(len(_FLAGS)))
    file = nodes.add(
        f'!DIFile(filename: "{irtext.escaped(filename)}", directory: "{irtext.escaped(directory)}", '
        f'checksumkind: CSK_MD5, checksum: "{checksum}")'
    )
    shared = nodes.reserve()
    unit = nodes.add(
        f"distinct !DICompileUnit(language: DW_LANG_C, file: !{file}, emissionKind: FullDebug, "
        f'producer: "{PRODUCER}", globals: !{shared}, splitDebugInlining: false, nameTableKind: None)'
    )
    untyped = nodes.add("!DISubroutineType(types: !{null})")
    scopes = list(_scopes(scanned, nodes.reserve))
    lines = [f"!llvm.dbg.cu = !{{!{unit}}}"]
    with variables(text, code, scopes, unit, file, parse, nodes.add, optimised) if parse else nullcontext() as found:
        slots = found.slots if found else [None] * len(scopes)
        nodes.define(shared, found.globals.listed() if found else "!{}")
        edits += found.globals.edits() if found else ()
        for scope, own in zip(scopes, slots, strict=True):
            nodes.define(
                scope.number,
                f"distinct !DISubprogram({_identity(code, scope.header, optimised)}, scope: !{file}, file: !{file}, "
                f"line: {scope.line}, scopeLine: {scope.places[0][0]}, "
                f"type: !{own.type() if own else untyped}, unit: !{unit})",
            )
            edits += own.edits() if own else ()
            edits += _attachments(scope, nodes.taken())
        if found and ranges:
            lines += section(filename, filter(None, slots))
    edits.append(irtext.appended(text, [*lines, *nodes.taken()]))
    return Annotation(scanned, edits)


def _identity(code: str, header: Header, optimised: bool) -> str:
    """Return the fields of a subprogram that say which function it is and who can see it, and how it was compiled."""
    # LLVM emits a name that begins with \01 without it, and as it is.
    name = irtext.escaped(header.name.removeprefix("\x01"))
    local = " | DISPFlagLocalToUnit" if _LOCAL.search(code, header.keyword, header.attributes) else ""
    # With it, LLVM says which calls became jumps, so that debuggers show the frames that are gone.
    made = " | DISPFlagOptimized, flags: DIFlagAllCallsDescribed" if optimised else ""
    return f'name: "{name}", spFlags: DISPFlagDefinition{local}{made}'


def _scopes(scanned: Scan, reserve: Callable[[], int]) -> Iterator[Scope]:
    """Yield the definitions of a text, each with a metadata number for its subprogram."""
    text, code, headers = scanned
    places = _Places(text)
    for header in headers:
        if header.is_definition and (body := irtext.body(code, header)).instructions:
            offset, number = body.offset, reserve()
            ((line, _),) = places.of([header.keyword])
            own = places.of([offset + start for start, _ in body.instructions])
            end = f", scope: !{number})"
            locations = [f", !dbg !DILocation(line: {line}, column: {column}{end}" for line, column in own]
            yield Scope(number, header, line, body, own, locations)


def _attachments(scope: Scope, nodes: list[str]) -> Iterator[Edit]:
    """Yield the edits that attach the subprogram to its function, and a location to each instruction.

    LLVM wants one on every call that can be inlined, and ignores those that no code comes of (``alloca``, ``phi``).
    The ``nodes`` come before the function: LLVM takes longer over what is defined after its use.
    """
    keyword, brace, offset = scope.header.keyword, scope.header.body_start - 1, scope.body.offset
    yield (keyword, keyword, " ".join([*nodes, ""]))
    yield (brace, brace, f"!dbg !{scope.number} ")
    for (_, end), location in zip(scope.body.instructions, scope.locations, strict=True):
        yield (offset + end, offset + end, location)


class _Places:
    """Where offsets into a text are: line and column, which count from 1, columns in bytes of UTF-8.

    The column is 0, "not known", where DILocation can't hold it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        lengths = [len(line) + 1 for line in text.split("\n")]
        self._before = [-1, *accumulate(lengths, initial=-1)]  # a line's first character
        self._is_plain = text.isascii() and max(lengths) <= _LARGEST_COLUMN

    def of(self, offsets: Sequence[int]) -> list[tuple[int, int]]:
        """Give line and column of each; the offsets ascend."""
        before, line = self._before, bisect_left(self._before, offsets[0], 1) - 1
        found = []
        for offset in offsets:
            while before[line + 1] < offset:
                line += 1
            found.append((line, offset - before[line]))
        return found if self._is_plain else [self._measured(*place) for place in found]

    def _measured(self, line: int, column: int) -> tuple[int, int]:
        start = self._before[line] + 1
        column = 1 + len(_encoded(self._text[start : start + column - 1]))
        return line, column if column <= _LARGEST_COLUMN else 0


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _superseded(text: str, code: str) -> tuple[str, str]:
    """Return the text and its code with the debug info that they have out of the way; no offset changes."""
    if "dbg" not in code and "!DI" not in code:
        return text, code
    edits: list[Edit] = []
    at = 0
    for start, end, inert in sorted(chain(_attached(code), _records(text, code), _nodes(code))):
        if start >= at:
            edits.append((start, end, inert + _blank(text[start + len(inert) : end])))
            at = end
    return irtext.edited(text, edits), irtext.edited(code, edits)


def _blank(string: str) -> str:
    """Return as many spaces, with the newlines where they are."""
    return _NOT_NEWLINE.sub(" ", string) if "\n" in string else " " * len(string)


def _attached(code: str) -> Iterator[Edit]:
    """Yield edits that drop ``!dbg`` attachments, each with the comma before it."""
    for found in _ATTACHMENT.finditer(code):
        comma = code.rfind(",", 0, found.start())
        start = found.start() if comma < 0 or code[comma + 1 : found.start()].strip() else comma
        yield (start, _group_end(code, found), "")


def _records(text: str, code: str) -> Iterator[Edit]:
    """Yield edits that drop ``#dbg`` records and their predecessors, the calls of ``llvm.dbg`` intrinsics."""
    for found in _RECORD.finditer(code):
        yield (found.start(), _group_end(code, found), "")
    if "@llvm.dbg." in code:
        for header in irtext.headers(text, code):
            for start, end in irtext.instructions_of(code, header):
                if _INTRINSIC_CALL.match(code, start):
                    yield (start, end, "")


def _nodes(code: str) -> Iterator[Edit]:
    """Yield edits that make idle nodes of locations (loops have them) and of compile units."""
    for found in _LOCATION.finditer(code):
        # LLVM looks at the first operand of whatever a loop's metadata lists.
        yield (found.start(), _group_end(code, found), '!{!""}')
    for found in _EMISSION_KIND.finditer(code):
        yield (*found.span(1), "0" if found[1].isdigit() else "NoDebug")


def _group_end(code: str, found: re.Match[str]) -> int:
    """Return where a match ends; with a bracket as its group 1, where that is closed."""
    return irtext.after_closing(code, found.start(1)) if found[1] else found.end()
