"""Files with directives as items of pytest: those that the setting ``jitdbg_check`` names, one for each debugger.

Without the setting nothing is collected, so that the plugin changes nothing for those who have jitdbg installed for
another reason. docs/directives.md says what is in such a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from jitdbg.errors import DirectiveError, ToolMissingError, Unsupported
from jitdbg.harness.debuggers import DEBUGGERS, WITH_OWN_ADAPTER, debugger_tool
from jitdbg.harness.versions import versions

SETTING = "jitdbg_check"
_NAMED = pytest.StashKey[frozenset[Path]]()


def add_setting(parser: pytest.Parser) -> None:
    """Add the setting that names the files."""
    parser.addini(
        SETTING, "Files with jitdbg's directives, as patterns relative to the root folder.", type="args", default=[]
    )


def collect_file(file_path: Path, parent: pytest.Collector) -> CheckFile | None:
    """Collect a file, where it is one of those that the setting names."""
    return CheckFile.from_parent(parent, path=file_path) if file_path in parent.config.stash[_NAMED] else None


def need_debugger(config: pytest.Config, debugger: str) -> None:
    """Skip the test that is running where a debugger is not installed, or fail it where all are required."""
    reason = _why_missing(debugger)
    if reason and config.getoption("--require-debuggers"):
        pytest.fail(reason, pytrace=False)
    if reason:
        pytest.skip(reason)


def _why_missing(debugger: str) -> str:
    try:
        debugger_tool(debugger)
    except Unsupported as error:
        return f"unsupported: {error.debugger}: {error.reason}"
    except ToolMissingError as error:
        return str(error)
    return ""


def find_named(config: pytest.Config) -> None:
    """Find the files that the patterns match, once for a run. Raises `pytest.UsageError` for what is no pattern."""
    config.stash[_NAMED] = frozenset(path for pattern in config.getini(SETTING) for path in _matching(config, pattern))


def _matching(config: pytest.Config, pattern: str) -> Sequence[Path]:
    try:
        return list(config.rootpath.glob(pattern))
    except (ValueError, NotImplementedError):
        raise pytest.UsageError(
            f"{SETTING}: {pattern!r} is no pattern: it is relative to {config.rootpath}, as in 'tests/*.ll'"
        ) from None


class CheckFailed(Exception):
    """Directives that did not pass; the message has a line for each."""


class CheckFile(pytest.File):
    """A file with directives."""

    def collect(self) -> Iterator[CheckItem]:
        """Make an item for each debugger."""
        wanted = self.config.getoption("--debugger") or WITH_OWN_ADAPTER
        for debugger in DEBUGGERS:
            if debugger in wanted:
                yield CheckItem.from_parent(self, name=debugger)


class CheckItem(pytest.Item):
    """The directives of a file under the debugger that is the item's name."""

    def runtest(self) -> None:
        """Run the file's program and raise what is wrong."""
        from jitdbg.harness import directives

        need_debugger(self.config, self.name)
        try:
            report = directives.check(directives.read_sheet(self.path), self.name)
        except DirectiveError as error:
            raise CheckFailed("\n".join(directives.unreadable(str(self.path), error).sentences())) from None
        if not report.ok:
            self.add_report_section("call", "versions", versions())
            self.add_report_section("call", f"said to and by {self.name} {report.version}", report.transcript)
            raise CheckFailed("\n".join([*report.sentences(), report.summary()]))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what the directives say, without a traceback through pytest."""
        if isinstance(excinfo.value, CheckFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the item in reports."""
        return self.path, None, f"{self.path.name}[{self.name}]"
