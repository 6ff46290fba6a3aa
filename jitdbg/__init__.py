"""JIT-compiled code as an ordinary citizen: LLVM IR in, a real shared library with full DWARF loaded.

    import jitdbg

    with jitdbg.Engine() as engine:
        dylib = engine.load("fib.ll")
        print(dylib.function("fib")(20))

The names below are loaded when they are first asked for (PEP 562): importing this package loads neither LLVM nor
anything else that is not Python's own, since the Python inside gdb and lldb imports it too.
"""

from __future__ import annotations

# Type checkers take this name for true; importing it from typing would cost five times what the rest of this file does.
TYPE_CHECKING = False

__version__ = "0.1.0"

__all__ = [
    "CallError",
    "ClosedError",
    "CodegenCrash",
    "CodegenError",
    "ConditionError",
    "ConfigurationError",
    "CoreError",
    "DeadlinePassed",
    "DebugInfoError",
    "DebuggerError",
    "DebuggerGone",
    "DirectiveError",
    "Dylib",
    "ElfError",
    "Engine",
    "Function",
    "InUseError",
    "JitdbgError",
    "LinkError",
    "LoadError",
    "MarkError",
    "MissingSymbolsError",
    "NameInUseError",
    "ParseError",
    "SignatureError",
    "SourceError",
    "StoreError",
    "SymbolError",
    "TargetError",
    "ToolError",
    "ToolMissingError",
    "Unsupported",
    "VerifyError",
    "__version__",
    "enable_crash_reports",
    "link",
    "symbolize",
    "symbolize_all",
    "traceback",
]

_HOMES = {
    "Dylib": "jitdbg.dylib",
    "Engine": "jitdbg.engine",
    "Function": "jitdbg.dylib",
    "enable_crash_reports": "jitdbg.reports",
    "link": "jitdbg.linker",
    "symbolize": "jitdbg.symbols",
    "symbolize_all": "jitdbg.symbols",
    "traceback": "jitdbg.stack",
}

if TYPE_CHECKING:
    from jitdbg.dylib import Dylib, Function
    from jitdbg.engine import Engine
    from jitdbg.errors import (
        CallError,
        ClosedError,
        CodegenCrash,
        CodegenError,
        ConditionError,
        ConfigurationError,
        CoreError,
        DeadlinePassed,
        DebuggerError,
        DebuggerGone,
        DebugInfoError,
        DirectiveError,
        ElfError,
        InUseError,
        JitdbgError,
        LinkError,
        LoadError,
        MarkError,
        MissingSymbolsError,
        NameInUseError,
        ParseError,
        SignatureError,
        SourceError,
        StoreError,
        SymbolError,
        TargetError,
        ToolError,
        ToolMissingError,
        Unsupported,
        VerifyError,
    )
    from jitdbg.linker import link
    from jitdbg.reports import enable_crash_reports
    from jitdbg.stack import traceback
    from jitdbg.symbols import symbolize, symbolize_all
else:
    # Hidden from type checkers, which would take it for a promise that every name exists.
    def __getattr__(name):
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_HOMES.get(name, "jitdbg.errors")), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
