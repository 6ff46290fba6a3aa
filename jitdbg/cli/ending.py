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
    whoever started us wants to be ignored, as nohup does, is. What a block sets for SIGINT is undone at its end.
    """
    before = {number: signal.getsignal(number) for number in (*_ASKS, signal.SIGINT)}
    for number in _ASKS:
        if before[number] is signal.SIG_DFL:
            signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: FrameType | None) -> None:
    # We have been asked: the way out is not to be interrupted by whoever asks again, in whatever way.
    for each in (*_ASKS, signal.SIGINT):
        signal.signal(each, _pass_over)
    raise SystemExit(128 + number)


def _pass_over(_number: int, _frame: FrameType | None) -> None:
    """Do nothing. Python complains of a SIG_IGN where the signal has come already."""
