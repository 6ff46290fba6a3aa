"""Call expressions, and calls of what a dylib offers."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pytest

from jitdbg import invocation
from jitdbg.engine import Engine
from jitdbg.errors import CallError, SignatureError, SymbolError
from jitdbg.invocation import Call, parse

IR = """
define i32 @add(i32 %a, i32 %b) {
  %sum = add i32 %a, %b
  ret i32 %sum
}
define double @half(double %x) {
  %half = fmul double %x, 5.0e-1
  ret double %half
}
define i8 @first(ptr %text) {
  %first = load i8, ptr %text
  store i8 88, ptr %text
  ret i8 %first
}
define i1 @is_null(ptr %p) {
  %null = icmp eq ptr %p, null
  ret i1 %null
}
define void @nothing() {
  ret void
}
define i32 @"dotted.name"() {
  ret i32 7
}
define <4 x i32> @vector(<4 x i32> %v) {
  ret <4 x i32> %v
}
@alias = alias i32 (i32, i32), ptr @add
"""


def main_function(parameters: str, body: str, result: str = "i32") -> str:
    return f"define {result} @main({parameters}) {{\n{body}\n}}\n"


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


# --------------------------------------------------------------------------------------------------------- parsing

CALLS = [
    ("fib(20)", Call("fib", (20,))),
    ("  f ( ) ", Call("f", ())),
    ("f(-1, +2, 0x10, 1.5, -2e3)", Call("f", (-1, 2, 16, 1.5, -2000.0))),
    ("f('text', b'\\x00a', None, True)", Call("f", ("text", b"\0a", None, True))),
    ("a.b.c(1)", Call("a.b.c", (1,))),
    ("'a b$c'(1)", Call("a b$c", (1,))),
]


@pytest.mark.parametrize(("expression", "expected"), CALLS)
def test_a_call_is_a_name_and_literals(expression: str, expected: Call) -> None:
    assert parse(expression) == expected


@pytest.mark.parametrize("expression", ["", "fib", "fib(", "f(1) + 2", "lambda: 0", "f(1); g(2)", "(" * 5000, "a\0b()"])
def test_what_is_no_call_is_refused(expression: str) -> None:
    with pytest.raises(CallError, match=r"is no call: write a function's name and literals"):
        parse(expression)


@pytest.mark.parametrize(
    "expression", ["f(x)", "f(g(1))", "f(__import__('os'))", "f(1 + 1)", "f([1])", "f(*[1])", "f(...)"]
)
def test_arguments_are_never_evaluated(expression: str) -> None:
    with pytest.raises(CallError, match="is no literal number, string or None"):
        parse(expression)


def test_named_arguments_are_refused() -> None:
    with pytest.raises(CallError, match="named argument"):
        parse("f(n=1)")


def test_only_names_can_be_called() -> None:
    with pytest.raises(CallError, match="calls something that is no name"):
        parse("f(1)(2)")


# --------------------------------------------------------------------------------------------------------- calling

RESULTS = [("add(2, -5)", -3), ("half(3)", 1.5), ("first('abc')", 97), ("is_null(None)", True), ("nothing()", None)]


@pytest.mark.parametrize(("expression", "result"), RESULTS)
def test_a_call_gives_the_functions_result(engine: Engine, expression: str, result: object) -> None:
    outcome = invocation.call(engine.load(IR), parse(expression))
    assert outcome.result == result
    assert outcome.function == parse(expression).function


def test_a_name_with_a_dot_can_be_called(engine: Engine) -> None:
    assert invocation.call(engine.load(IR), parse("dotted.name()")).result == 7


def test_a_function_may_write_to_a_string_it_is_given(engine: Engine) -> None:
    dylib, request = engine.load(IR), parse("first('abc')")
    results = [invocation.call(dylib, request).result for _ in range(2)]
    assert results == [97, 97]
    assert request.arguments == ("abc",)


REFUSED = [
    ("add(1)", "'add' takes 2 arguments, 1 given"),
    ("add('x', 1)", "'add': argument 1 is a string, and the parameter is i32"),
    ("add(1, None)", "'add': argument 2 is None, and the parameter is i32"),
    ("add(1, 4294967296)", "'add': argument 2 is 4294967296, outside"),
    ("add(1, 1.5)", "'add': argument 2 is 1.5, which can't be passed as i32"),
    ("half('x')", "argument 1 is a string, and the parameter is double"),
]


@pytest.mark.parametrize(("expression", "words"), REFUSED)
def test_wrong_arguments_are_named(engine: Engine, expression: str, words: str) -> None:
    with pytest.raises(CallError, match=words):
        invocation.call(engine.load(IR), parse(expression))


def test_a_misspelt_function_gets_a_suggestion(engine: Engine) -> None:
    with pytest.raises(SymbolError, match="did you mean 'half'"):
        invocation.call(engine.load(IR), parse("haf(1)"))


def test_a_type_that_ir_alone_does_not_tell_is_refused(engine: Engine) -> None:
    with pytest.raises(SignatureError, match=r"<4 x i32>.*: call it from a function of the source") as refused:
        invocation.call(engine.load(IR), parse("vector(1)"))
    assert "ctypes" not in str(refused.value), "an expression has no Python in it"


# ------------------------------------------------------------------------------------------------------------- main


def test_main_gets_its_arguments_and_the_environment(engine: Engine) -> None:
    body = """
  %slot = getelementptr ptr, ptr %argv, i64 1
  %word = load ptr, ptr %slot
  %n = call i32 @atoi(ptr %word)
  %variable = load ptr, ptr %envp
  %empty = icmp eq ptr %variable, null
  %bad = select i1 %empty, i32 100, i32 0
  %some = add i32 %n, %argc
  %all = add i32 %some, %bad
  ret i32 %all"""
    text = main_function("i32 %argc, ptr %argv, ptr %envp", body) + "declare i32 @atoi(ptr)\n"
    assert invocation.call_main(engine.load(text), ["program", "40"]).result == 42


@pytest.mark.parametrize(("returned", "status"), [(0, 0), (7, 7), (256, 0), (-1, 255)])
def test_the_status_of_main_is_its_lowest_byte(engine: Engine, returned: int, status: int) -> None:
    dylib = engine.load(main_function("", f"  ret i32 {returned}"))
    assert invocation.call_main(dylib, ["program"]).result == status


@pytest.mark.parametrize(("parameters", "result", "value"), [("double %x", "i32", "0"), ("", "double", "0.0")])
def test_a_main_of_another_type_is_refused(engine: Engine, parameters: str, result: str, value: str) -> None:
    dylib = engine.load(main_function(parameters, f"  ret {result} {value}", result))
    with pytest.raises(SignatureError, match="a main is i32"):
        invocation.call_main(dylib, ["program"])


def test_what_a_call_printed_is_out_when_it_returns(engine: Engine, capfd: pytest.CaptureFixture[str]) -> None:
    text = '@text = constant [3 x i8] c"hi\\00"\ndeclare i32 @puts(ptr)\n'
    dylib = engine.load(text + "define i32 @hello() {\n  %r = call i32 @puts(ptr @text)\n  ret i32 %r\n}\n")
    invocation.call(dylib, parse("hello()"))
    assert capfd.readouterr().out == "hi\n"


def test_a_dylib_made_of_an_object_does_not_say_how_to_call(engine: Engine) -> None:
    from jitdbg.codegen import Options, compile_text

    dylib = engine.load(compile_text("define i32 @f() {\n  ret i32 1\n}\n", Options()).data, name="object")
    with pytest.raises(SignatureError, match="'object' was made of an object, which does not say what 'f' takes"):
        invocation.call(dylib, parse("f()"))
    assert dylib.function("f", ctypes.CFUNCTYPE(ctypes.c_int))() == 1
