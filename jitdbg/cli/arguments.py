"""What several subcommands take as arguments and options: how it is read, and how a shell completes it."""

from __future__ import annotations

import math
from typing import Any

import click
from click.shell_completion import CompletionItem


class Seconds(click.FloatRange):
    """A number of seconds that can pass: what is not a number, and what never ends, is refused."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it."""
        found: float = super().convert(value, param, ctx)
        if not math.isfinite(found):
            self.fail(f"{value} is no number of seconds.", param, ctx)
        return found


class Output(click.Path):
    """A file to write; ``-`` is none: who means standard output says so."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take all but ``-``."""
        if value == "-":
            self.fail("'-' names no file: give /dev/stdout, or ./- for a file of that name", param, ctx)
        return super().convert(value, param, ctx)


def complete_file(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG001
    """Have a shell complete the path of a file, of an argument that is not converted to one."""
    return [CompletionItem(incomplete, type="file")]
