"""What llvmlite has removed and programs still call: sympy 1.14 does.

LLVM's first pass managers are gone, and nothing has to be initialised any more. These stand for their calls, with
LLVM's present pipeline behind them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import llvmlite.binding as llvm

from jitdbg import codegen, passes
from jitdbg.codegen import Options


@dataclass
class PassManagerBuilder:
    """Settings of a pipeline, as they were called."""

    opt_level: int = 2
    size_level: int = 0  # LLVM's present pipeline takes this one from attributes of functions
    inlining_threshold: int = 225
    loop_vectorize: bool = False
    slp_vectorize: bool = False
    disable_unroll_loops: bool = False

    def populate(self, pass_manager: ModulePassManager) -> None:
        """Let ``pass_manager`` run the pipeline of these settings."""
        pass_manager.settings = self


@dataclass
class ModulePassManager:
    """A pipeline over a module; empty until it is populated."""

    settings: PassManagerBuilder | None = None

    def run(self, module: Any) -> bool:
        """Run the passes over ``module``, in place."""
        if self.settings is None:
            return False
        tuning = llvm.create_pipeline_tuning_options(self.settings.opt_level)
        tuning.loop_vectorization = self.settings.loop_vectorize
        tuning.slp_vectorization = self.settings.slp_vectorize
        passes.run_default(module, codegen.target_machine(Options(self.settings.opt_level)), tuning)
        return True


def initialize() -> None:
    """Do nothing: LLVM initialises itself."""


REPLACEMENTS: Final = {
    "initialize": initialize,
    "create_pass_manager_builder": PassManagerBuilder,
    "create_module_pass_manager": ModulePassManager,
}
