"""Putting dylibs behind Numba's code generator.

Numba takes ``create_mcjit_compiler`` out of llvmlite when its first function is compiled, wraps the engine, and asks
that through functions that it took from llvmlite's class. Those three places are replaced, and the name under which
compiled functions are cached on disk, since objects for MCJIT can't be linked into images.
"""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.util
import sys
import weakref
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

import llvmlite.binding as llvm

from jitdbg import passes
from jitdbg.errors import JitdbgError
from jitdbg.llvmlite.origins import remember
from jitdbg.numba.engine import NumbaEngine
from jitdbg.numba.loops import in_the_users_source
from jitdbg.numba.pipelines import with_one_pipeline
from jitdbg.numba.sources import noting_whether_asked, silent_unless_asked

_PACKAGE: Final = "numba"
_CODEGEN: Final = "numba.core.codegen"
_CACHED: Final = "jitdbg 1"
"""Part of the key of cached functions; another number forgets those that there are."""
_NEEDED: Final = {
    "JitEngine": ("add_module", "set_object_cache", "finalize_object", "get_function_address"),
    "CPUCodeLibrary": ("add_ir_module", "_get_compiled_object", "_optimize_functions"),
    "JITCPUCodegen": ("_add_module", "magic_tuple", "_init", "_function_pass_manager", "_pass_builder"),
}
_FORWARDED: Final = ("set_object_cache", "get_function_address", "get_global_value_address")
_replaced: list[tuple[Any, str, Any]] = []


def install(*, debug: bool = True) -> None:
    """Let Numba make dylibs of all that it compiles, in this process, from now on.

    ``debug`` gives functions debug info that do not say ``debug=`` themselves, as ``NUMBA_DEBUGINFO=1`` does, and
    leaves those that have it unoptimised: in an unrolled loop a breakpoint lies where the program may never come, and
    locals are gone. Without, it is Numba's own choice, most functions have symbols alone, and are as fast as ever.

    Call it before anything is compiled. Raises `JitdbgError` where that is too late, where Numba is not installed, and
    for a Numba whose parts have other names.
    """
    uninstall()
    codegen = _codegen()
    remember()
    from numba.core import config, cpu, dispatcher, lowering, pylowering
    from numba.np.ufunc import ufuncbuilder

    if debug:
        _silence(config, dispatcher, lowering.BaseLower, ufuncbuilder)
        _replace(config, "DEBUGINFO_DEFAULT", 1)
        for options in (cpu.CPUTargetOptions, ufuncbuilder.UFuncTargetOptions):
            _replace(options, "finalize", _unoptimised(options.finalize))
        lower = lowering.BaseLower
        _replace(lower, "_compute_def_location", in_the_users_source(lower._compute_def_location))
    # In object mode debug info is left unfinished: LLVM drops it then, unless told otherwise (see jitdbg.frontend).
    _replace(pylowering.PyLower, "post_lower", lowering.BaseLower.post_lower)
    engine, generator, library = codegen.JitEngine, codegen.JITCPUCodegen, codegen.CPUCodeLibrary
    _replace(generator, "_init", _init(generator._init, plain_names=debug))
    _replace(library, "add_ir_module", _with_unwind_tables(library.add_ir_module))
    _replace(library, "_get_compiled_object", _compiled(library._get_compiled_object))
    _replace(library, "_optimize_functions", with_one_pipeline(library._optimize_functions))
    _replace(generator, "_add_module", _add_library)
    _replace(generator, "magic_tuple", _own_magic(generator.magic_tuple))
    _replace(dispatcher.Dispatcher, "recompile", _recompiled(dispatcher.Dispatcher.recompile))
    _replace(engine, "add_module", _forward("add_module"))
    _replace(engine, "finalize_object", _finalize_object)
    for name in _FORWARDED:
        _replace(engine, name, _forward(name))
    for manager in passes.leaking():  # about 600 KiB for each function
        _replace(manager, "_dispose", passes.dispose)


def install_on_arrival(*, debug: bool = True) -> None:
    """Do what `install` does once the program imports Numba; nothing where it never does."""
    if _PACKAGE in sys.modules:
        install(debug=debug)
    else:
        sys.meta_path.insert(0, _Arrival(functools.partial(install, debug=debug)))


def uninstall() -> None:
    """Put Numba's own parts back; what was compiled meanwhile stays what it is, and its engine goes on."""
    while _replaced:
        setattr(*_replaced.pop())


def installed() -> bool:
    """Say whether `install` holds."""
    return bool(_replaced)


def _replace(home: Any, name: str, value: Any) -> None:
    _replaced.append((home, name, getattr(home, name)))
    setattr(home, name, value)


def _codegen() -> Any:
    try:
        codegen = importlib.import_module(_CODEGEN)
        registry = importlib.import_module("numba.core.registry")
    except ImportError as error:
        raise JitdbgError(f"Numba can't be imported ({error}): install it with `pip install numba`") from None
    for owner, names in _NEEDED.items():
        if missing := [name for name in names if not hasattr(getattr(codegen, owner, None), name)]:
            version = sys.modules["numba"].__version__
            raise JitdbgError(
                f"Numba {version} is not known here: its {owner} has no {', '.join(missing)}: "
                "use a newer jitdbg, or Numba 0.68"
            )
    context = vars(registry.cpu_target).get("_toplevel_target_context")
    if context is not None and not isinstance(context.codegen()._engine._ee, NumbaEngine):
        raise JitdbgError("Numba has compiled functions already: call jitdbg.numba.install() before the first one")
    return codegen


def _init(original: Callable[..., Any], *, plain_names: bool) -> Callable[..., Any]:
    """Wrap the method in which a code generator makes its engine."""

    @functools.wraps(original)
    def _init(self: Any, llvm_module: Any) -> None:
        create = llvm.create_mcjit_compiler
        llvm.create_mcjit_compiler = lambda module, machine, **_: NumbaEngine(module, machine, plain_names=plain_names)
        try:
            original(self, llvm_module)
        finally:
            llvm.create_mcjit_compiler = create

    return _init


def _add_library(self: Any, module: Any) -> Callable[[], None] | None:
    """Give a library's module to the engine; return what is to be called when the library is gone."""
    wrapper, engine = self._engine, self._engine._ee
    if not isinstance(engine, NumbaEngine):  # made before `install`, or after `uninstall`
        wrapper.add_module(module)
        return None
    names = {
        each.name for group in (module.functions, module.global_variables) for each in group if not each.is_declaration
    }
    wrapper._defined_symbols |= names
    engine.add_library(module, names, _cached_object(module))
    return functools.partial(_drop, weakref.ref(engine), weakref.ref(wrapper), module, frozenset(names))


def _drop(engine: Any, wrapper: Any, module: Any, names: frozenset[str]) -> None:
    if living := engine():
        living.drop(module)
    if living := wrapper():
        living._defined_symbols -= names


def _cached_object(module: Any) -> bytes | None:
    library = getattr(module, "_CPUCodeLibrary__library", None)
    return library._compiled_object if library is not None and library._object_caching_enabled else None


def _silence(config: Any, dispatcher: Any, lower: Any, ufuncbuilder: Any) -> None:
    """Let nobody be warned of what the debug info that we ask for lacks."""
    from numba.misc.firstlinefinder import get_func_body_first_lineno as find_line

    if not config.DEBUGINFO_DEFAULT:
        _replace(lower, "_compute_def_location", silent_unless_asked(lower._compute_def_location, find_line))
        for compiler in (dispatcher._FunctionCompiler, ufuncbuilder.UFuncDispatcher):
            _replace(compiler, "_compile_core", noting_whether_asked(compiler._compile_core))


def _with_unwind_tables(original: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Wrap the method that takes a function's IR: without tables, every unwinder stops at code that can't throw."""

    @functools.wraps(original)
    def add_ir_module(self: Any, ir_module: Any) -> None:
        for function in ir_module.functions:
            function.attributes.add("nonlazybind" if function.is_declaration else "uwtable")
        original(self, ir_module)

    return add_ir_module


def _compiled(original: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Wrap the method that gives the object to cache, of which there may be none yet."""

    @functools.wraps(original)
    def _get_compiled_object(self: Any) -> bytes:
        engine = self._codegen._engine._ee
        if isinstance(engine, NumbaEngine) and self._object_caching_enabled and self._compiled_object is None:
            engine.compile_library(self._final_module)
        return original(self)

    return _get_compiled_object


def _unoptimised(original: Callable[..., None]) -> Callable[..., None]:
    """Wrap the method that completes the flags of a function to compile."""

    @functools.wraps(original)
    def finalize(self: Any, flags: Any, options: Any) -> None:
        original(self, flags, options)
        if flags.debuginfo and not flags.is_set("dbg_optnone") and not flags.forceinline:
            flags.dbg_optnone = True

    return finalize


def _own_magic(original: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
    @functools.wraps(original)
    def magic_tuple(self: Any) -> tuple[Any, ...]:
        return (*original(self), _CACHED)

    return magic_tuple


def _recompiled(original: Callable[[Any], None]) -> Callable[[Any], None]:
    """Wrap the method that compiles a function anew, which drops code that may be running, here or in a thread."""

    @functools.wraps(original)
    def recompile(self: Any) -> None:
        for result in self.overloads.values():
            engine = result.library._codegen._engine._ee
            if isinstance(engine, NumbaEngine):
                engine.keep(result.library._final_module)
        original(self)

    return recompile


def _finalize_object(self: Any) -> None:
    """Finalise the engine of Numba's wrapper: code is made later, unless Numba is told to say how long that takes."""
    config: Any = importlib.import_module("numba.core.config")
    if config.LLVM_PASS_TIMINGS and isinstance(self._ee, NumbaEngine):
        self._ee.compile_all()
    self._ee.finalize_object()


def _forward(name: str) -> Callable[..., Any]:
    """Return a method of Numba's wrapper that asks the engine itself, of whichever kind it is."""

    def method(self: Any, *arguments: Any, **keywords: Any) -> Any:
        return getattr(self._ee, name)(*arguments, **keywords)

    return method


class _Arrival(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Waits for the import of Numba, and calls ``then`` after it."""

    def __init__(self, then: Callable[[], None]) -> None:
        self._then = then
        self._loader: Any = None

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Answer for that one module only, with what the others would have answered."""
        del path, target
        if fullname != _PACKAGE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is not None:
            self._loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the module's own loader."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, and what was waiting for it."""
        self._loader.exec_module(module)
        self._then()
