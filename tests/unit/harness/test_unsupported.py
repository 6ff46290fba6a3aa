"""The table of what debuggers can't do, in a page."""

from __future__ import annotations

from pathlib import Path

from jitdbg.harness.unsupported import Outcome, in_words, read_table, update_page, with_outcomes

STEPS = Outcome("steps are taken", "fake", "no instructions")
CORES = Outcome("cores are read", "lldb-dap", "no cores | none")


def test_a_tests_name_is_a_sentence() -> None:
    assert in_words("test_a_signal_is_named") == "a signal is named"
    assert in_words("test_a_signal_is_named", "abort") == "a signal is named (abort)"


def test_a_page_without_a_table_gets_one_at_its_end(tmp_path: Path) -> None:
    page = with_outcomes("# Title\n", [STEPS, CORES, Outcome("values are read", "fake")])

    assert page.startswith("# Title\n")
    assert page.splitlines()[-3:-1] == [
        "| steps are taken | fake | no instructions |", "| cores are read | lldb-dap | no cores / none |",
    ]  # fmt: skip
    update_page(tmp_path / "new.md", [STEPS])
    assert read_table((tmp_path / "new.md").read_text()) == [STEPS]


def test_a_run_replaces_the_rows_of_its_debuggers() -> None:
    page = with_outcomes("above\n", [STEPS, CORES]) + "below\n"

    page = with_outcomes(page, [Outcome("values are read", "fake", "no values"), Outcome(STEPS.test, "fake")])

    rows = [(row.test, row.debugger) for row in read_table(page)]
    assert rows == [("values are read", "fake"), (CORES.test, "lldb-dap")]
    assert page.startswith("above\n")
    assert page.endswith("below\n")


def test_the_docs_tell_of_tests_that_exist() -> None:
    root = Path(__file__).parents[3]
    tests = "".join(path.read_text() for path in (root / "tests" / "debuggers").glob("test_harness_*.py"))
    rows = read_table((root / "docs" / "harness.md").read_text())

    assert rows
    names = {row.test.partition(" (")[0].replace(" ", "_") for row in rows}
    assert [name for name in names if f"def test_{name}(" not in tests] == []


def test_a_page_without_a_table_has_no_rows() -> None:
    assert read_table("# Title\n\n| a | b |\n|---|---|\n| c | d |\n") == []
