"""A DIBuilder for llvmlite.ir: what a compiler knows of its source becomes debug info of a module.

    with DIBuilder(module, "fib.toy") as di:
        integer = di.integer("int", 32)
        fib = di.function(body, "fib", di.subroutine(integer, [integer]), line=1)
        with fib.prologue(builder):
            fib.parameter("n", integer).declare(builder, slot)
        with fib.at(builder, line=2, column=5):
            ...

The names are those of DWARF and of LLVM's own DIBuilder; docs/debuginfo.md shows everything. All mistakes are raised as
`DebugInfoError`, most by the call that makes them, those of whole functions by `finish`.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import llvmlite.ir as ir

from jitdbg.debuginfo import checks
from jitdbg.debuginfo.files import File, checked_file
from jitdbg.debuginfo.nodes import Node, checked_mapping
from jitdbg.debuginfo.producer import PRODUCER
from jitdbg.debuginfo.scopes import Function
from jitdbg.debuginfo.types import (
    WIDE_CHARACTERS,
    ArrayType,
    BasicType,
    EnumerationType,
    PointerType,
    QualifiedType,
    StringType,
    StructType,
    SubroutineType,
    Type,
    UnspecifiedType,
    checked_type,
)
from jitdbg.debuginfo.unit import CompileUnit, Module, Namespace
from jitdbg.debuginfo.variables import GlobalVariable, GlobalVariableExpression, ImportedModule, Variable
from jitdbg.errors import DebugInfoError

_SIXTY_FOUR_BITS = 0xFFFF_FFFF_FFFF_FFFF
_BEHAVIOUR_MAX, _BEHAVIOUR_WARNING = 7, 2

Made = TypeVar("Made", bound=Type)


class DIBuilder:
    """One compile unit of a module of llvmlite's, to be used in a ``with`` that ends when the module is complete.

    ``path``, ``directory``, ``source``, ``checksum``
        The source file; see `file`.
    ``language``
        DWARF's name for it: "C11", "C_plus_plus_14", "Rust" …; debuggers go by it as they read expressions and print
        values.
    ``producer``, ``flags``
        The compiler's name with its version, and how it was called. gdb's ``step`` into a function believes the line
        table's word on where the prologue ends only where the name begins with "clang ", as the default does; else
        it can stop where the arguments are not in place yet, unless the code has frame pointers.
    ``optimized``
        The code will be: variables that get lost are listed all the same, and calls are described.
    ``lines_only``
        Emit line tables and nothing of types and variables.
    ``dwarf_version``
        4 or 5, one for the whole module.
    """

    def __init__(
        self,
        module: ir.Module,
        path: str | os.PathLike[str],
        *,
        directory: str | os.PathLike[str] | None = None,
        source: str | None = None,
        checksum: str | None = None,
        language: str = "C11",
        producer: str = PRODUCER,
        flags: str = "",
        optimized: bool = False,
        lines_only: bool = False,
        dwarf_version: int = 5,
    ) -> None:
        if not isinstance(module, ir.Module):
            raise DebugInfoError(f"{module!r} is given as a module: give an llvmlite.ir.Module")
        self.module = module
        _set_flags(module, dwarf_version)
        main = self.file(path, directory=directory, source=source, checksum=checksum)
        emission = "LineTablesOnly" if lines_only else "FullDebug"
        self.unit = CompileUnit(
            module, main, language=language, producer=producer, flags=flags, optimized=optimized, emission=emission
        )
        module.add_named_metadata("llvm.dbg.cu").add(self.unit)
        self._optimized = bool(optimized)
        self._functions: list[Function] = []
        self._once: dict[Hashable, Any] = {}

    def __enter__(self) -> DIBuilder:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.finish()

    def finish(self) -> None:
        """Check what only complete functions can show: that each instruction has a position, in its own function."""
        for function in self._functions:
            checks.check_function(function)
        checks.check_undescribed(self.module)

    # ------------------------------------------------------------------------------------------------ files, scopes

    def file(
        self,
        path: str | os.PathLike[str],
        *,
        directory: str | os.PathLike[str] | None = None,
        source: str | None = None,
        checksum: str | None = None,
    ) -> File:
        """Name a source file, below ``directory`` (the working directory).

        ``source`` is its text, to be embedded (DWARF 5): for text that lies in no file. ``checksum`` is the MD5 of
        its bytes; without, that of the text that is embedded or on disk.
        """
        return File(self.module, path, directory, source, checksum)

    def namespace(self, name: str, *, scope: Node | None = None) -> Namespace:
        """Make a namespace, to be given as ``scope`` to what is in it."""
        return Namespace(self.module, name, scope)

    def imported_source_module(self, name: str, line: int = 0, *, scope: Node | None = None) -> Module:
        """Make a module of the source language, to be given as ``scope`` to what is in it."""
        return Module(self.module, name, self.unit.file, line, scope)

    def import_module(self, module: Node, line: int = 0) -> ImportedModule:
        """Let the names of a module or namespace be found without its name, in the whole unit."""
        imported = ImportedModule(self.module, self.unit, module, self.unit.file, line)
        self.unit.imports.append(imported)
        return imported

    def function(
        self,
        body: ir.Function | None,
        name: str,
        type: SubroutineType,
        line: int,
        *,
        scope_line: int | None = None,
        linkage_name: str | None = None,
        file: File | None = None,
        scope: Node | None = None,
        prototyped: bool = True,
        artificial: bool = False,
        noreturn: bool = False,
    ) -> Function:
        """Describe a function that is defined in the module.

        ``body`` is None for one that exists in inlined copies only. ``scope_line`` is where its code begins, if not in
        ``line``. A linkage name is for symbols that are mangled as C++ or Rust does it: gdb calls a function by that.
        """
        if body is not None:
            self._check_ours(body, ir.Function, "the body of function", name)
            if isinstance(body.metadata.get("dbg"), Function):
                raise DebugInfoError(f"function {name!r} is described twice: describe each ir.Function once")
        place = self._place(file)
        function = Function(
            self.module, self.unit, body, name, type, line, place, scope or place, scope_line, linkage_name,
            _flags(bool(prototyped), bool(artificial), bool(noreturn), self._optimized), self._optimized,
        )  # fmt: skip
        if body is not None:
            body.metadata["dbg"] = function
        self._functions.append(function)
        return function

    def global_variable(
        self,
        variable: ir.GlobalVariable,
        name: str,
        type: Type,
        line: int = 0,
        *,
        linkage_name: str | None = None,
        file: File | None = None,
        scope: Node | None = None,
    ) -> GlobalVariable:
        """Describe a global variable that is defined in the module."""
        self._check_ours(variable, ir.GlobalVariable, "variable", name)
        if "dbg" in variable.metadata:
            raise DebugInfoError(f"variable {name!r} is described twice: describe each ir.GlobalVariable once")
        place = self._place(file)
        made = GlobalVariable(self.module, variable, name, type, line, place, scope or self.unit, linkage_name)
        whole = GlobalVariableExpression(self.module, made)
        variable.set_metadata("dbg", whole)
        self.unit.globals.append(whole)
        return made

    def constant(
        self, name: str, type: Type, value: int, line: int = 0, *, file: File | None = None, scope: Node | None = None
    ) -> GlobalVariable:
        """Give a name to an integer that lies nowhere in memory."""
        if not isinstance(value, int):
            raise DebugInfoError(f"constant {name!r} is {value!r}: give an integer")
        place = self._place(file)
        made = GlobalVariable(self.module, None, name, type, line, place, scope or self.unit, None)
        operations = ("DW_OP_constu", value & _SIXTY_FOUR_BITS, "DW_OP_stack_value")
        self.unit.globals.append(GlobalVariableExpression(self.module, made, *operations))
        return made

    # ------------------------------------------------------------------------------------------------------- types

    def basic_type(self, name: str, size: int, encoding: str) -> BasicType:
        """Make a type of ``size`` bits, read by an encoding of DWARF's, such as "DW_ATE_complex_float"."""
        return self._made(BasicType, name, size, encoding, self._standard(name, size, encoding))

    def integer(self, name: str, size: int, *, signed: bool = True) -> BasicType:
        """Make an integer type of ``size`` bits."""
        return self.basic_type(name, size, "DW_ATE_signed" if signed else "DW_ATE_unsigned")

    def floating(self, name: str, size: int) -> BasicType:
        """Make a floating-point type of ``size`` bits: 16, 32, 64, 80 (x87) or 128."""
        return self.basic_type(name, size, "DW_ATE_float")

    def boolean(self, name: str = "bool", size: int = 8) -> BasicType:
        """Make a type of truth values; an ``i1`` in memory takes 8 bits."""
        return self.basic_type(name, size, "DW_ATE_boolean")

    def character(self, name: str = "char", size: int = 8, *, signed: bool = True) -> BasicType:
        """Make a character type; one of 16 or 32 bits is of Unicode.

        Debuggers know those two as ``char16_t`` and ``char32_t``, so that another name is a typedef of that.
        """
        narrow = "DW_ATE_signed_char" if signed else "DW_ATE_unsigned_char"
        return self.basic_type(name, size, narrow if size == 8 else "DW_ATE_UTF")

    def unspecified(self, name: str) -> UnspecifiedType:
        """Make a type of which only the name is known."""
        return self._made(UnspecifiedType, name)

    def pointer(self, base: Type | None = None) -> PointerType:
        """Make a pointer; without ``base`` it is C's ``void *``."""
        return self._made(PointerType, "DW_TAG_pointer_type", base)

    def reference(self, base: Type, *, rvalue: bool = False) -> PointerType:
        """Make a reference: a pointer that is read as what it points to."""
        return self._made(PointerType, f"DW_TAG_{'rvalue_' if rvalue else ''}reference_type", base)

    def const(self, base: Type | None) -> QualifiedType:
        """Qualify a type as not to be written."""
        return self._made(QualifiedType, "DW_TAG_const_type", base)

    def volatile(self, base: Type | None) -> QualifiedType:
        """Qualify a type as written from elsewhere."""
        return self._made(QualifiedType, "DW_TAG_volatile_type", base)

    def typedef(self, name: str, base: Type | None, line: int = 0, *, file: File | None = None) -> QualifiedType:
        """Give another name to a type."""
        return self._made(QualifiedType, "DW_TAG_typedef", base, name, self._place(file), line)

    def array(self, element: Type, *counts: int | Variable | None, lower_bound: int | None = None) -> ArrayType:
        """Make an array with a count for each dimension, the outermost first.

        A count is a number, a variable that holds it at run time, or None where nobody knows. ``lower_bound`` is the
        first index, where it is not the language's own.
        """
        return self._made(ArrayType, element, counts, lower_bound, "")

    def vector(self, element: Type, count: int) -> ArrayType:
        """Make a vector, as ``ir.VectorType`` has it."""
        return self._made(ArrayType, element, (count,), None, "DIFlagVector")

    def struct(
        self,
        name: str,
        members: Mapping[str, Type] | None = None,
        line: int = 0,
        *,
        packed: bool = False,
        opaque: bool = False,
        file: File | None = None,
        scope: Node | None = None,
    ) -> StructType:
        """Make a structure; each call makes another type.

        More members come with `StructType.member`. One that refers to itself is made without members, and gets them
        when there are pointers to it. ``opaque`` says that nobody knows its members.
        """
        return self._structure("DW_TAG_structure_type", name, members, line, packed, opaque, file, scope)

    def union(
        self,
        name: str,
        members: Mapping[str, Type] | None = None,
        line: int = 0,
        *,
        opaque: bool = False,
        file: File | None = None,
        scope: Node | None = None,
    ) -> StructType:
        """Make a union; its members lie all at its beginning."""
        return self._structure("DW_TAG_union_type", name, members, line, False, opaque, file, scope)

    def enumeration(
        self,
        name: str,
        base: BasicType,
        values: Mapping[str, int],
        line: int = 0,
        *,
        file: File | None = None,
        scope: Node | None = None,
    ) -> EnumerationType:
        """Give names to values of ``base``."""
        made = EnumerationType(self.module, name, base, values, self._place(file), line, scope)
        self.unit.enumerations.append(made)
        return made

    def subroutine(
        self, result: Type | None = None, parameters: Sequence[Type] = (), *, variadic: bool = False
    ) -> SubroutineType:
        """Make a function's type: what it returns (None is nothing) and takes."""
        if not isinstance(parameters, Sequence):
            raise DebugInfoError(f"a function's parameters are {parameters!r}: give a list of their types")
        return self._made(SubroutineType, result, tuple(parameters), variadic=bool(variadic))

    def string(self, name: str, length: int | Variable) -> StringType:
        """Make a string type of a language whose strings are no arrays (DW_TAG_string_type).

        ``length`` counts bytes, or is a variable that holds the count. lldb 22 does not know such types: a structure
        of pointer and length is read by every debugger.
        """
        return self._made(StringType, name, length)

    def retain(self, type: Made) -> Made:
        """Keep a type that nothing in the unit has, so that a debugger's expressions can name it."""
        checked_type(type, self.module, "what is retained")
        self.unit.retained_types.append(type)
        return type

    def _standard(self, name: str, size: int, encoding: str) -> BasicType | None:
        """Give the type by which debuggers know wide characters of another name, None for all else."""
        if encoding != "DW_ATE_UTF" or size not in tuple(WIDE_CHARACTERS) or self.unit.has_own_characters:
            return None
        standard = WIDE_CHARACTERS[size]
        return None if name == standard else self.basic_type(standard, size, encoding)

    def _place(self, file: File | None) -> File:
        """Give the file that was given, or the unit's own."""
        return checked_file(file, self.module) if file else self.unit.file

    def _structure(
        self, tag: str, name: str, members: Mapping[str, Type] | None, line: int, packed: bool, opaque: bool,
        file: File | None, scope: Node | None,
    ) -> StructType:  # fmt: skip
        made = StructType(self.module, tag, name, self._place(file), line, scope, packed=packed, opaque=opaque)
        for member, type in checked_mapping(members or {}, f"the members of {made.described}").items():
            made.member(member, type)
        return made

    def _made(self, kind: Callable[..., Made], *arguments: Hashable, **options: Hashable) -> Made:
        """Make a type, or give the equal one that has been made before."""
        key = (kind, arguments, tuple(options.values()))
        try:
            made: Made | None = self._once.get(key)
        except TypeError:  # what can't be a key is nothing that a type is made of, and is refused
            return kind(self.module, *arguments, **options)
        if made is None:
            made = self._once[key] = kind(self.module, *arguments, **options)
        return made

    def _check_ours(self, value: object, kind: type[ir.GlobalValue], what: str, name: str) -> None:
        """Refuse what is no such thing of the module's."""
        if not isinstance(value, kind):
            raise DebugInfoError(f"{what} {name!r} is {value!r}: give an ir.{kind.__name__}")
        if value.parent is not self.module:
            raise DebugInfoError(
                f"{what} {name!r} is in module {value.parent.name!r}: give one of module {self.module.name!r}"
            )


@functools.cache
def _flags(prototyped: bool, artificial: bool, noreturn: bool, optimized: bool) -> str:
    """Give what a subprogram has as its flags."""
    said = {
        "DIFlagPrototyped": prototyped,
        "DIFlagArtificial": artificial,
        "DIFlagNoReturn": noreturn,
        # LLVM says then which calls became jumps, so that debuggers can show the frames that are gone.
        "DIFlagAllCallsDescribed": optimized,
    }
    return " | ".join(flag for flag, holds in said.items() if holds)


def _set_flags(module: ir.Module, dwarf_version: int) -> None:
    """Say the versions of DWARF and of the metadata, once for a module."""
    if dwarf_version not in (4, 5):
        raise DebugInfoError(f"DWARF {dwarf_version} is not made here: choose version 4 or 5")
    flags = {"Dwarf Version": (_BEHAVIOUR_MAX, dwarf_version), "Debug Info Version": (_BEHAVIOUR_WARNING, 3)}
    listed = module.namedmetadata.get("llvm.module.flags")
    known = {flag.operands[1].string: flag.operands[2].constant for flag in listed.operands} if listed else {}
    for name, (behaviour, value) in flags.items():
        if known.setdefault(name, value) != value:
            raise DebugInfoError(
                f"module {module.name!r} has the flag {name!r} with {known[name]} already, not {value}"
            )
        if listed is None or name not in {flag.operands[1].string for flag in listed.operands}:
            number = ir.IntType(32)
            module.add_named_metadata("llvm.module.flags", [number(behaviour), name, number(value)])
