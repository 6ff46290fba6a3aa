"""``jit-save``: the image of a JIT dylib, written to a file, wherever it is found."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional

from jitdbg import replacing
from jitdbg.debugger import images
from jitdbg.debugger.commands.completion import dylib_names, files
from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Example, Option
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import CORE, Process
from jitdbg.debugger.target import Target
from jitdbg.elf import HEAD_SIZE, read_head
from jitdbg.elf import constants as c
from jitdbg.errors import DebuggerError, ElfError

FROM_FILE = "its file"
FROM_MAPPING = "the process's mapping of it"
FROM_MEMORY = "memory"


@dataclass(frozen=True)
class Saved:
    """An image that was written: ``origin`` says where it came from, and so what is in it."""

    dylib: Dylib
    path: str
    size: int
    origin: str


def run(target: Target, arguments: Arguments) -> Saved:
    """Find the image and write it."""
    process, dylib = target.process(), target.dylibs.dylib(arguments.name)
    path = os.path.abspath(os.path.expanduser(arguments.file))
    if os.path.exists(path) and not arguments.force:
        raise DebuggerError(f"{path} exists: name another file, or add --force to replace it")
    origin, data = _image(target, process, dylib)
    _write(path, data, dylib)
    return Saved(dylib, path, len(data), origin)


def _image(target: Target, process: Process, dylib: Dylib) -> tuple[str, bytes]:
    """Give the image's bytes: whole where a file has them, else what was loaded of it."""
    if dylib.in_file and (data := _read(dylib.file, dylib)):
        return FROM_FILE, data
    if (mapping := _mapping(process, dylib)) and (data := _read(mapping, dylib)):
        return FROM_MAPPING, data
    return FROM_MEMORY, _loaded(target, process, dylib)


def _read(path: str, dylib: Dylib) -> Optional[bytes]:
    """Read a file if it is the image that was loaded."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return None
    found = images.read_first_page(data[:HEAD_SIZE], path)
    return data if found and found.build_id == dylib.build_id else None


def _mapping(process: Process, dylib: Dylib) -> Optional[str]:
    """Find what a process of this machine has mapped there: it can be opened though its name is gone (proc(5))."""
    if process.remote or process.kind == CORE or process.id is None:
        return None
    try:
        with open(f"/proc/{process.id}/maps", encoding="utf-8", errors="surrogateescape") as maps:
            ranges = (line.split(" ", 1)[0] for line in maps)
            found = next((each for each in ranges if int(each.split("-")[0], 16) == dylib.start), None)
    except OSError:
        return None
    return found and f"/proc/{process.id}/map_files/{found}"


def _loaded(target: Target, process: Process, dylib: Dylib) -> bytes:
    """Put an image together of its loaded segments; sections are in none of them."""
    try:
        first = target.adapter.memory(dylib.start, HEAD_SIZE)
        elf = read_head(first, dylib.path)
        loads = [segment for segment in elf.segments if segment.p_type == c.PT_LOAD]
        whole = bytearray(max(segment.p_offset + segment.p_filesz for segment in loads))
        for segment in loads:
            data = target.adapter.memory(dylib.start + segment.p_vaddr, segment.p_filesz)
            whole[segment.p_offset : segment.p_offset + segment.p_filesz] = data
    except ElfError as error:
        raise DebuggerError(f"the image of {dylib} can't be read from memory: {error}") from None
    except DebuggerError as error:
        raise DebuggerError(_incomplete(process, dylib, error)) from None
    return _without_sections(whole)


def _without_sections(image: bytearray) -> bytes:
    """Take the place of the section headers, which were not loaded, out of the ELF header (gABI 4, ``e_shoff`` …)."""
    image[40:48], image[60:64] = bytes(8), bytes(4)
    return bytes(image)


def _incomplete(process: Process, dylib: Dylib, error: DebuggerError) -> str:
    if process.kind == CORE:
        return (
            f"the image of {dylib} is not in the core, and its file {dylib.path} is gone: keep images (JITDBG_KEEP=1), "
            f"or have cores keep what is mapped from files (coredump_filter 0x7f, core(5))"
        )
    return f"the image of {dylib} can't be read: {error}"


def _write(path: str, data: bytes, dylib: Dylib) -> None:
    try:
        replacing.check_is_no_input(path, [dylib.file] if dylib.in_file else [])
        with replacing.new_content(path, 0o755) as file:
            file.write(data)
    except OSError as error:
        raise DebuggerError(f"{path} can't be written: {error.strerror}: name a file elsewhere") from None


def render(saved: Saved) -> str:
    """Say what was written."""
    lines = [f"The image of {saved.dylib} is in {saved.path}: {saved.size} bytes, from {saved.origin}.\n"]
    if saved.origin == FROM_MEMORY:
        lines.append(
            "It has what was loaded, as the program has changed it; debug info, IR and symbols were not loaded.\n"
        )
    return "".join(lines)


COMMAND = Command(
    name="jit-save",
    summary="Write the image of a JIT dylib to a file.",
    description="""
        The image comes from its own file or memfd, from what the process has mapped where that file is gone, or from
        memory, live or in a core. Memory has only what was loaded of it, without debug info, and the words say so.
        """,
    arguments=(
        Argument("NAME", "a name or a number of jit-list", candidates=dylib_names),
        Argument("FILE", "where to write it", candidates=files),
    ),
    options=(Option("--force", "Replace FILE where it exists."),),
    examples=(Example("jit-save fib fib.so", "to look at it with other tools"),),
    run=run,
    render=render,
)
