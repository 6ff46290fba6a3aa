"""Messages of the Debug Adapter Protocol, checked at the door.

Only what is read is checked, as it is read: adapters send more than the specification has, and leave out what it wants.
So the clients and types that PyPI has don't fit: ``dap-python`` refuses what lldb-dap sends (a breakpoint that failed
has no id) and promises the adapter terminals that we don't have; ``dap-types`` brings pydantic for the same checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from jitdbg.errors import DebuggerError

RESPONSE = "response"
EVENT = "event"
REQUEST = "request"
_NAMES = {RESPONSE: "command", EVENT: "event", REQUEST: "command"}

Kind = TypeVar("Kind")


class Refusal(DebuggerError):
    """A request that the adapter has understood and not carried out; ``words`` are the adapter's."""

    def __init__(self, debugger: str, words: str) -> None:
        super().__init__(f"{debugger}: {words}")
        self.words = words


@dataclass(frozen=True)
class Fields:
    """An object of a message; ``what`` says of which. Reading what is missing or of another type is a `DebuggerError`.

    Where a default is given the field may be missing.
    """

    values: Mapping[str, Any]
    what: str

    def text(self, name: str, default: str | None = None) -> str:
        """Give a string."""
        return self._read(name, str, default)

    def number(self, name: str, default: int | None = None) -> int:
        """Give an integer."""
        number = self._read(name, int, default)
        if isinstance(number, bool):
            raise self.malformed(name)
        return number

    def flag(self, name: str) -> bool:
        """Give a boolean; false where it is missing, as the specification has it for all that are optional."""
        return self._read(name, bool, False)

    def fields(self, name: str) -> Fields:
        """Give an object; an empty one where it is missing."""
        return Fields(self._read(name, dict, {}), f"{name} of {self.what}")

    def items(self, name: str) -> Iterator[Fields]:
        """Give a list of objects, one by one."""
        for item in self._read(name, list, None):
            if not isinstance(item, dict):
                raise self.malformed(name)
            yield Fields(item, f"{name} of {self.what}")

    def numbers(self, name: str) -> tuple[int, ...]:
        """Give a list of integers; an empty one where it is missing."""
        found = self._read(name, list, [])
        if not all(type(item) is int for item in found):
            raise self.malformed(name)
        return tuple(found)

    def address(self, name: str) -> int | None:
        """Give an address, which is written as a string; None where it is missing."""
        text = self.text(name, "")
        try:
            return int(text, 0) if text else None
        except ValueError:
            raise self.malformed(name) from None

    def has(self, name: str) -> bool:
        """Tell whether a field is there, and not null."""
        return self.values.get(name) is not None

    def malformed(self, name: str) -> DebuggerError:
        """Make the error of a field that is not as it should be."""
        return DebuggerError(f"the debug adapter sent a malformed message: {name} in {self.what}: {self.values!r:.200}")

    def _read(self, name: str, kind: type[Kind], default: Kind | None) -> Kind:
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, kind):
            raise self.malformed(name)
        return value


@dataclass(frozen=True)
class Message:
    """A response, an event or a request of the adapter's; ``name`` is the command or the event.

    ``answers`` is the number of the request that a response is to, ``number`` the adapter's own of a request.
    """

    kind: str
    name: str
    body: Fields
    number: int = 0
    answers: int = 0
    success: bool = True
    words: str = ""


def parse_message(text: str) -> Message:
    """Read a message. Raises `DebuggerError` for what is none."""
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DebuggerError(f"the debug adapter sent a malformed message: {text[:200]!r} ({error})") from None
    if not isinstance(values, dict) or values.get("type") not in _NAMES:
        raise DebuggerError(f"the debug adapter sent a malformed message: {text[:200]!r}")
    message = Fields(values, "a message")
    kind = message.text("type")
    name = message.text(_NAMES[kind])
    body = Fields(message.fields("body").values, f"{kind} {name}")
    if kind != RESPONSE:
        return Message(kind, name, body, message.number("seq", 0))
    success = message.flag("success")
    return Message(
        kind, name, body, 0, message.number("request_seq"), success, "" if success else _refusal(message, body)
    )


def _refusal(message: Fields, body: Fields) -> str:
    """Give the words of an error: those for people where there are some ("ErrorResponse" in the specification)."""
    error = body.fields("error")
    words = error.text("format", "") or message.text("message", "") or "no reason given"
    for name, value in error.fields("variables").values.items():
        words = words.replace(f"{{{name}}}", str(value))
    return words
