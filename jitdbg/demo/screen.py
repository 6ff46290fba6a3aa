"""How the demo looks: headings, claims with a sign and the lines that show them, and a last word."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from jitdbg.demo.claims import Claim

_WIDE = 160  # columns where there is no terminal: a log is not folded, and lines have an end


class Screen:
    """Prints as things happen and counts the claims; lives for one demo."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
        self._start = time.monotonic()
        self.claims: list[Claim] = []

    def heading(self, words: str) -> None:
        """Begin an input."""
        self._console.print()
        self._console.print(Text(words, "bold"))

    def part(self, words: str) -> None:
        """Begin a part of an input: the engine, a debugger."""
        self._console.print(Text(f"\n  {words}", "bold cyan"))

    def note(self, words: str) -> None:
        """Say something that is neither right nor wrong; it may be long."""
        self._console.print(Text(f"  {words}"), soft_wrap=True)

    def claim(self, claim: Claim) -> None:
        """Say whether a claim holds, and show its lines."""
        self.claims.append(claim)
        sign = Text("  ✓ ", "green") if claim.holds else Text("  ✗ ", "bold red")
        self._console.print(sign + Text(claim.words, "" if claim.holds else "bold red"))
        for line in claim.evidence:
            self._line(f"      {line.expandtabs(4)}", "dim")

    @contextmanager
    def waiting(self, words: str) -> Iterator[None]:
        """Show on a terminal that something takes its time; nothing of it stays."""
        with self._console.status(Text(words, "dim")):
            yield

    def transcript(self, words: str, text: str) -> None:
        """Show all that a debugger said, uncut."""
        self._console.print(Text(f"\n  {words}", "bold red"))
        for line in text.splitlines():
            self._console.print(Text(f"  | {line}"), soft_wrap=True)

    def last_word(self) -> None:
        """Sum up."""
        failed = sum(not claim.holds for claim in self.claims)
        seconds = time.monotonic() - self._start
        words = f"{failed} of {len(self.claims)} checks failed" if failed else f"all {len(self.claims)} checks passed"
        self._console.print(Text(f"\n{words}, in {seconds:.0f} s", "bold red" if failed else "bold green"))

    def _line(self, line: str, style: str) -> None:
        self._console.print(Text(line, style), no_wrap=True, overflow="ellipsis")
