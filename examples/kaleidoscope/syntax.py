"""Text to syntax tree: every node knows its line and column, which is all that debug info asks of a front end.

unit       = { struct | "extern" prototype | prototype block | statement }
struct     = "struct" NAME "{" { field } "}"
prototype  = "def" NAME "(" [ field { "," field } ] ")" [ ":" TYPE ]
field      = NAME ":" TYPE
block      = "{" { statement } "}"
statement  = "let" NAME "=" expression | operand "=" expression | "return" [ expression ] | expression
           | "if" expression block [ "else" block ] | "while" expression block
           | "for" NAME "=" expression "to" expression block
expression = operand { ( "<" | ">" | "==" | "+" | "-" | "*" | "/" ) operand }, "*" and "/" first, then "+" and "-"
operand    = "-" operand | primary { "." NAME }
primary    = NUMBER | TEXT | NAME | NAME "(" [ expression { "," expression } ] ")" | "(" expression ")"

A TYPE is number, text or a struct, which is made as a function is called: Point(1, 2). A TEXT stands in double quotes,
and has no escapes. Comments begin with "#". print(number), say(text) and the functions of C's library that are declared
with extern can be called.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOKEN = re.compile(r'(?P<skip>[ \t]+|#.*)|(?P<line>\n)|(?P<number>\d+(\.\d+)?)|(?P<text>"[^"\n]*")|(?P<word>\w+|==|.)')
TOO_DEEP = "this is nested too deeply: give a part of it a name with let, or make it a function"
PRECEDENCE = {"<": 1, ">": 1, "==": 1, "+": 2, "-": 2, "*": 3, "/": 3}


class SourceError(Exception):
    """A mistake in a program, with its place."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"{line}:{column}: {message}")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    line: int
    column: int

    @property
    def is_name(self) -> bool:
        """Whether it can be the name of something."""
        return self.kind == "word" and self.text.isidentifier()

    @property
    def shown(self) -> str:
        """What an error calls the token."""
        return {"line": "the end of the line", "end": "the end"}.get(self.kind, repr(self.text))


@dataclass(frozen=True)
class Node:
    line: int
    column: int


@dataclass(frozen=True)
class Number(Node):
    value: float


@dataclass(frozen=True)
class Text(Node):
    value: str


@dataclass(frozen=True)
class Name(Node):
    name: str


@dataclass(frozen=True)
class Member(Node):
    value: Node
    name: str


@dataclass(frozen=True)
class Call(Node):
    callee: str
    arguments: list[Node]


@dataclass(frozen=True)
class Binary(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Let(Node):
    name: str
    value: Node


@dataclass(frozen=True)
class Assign(Node):
    target: Node
    value: Node


@dataclass(frozen=True)
class Return(Node):
    value: Node | None


@dataclass(frozen=True)
class Block(Node):
    statements: list[Node]
    end: Token


@dataclass(frozen=True)
class If(Node):
    condition: Node
    then: Block
    otherwise: Block | None


@dataclass(frozen=True)
class While(Node):
    condition: Node
    body: Block


@dataclass(frozen=True)
class For(Node):
    name: str
    first: Node
    last: Node
    body: Block


@dataclass(frozen=True)
class Field(Node):
    name: str
    type: str


@dataclass(frozen=True)
class Struct(Node):
    name: str
    fields: list[Field]


@dataclass(frozen=True)
class Function(Node):
    name: str
    parameters: list[Field]
    result: str | None
    body: Block | None


def decoded(data: bytes) -> str:
    """Give the text of a source. Raises `SourceError` where it is no UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode().split("\n")
        message = f"byte {data[error.start]:#04x} is no UTF-8, which a source has to be"
        raise SourceError(len(before), len(before[-1]) + 1, message) from None


def parse(text: str) -> list[Node]:
    """Parse a unit. Raises `SourceError`."""
    parser = Parser(tokens(text))
    try:
        return parser.unit()
    except RecursionError:
        raise SourceError(parser.next.line, parser.next.column, TOO_DEEP) from None


def is_complete(text: str) -> bool:
    """Say whether every bracket is closed, so that a prompt need not ask for more."""
    return text.count("{") <= text.count("}")


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; a line's end is none within parentheses."""
    found, line, line_start, depth = [], 1, 0, 0
    for match in TOKEN.finditer(text):
        kind, column = str(match.lastgroup), match.start() - line_start + 1
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if kind != "skip" and not (kind == "line" and depth > 0):
            found.append(Token(kind, match[0], line, column))
        if kind == "line":
            line, line_start = line + 1, match.end()
    return [*found, Token("end", "the end", line, len(text) - line_start + 1)]


class Parser:
    """Recursive descent, with the next token in ``self.next``."""

    def __init__(self, found: list[Token]) -> None:
        self.tokens = iter(found)
        self.advance()

    def advance(self) -> None:
        self.next = next(self.tokens)

    def take(self, text: str) -> Token | None:
        """Take the next token if it is this one."""
        token = self.next
        if token.text != text or token.kind == "text":
            return None
        self.advance()
        return token

    def expect(self, text: str) -> Token:
        if token := self.take(text):
            return token
        raise SourceError(self.next.line, self.next.column, f"{text!r} was expected, not {self.next.shown}")

    def name(self) -> str:
        token = self.next
        if not token.is_name:
            raise SourceError(token.line, token.column, f"a name was expected, not {token.shown}")
        self.advance()
        return token.text

    def skip_lines(self) -> None:
        while self.next.kind == "line":
            self.advance()

    def unit(self) -> list[Node]:
        items = []
        self.skip_lines()
        while self.next.kind != "end":
            items.append(self.item())
            self.skip_lines()
        return items

    def item(self) -> Node:
        token = self.next
        if self.take("struct"):
            return Struct(token.line, token.column, self.name(), self.fields("{", "}"))
        if self.take("extern"):
            self.expect("def")
            return Function(token.line, token.column, *self.prototype(), None)
        if self.take("def"):
            return Function(token.line, token.column, *self.prototype(), self.block())
        return self.statement()

    def prototype(self) -> tuple[str, list[Field], str | None]:
        return self.name(), self.fields("(", ")"), self.name() if self.take(":") else None

    def fields(self, opening: str, closing: str) -> list[Field]:
        fields = []
        self.expect(opening)
        self.skip_lines()
        while not self.take(closing):
            token, name = self.next, self.name()
            self.expect(":")
            fields.append(Field(token.line, token.column, name, self.name()))
            self.take(",")
            self.skip_lines()
        return fields

    def block(self) -> Block:
        opening, statements = self.expect("{"), []
        self.skip_lines()
        while not (end := self.take("}")):
            statements.append(self.statement())
            self.skip_lines()
        return Block(opening.line, opening.column, statements, end)

    def statement(self) -> Node:
        token = self.next
        place = token.line, token.column
        if self.take("let"):
            name = self.name()
            self.expect("=")
            return Let(*place, name, self.expression())
        if self.take("return"):
            return Return(
                *place, None if self.next.kind in ("line", "end") or self.next.text == "}" else self.expression()
            )
        if self.take("if"):
            return If(*place, self.expression(), self.block(), self.block() if self.take("else") else None)
        if self.take("while"):
            return While(*place, self.expression(), self.block())
        if self.take("for"):
            return self.loop(token)
        expression = self.expression()
        return Assign(*place, expression, self.expression()) if self.take("=") else expression

    def loop(self, token: Token) -> For:
        name = self.name()
        self.expect("=")
        first = self.expression()
        self.expect("to")
        return For(token.line, token.column, name, first, self.expression(), self.block())

    def expression(self, lowest: int = 1) -> Node:
        left = self.operand()
        while (precedence := PRECEDENCE.get(self.next.text, 0)) >= lowest:
            token = self.next
            self.advance()
            left = Binary(token.line, token.column, token.text, left, self.expression(precedence + 1))
        return left

    def operand(self) -> Node:
        token = self.next
        if self.take("-"):
            zero = Number(token.line, token.column, 0)
            return Binary(token.line, token.column, "-", zero, self.operand())
        value = self.primary()
        while dot := self.take("."):
            value = Member(dot.line, dot.column, value, self.name())
        return value

    def primary(self) -> Node:
        token = self.next
        place = token.line, token.column
        if self.take("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if token.kind == "number":
            self.advance()
            return Number(*place, float(token.text))
        if token.kind == "text":
            self.advance()
            return Text(*place, token.text[1:-1])
        if not token.is_name:
            raise SourceError(*place, f"an expression was expected, not {token.shown}")
        name = self.name()
        return Call(*place, name, self.arguments()) if self.take("(") else Name(*place, name)

    def arguments(self) -> list[Node]:
        found = []
        while not self.take(")"):
            found.append(self.expression())
            self.take(",")
        return found
