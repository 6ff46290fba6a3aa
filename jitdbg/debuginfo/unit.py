"""The compile unit, and the named scopes outside of functions."""

from __future__ import annotations

import difflib

import llvmlite.ir as ir

from jitdbg.debuginfo.files import File
from jitdbg.debuginfo.nodes import Node, checked_line, checked_name, checked_scope, checked_text, listed, quoted
from jitdbg.errors import DebugInfoError

# What llvm/BinaryFormat/Dwarf.def has, LLVM 22.
_LANGUAGES = (
    "C89 C Ada83 C_plus_plus Cobol74 Cobol85 Fortran77 Fortran90 Pascal83 Modula2 Java C99 Ada95 Fortran95 PLI ObjC "
    "ObjC_plus_plus UPC D Python OpenCL Go Modula3 Haskell C_plus_plus_03 C_plus_plus_11 OCaml Rust C11 Swift Julia "
    "C_plus_plus_14 Fortran03 Fortran08 RenderScript BLISS Kotlin Zig Crystal C_plus_plus_17 C_plus_plus_20 C17 "
    "Fortran18 Ada2005 Ada2012 HIP Assembly C_sharp Mojo GLSL GLSL_ES HLSL OpenCL_CPP CPP_for_OpenCL SYCL Ruby Move "
    "Hylo Metal Mips_Assembler GOOGLE_RenderScript BORLAND_Delphi"
)
LANGUAGES = frozenset(_LANGUAGES.split())
# gdb reads characters of any name in these, and takes a typedef of theirs for something else.
_OWN_CHARACTERS = tuple(f"DW_LANG_{name}" for name in ("Ada", "Fortran", "Modula", "Pascal", "Rust"))


def language_token(language: str) -> str:
    """Give a language as LLVM spells it: ``"C11"`` is DW_LANG_C11."""
    name = checked_text("the language", language).removeprefix("DW_LANG_")
    if name not in LANGUAGES:
        close = difflib.get_close_matches(name, sorted(LANGUAGES)) or ["C11", "C_plus_plus_14", "Rust"]
        raise DebugInfoError(
            f"DWARF knows no language {language!r}: give one of its own, such as {', '.join(close)}; C11 is what "
            "debuggers show the values of a new language with"
        )
    return f"DW_LANG_{name}"


class CompileUnit(Node):
    """A compile unit (DICompileUnit), and what it lists."""

    is_scope = True

    def __init__(
        self, module: ir.Module, file: File, *, language: str, producer: str, flags: str, optimized: bool, emission: str
    ) -> None:
        self.file = file
        self._language, self._producer = language_token(language), checked_text("the producer", producer)
        self._flags, self._emission = checked_text("the text of the flags", flags), emission
        self._optimized = bool(optimized)
        self.enumerations: list[Node] = []
        self.retained_types: list[Node] = []
        self.globals: list[Node] = []
        self.imports: list[Node] = []
        super().__init__(module)

    @property
    def has_own_characters(self) -> bool:
        """Whether debuggers show its characters by the language, whatever the type's name is."""
        return self._language.startswith(_OWN_CHARACTERS)

    def __str__(self) -> str:
        lists = {"enums": self.enumerations, "retainedTypes": self.retained_types, "globals": self.globals}
        spelled_lists = {name: listed(nodes) for name, nodes in {**lists, "imports": self.imports}.items() if nodes}
        return self.distinct(
            "DICompileUnit", language=self._language, file=self.file, producer=quoted(self._producer),
            isOptimized=self._optimized, flags=quoted(self._flags) if self._flags else None,
            runtimeVersion=0, emissionKind=self._emission, **spelled_lists, splitDebugInlining=False,
            nameTableKind="None",
        )  # fmt: skip


class Namespace(Node):
    """A namespace (DW_TAG_namespace)."""

    is_scope = True

    def __init__(self, module: ir.Module, name: str, scope: Node | None) -> None:
        self.name = checked_name("namespace", name)
        self.scope = None if scope is None else checked_scope(scope, module, f"namespace {name!r}")
        super().__init__(module)

    def __str__(self) -> str:
        return self.defined("DINamespace", name=quoted(self.name), scope=self.scope or "null")


class Module(Node):
    """A module, as a language with modules has them (DW_TAG_module)."""

    is_scope = True

    def __init__(self, module: ir.Module, name: str, file: File, line: int, scope: Node | None) -> None:
        self.name, self.file = checked_name("module", name), file
        self.scope = None if scope is None else checked_scope(scope, module, f"module {name!r}")
        self.line = checked_line(line, "module", name)
        super().__init__(module)

    def __str__(self) -> str:
        scope = self.scope or "null"
        return self.defined("DIModule", scope=scope, name=quoted(self.name), file=self.file, line=self.line or None)
