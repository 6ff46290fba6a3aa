"""The audit steps through programs, in gdb and in lldb: what it finds, and what is promised of unoptimised code."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from jitdbg.cli import main

# Each starts up to six debuggers with a Python in them.
pytestmark = [pytest.mark.debugger, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "examples" / "kaleidoscope"

LOOPS = """\
def collatz(n: number): number {
    let steps = 0
    while n > 1 {
        let half = n / 2
        let even = 0
        for i = 1 to 8 {
            if i == half {
                even = 1
            }
        }
        if even > 0 {
            n = half
        } else {
            n = 3 * n + 1
        }
        steps = steps + 1
    }
    return steps
}

let seven = collatz(3)
print(seven)
"""

# What values can come of: phi, invoke and landing pad, switch, select, vectors, structures, pointers, intrinsics,
# inline assembly, a name that is no identifier, unnamed values and blocks, instructions on several lines.
EVERYTHING = """\
@_ZTIi = external constant ptr
%pair = type { i32, <4 x i32> }
declare i32 @__gxx_personality_v0(...)
declare ptr @__cxa_allocate_exception(i64)
declare void @__cxa_throw(ptr, ptr, ptr)
declare ptr @__cxa_begin_catch(ptr)
declare void @__cxa_end_catch()
declare i32 @llvm.smax.i32(i32, i32)
declare { i32, i1 } @llvm.sadd.with.overflow.i32(i32, i32)

define i32 @main_() {
  %small = call i32 @chosen(i32 1)
  %large = call i32 @chosen(i32 2)
  %other = call i32 @chosen(i32 7)
  %caught = call i32 @catches(i32 5)
  %kept = call i32 @catches(i32 0)
  %"a sum" = call i32 @kinds(i32 %small, i32 %large)
  ret i32 %"a sum"
}

define i32 @chosen(i32) {
  switch i32 %0, label %4 [
    i32 1, label %2
    i32 2, label %3
  ]
2:
  br label %joined
3:
  br label %joined
4:
  %5 = mul i32 %0, 3
  br label %joined
joined:
  %which = phi i32 [ 10, %2 ], [ 20, %3 ], [ %5, %4 ]
  %odd = trunc i32 %which to i1
  %made = select i1 %odd, i32 %which, i32 -1
  ret i32 %made
}

define i32 @catches(i32 %n) personality ptr @__gxx_personality_v0 {
entry:
  %r = invoke i32 @throws(i32 %n)
          to label %fine unwind label %pad
fine:
  %more = add i32 %r, 1
  ret i32 %more
pad:
  %landed = landingpad { ptr, i32 }
          catch ptr @_ZTIi
  %thrown = extractvalue { ptr, i32 } %landed, 0
  %object = call ptr @__cxa_begin_catch(ptr %thrown)
  %number = load i32, ptr %object
  call void @__cxa_end_catch()
  ret i32 %number
}

define i32 @throws(i32 %n) {
  %none = icmp eq i32 %n, 0
  br i1 %none, label %no, label %yes
no:
  ret i32 0
yes:
  %memory = call ptr @__cxa_allocate_exception(i64 4)
  store i32 %n, ptr %memory
  call void @__cxa_throw(ptr %memory, ptr @_ZTIi, ptr null)
  unreachable
}

define i32 @kinds(i32 %a, i32 %b) {
  %slot = alloca %pair
  %first = insertelement <4 x i32> zeroinitializer, i32 %a, i32 1  ; not where %b is
  %vector = add <4 x i32>
      %first,
      <i32 1, i32 2, i32 3, i32 4>
  %filled = insertvalue %pair { i32 7, <4 x i32> zeroinitializer }, <4 x i32> %vector, 1
  store %pair %filled, ptr %slot
  %place = getelementptr %pair, ptr %slot, i32 0, i32 0
  %seven = load i32, ptr %place
  %largest = call i32 @llvm.smax.i32(i32 %a, i32 %b)
  %both = call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %largest, i32 %seven)
  %sum = extractvalue { i32, i1 } %both, 0
  %copied = call i32 asm "movl $1, $0", "=r,r"(i32 %sum)
  %wide = zext i32 %copied to i64
  %real = sitofp i32 %copied to double
  %half = fmul double %real, 0.5
  %back = fptosi double %half to i32
  ret i32 %back
}
"""

ON_ONE_LINE = """\
static int half(int number) { return number / 2; } static int half(int number, int of) { return number / of; }
extern "C" int run(int n) {
  auto added = [&](int k) { return k + n; };
  auto doubled = [&](auto k) { return k * 2; };
  int sum = added(1) + half(4);
  sum += doubled(3) + half(9, 3);
  for (int i = 0; i < n; i++) sum += added(i);
  return sum;
}
"""

HANDLER = range(50, 55)
"""Its lines, which only a throw leads to."""

SHUFFLED = """\
int scale(int number, int high) {
  int scaled = number * 3;
  if (scaled > high)
    scaled = high;
  return scaled;
}
int total(int count) {
  int total = 0;
  for (int number = 1; number < count; number++)
    total += scale(number, 20);
  return total;
}
"""

CRASH = """\
int crash(int n) {
  int *nowhere = 0;
  n++;
  return *nowhere + n;
}
"""

JUMPS = """define i32 @inner(i32 %a) noinline {
  %b = mul i32 %a, %a
  ret i32 %b
}
define i32 @between(i32 %n) noinline {
  %m = add i32 %n, 1
  %r = tail call i32 @inner(i32 %m)
  ret i32 %r
}
define i32 @outer(i32 %n) {
  %r = call i32 @between(i32 %n)
  %s = add i32 %r, 1
  ret i32 %s
}
"""

ENDLESS = "int endless(int n) {\n  volatile int x = n;\n  while (x) ;\n  return x;\n}\n"


@pytest.fixture(params=["gdb", "lldb"])
def debugger(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def audited(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    assert main(["audit", "--json", "--timeout", "120", *map(str, words)]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out)
    return facts


def run_of(facts: dict[str, Any]) -> dict[str, Any]:
    [run] = facts["runs"]
    assert isinstance(run, dict)
    return run


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def expect_everything(facts: dict[str, Any]) -> None:
    """Hold unoptimised code to what is promised of it, by its DWARF and by each run."""
    [audit] = facts["audits"]
    for share in (audit["lines"], audit["variables"], audit["whole"]):
        assert share["have"] == share["of"] > 0
    assert [run["debugger"] for run in facts["runs"]] == ["gdb", "lldb"]
    for run in facts["runs"]:
        assert run["complete"], run["end"]
        assert (run["missed"], run["lacking"], run["wrong"]) == ([], [], []), run["debugger"]
        assert run["lines"] == audit["lines"]
        assert run["readings"]["have"] == run["readings"]["of"] > 0
        assert run["frames_missing"] == 0


# -------------------------------------------------------------------------------------------- what is promised at -O0


@pytest.mark.parametrize("program", ["shapes", "loops"])
def test_every_line_and_variable_of_kaleidoscope_is_seen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, program: str
) -> None:
    path = LANGUAGE / "shapes.kal" if program == "shapes" else written(tmp_path, "loops.kal", LOOPS)

    facts = audited(capsys, path, "--", sys.executable, LANGUAGE, path)

    expect_everything(facts)
    names = {each["name"] for function in facts["audits"][0]["functions"] for each in function["variables"]}
    assert names >= ({"line", "dx", "smaller", "i", "square"} if program == "shapes" else {"n", "half", "even", "i"})


def test_every_line_and_value_of_ir_is_seen(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, "everything.ll", EVERYTHING)

    facts = audited(capsys, path, "--run", "main_()")

    expect_everything(facts)
    functions = {each["name"]: each for each in facts["audits"][0]["functions"]}
    assert set(functions) == {"main_", "chosen", "catches", "throws", "kinds"}
    for name, function in functions.items():
        body = EVERYTHING[EVERYTHING.index(f"define i32 @{name}(") :].partition("\n}")[0]
        results = [line.split("=")[0].strip() for line in body.splitlines() if line.startswith("  %")]
        variables = [each["name"] for each in function["variables"] if each["kind"] == "local"]
        assert len(variables) == len(results), f"each result of {name} is a variable: {results}"
    for run in facts["runs"]:
        assert {line for line in run["unstepped"] if line > 40} >= set(HANDLER), "no debugger steps from a throw"


def test_functions_on_one_line_are_seen_each_with_its_own_variables(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = written(tmp_path, "on_one_line.cc", ON_ONE_LINE)

    facts = audited(capsys, path, "--run", "run(4)")

    expect_everything(facts)
    assert len(facts["audits"][0]["functions"]) == 5


# ------------------------------------------------------------------------------------------------------ what is lost


def test_optimised_code_lacks_values_and_shows_none_that_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str
) -> None:
    path = written(tmp_path, "shuffled.c", SHUFFLED)

    run = run_of(audited(capsys, path, "-O2", "--run", "total(9)", "--debugger", debugger, "--cflag=-fno-vectorize"))

    assert (run["level"], run["against"], run["complete"]) == (2, f"{debugger} -O0", True)
    assert run["lacking"]
    assert 0 < run["readings"]["have"] < run["readings"]["of"]
    assert run["wrong"] == []
    assert run["jumps"] is not None


def test_frames_of_calls_that_became_jumps_are_missed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str
) -> None:
    path = written(tmp_path, "jumps.ll", JUMPS)

    run = run_of(audited(capsys, path, "-O2", "--run", "outer(20)", "--debugger", debugger))

    if debugger == "gdb":  # which does not make them up from the call sites
        assert run["frames_missing"] > 0
    else:
        assert run["frames_missing"] == 0


def test_a_declaration_shows_a_value_before_there_is_one(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str
) -> None:
    path = written(tmp_path, "shuffled.c", SHUFFLED)

    run = run_of(audited(capsys, path, "--run", "total(2)", "--debugger", debugger))

    # `total` and `number` on the line that declares them, `number` and `scaled` before: blocks begin ahead of those.
    assert run["early"] >= 3
    assert run["readings"]["have"] == run["readings"]["of"]
    assert (run["wrong"], run["jumps"], run["against"]) == (None, None, "")
    assert run["backwards"] >= 1, "the loop"


def test_an_image_is_stepped_through_as_well(capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str) -> None:
    path, image = written(tmp_path, "shuffled.c", SHUFFLED), tmp_path / "shuffled.so"
    assert main(["build", str(path), "-o", str(image)]) == 0

    run = run_of(audited(capsys, image, "--run", "total(9)", "--debugger", debugger))

    assert run["missed"] == []
    assert run["readings"]["have"] == run["readings"]["of"] > 0


# -------------------------------------------------------------------------------------------------------- bad programs


def test_a_crash_is_told_with_its_place(capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str) -> None:
    path = written(tmp_path, "crash.c", CRASH)

    assert main(["audit", str(path), "--run", "crash(1)", "--debugger", debugger]) == 1

    captured = capsys.readouterr()
    words = f"it stopped (SIGSEGV) in crash at {path}:4: what would come after was not seen"
    assert captured.err == f"{debugger} -O0: {words}\n"
    assert "lines stopped at                    3 of 3 (100 %)" in captured.out


def test_a_program_that_hangs_is_ended_at_the_deadline(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str
) -> None:
    path = written(tmp_path, "endless.c", ENDLESS)

    words = ["--run", "endless(1)", "--debugger", debugger, "--timeout", "8"]
    assert main(["audit", str(path), *words]) == 2

    said = capsys.readouterr().err
    assert said.startswith(f"jitdbg: error: {path}: a step under {debugger} took more than 8 s: does the program hang")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [("nothing(1)", "dylib 'crash' exports no 'nothing'"), ("crash(1, 2)", "'crash' takes 1 argument, 2 given")],
)
def test_a_call_that_can_t_be_made_is_a_mistake(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, call: str, words: str
) -> None:
    path = written(tmp_path, "crash.c", CRASH)

    assert main(["audit", str(path), "--run", call, "--debugger", "gdb"]) == 2

    assert capsys.readouterr().err == f"jitdbg: error: {words}\n"


def test_a_run_is_left_at_the_limit_of_stops(capsys: pytest.CaptureFixture[str], tmp_path: Path, debugger: str) -> None:
    path = written(tmp_path, "shuffled.c", SHUFFLED)

    assert main(["audit", str(path), "--run", "total(9)", "--debugger", debugger, "--stops", "7"]) == 0

    assert capsys.readouterr().err == f"{debugger} -O0: left after 7 stops: --stops takes it further\n"


def test_the_run_in_the_documentation_is_what_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line; how often debuggers stop differs from one version to the next."""
    monkeypatch.chdir(ROOT)
    command = "jitdbg audit examples/fib.ll --run 'fib(4)'"
    text = (ROOT / "docs" / "audit.md").read_text()
    shown = text.partition(f"    $ {command}\n")[2].partition("\n\nFrom")[0]
    assert main(["audit", "examples/fib.ll", "--run", "fib(4)"]) == 0

    assert _without_counts(shown) == _without_counts(capsys.readouterr().out)


def _without_counts(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text.strip().splitlines())
    return [re.sub(r"\d+ of \d+ \(100 %\)|^stops.*", "all", line) for line in lines]
