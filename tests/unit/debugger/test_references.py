"""What dylibs refer to each other by."""

from __future__ import annotations

from collections.abc import Iterator

from jitdbg.debugger.references import Redirection, Reference, redirect


def test_where_there_are_no_older_generations_no_files_are_read() -> None:
    def found() -> Iterator[Reference]:
        raise AssertionError("it was asked for references")
        yield

    def write(address: int, data: bytes) -> None:
        raise AssertionError(f"{data!r} was written to {address:#x}")

    assert redirect(write, found(), [], fresh=False) == Redirection()
