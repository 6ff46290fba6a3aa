"""Source → image for a program that a debugger has: what runs as a child process of gdb and lldb.

The Python inside a debugger has no llvmlite, so ``jit-load`` starts the interpreter that jitdbg was installed with, as
``python -c 'from jitdbg.supply import main; main()'``. Request and answer are a line of JSON each, so that the debugger
starts this before it knows what to ask for; an answer has either what `Supplied` has, or ``error``, one sentence. An
abort inside LLVM ends this process alone; the debugger removes what this has begun then.

The image belongs to the program, which is to lock its directory before anybody takes that for a run (see
`jitdbg.store.entrusted`): so this process waits for its standard input to end, and leaves nothing where nobody has
taken the lock by then, as when the debugger was killed.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from jitdbg import codegen, elf, frontend, irtext, prototypes
from jitdbg.codegen import Compiled, Options
from jitdbg.debuginfo.attach import Debug, attach
from jitdbg.debuginfo.producer import PRODUCER
from jitdbg.elf import constants as c
from jitdbg.elf.restamp import restamp
from jitdbg.errors import JitdbgError, LinkError, SourceError
from jitdbg.linker import SLOTS_SECTION, Object, link
from jitdbg.reading import read_file
from jitdbg.signature import Signature, find_unknown, in_c
from jitdbg.store import FileStore
from jitdbg.store.entrusted import Entrusted
from jitdbg.store.place import Base

_BUILD_ID_SIZE = 20
_BITCODE = b"BC\xc0\xde"
_OUR_PRODUCER = PRODUCER.rpartition(" ")[0].encode()  # of whatever version
_UNIT = re.compile(r"!DICompileUnit\(")
_UNIT_OF_CLANG = re.compile(r'!DICompileUnit\([^"\n]*producer: "[^"\n]*clang version ')


@dataclass(frozen=True)
class Request:
    """What is wanted.

    ``file`` is absolute. Without ``name`` it is called after its file. ``triple`` is None for this machine, ``machine``
    the program's ``EM_`` number, 0 where there is no program yet. ``directory`` is the run that the program owns
    already, or empty. ``build_id`` is in hexadecimal digits. ``begun`` is a
    descriptor that new directories are named on, one a line.
    """

    file: str
    machine: int
    name: str = ""
    generation: int = 1
    opt_level: int = 0
    debug: Debug = "auto"
    triple: str | None = None
    directory: str = ""
    build_id: str = field(default_factory=lambda: os.urandom(_BUILD_ID_SIZE).hex())
    begun: int | None = None


@dataclass(frozen=True)
class Supplied:
    """An image that lies at ``path``, in ``directory``.

    ``signatures`` are known where there was IR. ``types_are_c`` says that its functions are called by the types in its
    debug info, if it has any: a compiler of C has passed what IR spells otherwise, and IR knows no signs.
    """

    path: str
    directory: str
    name: str
    build_id: str
    opt_level: int
    signatures: Mapping[str, Signature]
    types_are_c: bool


def supply(request: Request, store: FileStore) -> Supplied:
    """Make an image, or take the one that the file is, and place it. Raises what the stages raise, and `StoreError`."""
    build_id = bytes.fromhex(request.build_id)
    name = request.name or Path(request.file).stem
    given = _find_image(request)
    made = _built(request, name, build_id, store) if given is None else _stamped(given, request, build_id)
    _check_machine(made.image, request)
    placed = store.put(made.image, made.name, build_id, made.source_dir)
    directory = os.path.dirname(placed.path)
    return Supplied(
        placed.path,
        directory,
        made.name,
        request.build_id,
        request.opt_level,
        made.signatures,
        _types_are_c(made.image, made.texts),
    )


class _Made(NamedTuple):
    """An image, its name, where the texts for it were kept, the IR that it has, and the types of functions in that."""

    image: bytes
    name: str
    source_dir: str | None
    texts: Sequence[str]
    signatures: Mapping[str, Signature]


def _find_image(request: Request) -> bytes | None:
    """Read the file if it is an image (or whatever else of ELF that is no object)."""
    try:
        data = read_file(Path(request.file))
    except OSError as error:
        raise SourceError(f"{request.file}: {error.strerror}: name a file that can be read") from None
    if not data.startswith(b"\x7fELF") or elf.ElfFile(data, request.file).header.e_type == c.ET_REL:
        return None
    return data


def _stamped(image: bytes, request: Request, build_id: bytes) -> _Made:
    file = elf.ElfFile(image, request.file)
    if file.find_section(SLOTS_SECTION):
        raise LinkError(f"{request.file} has addresses of the process that made it: load its source instead")
    own = elf.describe(file)
    name = request.name or (own.modules[0].name if own.modules else "")
    stamped = restamp(image, request.file, name=name, generation=request.generation, build_id=build_id)
    texts = [each.decode(errors="surrogateescape") for each in own.ir if not each.startswith(_BITCODE)]
    signatures = {name: type_ for text in texts for name, type_ in prototypes.signatures(irtext.scan(text)).items()}
    return _Made(stamped, name, None, texts, signatures)


def _built(request: Request, name: str, build_id: bytes, store: FileStore) -> _Made:
    """Take a source through the corridor."""
    stem = f"{name}.{build_id.hex()[:16]}"
    read = frontend.read(Path(request.file), opt_level=request.opt_level, cflags=_clang_target(request))
    if isinstance(read, Object):
        ir, compiled, source_dir = b"", Compiled(read.data), None
    else:
        kept: list[str] = []

        def keep(filename: str, text: bytes) -> str:
            kept.append(store.keep_text(stem, filename, text))
            return kept[-1]

        attached = attach(read, request.debug, name=name, keep=keep)
        with frontend.ErrorsIn(read.text, request.file):
            options = Options(request.opt_level, request.triple, values=request.debug != "lines")
            compiled = codegen.compile_text(attached.text, options, request.file, attached.ir_path)
        ir, source_dir = read.text.encode(), os.path.dirname(kept[0]) if kept else None
    image = link(
        [Object(request.file, compiled.data)],
        soname=f"{stem}.so",
        build_id=build_id,
        modules=[elf.Module(name, request.generation, request.file, request.opt_level, codegen.versions())],
        ir=[ir],
        strip_debug=request.debug == "none",
    )
    return _Made(image, name, source_dir, [ir.decode(errors="surrogateescape")], compiled.signatures)


def _types_are_c(image: bytes, texts: Sequence[str]) -> bool:
    """Tell whether debug info is a compiler's of C: its own, since IR was its own source where the image names us."""
    if not any(texts):
        return True
    are_clangs = all(len(_UNIT.findall(text)) == len(_UNIT_OF_CLANG.findall(text)) for text in texts)
    return are_clangs and _OUR_PRODUCER not in image


def _clang_target(request: Request) -> list[str]:
    return [f"--target={request.triple}"] if request.triple else []


def _check_machine(image: bytes, request: Request) -> None:
    made_for = elf.ElfFile(image, request.file).header.e_machine
    if request.machine and made_for != request.machine:
        raise LinkError(
            f"{request.file} is made for {c.machine_name(made_for)}, and the program for "
            f"{c.machine_name(request.machine)}: build it for that"
        )


def open_store(request: Request) -> FileStore:
    """Open the store that the image goes to: the program's own directory, or one that it can take over."""

    def begin(base: Path, /, *, keep: bool) -> Entrusted:
        begun = Entrusted.begin(base, keep=keep)
        if request.begun is not None:
            os.write(request.begun, os.fsencode(begun.path) + b"\n")
        return begun

    if not request.directory:
        return FileStore(begin=begin)
    owned = Path(request.directory)

    def go_on(_base: Path, /, *, keep: bool) -> Entrusted:
        return Entrusted(owned, owned=True, keep=keep)

    return FileStore([Base(owned.parent, chosen=True)], begin=go_on)


def answer(supplied: Supplied) -> str:
    """Write what was supplied as a line of JSON."""
    signatures = {name: _answer_of(signature) for name, signature in supplied.signatures.items()}
    return json.dumps({**vars(supplied), "signatures": signatures}, default=sorted)


def _answer_of(signature: Signature) -> Mapping[str, object]:
    unknown = find_unknown(signature)
    in_words = {"words": str(signature), "unknown": unknown, "in_c": None if unknown else in_c(signature)}
    return {**signature._asdict(), **in_words}


def main() -> None:
    """Do what the request says that comes in: this process's whole life, but where none comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the debugger, whose end of our input closes then
    # LLVM may print, and must not print into the answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogateescape")
    os.dup2(2, 1)
    words = sys.stdin.buffer.readline()
    if not words:
        return
    request = Request(**json.loads(words))
    store = open_store(request)
    try:
        line = answer(supply(request, store))
    except JitdbgError as error:
        line = json.dumps({"error": str(error)})
    try:
        print(line, file=answers, flush=True)
        sys.stdin.buffer.read()
    except BrokenPipeError:
        pass
    finally:
        store.close()
    os._exit(0)  # The debugger waits for the end, and to take interpreter and LLVM apart takes a while.
