"""The pytest plugin: a test that asks for ``debug_session`` runs once under each debugger.

    def test_the_loop_counts(debug_session):
        session = debug_session.launch(["./host"], sources=["loop.c"])
        session.break_at("mark: body")
        ...

Each test has a fresh debugger. Of a test that fails, the report shows the debugger's version and what was said. What a
debugger can't do (`Unsupported`) makes the test's outcome "skipped", with a reason that begins with ``unsupported:``.
A debugger that is not installed is skipped too, or with ``--require-debuggers`` fails. Workers of pytest-xdist share
nothing.
"""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from jitdbg.errors import DebuggerError, ToolError, Unsupported
from jitdbg.harness import items
from jitdbg.harness.backend import Backend
from jitdbg.harness.debuggers import DEBUGGERS, debugger_tool, why_left_out
from jitdbg.harness.session import TIMEOUT, Session
from jitdbg.harness.unsupported import Outcome, in_words, update_page
from jitdbg.harness.versions import versions

if TYPE_CHECKING:
    from jitdbg.harness.fake import FakeModule

Path = str | os.PathLike[str]
FAKE = "fake"


class SessionStarter:
    """What the fixture ``debug_session`` gives: it starts sessions under one debugger and ends them with the test."""

    def __init__(self, debugger: str, programs: Mapping[str, FakeModule] | None = None) -> None:
        self.debugger = debugger
        self._programs = programs
        self._sessions: list[Session] = []

    def launch(
        self,
        command: Sequence[Path],
        *,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        sources: Sequence[Path] = (),
        timeout: float = TIMEOUT,
    ) -> Session:
        """Load a program; see `Session.launch`."""
        return self._keep(
            Session.launch(
                command,
                debugger=self._open(),
                environment=environment,
                directory=directory,
                sources=sources,
                timeout=timeout,
            )
        )

    def attach(self, process: int, *, sources: Sequence[Path] = (), timeout: float = TIMEOUT) -> Session:
        """Take over a running process; see `Session.attach`."""
        return self._keep(Session.attach(process, debugger=self._open(), sources=sources, timeout=timeout))

    def open_core(
        self, core: Path, program: Path, *, sources: Sequence[Path] = (), timeout: float = TIMEOUT
    ) -> Session:
        """Look at a core dump; see `Session.open_core`."""
        return self._keep(Session.open_core(core, program, debugger=self._open(), sources=sources, timeout=timeout))

    def connect(
        self, address: str, program: Path, *, sources: Sequence[Path] = (), timeout: float = TIMEOUT
    ) -> Session:
        """Debug what a debug server has; see `Session.connect`."""
        return self._keep(Session.connect(address, program, debugger=self._open(), sources=sources, timeout=timeout))

    def _open(self) -> str | Backend:
        if self._programs is None:
            return self.debugger
        from jitdbg.harness.fake import FakeBackend

        return FakeBackend(self._programs)

    def _keep(self, session: Session) -> Session:
        self._sessions.append(session)
        return session

    def close(self) -> None:
        """End all sessions."""
        for session in self._sessions:
            session.close()

    def transcripts(self) -> list[str]:
        """Give what was said in each session."""
        return [str(session.transcript) for session in self._sessions]


_UNDER_A_DEBUGGER = re.compile(rf"\[(?:{'|'.join(DEBUGGERS)})(?:-|\])")
_STARTER = pytest.StashKey[SessionStarter]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options."""
    group = parser.getgroup("jitdbg", "tests under debuggers")
    group.addoption(
        "--debugger",
        action="append",
        choices=(*DEBUGGERS, FAKE),
        help="Run the tests of debug_session under this debugger alone; can be given again (default: all).",
    )
    group.addoption(
        "--require-debuggers",
        action="store_true",
        help="Fail the tests whose debugger is not installed, rather than skip them.",
    )
    group.addoption(
        "--unsupported-table",
        metavar="FILE",
        help="Write into FILE, a page of Markdown, what of these tests a debugger can't do.",
    )
    items.add_setting(parser)


def pytest_collect_file(file_path: pathlib.Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the files whose directives are to be checked (`jitdbg.harness.items`)."""
    return items.collect_file(file_path, parent)


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest of the plugin's mark, find the files with directives, and begin a table where one is asked for."""
    items.find_named(config)
    page = config.getoption("--unsupported-table")
    if page and not hasattr(config, "workerinput"):  # Workers of xdist report to the process that writes.
        _check_writable(page)
        config.pluginmanager.register(_TableWriter(page))
    config.addinivalue_line(
        "markers", "fake(programs): run under the fake debugger too, with models of the programs by their files' names"
    )


def _check_writable(page: str) -> None:
    """Raise before the tests have run rather than after."""
    try:
        with open(page, "a", encoding="utf-8"):
            pass
    except OSError as error:
        raise pytest.UsageError(f"--unsupported-table: {page}: {error.strerror}: name a file to write to") from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make one test of each that asks for a session for each debugger."""
    if "_jitdbg_debugger" in metafunc.fixturenames:
        modelled = metafunc.definition.get_closest_marker(FAKE)
        able = [*DEBUGGERS, *([FAKE] if modelled and modelled.args[0] else [])]
        wanted = metafunc.config.getoption("--debugger") or [name for name in able if not _why_left_out(name)]
        metafunc.parametrize("_jitdbg_debugger", [name for name in able if name in wanted], indirect=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the debuggers that tests were not run under, where there were any such tests."""
    if config.getoption("--debugger") or not any(map(_is_under_a_debugger, terminalreporter.getreports(""))):
        return
    for debugger in DEBUGGERS:
        if reason := _why_left_out(debugger):
            terminalreporter.write_line(f"jitdbg: no tests under {debugger}: {reason}")


def _is_under_a_debugger(report: object) -> bool:
    """Tell by a test's name: in the process that reports, pytest-xdist leaves nothing else of it."""
    return bool(_UNDER_A_DEBUGGER.search(getattr(report, "nodeid", "")))


def _why_left_out(debugger: str) -> str:
    return why_left_out(debugger) if debugger != FAKE else ""


@pytest.fixture
def _jitdbg_debugger(request: pytest.FixtureRequest) -> str:
    if request.param != FAKE:
        items.need_debugger(request.config, request.param)
    return str(request.param)


@pytest.fixture
def debug_session(request: pytest.FixtureRequest, _jitdbg_debugger: str) -> Iterator[SessionStarter]:
    """Start sessions under a debugger, another one each time that the test is run."""
    starter = SessionStarter(_jitdbg_debugger, _models(request) if _jitdbg_debugger == FAKE else None)
    request.node.stash[_STARTER] = starter
    yield starter
    starter.close()


def _models(request: pytest.FixtureRequest) -> Mapping[str, FakeModule]:
    mark = request.node.get_closest_marker(FAKE)
    programs: Mapping[str, FakeModule] = mark.args[0]
    return programs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report what is unsupported as that, and show with each failure what was said."""
    report = yield
    error = call.excinfo.value if call.excinfo else None
    starter = item.stash.get(_STARTER, None)
    if starter:
        report.user_properties += [("asks", _in_words(item, starter.debugger)), ("debugger", starter.debugger)]
    if isinstance(error, Unsupported):
        report.outcome = "skipped"
        report.longrepr = (*_place(item), f"Skipped: unsupported: {error.debugger}: {error.reason}")
        report.user_properties.append(("unsupported", error.reason))
    elif isinstance(report.longrepr, tuple) and report.longrepr[0] == items.__file__:
        report.longrepr = (*_place(item), report.longrepr[2])  # It was left out: that is the test's, not ours.
    elif report.failed:
        _add_transcripts(report, starter, error)
    return report


def _place(item: pytest.Item) -> tuple[str, int]:
    path, line, _ = item.location
    return path, (line or 0) + 1


def _in_words(item: pytest.Item, debugger: str) -> str:
    name, _, parameters = item.name.rstrip("]").partition("[")
    return in_words(name, f"-{parameters}-".replace(f"-{debugger}-", "-", 1).strip("-"))


def outcome_of(report: pytest.TestReport) -> Outcome | None:
    """Tell what a report says of a debugger's abilities; None where the test failed, or was skipped otherwise."""
    told = {name: str(value) for name, value in report.user_properties}
    passed = report.when == "call" and report.passed
    if "debugger" not in told or not (passed or "unsupported" in told):
        return None
    return Outcome(told["asks"], told["debugger"], told.get("unsupported", ""))


class _TableWriter:
    """Collects outcomes and writes them at the end of the run."""

    def __init__(self, page: str) -> None:
        self._page = page
        self._outcomes: list[Outcome] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if outcome := outcome_of(report):
            self._outcomes.append(outcome)

    def pytest_sessionfinish(self) -> None:
        update_page(self._page, self._outcomes)


def _add_transcripts(report: pytest.TestReport, starter: SessionStarter | None, error: BaseException | None) -> None:
    if starter is None:
        return
    title = f"what was said to and by {_described(starter.debugger)}"
    # A session that could not even be opened has left its transcript in the error alone.
    told = starter.transcripts() or ([error.transcript] if isinstance(error, DebuggerError) else [])
    report.sections += [(title, transcript) for transcript in told if transcript]
    report.sections.append(("versions", versions()))


def _described(debugger: str) -> str:
    try:
        found = debugger_tool(debugger) if debugger != FAKE else None
    except (ToolError, DebuggerError):
        found = None
    return f"{debugger} {found.version} ({found.path})" if found else debugger
