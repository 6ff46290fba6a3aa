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
from collections.abc import Mapping, Sequence
from pathlib import Path

from jitdbg.elf import ElfFile, undefined_uses
from jitdbg.elf import constants as c
from jitdbg.elf.note import Module
from jitdbg.errors import LinkError
from jitdbg.linker.adapt import adapt
from jitdbg.linker.companion import DSO_HANDLE, companion
from jitdbg.linker.diagnose import explain
from jitdbg.linker.libraries import providers
from jitdbg.tools import tool

DEADLINE = 120.0
"""Seconds that a linker may take."""

LINKERS = ("ld", "lld", "mold", "cc")
_IMAGE = "image.so"
# As few mappings as each linker can do: code and constants in one.
_FEW_MAPPINGS = {"lld": ["--no-rosegment", "-z", "noseparate-code"]}


def link_externally(
    linker: str,
    objects: Sequence[ElfFile],
    *,
    soname: str,
    build_id: bytes | None,
    modules: Sequence[Module],
    ir: Sequence[bytes],
    bindings: Mapping[str, int],
    libraries: Sequence[str] | None,
    interposable: bool,
    strip_debug: bool,
    relro: bool,
) -> bytes:
    """Return the image that the linker of that name makes; see ``jitdbg.linker.link`` for the rest.

    Raises ToolMissingError where the linker is not installed, and LinkError with its words where it fails.
    """
    machine = objects[0].header.e_machine
    if bindings and machine != c.EM_X86_64:
        raise LinkError(f'{linker} can\'t bind names for {c.machine_name(machine)}; use linker="memory"')
    program = tool(linker).path
    undefined = undefined_uses(objects)
    needs_handle = DSO_HANDLE in undefined and DSO_HANDLE not in bindings
    first = companion(machine, modules, ir, bindings, dso_handle=needs_handle)
    imports = [name for name in undefined if name not in bindings]
    known = providers(machine, tuple(libraries) if libraries is not None else None)
    options = _options(linker, soname, build_id, interposable=interposable, strip_debug=strip_debug, relro=relro)
    with tempfile.TemporaryDirectory(prefix="jitdbg-link-") as folder:
        inputs = _write_inputs(Path(folder), [first, *(adapt(elf, bindings) for elf in objects)])
        done = _run([program, *_driven(linker, options), "-o", _IMAGE, *inputs, *known.paths(imports)], folder)
        if done.returncode != 0:
            raise LinkError(explain(objects, bindings) or _failure(linker, done, objects))
        return Path(folder, _IMAGE).read_bytes()


def _options(
    linker: str, soname: str, build_id: bytes | None, *, interposable: bool, strip_debug: bool, relro: bool
) -> list[str]:
    return [
        *["-shared", "--hash-style=gnu", "--eh-frame-hdr", "-z", "noexecstack", "-z", "now"],
        *_FEW_MAPPINGS.get(linker, ["-z", "noseparate-code"]),
        *["-z", "relro" if relro else "norelro"],
        *([] if interposable else ["-Bsymbolic"]),
        *(["--strip-debug"] if strip_debug else []),
        f"-soname={soname}",
        f"--build-id={'0x' + build_id.hex() if build_id else 'sha1'}",
    ]


def _driven(linker: str, options: list[str]) -> list[str]:
    """Wrap the linker's options for the compiler driver, which is to add no start files and no libraries of its own."""
    if linker != "cc":
        return options
    return [
        "-shared",
        "-nostartfiles",
        "-nodefaultlibs",
        *(word for option in options for word in ("-Xlinker", option)),
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

    words = re.sub(r"\b(\d{6})\.o\b", name, done.stdout).strip()
    how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
    return f"{linker} can't link this ({how}): {words or 'it said nothing'}"
