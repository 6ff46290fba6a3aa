"""Files with directives as pytest's items, in runs of their own; the debugger is the fake one."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from jitdbg.harness import session
from jitdbg.harness.fake import FakeBackend, FakeModule

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item):
    module = FakeModule(item.path)

    @module.function("only")
    def main(frame):
        frame.locals.count = 3
        yield frame.at("only")
        return 0

    item.monkeypatch = pytest.MonkeyPatch()
    item.monkeypatch.setattr(session, "open_backend", lambda *_: FakeBackend({item.path.stem: module}))

def pytest_runtest_teardown(item):
    item.monkeypatch.undo()
"""
GOOD = """// jitdbg: compile cp /bin/true {output}
// jitdbg: main
count;  // mark: only
// jitdbg: at only: count = 3
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with a file that has directives; gdb is any program at all."""
    monkeypatch.setenv("JITDBG_GDB", "/bin/true")
    pytester.makeconftest(CONFTEST)
    (pytester.path / "check").mkdir()
    (pytester.path / "check" / "model.toy").write_text(GOOD)
    return pytester


def name_files(inner: pytest.Pytester) -> None:
    inner.makepyprojecttoml('[tool.pytest.ini_options]\njitdbg_check = ["check/*.toy", "other/**/*.c"]\n')


def run(inner: pytest.Pytester, *options: str) -> pytest.RunResult:
    return inner.runpytest_inprocess("-p", "no:cacheprovider", *options)


def test_without_the_setting_nothing_is_collected(inner: pytest.Pytester) -> None:
    assert run(inner).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_each_file_that_is_named_passes_or_says_what_the_command_says(inner: pytest.Pytester) -> None:
    name_files(inner)
    wrong, unread = inner.path / "check" / "wrong.toy", inner.path / "check" / "unread.toy"
    wrong.write_text(GOOD.replace("= 3", "= 4"))
    unread.write_text(GOOD.replace("at only", "at olny"))
    (inner.path / "check" / "unnamed.c").write_text("// jitdbg: nothing\n")

    result = run(inner, "-v", "--debugger", "gdb")

    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            "check/model.toy::gdb PASSED*",
            "*unread.toy[[]gdb[]]*",
            "*unread.toy:4: failed: there is no mark or break 'olny': did you mean 'only'?",
            "*wrong.toy[[]gdb[]]*",
            "*wrong.toy:4: failed [[]gdb[]]: expected count = 4 at mark only (hit 1), got 3",
            "1 passed, 1 failed",
            "*said to and by gdb*",
            "*→ launch *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_missing_debugger_is_skipped_or_fails_where_it_is_required(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JITDBG_GDB", "/no/such/gdb")
    name_files(inner)

    skipped = run(inner, "--debugger", "gdb", "-rs")
    required = run(inner, "--debugger", "gdb", "--require-debuggers")

    skipped.assert_outcomes(skipped=1)
    skipped.stdout.fnmatch_lines(["SKIPPED [[]1[]] check/model.toy:1: JITDBG_GDB is set to '/no/such/gdb'*"])
    required.assert_outcomes(failed=1)
    required.stdout.no_fnmatch_line("*During handling*")


@pytest.mark.parametrize("pattern", ["/abs/*.toy", ""])
def test_what_is_no_pattern_is_refused_at_the_start(inner: pytest.Pytester, pattern: str) -> None:
    inner.makepyprojecttoml(f'[tool.pytest.ini_options]\njitdbg_check = ["{pattern}"]\n')

    result = run(inner)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: jitdbg_check: '{pattern}' is no pattern: it is relative to {inner.path}, *"])
