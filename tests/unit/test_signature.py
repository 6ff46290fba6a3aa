"""Function types: read from LLVM's spelling, called through ctypes."""

import ctypes

import llvmlite.binding as llvm
import pytest

from jitdbg import signature
from jitdbg.errors import CallError, SignatureError, SourceError
from jitdbg.signature import Signature


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("void ()", Signature("void", ())),
        ("i32 (i32, ptr)", Signature("i32", ("i32", "ptr"))),
        ("i32 (ptr, ...)", Signature("i32", ("ptr",), variadic=True)),
        ("void (...)", Signature("void", (), variadic=True)),
        ("ptr addrspace(1) (i32)", Signature("ptr addrspace(1)", ("i32",))),
        (
            "{ i32, i32 } ({ i8, [2 x i8] }, <4 x float>)",
            Signature("{ i32, i32 }", ("{ i8, [2 x i8] }", "<4 x float>")),
        ),
    ],
)
def test_a_type_is_read_and_printed_alike(spelling: str, expected: Signature) -> None:
    assert signature.parse(spelling) == expected
    assert str(expected) == spelling


def test_only_exported_definitions_have_signatures() -> None:
    text = """
        declare i32 @puts(ptr)
        define internal void @mine() { ret void }
        define i8 @add(i8 zeroext %a, i8 signext %b) { ret i8 %a }
        @theirs = external global i32
        @counter = global i64 3
        @hidden_away = private constant i8 1
    """
    module = llvm.parse_assembly(text)
    assert signature.signatures(module, text) == {"add": Signature("i8", ("i8", "i8"), zero_extended=frozenset({0}))}
    assert signature.global_types(module, text) == {"counter": "i64"}


def test_a_structure_that_is_passed_by_value_asks_for_a_prototype() -> None:
    text = """
        %S = type { i64, i64, i64 }
        define i64 @sum(i32 %n, ptr byval(%S) align 8 %p) { ret i64 0 }
        define void @plain(ptr %byval) { ret void }
    """
    known = signature.signatures(llvm.parse_assembly(text), text)
    assert known["plain"] == Signature("void", ("ptr",))
    assert str(known["sum"]) == "i64 (i32, ptr byval(%S))"
    with pytest.raises(SignatureError, match=r"uses the type ptr byval\(%S\), .* give a ctypes prototype"):
        signature.bind("sum", known["sum"], 1)


@pytest.mark.parametrize("prototype", [ctypes.c_int, 42])
def test_what_is_no_function_type_is_refused(prototype: object) -> None:
    with pytest.raises(SignatureError, match="give a ctypes function type"):
        signature.bind_prototype("f", prototype, 1)


@pytest.mark.parametrize(("kind", "value"), [("ptr", 1 << 64), ("ptr", "text"), ("i1", 2)])
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


def _bound(spelling: str, callback: ctypes._CFuncPtr, **more: frozenset[int]) -> object:
    address = ctypes.cast(callback, ctypes.c_void_p).value
    assert address
    return signature.bind("f", signature.parse(spelling, **more), address)


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
    assert ctypes.sizeof(signature.variable_type("v", "[3 x [4 x double]]")) == 96
    with pytest.raises(SignatureError, match=r"dylib\.variable\('v', TYPE\)"):
        signature.variable_type("v", "%struct.point")


def test_only_functions_that_c_can_call_are_called() -> None:
    conventions = {"g": "ghccc", "f": "fastcc", "n": "cc 11"}
    text = "".join(f"define {word} i32 @{name}() {{ ret i32 1 }}\n" for name, word in conventions.items())
    known = signature.signatures(llvm.parse_assembly(text), text)
    assert {name: each.convention for name, each in known.items()} == {"g": "ghccc", "f": "", "n": "cc 11"}
    with pytest.raises(SignatureError, match="calling convention ghccc, which ctypes can't call"):
        signature.bind("g", known["g"], 1)


def test_what_is_not_exported_is_left_out() -> None:
    text = (
        "define hidden void @h() { ret void }\ndefine available_externally void @a() { ret void }\n"
        '@v = hidden global i32 0\ndefine void @"\\01asm_name"() { ret void }\n'
    )
    module = llvm.parse_assembly(text)
    assert list(signature.signatures(module, text)) == ["asm_name"]
    assert signature.global_types(module, text) == {}


def test_a_name_that_is_no_utf8_is_refused() -> None:
    text = 'define void @"\\FF"() { ret void }\n'
    with pytest.raises(SourceError, match=r"the name b'\\xff' of a function or global is no UTF-8"):
        signature.signatures(llvm.parse_assembly(text), text)
