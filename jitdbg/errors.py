"""The exceptions of jitdbg, one tree::

    JitdbgError
    ├── SourceError               what was handed in can't become a module
    │   ├── ParseError            broken IR or C: file, line, column, the compiler's words
    │   ├── VerifyError           the IR parses and is not valid: the function
    │   └── TargetError           made for another machine: the triple
    ├── DebugInfoError            metadata that would be wrong: the variable, type or instruction
    ├── CodegenError              LLVM could not make an object of a valid module
    │   └── CodegenCrash          … and aborted (isolated engines only): the function, where it was found
    ├── ElfError                  bytes that are not the ELF file they should be: name, offset
    ├── LinkError                 objects that don't make an image: object, section, symbol, the linker's words
    ├── StoreError                no place for an image: what was tried and why it failed
    ├── LoadError                 the system's loader refused an image: its words
    │   └── MissingSymbolsError   … because of symbols that nobody defines: all of them, with their uses
    ├── CoreError                 a core dump or bundle that can't be used: what is wrong with it
    ├── NameInUseError            a dylib of that name is loaded already
    ├── InUseError                a dylib that another one refers to can't be closed
    ├── ClosedError               a call or look-up through something that was closed
    ├── SymbolError               no function or global of that name
    ├── SignatureError            a type that has no ctypes counterpart: an explicit prototype is needed
    ├── CallError                 wrong number, type or range of arguments
    ├── DebuggerError             a debugger said no: its words
    │   ├── Unsupported           … because it has no such ability: which debugger, the reason
    │   ├── ConditionError        … or could not evaluate a breakpoint's condition: the condition, its words
    │   ├── DeadlinePassed        … or said nothing in time: what was waited for
    │   └── DebuggerGone          … or has ended
    ├── MarkError                 a mark that a source has not, or has twice: those that it has
    ├── DirectiveError            directives that can't be read: each with its line
    ├── ConfigurationError        an editor's debug configuration that can't be used: which entry, what it can be
    └── ToolError                 an external program is missing, too old, or failed
        └── ToolMissingError      … missing: the command that installs it

Every message is one sentence that says what is wrong, where, and what to do; the facts in it are attributes too.
The command line prints the message and exits with 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional


class JitdbgError(Exception):
    """The root of all exceptions that jitdbg raises on purpose."""


class SourceError(JitdbgError):
    """What was handed in can't become a module."""


class ParseError(SourceError):
    """Broken IR or C; ``line`` and ``column`` count from 1 and are None where the compiler names none."""

    def __init__(self, message: str, file: str = "", line: Optional[int] = None, column: Optional[int] = None) -> None:
        super().__init__(message)
        self.file, self.line, self.column = file, line, column


class VerifyError(SourceError):
    """A module that parses and breaks LLVM's rules; ``function`` is None where no single function is at fault."""

    def __init__(self, message: str, function: Optional[str] = None) -> None:
        super().__init__(message)
        self.function = function


class TargetError(SourceError):
    """A module made for another machine than the one asked for."""

    def __init__(self, message: str, triple: str) -> None:
        super().__init__(message)
        self.triple = triple


class DebugInfoError(JitdbgError):
    """Debug info that LLVM would refuse, or a debugger misread."""


class CodegenError(JitdbgError):
    """LLVM could not make an object of a valid module."""


class CodegenCrash(CodegenError):
    """LLVM aborted in the worker process; ``function`` is None where bisection found no single culprit."""

    def __init__(self, message: str, function: Optional[str] = None) -> None:
        super().__init__(message)
        self.function = function


class ElfError(JitdbgError):
    """Bytes that are not the ELF file they should be."""


class LinkError(JitdbgError):
    """Objects that don't make an image."""


class StoreError(JitdbgError):
    """No place for an image."""


class LoadError(JitdbgError):
    """The system's loader refused an image."""


class MissingSymbolsError(LoadError):
    """Symbols that nobody defines; ``uses`` maps each to the functions or sections that refer to it."""

    def __init__(self, message: str, uses: dict[str, Sequence[str]]) -> None:
        super().__init__(message)
        self.uses = uses


class CoreError(JitdbgError):
    """A core dump, or a bundle made of one, that can't be used."""


class NameInUseError(JitdbgError):
    """A dylib of that name is loaded already."""


class InUseError(JitdbgError):
    """A dylib that another one refers to can't be closed."""


class ClosedError(JitdbgError):
    """A call or look-up through something that was closed."""


class SymbolError(JitdbgError):
    """No function or global of that name."""


class SignatureError(JitdbgError):
    """A type that has no ctypes counterpart."""


class CallError(JitdbgError, TypeError):
    """Wrong number, type or range of arguments."""


class DebuggerError(JitdbgError):
    """A debugger refused, or its program is in no state for what was asked.

    ``transcript`` is what was said in the session until then; empty outside of the harness.
    """

    transcript: str = ""


class Unsupported(DebuggerError):
    """An ability that a debugger lacks; tests report it as such, with the reason."""

    def __init__(self, debugger: str, reason: str) -> None:
        super().__init__(f"{debugger} can't do this: {reason}")
        self.debugger, self.reason = debugger, reason


class ConditionError(DebuggerError):
    """Conditions of breakpoints could not be evaluated; the session's ``stop`` has the facts."""


class DeadlinePassed(DebuggerError):
    """Nothing was heard of a debugger or its program in time."""


class DebuggerGone(DebuggerError):
    """The debugger's process has ended."""


class MarkError(JitdbgError):
    """A mark that a source has not, or has twice; or no source, where its file can't be read."""


class DirectiveError(JitdbgError):
    """Directives in a file's comments that can't be read; each of the ``problems`` is said with its file and line."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


class ConfigurationError(JitdbgError):
    """A debug configuration of an editor that can't be used."""


class ToolError(JitdbgError):
    """An external program is too old or failed."""


class ToolMissingError(ToolError):
    """An external program is not installed; the message has the command that installs it."""
