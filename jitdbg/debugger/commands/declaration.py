"""What a command is: its words, declared once, with what computes its fact and what shows that.

From a declaration come how its line is read (`parsing`), its help (`manual`), its completion (`completion`), its part
of docs/commands.md, and its registration in gdb and in lldb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Optional

from jitdbg.debugger.target import Target

Candidates = Callable[[Target, str], Iterable[str]]
"""What a word that is begun can become: the target and the word give whole words."""


class Arguments(SimpleNamespace):
    """What a line gives to a command: an attribute for each argument and option, by its name in lower case."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the command declares no argument or option {name}")


@dataclass(frozen=True)
class Argument:
    """A word by its position: ``name`` is in capitals; the ``rest`` is all that is written to the end of the line."""

    name: str
    help: str
    optional: bool = False
    rest: bool = False
    candidates: Optional[Candidates] = None

    @property
    def usage(self) -> str:
        """How the argument stands in the command's usage."""
        return f"[{self.name}]" if self.optional else self.name


@dataclass(frozen=True)
class Option:
    """A word by its flag (``--json``, ``-O``); ``value`` names what follows it, nothing for a switch.

    ``kind`` makes the value of its word; a switch is False or True, and what is not given is ``default``.
    """

    flag: str
    help: str
    value: str = ""
    kind: Callable[[str], Any] = str
    default: Any = None
    choices: tuple[str, ...] = ()
    candidates: Optional[Candidates] = None

    @property
    def name(self) -> str:
        """The attribute of `Arguments` that has it."""
        return self.flag.lstrip("-").replace("-", "_").lower()

    @property
    def usage(self) -> str:
        """How the option stands in the command's usage."""
        return f"[{self.flag} {self.value}]" if self.value else f"[{self.flag}]"


@dataclass(frozen=True)
class Example:
    """A line that somebody may type, and what for."""

    line: str
    about: str


@dataclass(frozen=True)
class Command:
    """A command of ours; ``run`` computes a frozen fact or raises `JitdbgError`, ``render`` shows the fact as text.

    ``--json`` prints the fact, or what ``published`` makes of one that has more than its readers need.
    """

    name: str
    summary: str
    run: Callable[[Target, Arguments], Any]
    render: Callable[[Any], str]
    description: str = ""
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[Example, ...] = ()
    published: Optional[Callable[[Any], object]] = None

    @property
    def usage(self) -> str:
        """The command with all that it takes, on one line."""
        options = [option.usage for option in self.options]
        return " ".join([self.name, *options, *(argument.usage for argument in self.arguments)])


JSON = Option("--json", "Print one JSON document instead of text; programs can rely on its fields.")
