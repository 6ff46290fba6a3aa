"""Compiling in one go: the same object as step by step, and nothing where something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import llvmlite.binding as llvm
import pytest

from jitdbg import codegen, llvmcalls
from jitdbg.errors import ParseError, VerifyError

OPTIONS = codegen.Options()
TEXT = "define i32 @f(i32 %x) {\n  %y = mul i32 %x, 3\n  ret i32 %y\n}\n"
BROKEN = "define i32 @f() {\n  ret i32 %nobody\n}\n"
UNVERIFIABLE = """define i32 @f(i1 %c) {
  br i1 %c, label %a, label %b
a:
  %x = add i32 1, 2
  br label %b
b:
  ret i32 %x
}
"""


@pytest.fixture
def context() -> Iterator[llvm.ContextRef]:
    with llvm.create_context() as context:
        yield context


@pytest.fixture
def step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llvmcalls, "find_object", lambda *_: None)


def found(text: str, context: llvm.ContextRef) -> bytes | None:
    return llvmcalls.find_object(codegen.target(OPTIONS).in_ir + text, context, codegen.target_machine(OPTIONS))


def test_the_functions_are_where_they_are_looked_for() -> None:
    assert llvmcalls._find_calls() is not None


def test_the_object_is_the_one_that_is_made_step_by_step(
    context: llvm.ContextRef, request: pytest.FixtureRequest
) -> None:
    prepared = codegen.prepare(TEXT, OPTIONS)
    at_once = found(prepared.promised, context)
    assert at_once == codegen.compile_prepared(prepared).data
    request.getfixturevalue("step_by_step")
    assert at_once == codegen.compile_prepared(prepared).data


@pytest.mark.parametrize("text", [BROKEN, UNVERIFIABLE, "nonsense"])
def test_what_is_wrong_gives_nothing_and_leaves_the_context_usable(text: str, context: llvm.ContextRef) -> None:
    assert found(text, context) is None
    assert found(TEXT, context)


@pytest.mark.parametrize(("text", "error"), [(BROKEN, ParseError), (UNVERIFIABLE, VerifyError)])
def test_what_is_wrong_is_said_in_words(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        codegen.compile_text(text, OPTIONS)


def test_text_that_names_its_target_is_compiled_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(llvmcalls, "find_object", lambda text, *_: asked.append(text))
    assert codegen.compile_text('target triple = ""\n' + TEXT, OPTIONS).data
    assert not asked
    assert codegen.compile_text(TEXT, OPTIONS).data
    assert len(asked) == 1


def test_another_llvmlite_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llvmcalls, "_find_calls", lambda: None)
    assert codegen.compile_text(TEXT, OPTIONS).data


def test_threads_take_turns() -> None:
    texts = [TEXT.replace("@f", f"@f{n}") for n in range(200)]
    expected = [codegen.compile_text(text, OPTIONS).data for text in texts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda text: codegen.compile_text(text, OPTIONS).data, texts)) == expected
