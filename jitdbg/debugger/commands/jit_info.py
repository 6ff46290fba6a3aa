"""``jit-info``: all that is known of a JIT dylib."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.commands.completion import dylib_names
from jitdbg.debugger.commands.declaration import JSON, Argument, Arguments, Command, Example
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import Place
from jitdbg.debugger.functions import JitFunction, functions_of
from jitdbg.debugger.images import read_file
from jitdbg.debugger.scripts import Script, offer, scripts
from jitdbg.debugger.tables import NAME_WIDTH, table
from jitdbg.debugger.target import Target
from jitdbg.elf import Section
from jitdbg.elf.note import IR_SECTION
from jitdbg.errors import DebuggerError


@dataclass(frozen=True)
class Described:
    """A function with the place that it begins at."""

    function: JitFunction
    place: Optional[Place]


@dataclass(frozen=True)
class Information:
    """A dylib with its functions and sections; these are None where its image can't be read from here."""

    dylib: Dylib
    generations: Sequence[Dylib]
    functions: Optional[Sequence[Described]]
    sections: Optional[Sequence[Section]]
    scripts: Sequence[Script] = ()


def run(target: Target, arguments: Arguments) -> Information:
    """Describe a dylib."""
    target.process()
    try:
        generations = target.dylibs.named(arguments.name)
    except DebuggerError:
        _refuse_foreign(target, arguments.name)
        raise
    dylib = generations[-1]
    if not dylib.in_file:
        return Information(dylib, generations, None, None)
    functions = [Described(each, _place(target, each)) for each in functions_of(dylib, target.adapter)]
    image = read_file(dylib.file)
    sections = [section for section in image.sections if section.name]
    return Information(dylib, generations, functions, sections, tuple(scripts(image)))


def _refuse_foreign(target: Target, name: str) -> None:
    """Say of a library that jitdbg did not make that it is none of ours."""
    for module in target.adapter.modules():
        if name in (module.path, os.path.basename(module.path)):
            raise DebuggerError(
                f"{module.path} is no JIT dylib: its image carries no note of jitdbg's (jit-list has those that do)"
            )


def _place(target: Target, function: JitFunction) -> Optional[Place]:
    frames = target.adapter.symbol(function.start).frames
    return frames[-1].place if frames else None


def render(found: Information) -> str:
    """Show the note, the functions and the sections."""
    parts = [table(("", ""), _facts(found))]
    if found.functions is not None:
        rows = [_function_row(each) for each in found.functions]
        parts.append(table(("function", "address", "size", "begins at"), rows, width=NAME_WIDTH))
    if found.sections is not None:
        parts.append(table(("section", "address", "size"), [_section_row(found, each) for each in found.sections]))
    return "\n".join(parts)


def _facts(found: Information) -> Sequence[tuple[str, str]]:
    dylib = found.dylib
    facts = [
        ("name", dylib.name),
        ("generation", f"{dylib.generation}{_older(found)}"),
        ("range", f"{dylib.start:#x}-{dylib.end:#x}"),
        ("build-id", dylib.build_id or "none"),
        ("image", f"{dylib.path} ({dylib.store}{_where(dylib)})"),
        ("debug info", {None: "unknown", True: "yes", False: "no"}[dylib.debug_info]),
    ]
    if found.sections is not None:
        facts.append(("IR", "yes" if any(section.name == IR_SECTION for section in found.sections) else "no"))
    for module in dylib.modules:
        made = ", ".join(f"{name} {version}" for name, version in module.versions.items())
        facts.append(("module", f"{module.name}, from {module.source or 'memory'}, -O{module.opt_level}, by {made}"))
    facts += [(f"for {script.debugger}", offer(script, dylib.path)) for script in found.scripts]
    if found.sections is not None and not any(section.name == ".symtab" for section in found.sections):
        facts.append(("stripped", "yes: only the functions that it exports have names"))
    return facts


def _where(dylib: Dylib) -> str:
    if not dylib.in_file:
        return f", which can not be read from here: {dylib.lost}"
    return "" if dylib.file == dylib.path else ", of the program's machine"


def _older(found: Information) -> str:
    others = [str(each.generation) for each in found.generations if each != found.dylib]
    return f" (still loaded: {', '.join(others)})" if others else ""


def _function_row(each: Described) -> tuple[str, ...]:
    place = f"{each.place.file}:{each.place.line}" if each.place else "no line"
    return each.function.name, f"{each.function.start:#x}", str(each.function.size), place


def _section_row(found: Information, section: Section) -> tuple[str, ...]:
    loaded = f"{found.dylib.start + section.sh_addr:#x}" if section.sh_addr else "not loaded"
    return section.name, loaded, str(section.sh_size)


def published(found: Information) -> Mapping[str, object]:
    """Give what programs need: the dylib, its generations' numbers, and its functions with their places."""
    return {
        "dylib": found.dylib,
        "generations": [each.generation for each in found.generations],
        "functions": None if found.functions is None else list(map(_published, found.functions)),
    }


def _published(each: Described) -> Mapping[str, object]:
    return {
        "name": each.function.name,
        "address": each.function.start,
        "size": each.function.size,
        "file": each.place and each.place.file,
        "line": each.place and each.place.line,
    }


COMMAND = Command(
    name="jit-info",
    summary="Show what is known of a JIT dylib: its note, functions and sections, and where its image lies.",
    description="""
        NAME is a dylib's logical name, which means its latest generation, or its number in jit-list. The sizes are in
        bytes.

        An image can bring scripts for debuggers along, such as pretty-printers, in its section .debug_gdb_scripts, for
        which gdb has the form, or .debug_lldb_scripts, of the same form. They are offered here and by jit-load, never
        loaded by jitdbg: gdb loads what its auto-load safe-path allows and says what it declines, lldb loads what is
        imported.
        """,
    arguments=(Argument("NAME", "a name or a number of jit-list", candidates=dylib_names),),
    examples=(Example("jit-info fib", "the latest generation of fib"), Example("jit-info 3", "the third of jit-list")),
    options=(JSON,),
    run=run,
    render=render,
    published=published,
)
