"""From the words of a command to the program that a debugger can start: an ELF file and its arguments.

A debugger starts ELF files. Of a script it has to be given the interpreter, found as the kernel (execve(2)) and ``env``
find it; of a Python file this interpreter; and of IR or C the ``jitdbg run`` that compiles and calls it. Symbolic links
stay as they are, since a virtual environment's ``python`` is one and resolved loses the environment.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence

from jitdbg.errors import ToolError
from jitdbg.tools import find_executable

SOURCES = (".ll", ".bc", ".c", ".cc", ".cpp")
NESTED_SCRIPTS = 5
FIRST_LINE = 256
"""Bytes of a script's first line that the kernel reads."""


def debuggee(command: Sequence[str]) -> list[str]:
    """Turn a command into the words that start it under a debugger; the first is the path of an ELF file.

    Raises ToolError where there is no such program, or none that can be started.
    """
    path, arguments = _find(command[0]), list(command[1:])
    if path.endswith(".py"):
        return [sys.executable, path, *arguments]
    if path.endswith(SOURCES):
        return [sys.executable, "-m", "jitdbg", "run", "--debug", "auto", path, *arguments]
    return _interpreted([path, *arguments])


def debuggee_anywhere(command: Sequence[str]) -> list[str]:
    """Turn a command into words that start it in whatever directory: what it starts is named by its whole path."""
    return debuggee([os.path.abspath(_find(command[0])), *command[1:]]) if command else []


def _find(name: str) -> str:
    """Find what a command's first word means.

    It is a path, a Python or source file in this directory, or the first program of that name on the PATH, beside this
    interpreter (where an environment that is not activated has its scripts), or in this directory.
    """
    if "/" in name or (name.endswith((".py", *SOURCES)) and os.path.isfile(name)):
        return _readable(name)
    candidates = (name, os.path.join(os.path.dirname(sys.executable), name), os.path.join(".", name))
    found = next((path for candidate in candidates if (path := find_executable(candidate))), None)
    if found is None:
        raise ToolError(f"there is no program {name!r}, neither on the PATH nor in this directory")
    return found


def _readable(path: str) -> str:
    if not os.path.exists(path):
        raise ToolError(f"there is no file {path}")
    if not os.path.isfile(path):
        raise ToolError(f"{path} is not a file")
    if not os.access(path, os.R_OK):
        raise ToolError(f"{path} can't be read: permission denied")
    return path


def _interpreted(words: list[str]) -> list[str]:
    """Put interpreters in front until the first word is an ELF file."""
    for _ in range(NESTED_SCRIPTS):
        line = _interpreter_line(words[0])
        if line is None:
            return [os.path.abspath(words[0]), *words[1:]]
        words = [*_interpreter(line, words[0]), *words]
    raise ToolError(f"{words[-1]}: its interpreters are scripts, {NESTED_SCRIPTS} deep")


def _interpreter_line(path: str) -> str | None:
    """Read what follows ``#!`` in a script's first line; None for an ELF file, ToolError for what is neither."""
    if not os.access(path, os.X_OK):
        raise ToolError(f"{path} is not executable: allow it with `chmod +x {shlex.quote(path)}`")
    with open(path, "rb") as file:
        start = file.read(FIRST_LINE)
    if start.startswith(b"\x7fELF"):
        return None
    if not start.startswith(b"#!"):
        raise ToolError(f"{path} is neither an ELF program nor a script with a #! line: no debugger can start it")
    return os.fsdecode(start[2:].partition(b"\n")[0]).strip()


def _interpreter(line: str, script: str) -> list[str]:
    """Give the interpreter's words; the kernel passes all that follows its path as one argument."""
    words = line.split(None, 1)
    if len(words) == 2 and os.path.basename(words[0]) == "env":
        words = _skip_env(words[1])
    found = find_executable(words[0]) if words else None
    if found is None:
        raise ToolError(f"the interpreter of {script} is missing: its first line is #!{line}")
    return [found, *words[1:]]


def _skip_env(argument: str) -> list[str]:
    """Give what ``env`` would start, so that the debugger need not follow it there (coreutils, env -S)."""
    words = shlex.split(argument.removeprefix("-S")) if argument.startswith("-S") else [argument]
    simple = words and not words[0].startswith("-") and "=" not in words[0]
    return words if simple else ["env", argument]
