"""``jitdbg ps``: which processes of this machine hold JIT dylibs."""

from __future__ import annotations

import os
import shlex
from textwrap import shorten

import click

from jitdbg.cli.output import in_bytes, json_option, print_json, print_table
from jitdbg.errors import JitdbgError
from jitdbg.hosts import HeldDylib, Host, find_hosts

SHOWN = 4
"""Names of dylibs in a row for a process."""


@click.command()
@click.argument("pids", metavar="[PID]...", nargs=-1, type=click.IntRange(min=1))
@json_option
def command(pids: tuple[int, ...], as_json: bool) -> None:
    """List the processes that hold JIT dylibs, with how many, how much memory these take, and their names.

    With PIDs it lists each dylib of these processes.
    """
    for pid in pids:
        if not os.path.isdir(f"/proc/{pid}"):
            raise JitdbgError(f"there is no process {pid}: `jitdbg ps` lists those that hold JIT dylibs")
    found = find_hosts(dict.fromkeys(pids) or None)
    if as_json:
        print_json("ps", found)
    elif pids:
        for host in found.hosts:
            print_table(("name", "generation", "address", "memory", "file"), map(_dylib_row, host.dylibs), _title(host))
    elif found.hosts:
        print_table(("pid", "dylibs", "memory", "names", "command"), map(_row, found.hosts))
    if not as_json:
        _tell(len(found.hosts), found.closed)


def _row(host: Host) -> tuple[str, ...]:
    names = list(dict.fromkeys(name for dylib in host.dylibs for name in dylib.modules))
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    shown = f"{', '.join(names[:SHOWN])}{more}"
    return str(host.pid), str(len(host.dylibs)), in_bytes(host.resident), shown, _command(host)


def _title(host: Host) -> str:
    return f"{host.pid}: {_command(host)}"


def _command(host: Host) -> str:
    """Write a command line on one line; whole scripts can be in it."""
    return shorten(shlex.join(host.command), 100, placeholder=" …")


def _dylib_row(dylib: HeldDylib) -> tuple[str, ...]:
    return ", ".join(dylib.modules), str(dylib.generation), f"{dylib.base:#x}", in_bytes(dylib.resident), dylib.path


def _tell(hosts: int, closed: int) -> None:
    if not hosts:
        click.echo("no process that can be looked into holds JIT dylibs")
    if closed:
        processes = f"{closed} process{'es' * (closed != 1)}"
        click.echo(f"{processes} could not be looked into: those of other users are closed to you")
