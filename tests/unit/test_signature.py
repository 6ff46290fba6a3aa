"""Function types, called through ctypes."""

import ctypes

import pytest

from jitdbg import prototypes, signature
from jitdbg.errors import CallError, SignatureError
from jitdbg.signature import Signature


@pytest.mark.parametrize("prototype", [ctypes.c_int, 42])
def test_what_is_no_function_type_is_refused(prototype: object) -> None:
    with pytest.raises(SignatureError, match="give a ctypes function type"):
        signature.bind_prototype("f", prototype, 1)


@pytest.mark.parametrize(("kind", "value"), [("ptr", 1 << 64), ("ptr", "text"), ("i1", 2), ("i1", None), ("i1", 1.5)])
def test_what_ctypes_would_bend_is_refused(kind: str, value: object) -> None:
    callback, calls = _callback(None, ctypes.c_void_p)
    with pytest.raises(CallError, match="argument 1 is"):
        _bound(f"void ({kind})", callback)(value)
    assert calls == []


def _callback(result: type | None, *types: type) -> tuple[ctypes._CFuncPtr, list[tuple[object, ...]]]:
    """Make a native function that records its arguments and returns the first."""
    calls: list[tuple[object, ...]] = []

    def body(*arguments: object) -> object:
        calls.append(arguments)
        return arguments[0] if arguments and result else None

    return ctypes.CFUNCTYPE(result, *types)(body), calls


def _bound(spelling: str, callback: ctypes._CFuncPtr) -> object:
    address = ctypes.cast(callback, ctypes.c_void_p).value
    assert address
    return signature.bind("f", _read(spelling), address)


def _read(spelling: str) -> Signature:
    result, parameters = spelling.split(" (")
    return prototypes.read(f"define {result} @f({parameters}")


@pytest.mark.parametrize(
    ("spelling", "native", "value"),
    [
        ("i8", ctypes.c_int8, -128),
        ("i16", ctypes.c_int16, -5),
        ("i32", ctypes.c_int32, 2**31 - 1),
        ("i64", ctypes.c_int64, -(2**63)),
        ("float", ctypes.c_float, 1.5),
        ("double", ctypes.c_double, -0.1),
        ("ptr", ctypes.c_void_p, 0x1234),
        ("i1", ctypes.c_bool, True),
    ],
)
def test_values_pass_in_and_out(spelling: str, native: type, value: object) -> None:
    callback, calls = _callback(native, native)
    assert _bound(f"{spelling} ({spelling})", callback)(value) == value
    assert calls == [(value,)]


def test_an_integer_may_be_given_in_either_reading_of_its_width() -> None:
    callback, calls = _callback(ctypes.c_int8, ctypes.c_int8)
    call = _bound("i8 (i8)", callback)
    assert call(255) == -1
    assert call(-128) == -128
    assert calls == [(-1,), (-128,)]


def test_only_the_lowest_bit_of_an_i1_counts() -> None:
    callback, _ = _callback(ctypes.c_uint8, ctypes.c_uint8)
    assert _bound("i1 (i8)", callback)(0xFE) is False
    assert _bound("i1 (i8)", callback)(0xFF) is True


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "'f' takes 1 argument, 0 given"),
        ((1, 2), "'f' takes 1 argument, 2 given"),
        ((256,), "argument 1 is 256, outside -128 to 255"),
        ((-129,), "argument 1 is -129, outside -128 to 255"),
        (("x",), "argument 1 is 'x', which can't be passed as i8"),
        ((1.5,), "argument 1 is 1.5, which can't be passed as i8"),
    ],
)
def test_wrong_arguments_are_refused_before_the_call(arguments: tuple[object, ...], words: str) -> None:
    callback, calls = _callback(ctypes.c_int8, ctypes.c_int8)
    with pytest.raises(CallError, match=words):
        _bound("i8 (i8)", callback)(*arguments)
    assert calls == []


@pytest.mark.parametrize("spelling", ["i128 ()", "void (<4 x float>)", "{ i32, i32 } ()", "i7 ()", "i32 (ptr, ...)"])
def test_a_type_without_counterpart_asks_for_a_prototype(spelling: str) -> None:
    callback, _ = _callback(None)
    with pytest.raises(SignatureError, match=r"CFUNCTYPE"):
        _bound(spelling, callback)


def test_a_prototype_checks_the_number_of_arguments() -> None:
    callback, calls = _callback(ctypes.c_uint32, ctypes.c_uint32)
    address = ctypes.cast(callback, ctypes.c_void_p).value
    assert address
    call = signature.bind_prototype("f", ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_uint32), address)
    assert call(2**32 - 1) == 2**32 - 1
    with pytest.raises(CallError, match="takes 1 argument, 3 given"):
        call(1, 2, 3)
    assert len(calls) == 1


def test_a_variable_has_the_ctypes_type_of_its_ir_type() -> None:
    assert signature.variable_type("v", "i16") is ctypes.c_int16
    assert signature.variable_type("v", "[2 x i8]") is signature.variable_type("v", "[ 2  x i8]")
    assert ctypes.sizeof(signature.variable_type("v", "[3 x [4 x double]]")) == 96
    with pytest.raises(SignatureError, match=r"dylib\.variable\('v', TYPE\)"):
        signature.variable_type("v", "%struct.point")


def test_only_functions_that_c_can_call_are_called() -> None:
    with pytest.raises(SignatureError, match="calling convention ghccc, which ctypes can't call"):
        signature.bind("g", Signature("i32", (), convention="ghccc"), 1)


def test_a_structure_that_is_passed_by_value_asks_for_a_prototype() -> None:
    with pytest.raises(SignatureError, match=r"uses the type ptr byval\(%S\), .* give a ctypes prototype"):
        signature.bind("sum", Signature("i64", ("i32", "ptr byval(%S)")), 1)


@pytest.mark.parametrize(
    ("spelling", "in_c"),
    [
        ("void ()", "void (*)(void)"),
        ("i32 (i8 zeroext %a, i8 %b, ptr %c)", "int (*)(unsigned char, signed char, void *)"),
        ("x86_fp80 (i16 zeroext %a, i32 zeroext %b)", "long double (*)(unsigned short, unsigned int)"),
    ],
)
def test_a_signature_is_spelled_in_c(spelling: str, in_c: str) -> None:
    assert signature.in_c(_read(spelling)) == in_c
