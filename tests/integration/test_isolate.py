"""Compiling in a process of its own: what aborts there is an exception here."""

import os
import sys
import threading
from collections.abc import Iterator

import pytest

from jitdbg.codegen import Options, compile_text
from jitdbg.errors import CodegenCrash, CodegenError, ParseError
from jitdbg.isolate import Worker

GOOD = "define i32 @good(i32 %x) {\n  ret i32 %x\n}\n"
# Verifies; the code generator gives up, since plain x86-64 has no such vectors.
ABORTS = """
declare <16 x float> @llvm.x86.avx512.rcp14.ps.512(<16 x float>, <16 x float>, i16)
define void @culprit(ptr %p) {
  %v = load <16 x float>, ptr %p
  %x = call <16 x float> @llvm.x86.avx512.rcp14.ps.512(<16 x float> %v, <16 x float> %v, i16 -1)
  store <16 x float> %x, ptr %p
  ret void
}
"""
# LLVM prints an error and calls exit.
EXITS = 'define void @culprit() {\n  call void asm "nonesuch", ""()\n  ret void\n}\n'
PLAIN = Options(cpu="x86-64", features="")


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def test_an_isolated_compile_gives_the_same_object(worker: Worker) -> None:
    assert worker.compile_text(GOOD, Options(opt_level=1)) == compile_text(GOOD, Options(opt_level=1))


def test_errors_of_the_source_come_back_as_they_are(worker: Worker) -> None:
    with pytest.raises(ParseError, match=r"bad\.ll:1:1") as caught:
        worker.compile_text("nonsense", Options(), "bad.ll")
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ABORTS, r"ended with SIGABRT \(LLVM ERROR: Do not know how to split"),
        (EXITS, r"ended with exit code 1 \(error: <inline asm>:1:2: invalid instruction mnemonic 'nonesuch'\)"),
    ],
)
def test_a_crash_is_an_exception_that_names_the_function(worker: Worker, text: str, words: str) -> None:
    many = "".join(GOOD.replace("good", f"good{n}") for n in range(6))
    with pytest.raises(CodegenCrash, match=rf"{words}.* on function 'culprit' of m\.ll, as bisection shows") as caught:
        worker.compile_text(many + text, PLAIN, "m.ll")
    assert caught.value.function == "culprit"
    assert worker.compile_text(GOOD, Options()).signatures.keys() == {"good"}, "the next request has a new child"


def test_a_crash_that_no_single_function_causes_is_said_to_be_so(worker: Worker) -> None:
    outside = 'module asm "nonesuch"\n' + GOOD
    with pytest.raises(CodegenCrash, match="bisection finds no single function at fault") as caught:
        worker.compile_text(outside, PLAIN)
    assert caught.value.function is None


def test_threads_share_one_child(worker: Worker) -> None:
    results: dict[int, set[str]] = {}

    def compile_one(number: int) -> None:
        text = GOOD.replace("good", f"good{number}")
        results[number] = set(worker.compile_text(text, Options()).signatures)

    threads = [threading.Thread(target=compile_one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: {f"good{number}"} for number in range(8)}


def test_a_forked_process_has_a_child_of_its_own(worker: Worker) -> None:
    worker.compile_text(GOOD, Options())
    if (pid := os.fork()) == 0:
        ok = worker.compile_text(GOOD, Options()).signatures.keys() == {"good"}
        worker.close()
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert worker.compile_text(GOOD, Options()).signatures.keys() == {"good"}


def test_a_child_that_can_t_start_is_told_from_a_crash(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(CodegenError, match=r"the isolated compiler does not start \(.*No module named"):
        worker.compile_text(GOOD, Options())
