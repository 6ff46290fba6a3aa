"""LLVM IR text: find its functions and instructions, and edit it without moving a line.

llvmlite's binding can't set attributes that have values, metadata or debug locations, so jitdbg says them in the text.
Every edit stays within its line or comes at the very end: the line numbers in LLVM's messages, and in debug
info made from the text, remain those of the text that the user wrote.

The grammar is LLVM's own (llvm/lib/AsmParser/LLLexer.cpp and LLParser.cpp, LLVM 22). Two observations make regular
expressions enough, and fast enough for texts of tens of megabytes:

- Strings, quoted names and comments are the only places where brackets and keywords can stand for something else, and
  what opens and closes them depends on no context. `blanked` fills them, length and offsets kept; everything
  after it looks at the blanked text alone, here called the code.
- Once groups in parentheses are filled too, a word of the instruction set in a function's body is an instruction,
  except in a constant expression, where such a group follows.

Space, a comment, a bracket or a quote must come before an instruction without a name: LLVM needs none of them after
a number (``store i32 %a, ptr %1ret void``), we do.
Text that is not legal IR gives no error here: LLVM's parser says what is wrong, and until then any answer is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

Edit = tuple[int, int, str]
"""The characters from the first offset to the second give way to the string."""

Span = tuple[int, int]
"""Where something lies: the offset of its first character, and the one after its last."""


class Header(NamedTuple):
    """One ``define`` or ``declare``; all offsets count characters of the text it was found in.

    ``name`` is the function's name without quotes and escapes; a function without a name has its number.
    ``keyword`` is where ``define`` or ``declare`` starts, ``attributes`` where function attributes may be inserted
    (after the parameters, ``unnamed_addr`` and ``addrspace``). ``body_start`` is just after a definition's opening
    brace, ``body_end`` at its closing brace; both are -1 for a declaration.
    """

    name: str
    is_definition: bool
    keyword: int
    attributes: int
    body_start: int
    body_end: int


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern for exactly these words, branching letter by letter: three times faster than ``a|b|c``."""
    branches: dict[str, list[str]] = {}
    for word in words:
        branches.setdefault(word[:1], []).append(word[1:])
    optional = "?" if branches.pop("", None) else ""
    pattern = "|".join(letter + alternatives(rest) for letter, rest in branches.items())
    return f"(?:{pattern}){optional}" if pattern else ""


_OPCODES = (
    "ret br switch indirectbr invoke resume unreachable callbr cleanupret catchret catchswitch "
    "tail musttail notail call store fence alloca load cmpxchg atomicrmw getelementptr "
    "fneg add fadd sub fsub mul fmul udiv sdiv fdiv urem srem frem shl lshr ashr and or xor icmp fcmp "
    "trunc zext sext fptrunc fpext uitofp sitofp fptoui fptosi inttoptr ptrtoint ptrtoaddr bitcast addrspacecast "
    "phi select freeze va_arg landingpad catchpad cleanuppad "
    "extractelement insertelement shufflevector extractvalue insertvalue"
)
_FIRST, _SECOND = ("".join(sorted({word[at] for word in _OPCODES.split()})) for at in (0, 1))
_OPCODE = alternatives(_OPCODES.split()) + r"(?![-\w$.:])"
NAME = r'(?:[-\w$.]+|"[^"]*")'
"""A pattern for what stands after ``@``, ``%`` and the like."""
_LABEL_CHARACTERS = "-$._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

_QUOTE_OR_COMMENT = re.compile(r'("[^"]*"?|;[^\n\r]*|/\*.*?(?:\*/|\Z)|\0)', re.DOTALL)
_UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")
_ESCAPE = re.compile(rb"\\(\\|[0-9A-Fa-f]{2})")

# A pattern that begins with fixed letters is searched for at memory speed: what must not precede them comes after.
_KEYWORD = re.compile(
    r"de(?:fine(?<![-\w$.%@!\\]define)|clare(?<![-\w$.%@!\\]declare))(?![-\w$.:])",
    re.ASCII,
)
_NAME_AND_PARAMETERS = re.compile(rf"@({NAME})\s*\(", re.ASCII)
_UNNAMED_ADDR = re.compile(r"(?:\s*(?:local_)?unnamed_addr\b)?(?:\s*addrspace\s*\([^)]*\))?", re.ASCII)
# A header can have other braces (prefix data, metadata), but inside them comes a type or a "!".
_BODY = re.compile(rf"\{{(?=\s*(?:%{NAME}\s*=|{NAME}:|#dbg_|{_OPCODE}))", re.ASCII)

_INNERMOST_GROUP = re.compile(r"\([^()]*\)")
_CALL = r"(?:(?:tail|musttail|notail)\s+)?"
_OPERATION = r"(?:atomicrmw\s+(?:volatile\s+)?)?"  # the word after it is an operand, which can be "add"
_FLAGS = r"(?:\s+(?:inbounds|inrange|nuw|nsw|nusw|exact))*"  # between a constant expression's opcode and its group
# An instruction with a name is found by its "=", which nothing else has but attributes in quotes: an attempt at every
# "%" would read every operand. The commonest words that are no opcodes are ruled out early.
_INSTRUCTION = re.compile(
    rf'[=\s\]}}>"^{{](?:(?<==)\s*{_CALL}{_OPERATION}(\w+)'
    rf"|(?=[{_FIRST}][{_SECOND}])(?!ptr\b|align\b|label\b){_CALL}{_OPERATION}{_OPCODE}(?!{_FLAGS}\s*~))",
    re.ASCII,
)
_RECORD = re.compile(r"#dbg_\w+\s*~+\^", re.ASCII)

_FLAG = re.compile(
    r'!\s*(\d+)\s*=\s*(?:distinct\s+)?!\s*\{\s*i32\s+\d+\s*,\s*!\s*("_*")\s*,\s*i\d+\s+(\d+)\s*\}', re.ASCII
)
_FLAG_LIST = re.compile(r"!llvm\.module\.flags\s*=\s*!\s*\{([^}]*)\}", re.ASCII)
_NODE_NUMBER = re.compile(r"!\s*(\d+)", re.ASCII)
_LONG_NODE_NUMBER = re.compile(r"!\s*(\d{10})", re.ASCII)

_LARGEST_NODE = (1 << 32) - 2

_DIRECT_DATA = re.compile(r"extern(?:al|_weak)\s+(dso_local)(?=\s)", re.ASCII)
_DIRECT_FUNCTION = re.compile(r"declare(?:\s+![-\w$.\\]+\s*!\s*\d+)*\s+(dso_local)(?=\s)", re.ASCII)
_PARTIAL_TABLES = re.compile(r"uwtable(\s*\(\s*sync\s*\))", re.ASCII)
_FRAME_POINTER = re.compile(r'"frame-pointer"\s*=\s*"([^"]*)"')

_LIST_MARK = re.compile(r"[,()\[\]{}<>]")

_BLOCK_ADDRESS = re.compile(rf"blockaddress\s*\(\s*@({NAME})\s*,[^)]*\)", re.ASCII)
_USE_LIST_ORDER = re.compile(r"uselistorder(?:_bb)?(?![-\w$.:])[^{]*\{[^}]*\}", re.ASCII)


def blanked(text: str) -> str:
    """Return ``text`` with underscores for what is in quotes and spaces for comments; its length is the same.

    Newlines in quotes and comments are filled too: count lines in ``text``, not here.
    """
    # Without comments, every other piece stands in quotes: a third of the time.
    pieces = text.split('"')
    if len(pieces) > 1:
        pieces[1::2] = ["_" * len(piece) for piece in pieces[1::2]]
    code = '"'.join(pieces)
    if ";" not in code and "/" not in code and len(pieces) % 2:
        return code
    # Every other piece is code. A list is filled in half the time that substitution takes, which calls a function.
    pieces = _QUOTE_OR_COMMENT.split(text)
    pieces[1::2] = [f'"{"_" * (len(piece) - 2)}"' if piece[0] == '"' else " " * len(piece) for piece in pieces[1::2]]
    # The slice is for a quote that nothing closes, alone at the end of a text that is not IR.
    return "".join(pieces)[: len(text)]


def _blank(match: re.Match[str]) -> str:
    return " " * (match.end() - match.start())


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` after ``edits``, which must not overlap; those at one offset apply in the given order."""
    pieces: list[str] = []
    at = 0
    for start, end, replacement in sorted(edits, key=itemgetter(0)):
        pieces += (text[at:start], replacement)
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def appended(text: str, lines: Iterable[str]) -> Edit:
    """Return the edit that puts ``lines`` after the last line of ``text``."""
    start = "" if text.endswith("\n") else "\n"
    return (len(text), len(text), start + "\n".join(lines) + "\n")


def unescaped(string: str) -> str:
    r"""Return what a string or name means, given what stands between its quotes, with ``\5C`` and the like resolved.

    Bytes that are not UTF-8 become surrogates, as in file names (PEP 383).
    """
    if "\\" not in string:
        return string
    raw = _ESCAPE.sub(
        lambda found: b"\\" if found[1] == b"\\" else bytes([int(found[1], 16)]),
        string.encode("utf-8", "surrogateescape"),
    )
    return raw.decode("utf-8", "surrogateescape")


def escaped(string: str) -> str:
    """Return ``string`` as LLVM writes it between quotes; the inverse of `unescaped`."""
    if string.isascii() and string.isprintable():
        return string.replace("\\", r"\5C").replace('"', r"\22")
    characters = string.encode("utf-8", "surrogateescape").decode("latin-1")  # one for each byte
    return _UNQUOTABLE.sub(lambda found: f"\\{ord(found[0]):02X}", characters)


def after_closing(code: str, opening: int) -> int:
    """Return the offset after the bracket that closes the one at ``opening``; the code's end where none does."""
    opener = code[opening]
    closer = {"(": ")", "{": "}", "[": "]", "<": ">"}[opener]
    depth, at = 1, opening + 1
    while depth:
        closing = code.find(closer, at)
        if closing < 0:
            return len(code)
        depth += code.count(opener, at, closing) - 1
        at = closing + 1
    return at


class Scan(NamedTuple):
    """A text and what was found in it: its code, and the headers of its functions in their order."""

    text: str
    code: str
    headers: list[Header]


def scan(text: str) -> Scan:
    """Look for the functions that ``text`` defines or declares."""
    code = blanked(text)
    return Scan(text, code, list(headers(text, code)))


def functions(text: str) -> list[Header]:
    """Return the headers of all functions that ``text`` defines or declares, in its order."""
    return scan(text).headers


def headers(text: str, code: str) -> Iterator[Header]:
    """Yield what `functions` returns, for a caller that has blanked the text already."""
    at = 0
    while keyword := _KEYWORD.search(code, at):
        header = _header(text, code, keyword)
        if header is None:
            return
        yield header
        at = max(header.attributes, header.body_end)


def _header(text: str, code: str, keyword: re.Match[str]) -> Header | None:
    """Return the header that begins with ``keyword``; None where the text breaks off."""
    callee = _NAME_AND_PARAMETERS.search(code, keyword.end())
    if callee is None:
        return None
    name = name_at(text, *callee.span(1))
    parameters_end = after_closing(code, callee.end() - 1)
    unnamed_addr = _UNNAMED_ADDR.match(code, parameters_end)
    attributes = unnamed_addr.end() if unnamed_addr else parameters_end
    if keyword[0] == "declare":
        return Header(name, False, keyword.start(), attributes, -1, -1)
    body = _BODY.search(code, attributes)
    if body is None:
        return None
    return Header(name, True, keyword.start(), attributes, body.end(), after_closing(code, body.start()) - 1)


def name_at(text: str, start: int, end: int) -> str:
    """Return the name that is spelled, with quotes or without, at these offsets."""
    return unescaped(text[start + 1 : end - 1]) if text[start] == '"' else text[start:end]


def parameters(code: str, header: Header) -> list[Span]:
    """Return where each parameter of a function lies in the blanked text, a final ``...`` too."""
    callee = _NAME_AND_PARAMETERS.search(code, header.keyword)
    return listed(code, callee.end(), after_closing(code, callee.end() - 1) - 1) if callee else []


def listed(code: str, start: int, end: int) -> list[Span]:
    """Return where the parts of a list between two offsets lie: commas separate them, but not those in brackets."""
    spans: list[Span] = []
    depth = 0
    for found in _LIST_MARK.finditer(code, start, end):
        if found[0] != ",":
            depth += 1 if found[0] in "([{<" else -1
        elif depth == 0:
            spans.append((start, found.start()))
            start = found.end()
    rest = (start, end) if code[start:end].strip() else None
    return [_stripped(code, span) for span in (*spans, *([rest] if rest else []))]


def _stripped(code: str, span: Span) -> Span:
    part = code[slice(*span)]
    start = span[0] + len(part) - len(part.lstrip())
    return (start, start + len(part.strip()))


class Body(NamedTuple):
    """The instructions of a definition: where each lies in ``code``, which begins with the brace at ``offset``.

    ``code`` has ``~~^`` for groups in parentheses, spaces for labels and ``#dbg`` records.
    """

    code: str
    offset: int
    instructions: list[Span]


def instructions(text: str, header: Header) -> list[Span]:
    """Return where each instruction of a definition lies, in order; labels and ``#dbg`` records are none."""
    if not header.is_definition:
        return []
    brace = header.body_start - 1
    return _absolute(_body(blanked(text[brace : header.body_end]), brace))


def instructions_of(code: str, header: Header) -> list[Span]:
    """Return what `instructions` returns, for a caller that has blanked the text already."""
    return _absolute(body(code, header)) if header.is_definition else []


def body(code: str, header: Header) -> Body:
    """Return the body of a definition in the blanked text."""
    brace = header.body_start - 1
    return _body(code[brace : header.body_end], brace)


def _body(code: str, offset: int) -> Body:
    code = flattened(code)
    # Where the instruction has a name, "=" was found.
    found = [match.start() for match in _INSTRUCTION.finditer(code)]
    starts = [code.rfind("%", 0, at) if code[at] == "=" else at + 1 for at in found]
    ends = (*starts[1:], len(code))
    return Body(code, offset, [(at, at + len(code[at:end].rstrip())) for at, end in zip(starts, ends)])


def _absolute(body: Body) -> list[Span]:
    return [(body.offset + start, body.offset + end) for start, end in body.instructions]


def flattened(code: str) -> str:
    """Return code of a body with ``~~^`` for groups in parentheses; spaces for labels, records, use-list orders."""
    groups = 1
    while groups:
        code, groups = _INNERMOST_GROUP.subn(lambda group: "~" * (group.end() - group.start() - 1) + "^", code)
    if "#dbg_" in code:
        code = _RECORD.sub(_blank, code)
    if "uselistorder" in code:
        code = _USE_LIST_ORDER.sub(_blank, code)
    # Outside groups, only labels have a colon.
    pieces: list[str] = []
    at = 0
    while (colon := code.find(":", at)) >= 0:
        before = code[at:colon]
        before = before[: before.rfind('"', 0, -1)] if before.endswith('"') else before.rstrip(_LABEL_CHARACTERS)
        pieces += (before, " " * (colon + 1 - at - len(before)))
        at = colon + 1
    return "".join((*pieces, code[at:]))


def module_flag(text: str, code: str, key: str) -> Span | None:
    """Return where the value of the integer module flag ``key`` stands; None where the module has no such flag."""
    quoted = f'"{key}"'
    at = text.find(quoted)
    while at >= 0:
        equals = code.rfind("=", 0, at)
        node = _FLAG.match(code, code.rfind("!", 0, equals)) if equals > 0 else None
        if node and node.start(2) == at and int(node[1]) in _listed_flags(code):
            return node.span(3)
        at = text.find(quoted, at + 1)
    return None


def _listed_flags(code: str) -> set[int]:
    return {int(number) for listed in _FLAG_LIST.finditer(code) for number in _NODE_NUMBER.findall(listed[1])}


def with_flags(text: str, code: str, flags: Mapping[str, tuple[int, int]], node: int) -> list[Edit]:
    """Return the edits that set integer module flags, given as ``{key: (behaviour, value)}``.

    A flag that is there keeps its place and behaviour; the others become metadata nodes, numbered from ``node`` on.
    """
    edits: list[Edit] = []
    names: list[str] = []
    nodes: list[str] = []
    for key, (behaviour, value) in flags.items():
        if place := module_flag(text, code, key):
            edits.append((*place, str(value)))
        else:
            names.append(f"!{node + len(nodes)}")
            nodes.append(f'{names[-1]} = !{{i32 {behaviour}, !"{key}", i32 {value}}}')
    if nodes:
        edits.append(appended(text, (f"!llvm.module.flags = !{{{', '.join(names)}}}", *nodes)))
    return edits


def unused_metadata(code: str) -> int:
    """Return a number from which on a million metadata nodes are free: a small one, which is quicker to read."""
    free = 1 + max(map(int, _NODE_NUMBER.findall(code)), default=-1)
    if free < _LARGEST_NODE - 2_000_000:
        return free
    first = 4293  # the last whole million below the largest number, 2³² − 1
    for block in (first, first - 1):  # the first one is taken where line tables have been added
        if str(block) not in code:
            return block * 1_000_000
    taken = {int(number) // 1_000_000 for number in _LONG_NODE_NUMBER.findall(code)}
    return next(block for block in range(first, 0, -1) if block not in taken) * 1_000_000


def promise(
    scanned: Scan, *, unwind_tables: bool = True, frame_pointers: bool = False, others: Iterable[Edit] = ()
) -> str:
    """Return the text with what the code generator promises said in it, and with ``others`` applied, in one pass.

    Every definition gets a full unwind table (``uwtable``: without it, a ``nounwind`` function has no ``.eh_frame`` and
    every unwinder stops there) and, on request, a frame pointer. What is only declared is reached through
    the GOT: ``nonlazybind`` on functions, no ``dso_local``, and the module flag RtLibUseGOT for the calls that the code
    generator makes by itself. FastISel, which serves -O0, ignores that flag: its memcpy still goes through the PLT.
    """
    text, code, functions = scanned
    edits = _without_contradictions(text, code, unwind_tables, frame_pointers)
    words = " uwtable " * unwind_tables + ' "frame-pointer"="all" ' * frame_pointers
    for header in functions:
        if not header.is_definition:
            said = "" if header.name.startswith("llvm.") else " nonlazybind "
        elif "available_externally" in code[header.keyword : header.attributes]:
            said = " nonlazybind " + words
        else:
            said = words
        edits.append((header.attributes, header.attributes, said))
    # All digits are looked for at once: where line tables were added, their first four are everywhere.
    node = _LARGEST_NODE
    while str(node) in code:
        node -= 1
    edits += with_flags(text, code, {"RtLibUseGOT": (7, 1)}, node)
    # At the same place an attribute comes before what is attached.
    return edited(text, (*edits, *others))


def _without_contradictions(text: str, code: str, unwind_tables: bool, frame_pointers: bool) -> list[Edit]:
    """Return the edits that take back what says otherwise: attribute groups beat the words in a header."""
    edits: list[Edit] = []
    if "dso_local" in code:
        direct = (*_DIRECT_DATA.finditer(code), *_DIRECT_FUNCTION.finditer(code))
        edits += [(*found.span(1), " " * len("dso_local")) for found in direct]
    if unwind_tables and "uwtable" in code:
        edits += [(*found.span(1), "") for found in _PARTIAL_TABLES.finditer(code)]
    if frame_pointers:
        edits += [(*found.span(1), "all") for found in _FRAME_POINTER.finditer(text) if code[found.start()] == '"']
    return edits


def without_bodies(text: str, names: Collection[str]) -> str:
    """Return ``text`` with ``unreachable`` as the only instruction of the functions with these names.

    Addresses of their blocks become null, and use-list orders of the module go: neither would parse.
    """
    bodies = [header for header in functions(text) if header.is_definition and header.name in names]
    removed = edited(text, [_kept_lines(text, body.body_start, body.body_end, " unreachable ") for body in bodies])
    if "blockaddress" not in removed and "uselistorder" not in removed:
        return removed
    code, gone = blanked(removed), {header.name for header in bodies}
    addresses = [found for found in _BLOCK_ADDRESS.finditer(code) if name_at(removed, *found.span(1)) in gone]
    edits = [_kept_lines(removed, *found.span(), "null") for found in addresses]
    edits += [_kept_lines(removed, *found.span(), "") for found in _USE_LIST_ORDER.finditer(code)]
    return edited(removed, edits)


def _kept_lines(text: str, start: int, end: int, replacement: str) -> Edit:
    return (start, end, replacement + "\n" * text.count("\n", start, end))


def culprit(text: str, fails: Callable[[str], bool]) -> str | None:
    """Return the name of a function whose body alone, all others removed, makes ``fails(text)`` true.

    It is found by bisection: ``fails`` is called about twice the logarithm of the number of functions. None where
    the text doesn't fail, fails without any body, or only with several of them together.
    """
    suspects = [header.name for header in functions(text) if header.is_definition]
    everyone = frozenset(suspects)

    def fail_alone(names: Collection[str]) -> bool:
        return fails(without_bodies(text, everyone.difference(names)))

    if not fail_alone(suspects) or fail_alone(()):
        return None
    while len(suspects) > 1:
        half = len(suspects) // 2
        suspects = next((part for part in (suspects[:half], suspects[half:]) if fail_alone(part)), [])
    return suspects[0] if suspects else None
