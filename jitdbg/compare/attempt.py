"""One feature tried with one peer under one debugger: what is seen becomes aspects, whatever fails becomes one too."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from jitdbg.compare import hosts
from jitdbg.compare.bench import Bench
from jitdbg.compare.debuggers import Debugger
from jitdbg.compare.facts import FAILS, NO_DEBUGGER, NOT_HERE, Aspect, Cell, outcome_of, words_of
from jitdbg.debugger.facts import Place
from jitdbg.errors import JitdbgError, ToolMissingError, Unsupported
from jitdbg.harness import Session
from jitdbg.harness.backend import Backend

_TRANSCRIPT = 16_000
"""How many characters of a transcript are kept: its beginning, and three times as much of its end."""


class NothingToSeeError(JitdbgError):
    """What a feature begins with did not come about: the words say what was seen."""


@dataclass
class Attempt:
    """A feature's run; lives until its cell is made. ``timeout`` are the seconds that each wait has."""

    bench: Bench
    peer: str
    debugger: Debugger | None
    timeout: float
    aspects: list[Aspect] = field(default_factory=list)
    transcripts: list[str] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------------------ judging

    def check(self, what: str, ok: bool, seen: object = "") -> bool:
        """Note an aspect of the feature, with what was seen where it is not as it has to be."""
        self.aspects.append(Aspect(what, ok, "" if ok else str(seen)))
        return ok

    def need(self, ok: bool, seen: object) -> None:
        """Give up where what the feature begins with did not come about."""
        if not ok:
            raise NothingToSeeError(str(seen))

    def place(self, file: str, mark: str) -> Place:
        """Give the place of a mark in a source of the module."""
        return self.bench.source(file).place(mark)

    # ----------------------------------------------------------------------------------------------------- sessions

    def launch(self, scenario: str, *, dap: bool = False) -> AbstractContextManager[Session]:
        """Open a session with the host, which is not started yet; ``dap`` goes through the debugger's adapter."""
        program = self.bench.program(self.peer, scenario)
        return self._session(
            lambda backend: Session.launch(
                program.command, debugger=backend, environment=program.environment, directory=program.directory,
                timeout=self.timeout,
            ),
            dap=dap,
        )  # fmt: skip

    def attach(self, process: int) -> AbstractContextManager[Session]:
        """Open a session with a process."""
        return self._session(lambda backend: Session.attach(process, debugger=backend, timeout=self.timeout))

    def open_core(self, core: Path) -> AbstractContextManager[Session]:
        """Open a session with the core dump of a host."""
        return self._session(
            lambda backend: Session.open_core(core, self._executable(), debugger=backend, timeout=self.timeout)
        )

    def connect(self, address: str) -> AbstractContextManager[Session]:
        """Open a session with the host that a debug server has."""
        return self._session(
            lambda backend: Session.connect(address, self._executable(), debugger=backend, timeout=self.timeout)
        )

    def _executable(self) -> str:
        return self.bench.program(self.peer, "calls").find()

    @contextlib.contextmanager
    def _session(self, begin: Callable[[Backend], Session], *, dap: bool = False) -> Iterator[Session]:
        assert self.debugger is not None, "the feature is one of debuggers"
        backend = (self.debugger.dap if dap else self.debugger).open(self.timeout)
        try:
            yield begin(backend)
        finally:
            backend.close()
            self.transcripts.append(str(backend.transcript))

    # ------------------------------------------------------------------------------------------------ without those

    def run(self, scenario: str, *wrapper: str, timeout: float | None = None) -> hosts.Done:
        """Run the host to its end, within ``wrapper``'s program where one is given."""
        program = self.bench.program(self.peer, scenario)
        done = hosts.run([*wrapper, *program.command], program, self.timeout if timeout is None else timeout)
        self.transcripts.append(done.transcript)
        return done

    def tool(self, command: Sequence[str]) -> hosts.Done:
        """Run a program that is no host."""
        done = hosts.run(command, self.bench.program(self.peer, "calls"), self.timeout)
        self.transcripts.append(done.transcript)
        return done


def cell(feature: str, attempt: Attempt, try_it: Callable[[Attempt], None]) -> Cell:
    """Try a feature and say what came of it; nothing but an interruption keeps it from that."""
    began = time.monotonic()
    not_here = ""
    try:
        try_it(attempt)
    except (Unsupported, ToolMissingError) as error:
        not_here = str(error)
    except (JitdbgError, OSError) as error:
        attempt.check("the run", False, error)
    aspects = tuple(attempt.aspects)
    outcome = outcome_of(aspects) if not not_here else NOT_HERE
    words = not_here or words_of(aspects) or ("nothing was seen" if outcome == FAILS else "")
    debugger = attempt.debugger.name if attempt.debugger else NO_DEBUGGER
    seconds = round(time.monotonic() - began, 2)
    words = words.replace(f"{attempt.bench.folder}{os.sep}", "")
    transcript = _shortened("\n\n".join(attempt.transcripts))
    return Cell(feature, attempt.peer, debugger, outcome, words, aspects, seconds, transcript)


def _shortened(transcript: str) -> str:
    left_out = len(transcript) - _TRANSCRIPT
    if left_out <= 0:
        return transcript
    begin = _TRANSCRIPT // 4
    return f"{transcript[:begin]}\n… {left_out} characters left out …\n{transcript[begin - _TRANSCRIPT :]}"
