"""DAP's variables as facts.

The protocol gives a variable's value and type as text for people, and says only whether it has children. What has the
shape of a number is read as one. What has not (enumerations, wide characters) is asked for again, cast to an integer;
where that can't be asked, `Value.scalar` stays None: nothing is guessed.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jitdbg.debugger.facts import (
    AVAILABLE,
    CHILDREN_LIMIT,
    FAILED,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    Register,
    Scalar,
    Value,
)
from jitdbg.errors import Unsupported
from jitdbg.harness.dap.dialects import Dialect
from jitdbg.harness.dap.messages import Fields, Refusal

# Both adapters write this where a value would be.
_WITHOUT_VALUE = re.compile(r"<(.*)>", re.DOTALL)
_OPTIMIZED_OUT = re.compile(r"variable not available|optimized out", re.IGNORECASE)
_UNKNOWN = re.compile(r"use of undeclared identifier|no variable named|no member named|^No symbol |^No frame selected")

_INTEGER = re.compile(r"-?\d{1,100}")
_CODE_AND_CHARACTER = re.compile(r"(-?\d+) [uUL]?'.*'")
# gdb writes the type before the address of a pointer, and ``@`` before that of a reference.
_ADDRESS = re.compile(r"(?:\(.*[*&)]\) )?@?(0x[0-9a-fA-F]+)\b")
_FRACTION = re.compile(r"[+-]?(?:\d+\.\d*(?:e[+-]?\d+)?|\d+e[+-]?\d+|inf|nan)(?:\(0x[0-9a-f]+\))?", re.IGNORECASE)
# lldb's char16_t and char32_t: ``U+0x0001f600 U'😀'``.
_CODE_POINT = re.compile(r"U\+(?:0x)?([0-9a-fA-F]+)\b.*")
_BOOLEANS = {"true": True, "false": False}
_CHARACTER = re.compile(r"'(?:[^'\\]|\\.[0-9a-fA-F]*)'")
_ENUMERATOR = re.compile(r"[A-Za-z_][\w:]*|\(.*\)|.* \| .*|[uUL]8?'.*'")
_CHARACTERS = {"char", "signed char", "unsigned char", "int8_t", "uint8_t", "char8_t"}
_UNSIGNED = {"unsigned char", "uint8_t", "char8_t"}
_FLOATING = re.compile(r"\b(?:float|double)\b")
_QUALIFIERS = re.compile(r"\b(?:const|volatile|__restrict|restrict)\b")
_FUNCTION_POINTER = re.compile(r"\([*&]+\w*\) ?\(")
_POINTEE = "value"
# lldb-dap has this in place of the variables of code that has no debug info.
_NO_VARIABLE = "<error>"
_UNNAMED = re.compile(r"<null>|<anonymous>|\(anonymous.*\)")

Ask = Callable[..., Fields]


@dataclass(frozen=True)
class Shown:
    """A variable as an adapter shows it; ``path`` is an expression for it, empty where there is none."""

    name: str
    type: str
    text: str
    reference: int
    count: int
    memory: int | None
    path: str
    declaration: int = 0

    @classmethod
    def read(cls, fields: Fields, name: str, path: str, text: str = "value") -> Shown:
        """Read one from a list of variables, or an answer to ``evaluate``."""
        count = fields.number("indexedVariables", 0) + fields.number("namedVariables", 0)
        shown = fields.text(text)
        return cls(
            name, fields.text("type", ""), " ".join(shown.split("\n")), fields.number("variablesReference", 0), count,
            fields.address("memoryReference"), fields.text("evaluateName", "") or path,
            fields.number("declarationLocationReference", 0),
        )  # fmt: skip

    @property
    def is_pointer(self) -> bool:
        """Whether it is a pointer or reference, by its type's spelling or, behind a typedef, by its value's."""
        spelled = _QUALIFIERS.sub("", self.type).strip().endswith(("*", "&"))
        return spelled or bool(_FUNCTION_POINTER.search(self.type)) or bool(re.fullmatch(r"0x[0-9a-f]+", self.text))

    @property
    def leads_nowhere(self) -> bool:
        """Whether it is a pointer to code, or to nothing in particular."""
        plain = _QUALIFIERS.sub("", self.type).replace(" ", "")
        return plain == "void*" or bool(_FUNCTION_POINTER.search(self.type))


@dataclass(frozen=True)
class ValueReader:
    """Reads values of one frame, or of none (global ones); lives as long as the program stays stopped."""

    ask: Ask
    dialect: Dialect
    frame: int | None

    def scope(self, reference: int, depth: int) -> list[Value]:
        """Read the variables of a scope; those that an inner block shadows come later, and no expression means them."""
        found: dict[str, list[Shown]] = {}
        for fields in self._children_of(reference):
            name = self.dialect.plain_name(fields.text("name"))
            if name == _NO_VARIABLE:
                continue
            found.setdefault(name, []).append(Shown.read(fields, name, name))
        values = []
        for same in found.values():
            innermost, *others = same if self.dialect.innermost_first else reversed(same)
            values += [self._variable(shown, depth) for shown in (innermost, *map(_without_path, others))]
        return values

    def _variable(self, shown: Shown, depth: int) -> Value:
        if not shown.declaration:
            return self.value(shown, depth)
        declared = self.ask("locations", locationReference=shown.declaration).number("line", 0)
        return dataclasses.replace(self.value(shown, depth), declared=declared or None)

    def result(self, expression: str, fields: Fields, depth: int) -> Value:
        """Read the result of an evaluation."""
        return self.value(Shown.read(fields, expression, expression, "result"), depth)

    def value(self, shown: Shown, depth: int) -> Value:
        """Describe a value, with children ``depth`` deep."""
        if lost := _WITHOUT_VALUE.fullmatch(shown.text):
            return without_value(shown.name, lost[1], shown.type)
        scalar = self._scalar(shown)
        children, count = self._children(shown, scalar, depth)
        if not count and shown.type.endswith("[]"):
            return Value(shown.name, shown.type, FAILED, error="the debugger does not tell how long this array is")
        return Value(
            shown.name,
            shown.type,
            AVAILABLE,
            scalar=scalar,
            text=shown.text,
            address=None if self.dialect.refers_to_pointees else shown.memory,
            children=children,
            child_count=count,
        )

    # ---------------------------------------------------------------------------------------------------------- numbers

    def _scalar(self, shown: Shown) -> Scalar | None:
        if self.dialect.refers_to_pointees and shown.memory is not None:
            return shown.memory
        if shown.reference and not shown.is_pointer:
            return None
        found = number(shown.text, shown.type)
        if found is None and shown.path and shown.type != "void" and _ENUMERATOR.fullmatch(shown.text):
            return self._cast(shown.path)
        return found

    def _cast(self, path: str) -> Scalar | None:
        """Ask for a value as an integer; None where the language, or the type, has no such cast."""
        try:
            fields = self._evaluate(f"(long long)({path})")
        except Refusal:
            return None
        return number(fields.text("result"), "long long")

    def _evaluate(self, expression: str) -> Fields:
        where = {} if self.frame is None else {"frameId": self.frame}
        return self.ask("evaluate", expression=expression, context="watch", **where)

    # --------------------------------------------------------------------------------------------------------- children

    def _children(self, shown: Shown, scalar: Scalar | None, depth: int) -> tuple[tuple[Value, ...], int]:
        if not shown.reference:
            return (), 0
        if shown.is_pointer:
            return self._pointee(shown, scalar, depth)
        if depth <= 0 and shown.count:
            return (), shown.count
        fields = self._children_of(shown.reference, shown.count)
        members = [self._member(shown, member) for member in fields]
        return self._values(members, depth), shown.count or len(members)

    def _pointee(self, shown: Shown, scalar: Scalar | None, depth: int) -> tuple[tuple[Value, ...], int]:
        """Look behind a pointer: a record's members, or the one thing that is there."""
        if shown.leads_nowhere or not scalar or not self._is_readable(int(scalar)):
            return (), 0
        fields = self._children_of(shown.reference)
        if len(fields) == 1 and fields[0].text("name") == _POINTEE and self.dialect.refers_to_pointees:
            target = Shown.read(fields[0], f"*{shown.name}", _joined("*({})", shown.path))
            if target.reference and not target.is_pointer:
                return self._children(target, None, depth)
            return self._values([target], depth), 1
        members = [self._member(shown, member) for member in fields]
        return self._values(members, depth), len(members)

    def _values(self, members: list[Shown], depth: int) -> tuple[Value, ...]:
        return tuple(self.value(member, depth - 1) for member in members[:CHILDREN_LIMIT]) if depth > 0 else ()

    def _member(self, parent: Shown, fields: Fields) -> Shown:
        name = fields.text("name")
        if _UNNAMED.fullmatch(name):
            return Shown.read(fields, "", "")
        if name.startswith("*"):
            return Shown.read(fields, f"*{parent.name}", _joined("*({})", parent.path))
        if name.isdigit():
            return Shown.read(fields, f"[{name}]", _joined(f"({{}})[{name}]", parent.path))
        return Shown.read(fields, name, _joined(f"({{}}).{name}", parent.path))

    def _children_of(self, reference: int, count: int = 0) -> list[Fields]:
        page = {"start": 0, "count": CHILDREN_LIMIT} if count > CHILDREN_LIMIT else {}
        return list(self.ask("variables", variablesReference=reference, **page).items("variables"))

    def _is_readable(self, address: int) -> bool:
        try:
            answer = self.ask("readMemory", memoryReference=hex(address), count=1)
        except (Refusal, Unsupported):
            return False
        return bool(answer.text("data", ""))

    # -------------------------------------------------------------------------------------------------------- registers

    def registers(self, reference: int) -> Iterator[Register]:
        """Read registers, which lldb has in groups; a group is no expression, as a register is."""
        for fields in self._children_of(reference):
            expression = fields.text("evaluateName", "")
            if expression and not expression.startswith("$"):
                yield from self.registers(fields.number("variablesReference", 0))
            else:
                shown = Shown.read(fields, fields.text("name"), "")
                yield Register(shown.name, number(shown.text, shown.type), shown.text)


def without_value(name: str, words: str, type_name: str = "") -> Value:
    """Describe a value that the debugger could not give, from its words."""
    words = words.removeprefix("error: ")
    if _OPTIMIZED_OUT.search(words):
        return Value(name, type_name, OPTIMIZED_OUT)
    return Value(name, type_name, NOT_IN_SCOPE if _UNKNOWN.search(words) else FAILED, error=words)


def number(text: str, type_name: str) -> Scalar | None:
    """Read a number as lldb-dap and gdb write it; None for what has not the shape of one."""
    if _INTEGER.fullmatch(text):
        return float(text) if _FLOATING.search(type_name) else int(text)
    if found := _CODE_AND_CHARACTER.fullmatch(text):
        return int(found[1])
    if found := _ADDRESS.match(text) or _CODE_POINT.fullmatch(text):
        return int(found[1], 16)
    if _FRACTION.fullmatch(text):
        return float(text.partition("(")[0])
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    plain = _QUALIFIERS.sub("", type_name).strip()
    return _character(text, plain) if plain in _CHARACTERS and _CHARACTER.fullmatch(text) else None


def _character(text: str, type_name: str) -> int | None:
    """Give the code of a character that is written as in C."""
    try:
        code = ord(ast.literal_eval(text if text != r"'\e'" else r"'\x1b'"))
    except (SyntaxError, ValueError, TypeError):
        return None
    return code - 256 if 127 < code < 256 and type_name not in _UNSIGNED else code


def _joined(form: str, path: str) -> str:
    return form.replace("{}", path, 1) if path else ""


def _without_path(shown: Shown) -> Shown:
    return dataclasses.replace(shown, path="")
