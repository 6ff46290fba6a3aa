"""A debug configuration, as an entry of ``launch.json`` has it, checked at the door.

Editors add entries of their own, so that unknown ones are passed over; what is known has to be of its type.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar, get_args

from jitdbg.errors import ConfigurationError

Choice = Literal["auto", "lldb-dap", "gdb"]
CHOICES = get_args(Choice)
LAUNCH, ATTACH = "launch", "attach"

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Configuration:
    """What a user has configured.

    ``program`` is what `jitdbg debug` takes: a program, a script, a Python file, or IR or C, which ``jitdbg run`` runs
    and of which it then calls ``call`` ("fib(5)"). ``python`` is the interpreter of a Python file, by default the one
    that jitdbg is installed for. ``source_map`` has pairs of a path's beginning in debug info and the one here.
    ``adapter_path`` is empty where the adapter is to be looked for.
    """

    request: str = LAUNCH
    program: str = ""
    arguments: tuple[str, ...] = ()
    call: str = ""
    python: str = ""
    directory: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_on_entry: bool = False
    process: int | None = None
    adapter: str = "auto"
    adapter_path: str = ""
    source_map: tuple[tuple[str, str], ...] = ()
    commands: tuple[str, ...] = ()


def read_configuration(values: object) -> Configuration:
    """Read an entry of ``launch.json``. Raises `ConfigurationError` for one that can't be meant."""
    if not isinstance(values, dict):
        raise ConfigurationError("the debug configuration is no JSON object: it has to be an entry of launch.json")
    read = _Reader(values)
    configuration = Configuration(
        request=read.one_of("request", (LAUNCH, ATTACH)),
        program=read.text("program"),
        arguments=read.texts("args"),
        call=read.text("call"),
        python=read.text("python"),
        directory=read.text("cwd"),
        environment=read.mapping("env"),
        stop_on_entry=read.flag("stopOnEntry"),
        process=read.process("pid"),
        adapter=read.one_of("adapter", CHOICES),
        adapter_path=read.text("adapterPath"),
        source_map=tuple(read.mapping("sourceMap").items()),
        commands=read.texts("initCommands"),
    )
    _check(configuration)
    return configuration


def _check(configuration: Configuration) -> None:
    if configuration.request == ATTACH and configuration.process is None:
        raise ConfigurationError("the debug configuration names no process: set pid, or let pid be ${command:pickHost}")
    if configuration.request == LAUNCH and not configuration.program:
        raise ConfigurationError("the debug configuration names no program: set program to what is to be started")
    if configuration.directory and not os.path.isdir(configuration.directory):
        raise ConfigurationError(f"cwd of the debug configuration is no folder: {configuration.directory}")
    if configuration.adapter_path and configuration.adapter == "auto":
        raise ConfigurationError("adapterPath needs to know what it leads to: set adapter to lldb-dap or gdb")


@dataclass(frozen=True)
class _Reader:
    """Reads entries; what is missing or null is empty."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        return self._read(name, str, "", "a string")

    def flag(self, name: str) -> bool:
        return self._read(name, bool, False, "true or false")

    def texts(self, name: str) -> tuple[str, ...]:
        found = self._read(name, list, [], what := "a list of strings")
        if not all(isinstance(text, str) for text in found):
            raise self._wrong(name, what)
        return tuple(found)

    def mapping(self, name: str) -> Mapping[str, str]:
        found = self._read(name, dict, {}, what := "an object of strings")
        if not all(isinstance(text, str) for text in found.values()):
            raise self._wrong(name, what)
        return found

    def one_of(self, name: str, choices: tuple[str, ...]) -> str:
        found = self.values.get(name)
        if found is not None and found not in choices:
            raise self._wrong(name, f"one of {', '.join(choices)}")
        return str(found or choices[0])

    def process(self, name: str) -> int | None:
        """Read a process's number, which what picks one gives as a string."""
        found = self.values.get(name)
        if found in (None, ""):
            return None
        if isinstance(found, bool) or not str(found).isdecimal() or int(found) == 0:
            raise self._wrong(name, "the number of a process")
        return int(found)

    def _read(self, name: str, kind: type[Kind], missing: Kind, what: str) -> Kind:
        found = self.values.get(name)
        if found is None:
            return missing
        if not isinstance(found, kind):
            raise self._wrong(name, what)
        return found

    def _wrong(self, name: str, what: str) -> ConfigurationError:
        return ConfigurationError(f"{name} of the debug configuration is {self.values[name]!r}: it has to be {what}")
