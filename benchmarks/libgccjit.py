"""The tiny module through libgccjit, the C library that GCC offers to JITs: no IR, it is built by calls.

Only what ``f0`` of the benchmark needs, by way of ctypes, after libgccjit.h.
"""

from __future__ import annotations

import ctypes
import ctypes.util

from benchmarks.timing import Peer

_INT = 8  # GCC_JIT_TYPE_INT
_EXPORTED = 0  # GCC_JIT_FUNCTION_EXPORTED
_DEBUGINFO = 0  # GCC_JIT_BOOL_OPTION_DEBUGINFO
_PLUS, _LESS = 0, 2  # GCC_JIT_BINARY_OP_PLUS, GCC_JIT_COMPARISON_LT
_PROTOTYPE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)


class _Library:
    """libgccjit with every function typed as pointers to pointers, as its opaque types are."""

    def __init__(self, path: str) -> None:
        self._library = ctypes.CDLL(path)

    def __getattr__(self, name: str):
        function = getattr(self._library, f"gcc_jit_{name}")
        function.restype = ctypes.c_void_p

        def call(*arguments: object) -> object:
            return function(*[ctypes.c_void_p(a) if isinstance(a, int) and a > 1 << 20 else a for a in arguments])

        return call


def find_libgccjit() -> Peer | None:
    """Give the peer, or None where libgccjit is not installed (Debian: libgccjit0)."""
    path = ctypes.util.find_library("gccjit")
    if not path:
        return None
    library = _Library(path)
    return Peer("libgccjit", lambda: _compile(library), library.result_release)


def _compile(gcc: _Library) -> object:
    context = gcc.context_acquire()
    gcc.context_set_bool_option(context, _DEBUGINFO, 1)
    _build(gcc, context)
    result = gcc.context_compile(context)
    gcc.context_release(context)
    _PROTOTYPE(gcc.result_get_code(result, b"f0"))(1)
    return result


def _build(gcc: _Library, context: int) -> None:
    """Build ``int f0(int x) { for (int i = 0; i < 3; i++) x += i; return x; }``."""
    integer = gcc.context_get_type(context, _INT)
    parameter = gcc.context_new_param(context, None, integer, b"x")
    parameters = (ctypes.c_void_p * 1)(parameter)
    function = gcc.context_new_function(context, None, _EXPORTED, integer, b"f0", 1, parameters, 0)
    entry, loop, leave = (gcc.function_new_block(function, name) for name in (b"entry", b"loop", b"exit"))
    x = gcc.param_as_lvalue(parameter)
    i = gcc.function_new_local(function, None, integer, b"i")
    read_x, read_i = gcc.lvalue_as_rvalue(x), gcc.lvalue_as_rvalue(i)
    three = gcc.context_new_rvalue_from_int(context, integer, 3)
    gcc.block_add_assignment(entry, None, i, gcc.context_zero(context, integer))
    gcc.block_end_with_jump(entry, None, loop)
    gcc.block_add_assignment_op(loop, None, x, _PLUS, read_i)
    gcc.block_add_assignment_op(loop, None, i, _PLUS, gcc.context_one(context, integer))
    more = gcc.context_new_comparison(context, None, _LESS, read_i, three)
    gcc.block_end_with_conditional(loop, None, more, loop, leave)
    gcc.block_end_with_return(leave, None, read_x)
