"""LLVM's pipelines of passes, whose memory is given back.

llvmlite 0.50's pass managers have two base classes, of which the first hides the `_dispose` of the second: no pipeline
is ever freed, about 60 KiB for each module at -O2. Of what its pass builders hold, 1.5 KiB can't be freed from here.
"""

from __future__ import annotations

from typing import Any, Final

import llvmlite.binding as llvm
from llvmlite.binding import newpassmanagers

_MANAGERS: Final[tuple[Any, ...]] = (newpassmanagers.ModulePassManager, newpassmanagers.FunctionPassManager)
dispose: Final = newpassmanagers.NewPassManager._dispose
"""Frees a pipeline; what `_dispose` of the classes that are `leaking` has to be."""


def run_default(module: llvm.ModuleRef, machine: llvm.TargetMachine, tuning: llvm.PipelineTuningOptions) -> None:
    """Run LLVM's default pipeline over ``module``, in place."""
    builder = llvm.create_pass_builder(machine, tuning)
    manager = builder.getModulePassManager()
    try:
        manager.run(module, builder)
    finally:
        dispose(manager)
        manager.detach()


def leaking() -> list[Any]:
    """Give llvmlite's classes of pipelines whose objects are not freed."""
    return [manager for manager in _MANAGERS if manager._dispose is not dispose]
