"""What llvmlite's target machines and object files were made from.

llvmlite tells neither a machine's CPU, features and level nor an object's bytes. So the calls that make them note them
down. Machines for JITs are made for position-independent code of the small model instead of MCJIT's: objects that
come from them can then be linked into images, and assembly that they print is what runs.
"""

from __future__ import annotations

import functools
import inspect
from typing import Any, Final

import llvmlite.binding as llvm
import llvmlite.binding.object_file

from jitdbg.codegen import Options
from jitdbg.errors import JitdbgError

_OPTIONS: Final = "_jitdbg_options"
_DATA: Final = "_jitdbg_data"
_OBJECT_FILE: Any = llvmlite.binding.object_file.ObjectFileRef
_DEFAULT_LEVEL: Final = 2  # of llvmlite's create_target_machine


@functools.cache
def remember() -> None:
    """Note down from now on what target machines and object files are made from; once is enough for ever.

    Raises `JitdbgError` for a llvmlite whose functions differ.
    """
    target: Any = llvm.Target
    parameters = inspect.signature(target.create_target_machine).parameters
    if missing := {"cpu", "features", "opt", "reloc", "codemodel", "jit"} - set(parameters):
        raise JitdbgError(
            f"llvmlite {llvmlite.__version__} is not known here: create_target_machine has no {', '.join(missing)}: "
            "use a newer jitdbg, or llvmlite 0.50"
        )
    target.create_target_machine = _noting_machine(target.create_target_machine)
    _OBJECT_FILE.from_data = classmethod(_noting_data(_OBJECT_FILE.from_data.__func__))
    _OBJECT_FILE.from_path = classmethod(_noting_path(_OBJECT_FILE.from_path.__func__))


def options_of(machine: Any) -> Options:
    """Give the options that ``machine`` was made with; without IR passes, which llvmlite's JITs do not run.

    One that was made before `remember` is taken for this machine's CPU at llvmlite's own level.
    """
    noted: Options = getattr(machine, _OPTIONS, Options(_DEFAULT_LEVEL, passes=False))
    return noted


def data_of(object_file: Any) -> bytes:
    """Give the bytes of an `ObjectFileRef`. Raises `JitdbgError` for one that was made before `remember`."""
    data: bytes | None = getattr(object_file, _DATA, None)
    if data is None:
        raise JitdbgError(
            "this object file was made before jitdbg.llvmlite was imported, and llvmlite does not give its bytes: "
            "import that first"
        )
    return data


def _noting_machine(create: Any) -> Any:
    signature = inspect.signature(create)

    @functools.wraps(create)
    def create_target_machine(self: Any, *args: Any, **keywords: Any) -> Any:
        bound = signature.bind(self, *args, **keywords)
        bound.apply_defaults()
        given = bound.arguments
        if given["jit"] and given["reloc"] in ("default", "static"):
            given["reloc"], given["codemodel"], given["jit"] = "pic", "small", False
        machine = create(*bound.args, **bound.kwargs)
        options = Options(given["opt"], None, given["cpu"], given["features"], passes=False)
        setattr(machine, _OPTIONS, options)
        return machine

    return create_target_machine


def _noting_data(create: Any) -> Any:
    @functools.wraps(create)
    def from_data(cls: Any, data: bytes) -> Any:
        made = create(cls, data)
        setattr(made, _DATA, bytes(data))
        return made

    return from_data


def _noting_path(create: Any) -> Any:
    @functools.wraps(create)
    def from_path(cls: Any, path: str) -> Any:
        with open(path, "rb") as file:
            return cls.from_data(file.read())

    return from_path
