"""What a host loads modules with: one class for each peer, in the process that a debugger has.

All are alike: `load` takes IR, `load_object` what IR was compiled to, and both give a `Module`. Constructors have run
when they return.
"""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

import llvmlite.binding as llvm

from jitdbg import codegen, elf
from jitdbg.codegen import Options
from jitdbg.compare.mapped import Hook, Mapping, map_object
from jitdbg.dylib import Dylib
from jitdbg.engine import Engine
from jitdbg.linker import Object


class Module(Protocol):
    """A module that is loaded; lives until `unload`."""

    def address(self, function: str) -> int:
        """Give the address of a function."""

    def unload(self) -> None:
        """Take it out of the process, and off the debugger's list."""


class Jit(Protocol):
    """A way to load modules; lives as long as the host."""

    def load(self, name: str, ir: str) -> Module:
        """Compile IR text and load it."""

    def load_object(self, name: str, data: bytes) -> Module:
        """Load an object."""

    def load_all(self, given: Sequence[tuple[str, str]]) -> Sequence[Module]:
        """Load names and their IR, together where the way has that."""

    def load_objects(self, given: Sequence[tuple[str, bytes]]) -> Sequence[Module]:
        """Load names and their objects, together where the way has that."""


class OneByOne:
    """The half of a `Jit` that has no batches."""

    def load_all(self: Jit, given: Sequence[tuple[str, str]]) -> Sequence[Module]:
        """Load IR, one after the other."""
        return [self.load(name, ir) for name, ir in given]

    def load_objects(self: Jit, given: Sequence[tuple[str, bytes]]) -> Sequence[Module]:
        """Load objects, one after the other."""
        return [self.load_object(name, data) for name, data in given]


class DylibModule:
    """A dylib of an engine."""

    def __init__(self, dylib: Dylib) -> None:
        self._dylib = dylib

    def address(self, function: str) -> int:
        """Give the address of a function."""
        return self._dylib.address(function)

    def unload(self) -> None:
        """Close the dylib."""
        self._dylib.close()


class DylibJit:
    """jitdbg's engine; what is given together becomes one image."""

    def __init__(self, store: str) -> None:
        self.engine = Engine(store=store)

    def load(self, name: str, ir: str) -> Module:
        """Load IR."""
        return DylibModule(self.engine.load(ir, name=name))

    def load_object(self, name: str, data: bytes) -> Module:
        """Load an object."""
        return DylibModule(self.engine.load(data, name=name))

    def load_all(self, given: Sequence[tuple[str, str]]) -> Sequence[Module]:
        """Load IR as one image."""
        with self.engine.batch():
            return [self.load(name, ir) for name, ir in given]

    def load_objects(self, given: Sequence[tuple[str, bytes]]) -> Sequence[Module]:
        """Load objects as one image."""
        with self.engine.batch():
            return [self.load_object(name, data) for name, data in given]


class McjitModule:
    """An MCJIT execution engine with one module."""

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler
        compiler.finalize_object()
        compiler.run_static_constructors()

    def address(self, function: str) -> int:
        """Give the address of a function."""
        return int(self._compiler.get_function_address(function))

    def unload(self) -> None:
        """Close the engine."""
        self._compiler.close()


class Mcjit(OneByOne):
    """llvmlite's MCJIT, with an engine for each module, which is what lets one be unloaded."""

    def __init__(self) -> None:
        codegen.target_machine(Options())  # It initialises LLVM.

    def load(self, name: str, ir: str) -> Module:  # noqa: ARG002
        """Compile and load IR."""
        parsed = llvm.parse_assembly(ir, llvm.create_context())
        parsed.verify()
        return McjitModule(llvm.create_mcjit_compiler(parsed, self._machine()))

    def load_object(self, name: str, data: bytes) -> Module:  # noqa: ARG002
        """Load an object into an engine that has an empty module besides."""
        empty = llvm.parse_assembly("", llvm.create_context())
        compiler = llvm.create_mcjit_compiler(empty, self._machine())
        compiler.add_object_file(llvm.ObjectFileRef.from_data(data))
        return McjitModule(compiler)

    def _machine(self) -> Any:
        return llvm.Target.from_default_triple().create_target_machine(opt=0)


class LljitModule:
    """A library of an LLJIT."""

    def __init__(self, tracker: Any) -> None:
        self._tracker = tracker

    def address(self, function: str) -> int:
        """Give the address of a function that was exported."""
        return int(self._tracker[function])

    def unload(self) -> None:
        """Let the last reference go, which is how llvmlite unloads a library."""
        self._tracker = None
        gc.collect()


class Lljit(OneByOne):
    """llvmlite's LLJIT."""

    def __init__(self) -> None:
        codegen.target_machine(Options())  # It initialises LLVM.
        machine = llvm.Target.from_default_triple().create_target_machine(opt=0, jit=True)
        self._compiler = llvm.create_lljit_compiler(machine)
        self._numbers = itertools.count()

    def load(self, name: str, ir: str) -> Module:
        """Compile and load IR."""
        parsed = llvm.parse_assembly(ir, llvm.create_context())
        parsed.verify()
        defined = [each for each in parsed.functions if not each.is_declaration]
        exports = [each.name for each in defined if each.linkage.name == "external"]
        return self._link(name, llvm.JITLibraryBuilder().add_ir(ir), exports)

    def load_object(self, name: str, data: bytes) -> Module:
        """Load an object."""
        exports = elf.exported(elf.ElfFile(data, name))
        return self._link(name, llvm.JITLibraryBuilder().add_object_img(data), exports)

    def _link(self, name: str, builder: Any, exports: Iterable[str]) -> Module:
        for each in exports:
            builder.export_symbol(each)
        # The name of a library that was unloaded stays in use.
        return LljitModule(builder.add_current_process().link(self._compiler, f"{name}-{next(self._numbers)}"))


class MappedModule:
    """An image that was mapped without the loader."""

    def __init__(self, mapping: Mapping, hook: Hook | None) -> None:
        self._mapping, self._hook = mapping, hook
        self._entry = hook.register(mapping.registered) if hook else None
        mapping.run_constructors()

    def address(self, function: str) -> int:
        """Give the address of a function."""
        return self._mapping.addresses[function]

    def unload(self) -> None:
        """Take it off the debugger's list, and unmap it."""
        if self._hook and self._entry:
            self._hook.unregister(self._entry)
        self._mapping.close()


class MappedJit(OneByOne):
    """jitdbg's code generator and linker without the system's loader; with a ``hook`` debuggers are told."""

    def __init__(self, hook: Hook | None) -> None:
        self._hook = hook

    def load(self, name: str, ir: str) -> Module:
        """Compile and map IR."""
        return self.load_object(name, codegen.compile_text(ir, Options(), name, None).data)

    def load_object(self, name: str, data: bytes) -> Module:
        """Map an object."""
        return MappedModule(map_object(Object(name, data)), self._hook)


# Each makes the JIT of a peer; ``hook`` is there for those that register by themselves.
JITS: dict[str, Callable[[Hook | None], Jit]] = {
    "file": lambda _: DylibJit("file"),
    "memfd": lambda _: DylibJit("memfd"),
    "mcjit": lambda _: Mcjit(),
    "lljit": lambda _: Lljit(),
    "mapped": MappedJit,
    "floor": MappedJit,
}
