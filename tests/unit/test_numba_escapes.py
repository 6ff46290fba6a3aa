"""Which libraries of Numba's may be unmapped: those whose addresses go nowhere."""

import pytest

from jitdbg.numba.escapes import escapes

FUNCTION = """
@.const.name = internal constant [2 x i8] c"f\\00"
@_ZN08NumbaEnvf = common global ptr null
@counter = internal global i64 0
define i32 @f(ptr %result, ptr %excinfo, i64 %x) {{
  {line}
  ret i32 0
}}
declare i32 @PyArg_UnpackTuple(ptr, ptr, i64, i64, ...)
declare ptr @NRT_MemInfo_new(i64, ptr)
"""


@pytest.mark.parametrize(
    "line",
    [
        "%r = call i32 @f(ptr %result, ptr %excinfo, i64 1)",
        "%r = call i32 (ptr, ptr, i64, i64, ...) @PyArg_UnpackTuple(ptr %result, ptr @.const.name, i64 1, i64 1)",
        "%r = load ptr, ptr @_ZN08NumbaEnvf, align 8",
        "%r = load i64, ptr @counter, align 8",
        "store i64 %x, ptr @counter, align 8",
        "store ptr @.const.picklebuf.7c, ptr %excinfo, align 8",
        "%r = call ptr @NRT_MemInfo_new(i64 8, ptr null)",
    ],
)
def test_calls_reads_and_exceptions_let_nothing_out(line: str) -> None:
    assert not escapes(FUNCTION.format(line=line))


@pytest.mark.parametrize(
    "line",
    [
        "%r = call ptr @NRT_MemInfo_new(i64 8, ptr @f)",
        "store ptr @f, ptr %result, align 8",
        "store ptr @.const.name, ptr %result, align 8",
        "%r = insertvalue { ptr, i64 } undef, ptr @.const.name, 0",
        "%r = phi ptr [ @.const.name, %a ], [ null, %b ]",
        "%r = getelementptr i8, ptr @.const.name, i64 %x",
        "ret ptr @counter",
    ],
)
def test_addresses_that_are_stored_passed_or_returned_are_out(line: str) -> None:
    assert escapes(FUNCTION.format(line=line))
