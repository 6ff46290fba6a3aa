"""Source to image without loading it: the corridor of `jitdbg.engine` up to the linker, for images that others load.

Such an image is *portable*: its imports are dynamic symbols with versions, and its code is for any machine of the
target unless a CPU is named. And it is *reproducible*: the same source at the same path gives the same bytes, since the
build-id is a hash of the content.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import llvmlite.binding as llvm

from jitdbg import codegen, elf, frontend, replacing
from jitdbg.codegen import Options
from jitdbg.debuginfo.attach import Debug, Keep, attach
from jitdbg.errors import StoreError
from jitdbg.frontend import Source, SourceLike
from jitdbg.linker import Object, link

NATIVE: Final = "native"


def _keep_nothing(_filename: str, _text: bytes) -> None:
    return None


def build(
    source: SourceLike,
    *,
    soname: str,
    target: str | None = None,
    cpu: str | None = None,
    opt_level: int = 0,
    debug: Debug = "auto",
    linker: str | None = None,
    cflags: Sequence[str] = (),
    interposable: bool = False,
    keep: Keep = _keep_nothing,
) -> bytes:
    """Compile and link ``source`` to an image and return its bytes.

    ``source``, ``opt_level``, ``debug``, ``cflags`` and ``interposable`` are those of `Engine` and `Engine.load`.

    ``soname``
        The library's own name.
    ``target``
        LLVM's triple; None is this machine's.
    ``cpu``
        LLVM's name; None is the oldest of the target, ``"native"`` is this machine's.
    ``linker``
        None is the default of `jitdbg.linker.link`.
    ``keep``
        Is called with a file name and a text for IR that becomes its own source and came from no file (bitcode, a
        module), and gives the path where debuggers will find it. By default nothing is kept, and they won't.

    Raises what the stages raise: `SourceError`, `CodegenError`, `LinkError`, `ToolMissingError`.
    """
    options = _options(opt_level, target, cpu, values=debug != "lines")
    if target:
        codegen.elf_machine(target)
    read = frontend.read(source, opt_level=options.opt_level, cflags=[*_clang_target(target), *cflags])
    if target and isinstance(read, Object):
        codegen.check_object(read, target)
    origin = frontend.origin(read)
    name = Path(origin or soname).stem
    return link(
        [Object(origin or name, _compile(read, options, debug, name, keep))],
        soname=soname,
        linker=linker,
        modules=[elf.Module(name, 1, origin, options.opt_level, codegen.versions())],
        ir=[read.text.encode() if isinstance(read, Source) else b""],
        interposable=interposable,
        strip_debug=debug == "none",
    )


def check_output(path: Path, inputs: Iterable[str | Path]) -> None:
    """Raise `StoreError` where what is to be written is one of the files that it is made of."""
    try:
        replacing.check_is_no_input(path, inputs)
    except OSError as error:
        raise _cannot_write(path, error) from None


def write_atomically(path: Path, data: bytes, *, executable: bool = False, make_directory: bool = False) -> None:
    """Write a file so that it is there whole or not at all (`jitdbg.replacing`).

    ``make_directory`` makes the directory that it is in, where that is not there. Raises `StoreError`, and leaves no
    file then.
    """
    try:
        if make_directory:
            path.parent.mkdir(exist_ok=True)
        with replacing.new_content(path, (0o777 if executable else 0o666) & ~_umask()) as file:
            file.write(data)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _options(opt_level: int, target: str | None, cpu: str | None, *, values: bool) -> Options:
    # To name the triple makes LLVM's default CPU the oldest; without it codegen takes this machine's.
    triple = target or llvm.get_process_triple()
    if cpu == NATIVE:
        return Options(
            opt_level, triple, llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten(), values=values
        )
    return Options(opt_level, triple, cpu, values=values)


def _clang_target(target: str | None) -> list[str]:
    return [f"--target={target}"] if target else []


def _compile(read: Source | Object, options: Options, debug: Debug, name: str, keep: Keep) -> bytes:
    if isinstance(read, Object):
        return read.data
    attached = attach(read, debug, name=name, keep=keep)
    with frontend.ErrorsIn(read.text, frontend.origin(read) or name):
        return codegen.compile_text(attached.text, options, frontend.origin(read) or name, attached.ir_path).data


def _cannot_write(path: Path, error: OSError) -> StoreError:
    return StoreError(f"{path} can't be written: {error.strerror}: choose another place with -o")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
