"""The help of a command, from its declaration: the same text in gdb and in lldb."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from jitdbg.debugger.commands.declaration import Command

_WIDTH = 79


def manual(command: Command) -> str:
    """Write the help; its first line is the summary, which debuggers list commands with."""
    parts = [command.summary, f"Usage: {command.usage}"]
    parts += [_wrapped(paragraph) for paragraph in command.description.split("\n\n") if paragraph]
    told = [(part.name, part.help) for part in command.arguments]
    told += [(" ".join(filter(None, (part.flag, part.value))), part.help) for part in command.options]
    if told:
        parts.append("\n".join(_listed(told)))
    if command.examples:
        lines = _listed([(example.line, example.about) for example in command.examples])
        parts.append("\n".join(["Examples:", *lines]))
    return "\n\n".join(parts)


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH)


def _listed(rows: Sequence[tuple[str, str]]) -> Iterable[str]:
    width = max(len(word) for word, _ in rows)
    for word, about in rows:
        indent = " " * (width + 4)
        yield textwrap.fill(about, _WIDTH, initial_indent=f"  {word.ljust(width)}  ", subsequent_indent=indent)
