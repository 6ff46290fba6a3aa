"""Module to object.

What every object keeps: position-independent code of the *small* code model (llvmlite's default for JITs makes
``movabs`` and GOT64 for each call), and, through attributes that `irtext.promise` puts into the text beforehand,
imports called through the GOT, unwind tables for every function, and frame pointers on request.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
import weakref
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import llvmlite
import llvmlite.binding as llvm

from jitdbg import __version__, frontend, irtext, llvmcalls, passes, prototypes
from jitdbg.debuginfo import lines
from jitdbg.elf import constants as c
from jitdbg.errors import CodegenError, JitdbgError, TargetError
from jitdbg.frontend import Target
from jitdbg.linker import Object
from jitdbg.signature import Signature

# Their passes run at -O0 too: without them coroutines and matrices don't compile.
_NEEDS_PASSES = re.compile(r'@"?llvm\.(?:coro|matrix)\.')

_MACHINES: Final = {"x86-64": c.EM_X86_64, "aarch64": c.EM_AARCH64}  # by LLVM's names
_OTHER_ABIS = ("x32", "ilp32")  # addresses of 32 bits
_NOTHING: Final[Mapping[str, Any]] = {}
_TRY_MACHINE = """
import sys; sys.path[:] = {path!r}
import llvmlite.binding as llvm
llvm.initialize_all_targets()
llvm.Target.from_triple(sys.argv[1]).create_target_machine(cpu=sys.argv[2], features=sys.argv[3])
"""


@dataclass(frozen=True)
class Options:
    """How code is made; ``triple``, ``cpu`` and ``features`` are LLVM's spellings, None is this machine's own.

    Without ``passes`` the level is that of the code generator alone: the IR is compiled as it is. Without ``values``,
    IR that is its own source has lines and no variables.
    """

    opt_level: int = 0
    triple: str | None = None
    cpu: str | None = None
    features: str | None = None
    unwind_tables: bool = True
    frame_pointers: bool = False
    passes: bool = True
    values: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "opt_level", _checked_level(self.opt_level))
        for word in (self.features or "").split(","):
            if word and word[0] not in "+-":
                raise JitdbgError(f"the CPU feature {word!r} says neither + nor -: write +{word} or -{word}")


def _checked_level(level: int) -> int:
    """Give a level as a plain number: an enumeration's members print as words in clang's options."""
    if not isinstance(level, int) or level not in range(4):
        raise JitdbgError(f"optimisation level {level!r} does not exist: give 0, 1, 2 or 3")
    return int(level)


class Compiled(NamedTuple):
    """An object, and what its IR says of the types of functions and variables that it exports.

    ``complete`` says whether those are all that it exports: of aliases and the like nothing is known.
    """

    data: bytes
    signatures: Mapping[str, Signature] = _NOTHING
    globals: Mapping[str, str] = _NOTHING
    complete: bool = False


class Prepared(NamedTuple):
    """IR text as LLVM gets it, ``promised``, and what was found in the one that was given."""

    text: str
    promised: str
    scanned: irtext.Scan
    options: Options
    name: str


def compile_text(text: str, options: Options, name: str = "<string>", ir_path: str | None = None) -> Compiled:
    """Compile IR text to an object, by way of a verified module. Raises `SourceError` and `CodegenError`.

    With ``ir_path``, the path under which debuggers find the text, its own lines and values are the debug info.
    """
    return compile_prepared(prepare(text, options, name, ir_path))


def prepare(text: str, options: Options, name: str = "<string>", ir_path: str | None = None) -> Prepared:
    """Write into IR text what the code generator promises, and the debug info where it is to be its own source."""
    scanned, edits = (irtext.scan(text), []) if ir_path is None else _as_its_own_source(text, options, name, ir_path)
    promised = irtext.promise(
        scanned, unwind_tables=options.unwind_tables, frame_pointers=options.frame_pointers, others=edits
    )
    return Prepared(text, promised, scanned, options, name)


def compile_prepared(prepared: Prepared) -> Compiled:
    """Compile what was prepared."""
    exported = prototypes.exports(prepared.scanned)  # now, before LLVM fills the processor's caches with its own
    data = None if _wants_passes(prepared) else _find_object(prepared)
    return Compiled(data or _compile_step_by_step(prepared), *exported)


def _find_object(prepared: Prepared) -> bytes | None:
    """Compile in one go what names no target; None for the rest, and for what LLVM refuses."""
    text, options = prepared.promised, prepared.options
    if frontend.names_target(text):
        return None
    context, held = frontend.borrow_context()
    data = llvmcalls.find_object(target(options).in_ir + text, context, target_machine(options))
    frontend.give_back(context, held + len(text))
    return data


def _compile_step_by_step(prepared: Prepared) -> bytes:
    text, options, name = prepared.promised, prepared.options, prepared.name
    with frontend.ErrorsIn(prepared.text, name), frontend.module(text, target(options), name) as module:
        return _emit_optimised(module, prepared)


def _emit_optimised(module: llvm.ModuleRef, prepared: Prepared) -> bytes:
    _optimise_where_asked(module, prepared)
    return emit_object(module, prepared.options, prepared.name)


class Checked:
    """A valid module, kept as it was parsed for who may want its code at once; it ends with this object at the latest.

    Raises `SourceError` for what is none.
    """

    def __init__(self, prepared: Prepared) -> None:
        opened = frontend.module(prepared.promised, target(prepared.options), prepared.name)
        with frontend.ErrorsIn(prepared.text, prepared.name):
            self._module = opened.__enter__()
        self._prepared = prepared
        # The collector would end a context before its module.
        self._end = weakref.finalize(self, opened.__exit__, None, None, None)

    def end(self) -> None:
        """Give the module back, which takes more memory than its text does."""
        self._end()

    def find_object(self) -> bytes | None:
        """Emit its object, and end it; None where it has ended before. Raises `CodegenError` where LLVM can't."""
        if not self._end.alive:
            return None
        try:
            with frontend.ErrorsIn(self._prepared.text, self._prepared.name):
                return _emit_optimised(self._module, self._prepared)
        finally:
            self._end()


def emit_together(modules: Sequence[Prepared]) -> bytes:
    """Emit one object of several modules, checked and each optimised by itself: a third of what one of each takes.

    LLVM's linker makes one module of them; each keeps its unit of debug info. Raises `CodegenError` where it can't.
    """
    options = modules[0].options
    with closing(llvm.create_context()) as context, closing(_in_context(modules[0], context)) as whole:
        for each in modules[1:]:
            _link_in(whole, each, context)
        return emit_object(whole, options, modules[0].name)


def _link_in(whole: llvm.ModuleRef, prepared: Prepared, context: llvm.ContextRef) -> None:
    try:
        whole.link_in(_in_context(prepared, context))
    except RuntimeError as error:
        words = " ".join(str(error).split())
        raise CodegenError(f"{prepared.name}: LLVM can't link it with other modules: {words}") from None


def _in_context(prepared: Prepared, context: llvm.ContextRef) -> llvm.ModuleRef:
    module = frontend.parse(prepared.promised, target(prepared.options), context, prepared.name)
    _optimise_where_asked(module, prepared)
    return module


def _optimise_where_asked(module: llvm.ModuleRef, prepared: Prepared) -> None:
    if _wants_passes(prepared):
        optimise(module, prepared.options)


def _wants_passes(prepared: Prepared) -> bool:
    options, text = prepared.options, prepared.text
    # Else a call of an `alwaysinline` function stays at -O0, where clang inlines it.
    return options.passes and bool(options.opt_level or "alwaysinline" in text or _NEEDS_PASSES.search(text))


def _as_its_own_source(text: str, options: Options, name: str, ir_path: str) -> lines.Annotation:
    directory, filename = os.path.split(ir_path)
    own = target(options)
    is_native = own.triple.partition("-")[0] == llvm.get_process_triple().partition("-")[0]
    return lines.annotation(
        text,
        filename=filename,
        directory=directory,
        parse=(lambda asked: frontend.module(asked, own, name)) if options.values else None,
        ranges=is_native,  # they need an assembler
        optimised=options.opt_level > 0,
    )


def optimise(module: llvm.ModuleRef, options: Options) -> None:
    """Run LLVM's default pipeline of the level in ``options`` over ``module``, in place."""
    tuning = llvm.create_pipeline_tuning_options(speed_level=options.opt_level)
    passes.run_default(module, target_machine(options), tuning)


def emit_object(module: llvm.ModuleRef, options: Options, name: str = "<string>") -> bytes:
    """Emit an ELF object of ``module`` as it is. Raises `CodegenError` where LLVM says that it can't."""
    try:
        return bytes(target_machine(options).emit_object(module))
    except RuntimeError as error:
        raise CodegenError(f"{name}: LLVM can't make code of it: {' '.join(str(error).split())}") from None


@functools.cache
def versions() -> Mapping[str, str]:
    """Give the versions of what makes the code, for the image's note."""
    llvm_version = ".".join(map(str, llvm.llvm_version_info))
    return {"jitdbg": __version__, "llvmlite": llvmlite.__version__, "llvm": llvm_version}


def target_machine(options: Options) -> llvm.TargetMachine:
    """Give LLVM's target machine for ``options``; it is kept, since making one costs as much as a tiny module."""
    return _machine(options.triple, options.cpu, options.features, options.opt_level)[0]


def target(options: Options) -> Target:
    """Give what modules that are compiled with ``options`` have to say of their target."""
    return _machine(options.triple, options.cpu, options.features, options.opt_level)[1]


def check_object(item: Object, triple: str | None) -> None:
    """Raise `TargetError` for an object that was made for another machine than ``triple`` or, without, this process."""
    made_for, wanted = item.elf.header.e_machine, elf_machine(triple)
    if made_for != wanted:
        machine = c.machine_name(made_for)
        raise TargetError(
            f"{item.name} is made for {machine}, {triple or 'this process'} is {c.machine_name(wanted)}: "
            "compile it for that",
            machine,
        )


@functools.lru_cache(maxsize=64)
def elf_machine(triple: str | None) -> int:
    """Give the ``EM_`` number of the machine of ``triple``; raise `TargetError` where images can't be made for that."""
    architecture, *rest = (triple or "").split("-")
    machine = _MACHINES.get(_target(triple).name)
    # LLVM takes the system of a triple of two words for the vendor, and then that of nobody for one with ELF.
    if machine is None or not all(map(functools.partial(_is_of_elf, architecture), rest)):
        raise TargetError(
            f"images can't be made for {triple or 'this machine'}: name a system that has ELF, on x86-64 or "
            "little-endian AArch64, as in x86_64-linux-gnu or aarch64-linux-gnu",
            str(triple),
        )
    return machine


def _is_of_elf(architecture: str, system: str) -> bool:
    return llvm.get_object_format(f"{architecture}-unknown-{system}") == "ELF" and not system.endswith(_OTHER_ABIS)


@functools.lru_cache(maxsize=64)
def _machine(
    triple: str | None, cpu: str | None, features: str | None, opt_level: int
) -> tuple[llvm.TargetMachine, Target]:
    machine = _target_machine(_target(triple), triple, cpu, features, opt_level)
    return machine, Target(machine.triple, str(machine.target_data))


def _target_machine(
    target: llvm.Target, triple: str | None, cpu: str | None, features: str | None, opt_level: int
) -> llvm.TargetMachine:
    host = (llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten())
    if triple is None:
        cpu = host[0] if cpu is None else cpu
        features = host[1] if features is None else features
    if (cpu or "") not in ("", host[0]) or (features or "") not in ("", host[1]):
        _refuse_unknown(target.triple, cpu or "", features or "")
    return target.create_target_machine(
        cpu=cpu or "", features=features or "", opt=opt_level, reloc="pic", codemodel="small"
    )


def _refuse_unknown(triple: str, cpu: str, features: str) -> None:
    """Raise `CodegenError` for a CPU or feature that LLVM does not know; it would print that and go on without it.

    What it prints is read from a process of its own, where nobody else writes to standard error.
    """
    command = [sys.executable, "-c", _TRY_MACHINE.format(path=sys.path), triple, cpu, features]
    printed = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60).stderr
    if unknown := re.search(r"'(.*)' is not a recognized (\w+)", printed):
        kind = "CPU" if unknown[2] == "processor" else "CPU feature"
        raise CodegenError(f"{unknown[1]!r} is no {kind} that LLVM knows for {triple}: see `llc -march=… -mattr=help`")


def _target(triple: str | None) -> llvm.Target:
    if triple is None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        llvm.initialize_native_asmparser()
        return llvm.Target.from_triple(llvm.get_process_triple())
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    llvm.initialize_native_asmparser()  # llvmlite has no parser for other machines
    try:
        return llvm.Target.from_triple(triple)
    except RuntimeError as error:
        raise TargetError(f"{triple!r} is no target of this LLVM: {' '.join(str(error).split())}", triple) from None
