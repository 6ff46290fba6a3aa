"""How the command line prints facts: a table for people, or one JSON document for programs (``docs/json.md``).

A subcommand computes frozen dataclasses and hands them to ``print_json`` or, piece by piece, to the tables. On a
terminal a table is drawn by rich; into a pipe or a file it is plain text with aligned columns, never cut off.
"""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def json_option(function: Function) -> Function:
    """Give a command the flag ``--json``, which it receives as ``as_json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON (its schema is in docs/json.md).")(function)


def print_json(command: str, facts: object) -> None:
    """Print a dataclass or mapping as one JSON object, headed by ``"schema": "jitdbg.<command>/1"``."""
    body = plain(facts)
    if not isinstance(body, dict):
        raise TypeError(f"the facts of {command} are no object but {type(facts).__name__}")
    click.echo(json.dumps({"schema": f"jitdbg.{command}/1", **body}, indent=2, ensure_ascii=False, allow_nan=False))


def plain(value: object) -> object:
    """Turn facts into what JSON has: dataclasses and mappings into objects, bytes into hexadecimal digits.

    Numbers that JSON lacks become the strings ``"inf"``, ``"-inf"`` and ``"nan"``. Raises TypeError for anything that
    is not a fact.
    """
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return value.hex()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return _plain_collection(value)


def _plain_collection(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


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
    lines = [*([columns] if any(columns) else []), *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    if title:
        click.echo(title)
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo(("  " if title else "") + "  ".join(cells).rstrip())


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
