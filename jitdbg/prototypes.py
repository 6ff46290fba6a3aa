"""What IR text says of what it exports: the types of functions and variables, in IR's own spelling.

A function's type is read from its header when somebody asks. LLVM would tell as well, of all at once and at 30 µs each,
and most functions are never called from Python.

The grammar is that of LLParser.cpp (LLVM 22): parseFunctionHeader, parseGlobal and parseType.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jitdbg import irtext
from jitdbg.errors import SourceError
from jitdbg.irtext import NAME, Scan, Span
from jitdbg.signature import Signature

# A type that is no aggregate, array or vector.
_PLAIN = rf"(?:ptr(?:\s+addrspace\s*\([^()]*\))?|target\s*\([^()]*\)|%{NAME}|[a-z]\w*)"
_TYPE = re.compile(_PLAIN, re.ASCII)
_LAST_TYPE = re.compile(rf"(?<![-\w$.%]){_PLAIN}\Z", re.ASCII)
_SPACE_0 = re.compile(r"\s*addrspace\s*\(\s*0\s*\)")

_UNSEEN = ("internal", "private", "available_externally", "hidden")
_HIDES = re.compile(rf"(?<![-\w$.]){irtext.alternatives(_UNSEEN)}\s", re.ASCII)
_DECLARES = re.compile(r"\bextern(?:al|_weak)\s", re.ASCII)
_SYMBOL = re.compile(
    rf"@({NAME})\s*=\s*((?:\w+(?:\s*\([^()]*\)\s*|\s+))*?)(global|constant|alias|ifunc)(?![-\w$.])\s*", re.ASCII
)

_INTERNAL = re.compile(r"(?<![-\w$.])internal\s", re.ASCII)
_USE = re.compile(rf"@({NAME})", re.ASCII)

# Of LLVM's conventions that are not C's; fastcc and coldcc pass arguments as C does where ctypes can pass them.
_CONVENTION = re.compile(r"(?<![-\w$.])((?!(?:c|fast|cold)cc\b)\w+cc|cc\s*\d+)\s", re.ASCII)
# Attributes that change where a parameter is passed; clang gives the first to structures of more than 16 bytes.
_PLACES = "byval inreg nest swiftself swifterror swiftasync inalloca preallocated"
_PLACE = re.compile(rf"(?<![-\w$.%]){irtext.alternatives(_PLACES.split())}(?![-\w$.])(\s*\()?", re.ASCII)
_ZERO_EXTENDED = re.compile(r"(?<![-\w$.%])zeroext(?![-\w$.])", re.ASCII)


class Signatures(Mapping[str, Signature]):
    """The types of functions by their symbols' names; each is read from the function's header when it is asked for."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers

    def __getitem__(self, name: str) -> Signature:
        return read(self._headers[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def __len__(self) -> int:
        return len(self._headers)


def signatures(scanned: Scan) -> Signatures:
    """Give the types of the functions that a text defines and exports.

    A name that ``%word = type i32`` gives to a type stays a name: only people write such, and ctypes can't pass it.
    """
    text, code, headers = scanned
    exported = {
        symbol_name(header.name): text[header.keyword : header.attributes]
        for header in headers
        if header.is_definition and not _HIDES.search(code, header.keyword, code.index("@", header.keyword))
    }
    return Signatures(exported)


class Exports(NamedTuple):
    """The types of what a text defines and exports; ``complete`` says whether it exports nothing else.

    Of aliases, IFUNCs and what module-level assembly defines nothing is known.
    """

    signatures: Signatures
    variables: Mapping[str, str]
    complete: bool


class Names(NamedTuple):
    """The names that a text uses and defines elsewhere, and those of its own that nobody else sees."""

    undefined: frozenset[str]
    internal: frozenset[str]


def names(scanned: Scan) -> Names:
    """Give the names that a text declares and uses, and those that are internal to it.

    What the code generator calls by itself, such as memcpy, is not among the former.
    """
    text, code, functions = scanned
    variables = [(symbol_name(irtext.name_at(text, *each.span(1))), each[2]) for each in _SYMBOL.finditer(code)]
    declared = {each.name for each in functions if not each.is_definition and not each.name.startswith("llvm.")}
    declared |= {name for name, words in variables if _DECLARES.search(words)}
    internal = {each.name for each in functions if _INTERNAL.search(code, each.keyword, each.attributes)}
    internal |= {name for name, words in variables if _INTERNAL.search(words)}
    times = Counter(symbol_name(irtext.name_at(text, *each.span(1))) for each in _USE.finditer(code))
    return Names(frozenset(name for name in map(symbol_name, declared) if times[name] > 1), frozenset(internal))


def exports(scanned: Scan) -> Exports:
    """Give the types of the functions and variables that a text defines and exports."""
    text, code, _ = scanned
    found = [*_SYMBOL.finditer(code)]
    known = [each for each in found if each[3] in ("global", "constant")]
    variables = {
        symbol_name(irtext.name_at(text, *each.span(1))): _type_after(text, code, each.end())
        for each in known
        if not _HIDES.search(each[2]) and not _DECLARES.search(each[2])
    }
    return Exports(signatures(scanned), variables, len(known) == len(found) and "module asm" not in code)


def symbol_name(name: str) -> str:
    """Give the symbol of what IR calls ``name``: a leading byte 1 tells LLVM to use the rest as it is.

    Raises `SourceError` for a name that is no UTF-8.
    """
    symbol = name.removeprefix("\x01")
    if not symbol.isascii():
        try:
            symbol.encode()
        except UnicodeEncodeError:
            raw = symbol.encode("utf-8", "surrogateescape")
            raise SourceError(f"the name {raw!r} of a function or global is no UTF-8: rename it") from None
    return symbol


def read(header: str) -> Signature:
    """Read the type of a function from its header, which begins with ``define`` and goes up to the body or less."""
    code = irtext.blanked(header)
    name = code.index("@")
    return _read(header[:name], header[code.index("(", name) :])


@functools.lru_cache(maxsize=1 << 10)
def _read(before: str, after: str) -> Signature:
    """Read a type from what stands before the function's name and after it: different functions have the same."""
    code = irtext.blanked(after)
    parameters = irtext.listed(code, 1, irtext.after_closing(code, 0) - 1)
    variadic = bool(parameters) and code[slice(*parameters[-1])] == "..."
    fixed = parameters[:-1] if variadic else parameters
    return Signature(
        _result(before, irtext.blanked(before)),
        tuple(_parameter(after, code, span) for span in fixed),
        variadic,
        frozenset(index for index, span in enumerate(fixed) if _ZERO_EXTENDED.search(code, *span)),
        found[1] if (found := _CONVENTION.search(irtext.blanked(before))) else "",
    )


def _parameter(text: str, code: str, span: Span) -> str:
    """Give a parameter's type, with the attributes that pass it in another place than the type alone would."""
    start, end = span
    type_end = _type_end(code, start)
    words = [_type(text, code, (start, type_end))]
    for place in _PLACE.finditer(code, type_end, end):
        place_end = irtext.after_closing(code, place.end() - 1) if place[1] else place.end()
        words.append(text[place.start() : place_end])
    return " ".join(words)


def _type_end(code: str, start: int) -> int:
    """Find the end of the type that starts at ``start``."""
    if code[start] in "{[<":
        return irtext.after_closing(code, start)
    found = _TYPE.match(code, start)
    return found.end() if found else start


def _result(text: str, code: str) -> str:
    """Give the last type of what stands before a function's name: other words and their brackets may come first."""
    end = len(code.rstrip())
    if code[end - 1] in "}]>":
        start = _opening(code, end - 1)
    else:
        found = _LAST_TYPE.search(code, 0, end)
        start = found.start() if found else end
    return _type(text, code, (start, end))


def _type_after(text: str, code: str, start: int) -> str:
    return _type(text, code, (start, _type_end(code, start)))


def _opening(code: str, closing: int) -> int:
    """Find the bracket that the one at ``closing`` closes."""
    depth, at = 1, closing
    while depth and at:
        at -= 1
        depth += (code[at] in ")}]>") - (code[at] in "({[<")
    return at


def _type(text: str, code: str, span: Span) -> str:
    """Give the type at ``span`` as LLVM would print it, but for the blanks around brackets."""
    place = slice(*span)
    spelling = " ".join((text if '"' in code[place] else code)[place].split())
    return _SPACE_0.sub("", spelling) if "addrspace" in spelling else spelling
