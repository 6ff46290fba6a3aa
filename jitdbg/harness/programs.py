"""From a source file to a program that a debugger can start: with the source as a dylib, or as a plain executable.

    recipe = Recipe(Path("fib.ll"), call="fib(5)")
    with temporary_folder() as folder:
        program = as_dylib(recipe, Path(folder))  # or as_executable
        session = Session.launch(program.command, environment=program.environment, directory=program.directory)

As a dylib it is compiled by the program that the debugger starts, which is ``jitdbg run``, or `jitdbg.harness.host` for
what has no types to call it by. As a plain executable the same object is linked with a ``main`` that makes the call,
and nothing of jitdbg is in the process. What a user's command makes is taken for what it is: an executable, a library,
an object, IR or bitcode.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import SourceError, ToolError
from jitdbg.harness.backend import Program
from jitdbg.tools import find_executable, tool

if TYPE_CHECKING:
    from jitdbg.debuginfo.attach import Debug

COMMAND_SECONDS = 300.0
"""What a user's command, and a linker, may take."""

_LIBRARIES = ("-lstdc++", "-lm", "-pthread")
_PLACEHOLDER = re.compile(r"\{(file|output|level)\}")
_EXECUTABLE, _LIBRARY, _OBJECT, _SOURCE = "executable", "library", "object", "source"


@dataclass(frozen=True)
class Recipe:
    """How a source file is compiled, and what starts it: ``call``, an expression such as ``fib(5)``, or else its main.

    ``arguments`` are for main. ``compile`` is a user's command (docs/directives.md), empty where jitdbg compiles, with
    ``flags`` for clang; ``level`` is 0 to 3.
    """

    file: Path
    call: str = ""
    arguments: tuple[str, ...] = ()
    compile: str = ""
    flags: tuple[str, ...] = ()
    debug: Debug = "auto"
    level: int = 0

    @property
    def directory(self) -> Path:
        """The folder in which the user's command and the program run: the file's own."""
        return self.file.absolute().parent


def as_dylib(recipe: Recipe, folder: Path) -> Program:
    """Give the program that loads a source as a dylib and starts it; an executable of the user's is itself.

    ``folder`` takes what is made and has to live as long as the program: its images lie there too. Raises
    `JitdbgError` where a user's command fails; what jitdbg can't compile the program says, and exits with 2.
    """
    file = made(recipe, folder)
    kind = _kind(file)
    if kind == _EXECUTABLE:
        return _program(recipe, folder, str(file), *recipe.arguments)
    if kind == _LIBRARY or (kind == _OBJECT and recipe.call):
        words = ["-m", "jitdbg.harness.host", str(file), recipe.call, *recipe.arguments]
        return _program(recipe, folder, sys.executable, *words)
    options = ["--debug", recipe.debug, f"-O{recipe.level}", *(f"--cflag={flag}" for flag in recipe.flags)]
    start = ["--call", recipe.call] if recipe.call else ["--", *recipe.arguments]
    return _program(recipe, folder, sys.executable, "-m", "jitdbg", "run", *options, str(file), *start)


def as_executable(recipe: Recipe, folder: Path) -> Program:
    """Link a source, compiled in the same way, to a plain executable in ``folder``, and give that.

    Raises `JitdbgError` where it can't be compiled, called with literals, or linked.
    """
    from jitdbg.harness import plain

    file = made(recipe, folder)
    kind = _kind(file)
    if kind == _EXECUTABLE:
        return _program(recipe, folder, str(file), *recipe.arguments)
    code, signatures = plain.compiled(recipe, file, folder) if kind == _SOURCE else (file, None)
    if recipe.call and kind != _LIBRARY:
        _check_main(recipe, code)
    output = folder / f"{file.stem}.plain"
    parts = [*plain.calling(recipe, signatures, folder), code]
    command = [tool("cc").path, *map(str, parts), "-o", str(output), *_LIBRARIES]
    _run(command, f"{recipe.file}: linking with", recipe.directory)
    return _program(recipe, folder, str(output), *recipe.arguments)


def _check_main(recipe: Recipe, code: Path) -> None:
    symbols = ElfFile(code.read_bytes(), str(code)).symbols
    if any(each.name == "main" and each.defined and each.binding != c.STB_LOCAL for each in symbols):
        raise ToolError(
            f"{recipe.file} has a main of its own, so that no executable can be linked whose main makes the call: "
            "start that main rather than the call, or move it into another file"
        )


def with_code(recipe: Recipe, folder: Path) -> Path:
    """Give a file that has the code of a source, and its debug info, whether anything can be linked of it or not.

    Raises `JitdbgError` where it can't be compiled, or has nothing to call.
    """
    from jitdbg.harness import plain

    file = made(recipe, folder)
    if _kind(file) != _SOURCE:
        return file
    code, signatures = plain.compiled(recipe, file, folder)
    if recipe.call:
        plain.called(recipe, signatures)
    return code


def temporary_folder(prefix: str = "jitdbg-program-") -> tempfile.TemporaryDirectory[str]:
    """Make a folder for what is made: where the user has images lie, since not every folder allows execution."""
    store = os.environ.get("JITDBG_STORE")
    place = store if store and os.path.isdir(store) else None
    return tempfile.TemporaryDirectory(prefix=prefix, dir=place, ignore_cleanup_errors=True)


def _program(recipe: Recipe, folder: Path, *command: str) -> Program:
    """Let images lie in the folder, with which they go, however the program ends."""
    environment = {**os.environ, "JITDBG_STORE": os.path.realpath(folder)}
    return Program(list(command), environment, str(recipe.directory))


def made(recipe: Recipe, folder: Path) -> Path:
    """Give the file that is loaded or linked: the source, or what the user's command makes of it."""
    file = recipe.file.absolute()
    if not recipe.compile:
        return file
    output = folder / file.stem
    _run_command(recipe, output)
    kind = _kind(output)
    if kind == _SOURCE:
        return _as_text(output, recipe.directory)
    return output.rename(f"{output}.o") if kind == _OBJECT else output


def _run_command(recipe: Recipe, output: Path) -> None:
    values = {"file": str(recipe.file.absolute()), "output": str(output), "level": str(recipe.level)}
    # Placeholders are filled in after the split, so that paths with spaces stay one word.
    words = [_PLACEHOLDER.sub(lambda found: values[found[1]], word) for word in split(recipe.compile)]
    first = str(recipe.directory / words[0]) if "/" in words[0] else words[0]
    if find_executable(first) is None:
        raise ToolError(f"{recipe.file}: there is no program {words[0]!r} to compile it with")
    _run([first, *words[1:]], f"{recipe.file}: the command", recipe.directory)
    if not output.is_file():
        raise ToolError(f"{recipe.file}: the command {recipe.compile!r} made no file {{output}}: let it write there")


def split(command: str) -> list[str]:
    """Split a command into words as a shell does. Raises `ToolError` where there are none, or a quote is open."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise ToolError(f"{command!r} can't be split into words: {error}") from None
    if not words:
        raise ToolError("the command is empty: write the program that compiles the file, and its arguments")
    return words


def _run(command: Sequence[str], what: str, directory: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=COMMAND_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ToolError(f"{what} {shlex.join(command)} took more than {COMMAND_SECONDS:g} s and was stopped") from None
    except OSError as error:
        raise ToolError(f"{what} {shlex.join(command)} can't be run: {error.strerror}") from None
    if done.returncode:
        said = done.stdout.decode(errors="replace").strip() or "it said nothing"
        raise ToolError(f"{what} {shlex.join(command)} failed with {done.returncode}: {said}")


def _as_text(made: Path, directory: Path) -> Path:
    """Write IR, or bitcode, as text; sources that its debug info names are in ``directory``, where it was made."""
    from jitdbg import frontend
    from jitdbg.debuginfo import paths

    read = frontend.read(made.read_bytes())
    assert isinstance(read, frontend.Source), "an ELF file is no IR"
    text = made.rename(f"{made}.ll")
    text.write_text(paths.absolute(read.text, str(directory)), encoding="utf-8")
    return text


def _kind(file: Path) -> str:
    """Say what a file is. Raises `ElfError`, and `SourceError` where it can't be read."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SourceError(f"{file}: {error.strerror}: name a file that can be read") from None
    if not data.startswith(c.ELFMAG):
        return _SOURCE
    found = ElfFile(data, str(file))
    if found.header.e_type == c.ET_REL:
        return _OBJECT
    starts_alone = found.header.e_type == c.ET_EXEC or any(each.p_type == c.PT_INTERP for each in found.segments)
    return _EXECUTABLE if starts_alone else _LIBRARY
