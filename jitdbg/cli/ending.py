"""Ends that are asked for from outside: what a subcommand has half done goes, as after Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

_ASKS: Final = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def unwound_when_asked_to_end() -> Iterator[None]:
    """Have SIGTERM and SIGHUP raise `SystemExit`, with 128 and the signal's number, in a block or a command.

    For those that run no native code of the user's, which Python's handlers would have to wait for. A signal that
    whoever started us wants to be ignored, as nohup does, is.
    """
    ours = [number for number in _ASKS if signal.getsignal(number) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # it has been heard: the way out is not to be interrupted
    raise SystemExit(128 + number)
