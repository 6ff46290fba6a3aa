"""What was said between us, a debugger and its program: what a failure prints.

Every entry has the time since the start, who spoke, and the words. A program may print megabytes: of each entry and of
all of them together only so much is kept, the latest first.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from jitdbg.errors import DebuggerError

TO = "→"
FROM = "←"
PROGRAM = "│"
NOTE = "·"

_ENTRY_LIMIT = 20_000
_ENTRIES = 5_000


@dataclass
class Transcript:
    """A record of one session; lives as long as anybody wants to read it."""

    _start: float = field(default_factory=time.monotonic)
    _entries: deque[tuple[float, str, str]] = field(default_factory=lambda: deque(maxlen=_ENTRIES))

    def add(self, who: str, words: str) -> None:
        """Record what was said to the debugger (`TO`), by it (`FROM`), by the program (`PROGRAM`), or a `NOTE`."""
        cut = f" … {len(words) - _ENTRY_LIMIT} more characters" if len(words) > _ENTRY_LIMIT else ""
        self._entries.append((time.monotonic() - self._start, who, words[:_ENTRY_LIMIT] + cut))

    def words_of(self, who: str) -> list[str]:
        """Give what one side said, as far as it is kept, entry by entry."""
        return [words for _, speaker, words in self._entries if speaker == who]

    def program_output(self) -> str:
        """Give what the program printed, as far as it is kept."""
        return "".join(self.words_of(PROGRAM))

    @contextlib.contextmanager
    def told(self) -> Iterator[None]:
        """Give each `DebuggerError` from within what was said until then."""
        try:
            yield
        except DebuggerError as error:
            error.transcript = str(self)
            raise

    def __str__(self) -> str:
        return "\n".join(f"{when:8.3f} {who} {words.rstrip()}" for when, who, words in self._entries)
