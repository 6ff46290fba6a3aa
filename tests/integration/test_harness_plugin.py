"""The pytest plugin, in runs of its own; the debugger is one that does nothing."""

from __future__ import annotations

import pytest

from jitdbg.harness.unsupported import Outcome, read_table

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness import plugin, session
from jitdbg.harness.transcript import TO, Transcript

class Nothing:
    name = "gdb"

    def __init__(self):
        self.transcript = Transcript()
        self.closed = 0

    def load(self, program, deadline):
        self.transcript.add(TO, f"load {program.command[0]}")

    def launch(self, program, deadline, *, stop_at_entry=False):
        if program.command[0] == "old":
            raise Unsupported("gdb", "it is too old")
        raise DebuggerError("no such program")

    def close(self):
        self.closed += 1
        print("closed", self.closed)

@pytest.fixture(autouse=True)
def nothing(monkeypatch):
    monkeypatch.setattr(session, "open_backend", lambda debugger, deadline: Nothing())
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for a run of pytest with the plugin, as an installed package's; gdb is any program at all."""
    monkeypatch.setenv("JITDBG_GDB", "/bin/true")
    pytester.makeconftest(CONFTEST)
    return pytester


def run(inner: pytest.Pytester, *options: str) -> pytest.RunResult:
    return inner.runpytest_inprocess("-p", "no:cacheprovider", "--debugger", "gdb", *options)


def test_a_test_runs_under_the_debugger_that_was_asked_for(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        def test_name(debug_session):
            assert debug_session.debugger == "gdb"
            assert debug_session.launch(["x"]).debugger == "gdb"
        """
    )

    result = run(inner, "-v", "-s")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*test_name[[]gdb[]]*closed 1*"])
    result.stdout.no_fnmatch_line("*load x*")


def test_a_failure_shows_the_debugger_and_what_was_said(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_fails(debug_session):\n    debug_session.launch(['x'])\n    assert 1 == 2\n")

    result = run(inner)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*assert 1 == 2*", "*what was said to and by gdb*(/bin/true)*", "*→ load x*"])


def test_what_is_unsupported_is_skipped_with_the_reason(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_old(debug_session):\n    debug_session.launch(['old']).run()\n")

    result = run(inner, "-rs")

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["SKIPPED*unsupported: gdb: it is too old"])


def test_a_refusal_is_a_failure(inner: pytest.Pytester) -> None:
    inner.makepyfile("def test_refused(debug_session):\n    debug_session.launch(['new']).run()\n")

    result = run(inner)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*DebuggerError: no such program"])


def test_a_missing_debugger_is_skipped_or_fails_where_it_is_required(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JITDBG_GDB", "/no/such/gdb")
    inner.makepyfile("def test_any(debug_session):\n    pass\n")

    skipped = run(inner, "-rs")
    required = run(inner, "--require-debuggers")

    skipped.assert_outcomes(skipped=1)
    skipped.stdout.fnmatch_lines(["SKIPPED [[]1[]] *missing_debugger*.py:1: JITDBG_GDB is set to '/no/such/gdb'*"])
    required.assert_outcomes(errors=1)
    required.stdout.fnmatch_lines(["*JITDBG_GDB is set to '/no/such/gdb'*"])
    required.stdout.no_fnmatch_line("*During handling*")


def test_a_table_that_can_not_be_written_is_refused_at_the_start(inner: pytest.Pytester) -> None:
    result = run(inner, "--unsupported-table", "/no/such/folder/page.md")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --unsupported-table: /no/such/folder/page.md: No such file or directory: *"])


def test_an_unknown_debugger_is_refused(inner: pytest.Pytester) -> None:
    result = inner.runpytest_inprocess("--debugger", "dbx")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*invalid choice: 'dbx'*"])


def test_tests_run_side_by_side(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(4))
        def test_each(debug_session, number):
            debug_session.launch([str(number)])
        """
    )

    run(inner, "-n", "2").assert_outcomes(passed=4)


def test_a_test_with_models_runs_under_the_fake_debugger_too(inner: pytest.Pytester) -> None:
    inner.makefile(".c", host="int main(void) {\n  return 7; // mark: end\n}\n")
    inner.makepyfile(
        """
        import pytest
        from jitdbg.harness.fake import FakeModule

        HOST = FakeModule("host.c")

        @HOST.function("end")
        def main(frame):
            yield frame.at("end")
            return 7

        @pytest.mark.fake({"host": HOST})
        def test_end(debug_session):
            session = debug_session.launch(["host"], sources=["host.c"])
            assert session.run_to("mark: end").frame.function == "main"
            assert session.go_on().exit_code == 7
        """
    )

    result = inner.runpytest_inprocess("-p", "no:cacheprovider", "--debugger", "fake", "--strict-markers")

    result.assert_outcomes(passed=1)


def test_what_was_unsupported_is_written_as_a_table(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("how", ["old", "none"])
        def test_a_program_starts(debug_session, how):
            session = debug_session.launch([how])
            if how == "old":
                session.run()
        """
    )

    run(inner, "-n", "1", "--unsupported-table", "page.md").assert_outcomes(passed=1, skipped=1)

    page = (inner.path / "page.md").read_text()
    assert read_table(page) == [Outcome("a program starts (old)", "gdb", "it is too old")]
