"""GNU ld, ld.lld, mold and the compiler driver behind the linker's entry, as processes.

Each runs in a private directory that is always removed, within a deadline. What is not the same in all of them is made
so by what they get: the objects adapted (adapt.py), and one object of our own (companion.py) in front. All of them put
notes first, so that build-id and note lie in the image's first page.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jitdbg.elf import ElfFile, undefined_uses
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.adapt import adapt
from jitdbg.linker.arch import OWN
from jitdbg.linker.companion import PROVIDED, companion
from jitdbg.linker.diagnose import explain
from jitdbg.linker.libraries import providers
from jitdbg.linker.options import Options
from jitdbg.tools import tool

DEADLINE = 120.0
"""Seconds that a linker may take."""

LINKERS = ("ld", "lld", "mold", "cc")
_IMAGE = "image.so"
# Of GNU ld, which there is for other machines too: where JITDBG_LD or JITDBG_CC name it, it is asked.
_WRONG_MACHINE = re.compile(r"Relocations in generic ELF|file in wrong format|is incompatible with")
# As few mappings as each linker can do: code and constants in one.
_FEW_MAPPINGS = {"lld": ["--no-rosegment", "-z", "noseparate-code"]}


def link_externally(linker: str, objects: Sequence[ElfFile], options: Options) -> bytes:
    """Return the image that the linker of that name makes.

    Raises ToolMissingError where the linker is not installed, and LinkError with its words where it fails.
    """
    machine, bindings = objects[0].header.e_machine, options.bindings
    if bindings and machine != c.EM_X86_64:
        raise LinkError(f'{linker} can\'t bind names for {c.machine_name(machine)}; use linker="memory"')
    program = tool(linker).path
    undefined = undefined_uses(objects)
    asked = [name for name in PROVIDED if name in undefined and name not in bindings]
    first = companion(machine, options.modules, options.ir, bindings, asked)
    imports = [name for name in undefined if name not in bindings]
    known = providers(machine, options.libraries)
    with tempfile.TemporaryDirectory(prefix="jitdbg-link-") as folder:
        inputs = _write_inputs(Path(folder), [first, *(adapt(elf, bindings) for elf in objects)])
        arguments = _driven(linker, _arguments(linker, options))
        done = _run([program, *arguments, "-o", _IMAGE, *inputs, *known.paths(imports)], folder)
        if done.returncode != 0:
            raise LinkError(explain(objects, bindings) or _failure(linker, done, objects))
        return Path(folder, _IMAGE).read_bytes()


def _arguments(linker: str, options: Options) -> list[str]:
    return [
        *["-shared", "--hash-style=gnu", "--eh-frame-hdr", "-z", "noexecstack", "-z", "now"],
        *_FEW_MAPPINGS.get(linker, ["-z", "noseparate-code"]),
        *["-z", "relro" if options.relro else "norelro"],
        *([] if options.interposable else ["-Bsymbolic"]),
        *(["--strip-debug"] if options.strip_debug else []),
        f"-soname={options.soname}",
        f"--build-id={'0x' + options.build_id.hex() if options.build_id else 'sha1'}",
    ]


def _driven(linker: str, arguments: list[str]) -> list[str]:
    """Wrap arguments for the compiler driver, which is to add no start files and no libraries of its own."""
    if linker != "cc":
        return arguments
    return [
        "-shared",
        "-nostartfiles",
        "-nodefaultlibs",
        *(word for argument in arguments for word in ("-Xlinker", argument)),
    ]


def _write_inputs(folder: Path, contents: Sequence[bytes]) -> list[str]:
    names = [f"{index:06}.o" for index in range(len(contents))]
    try:
        for name, content in zip(names, contents, strict=True):
            (folder / name).write_bytes(content)
    except OSError as error:
        raise LinkError(f"{folder} does not take the objects ({error.strerror}); make room there") from None
    return names


def _run(arguments: list[str], folder: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            arguments,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=DEADLINE,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise LinkError(f"{arguments[0]} was not done within {DEADLINE:g} s and was ended") from None
    except OSError as error:
        raise LinkError(f"{arguments[0]} can't be run ({error.strerror})") from None


def _failure(linker: str, done: subprocess.CompletedProcess[str], objects: Sequence[ElfFile]) -> str:
    def name(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        return objects[index].name if 0 <= index < len(objects) else "jitdbg's own object"

    machine = objects[0].header.e_machine
    if machine != OWN and _WRONG_MACHINE.search(done.stdout):
        return f"{linker} does not link for {c.machine_name(machine)}; take the linker memory, lld or mold"
    words = re.sub(r"\b(\d{6})\.o\b", name, done.stdout).strip()
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
    return f"{linker} can't link this ({how}): {words or 'it said nothing'}"
