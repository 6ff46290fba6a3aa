"""docs/commands.md, from the commands' declarations and from sessions that were held."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from jitdbg.debugger.commands.declaration import Command

Exchange = tuple[str, str]
"""What was typed, and what was printed."""


def page(introduction: str, commands: Sequence[Command], sessions: Mapping[str, Sequence[Exchange]]) -> str:
    """Write the page; each command has its exchanges under its name."""
    rows = [f"| [`{command.name}`](#{command.name}) | {command.summary} |" for command in commands]
    table = "\n".join(["| command | what it does |", "|---|---|", *rows])
    parts = [introduction, table]
    for command in commands:
        parts += _part(command, sessions[command.name])
    return "\n\n".join(parts) + "\n"


def _part(command: Command, exchanges: Sequence[Exchange]) -> Iterator[str]:
    yield f"## {command.name}"
    yield command.summary
    yield f"    {command.usage}"
    yield from (_wrapped(paragraph) for paragraph in command.description.split("\n\n") if paragraph.strip())
    told = [(argument.name, argument.help) for argument in command.arguments]
    told += [(" ".join(filter(None, (option.flag, option.value))), option.help) for option in command.options]
    if told:
        yield "\n".join(["| | |", "|---|---|", *(f"| `{word}` | {about} |" for word, about in told)])
    yield "\n".join(["```", *(f"(gdb) {typed}\n{printed.rstrip()}" for typed, printed in exchanges), "```"])


def _wrapped(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 120)
