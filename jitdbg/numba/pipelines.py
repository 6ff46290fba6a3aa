"""One pipeline of passes for the functions of a library.

Numba makes one for each function, 33 times for the helpers of a tiny one: a tenth of the time that LLVM takes. They are
alike, and keep nothing of the functions they ran over. A pass builder does: each run registers its instruments with it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any


def with_one_pipeline(original: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Wrap the method that optimises the functions of a library one by one."""

    @functools.wraps(original)
    def _optimize_functions(self: Any, ll_module: Any) -> None:
        codegen = self._codegen
        pipeline, builder = codegen._function_pass_manager()
        builders = itertools.chain([builder], iter(codegen._pass_builder, None))
        codegen._function_pass_manager = lambda: (pipeline, next(builders))
        try:
            original(self, ll_module)
        finally:
            del codegen._function_pass_manager

    return _optimize_functions
