"""How the command line prints facts: a table for people, or one JSON document for programs (``docs/json.md``).

A subcommand computes frozen dataclasses and hands them to ``print_json`` or, piece by piece, to the tables. On a
terminal a table is drawn by rich; into a pipe or a file it is plain text with aligned columns, never cut off.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from textwrap import indent
from typing import Any, TypeVar

import click

from jitdbg.debugger.plain import document
from jitdbg.debugger.tables import table

Function = TypeVar("Function", bound=Callable[..., Any])


def json_option(function: Function) -> Function:
    """Give a command the flag ``--json``, which it receives as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON (its schema is in docs/json.md).")(function)


def print_json(command: str, facts: object) -> None:
    """Print a dataclass or mapping as one JSON object, headed by ``"schema": "jitdbg.<command>/1"``."""
    click.echo(document(command, facts))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
    """Print rows under headings; ``columns`` and every row have the same length, and a heading may be empty."""
    listed = [tuple(row) for row in rows]
    if sys.stdout.isatty():
        _print_rich(columns, listed, title)
    else:
        _print_plain(columns, listed, title)


def print_facts(facts: Mapping[str, str], title: str = "") -> None:
    """Print names and values, one pair a line."""
    print_table(("", ""), facts.items(), title)


def in_bytes(size: int) -> str:
    """Word a size for people: exact below 10 KiB, else rounded."""
    if size < 10 << 10:
        return f"{size} bytes"
    return f"{size / 1024:.0f} KiB" if size < 10 << 20 else f"{size / (1 << 20):.1f} MiB"


def _print_plain(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    text = table(columns, rows)
    click.echo(f"{title}\n{indent(text, '  ')}" if title else text, nl=False)


def _print_rich(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=None, title=Text(title, "bold") if title else None, title_justify="left", show_header=any(columns)
    )
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
