"""What is audited: an image, a source at some levels of optimisation, or what a program of the user's own loads.

Each is a `Subject`: by level, the audit of an image and the program that runs it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jitdbg import build, elf
from jitdbg.audit.facts import Audit, FunctionFact, summed
from jitdbg.audit.image import audit_image
from jitdbg.audit.run import Level
from jitdbg.elf import constants as c
from jitdbg.errors import ElfError, SourceError, ToolError
from jitdbg.harness import directives
from jitdbg.harness.backend import Program
from jitdbg.harness.programs import Recipe, as_dylib, made
from jitdbg.reading import read_file

if TYPE_CHECKING:
    from jitdbg.debuginfo.attach import Debug

COMPILED_HERE = (".ll", ".bc", ".c", ".cc", ".cpp", ".cxx", ".o")


@dataclass(frozen=True)
class Request:
    """What the user asked for: a file, and how it is compiled and called; ``call`` is empty where nothing is run."""

    file: Path
    levels: tuple[int, ...] = ()
    call: str = ""
    debug: Debug = "auto"
    cflags: tuple[str, ...] = ()


@dataclass
class Subject:
    """By level of optimisation, None where there is but one: the audits, and the programs that run what they are of."""

    audits: dict[Level, Audit] = field(default_factory=dict)
    programs: dict[Level, Program] = field(default_factory=dict)


def subject(request: Request, folder: Path) -> Subject:
    """Find out what a request is about; ``folder`` takes what is made, and has to live as long as the programs.

    Raises `JitdbgError` for a file that can't be read, compiled or audited.
    """
    data = _read(request.file)
    if data.startswith(c.ELFMAG) and elf.ElfFile(data, str(request.file)).header.e_type != c.ET_REL:
        return _of_image(request, data, folder)
    recipe = _recipe(request, data)
    found = Subject()
    for level in request.levels or (0,):
        below = folder / f"level{level}"
        below.mkdir()
        each = replace(recipe, level=level)
        found.audits[level] = _of_source(each, below)
        if request.call:
            found.programs[level] = as_dylib(each, below)
    return found


def loaded_by(program: Program, source: Path, folder: Path, timeout: float) -> Subject:
    """Run a program once, to its end, and audit what it has loaded of a source into the images in ``folder``.

    Raises `ToolError` where it takes more than ``timeout``, in seconds, and `SourceError` where it loads nothing of it.
    """
    program = replace(program, environment={**(program.environment or os.environ), "JITDBG_STORE": str(folder)})
    _run(program, timeout)
    functions: list[FunctionFact] = []
    for image in sorted(folder.rglob("*.so")):
        try:
            functions += audit_image(image.read_bytes(), str(image), sources=[source]).functions
        except ElfError:
            continue  # It has no debug info, so that it is not of the source.
    if not functions:
        raise SourceError(f"{source}: {program.command[0]} has loaded no image with code of it: is it what it runs?")
    return Subject({None: summed(str(source), None, functions)}, {None: program})


def _read(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}: name a file that can be read") from None


def _of_image(request: Request, data: bytes, folder: Path) -> Subject:
    if request.levels:
        raise SourceError(f"{request.file} is compiled already: levels are for sources, leave out -O")
    modules = elf.describe(elf.ElfFile(data, str(request.file))).modules
    levels = {module.opt_level for module in modules}
    audit = audit_image(data, str(request.file), level=levels.pop() if len(levels) == 1 else None)
    recipe = Recipe(request.file.absolute(), call=request.call)
    return Subject({None: audit}, {None: as_dylib(recipe, folder)} if request.call else {})


def _recipe(request: Request, data: bytes) -> Recipe:
    """Say how a source is compiled: by jitdbg, or by the command that a directive in it gives."""
    file = request.file.absolute()
    if file.suffix in COMPILED_HERE or data.startswith(c.ELFMAG):
        return Recipe(file, request.call, flags=request.cflags, debug=request.debug)
    if b"jitdbg:" not in data:
        raise SourceError(
            f"{request.file}: jitdbg can't compile it: write its compiler's command in a comment, `jitdbg: compile "
            "COMMAND`, or give the program that runs it behind `--`"
        )
    recipe = directives.read_sheet(request.file, may_expect_nothing=True).recipe
    return replace(recipe, call=request.call or recipe.call)


def _of_source(recipe: Recipe, folder: Path) -> Audit:
    file = made(recipe, folder)
    data = file.read_bytes()
    if not data.startswith(c.ELFMAG) or elf.ElfFile(data, str(file)).header.e_type == c.ET_REL:
        data = build.build(
            file,
            soname=f"{file.stem}.so",
            cpu=build.NATIVE,  # As an engine compiles it.
            opt_level=recipe.level,
            debug=recipe.debug,
            cflags=recipe.flags,
        )
    own = audit_image(data, str(recipe.file), level=recipe.level, sources=[recipe.file])
    # IR that has debug info of another source is shown as that.
    return own if own.functions else audit_image(data, str(recipe.file), level=recipe.level)


def _run(program: Program, timeout: float) -> None:
    command: Sequence[str] = program.command
    try:
        subprocess.run(
            command,
            env=program.environment,
            cwd=program.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        raise ToolError(
            f"{command[0]} ran for more than {timeout:g} s and was stopped: --timeout gives it more"
        ) from None
