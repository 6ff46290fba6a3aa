"""Where messages begin and end, however the bytes come."""

from __future__ import annotations

import pytest

from jitdbg.errors import DebuggerError
from jitdbg.harness.framing import ContentLength, Framing, Lines


@pytest.mark.parametrize("framing", [Lines, ContentLength])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_messages_come_out_as_they_went_in_however_they_are_cut(framing: type[Framing], size: int) -> None:
    messages = ["one", "", "zwei ä€", "{}" * 50]
    sender, receiver = framing(), framing()
    data = b"".join(sender.pack(message) for message in messages)

    came = [message for start in range(0, len(data), size) for message in receiver.unpack(data[start : start + size])]

    assert came == messages


@pytest.mark.parametrize("framing", [Lines, ContentLength])
def test_what_is_no_whole_message_is_kept(framing: type[Framing]) -> None:
    receiver = framing()

    assert list(receiver.unpack(b"last words")) == []
    assert receiver.rest() == "last words"


def test_a_header_may_have_more_than_the_length() -> None:
    data = b"Content-Type: application/json; charset=utf-8\r\ncontent-length: 2\r\n\r\n{}"

    assert list(ContentLength().unpack(data)) == ["{}"]


@pytest.mark.parametrize(
    "data",
    [
        b"Segmentation fault\r\n\r\n",
        b"Content-Length: many\r\n\r\n{}",
        b"Content-Length: -1\r\n\r\n{}",
        b"warning: no header at all\n" * 200,
    ],
)
def test_what_is_no_header_is_an_error_that_shows_it(data: bytes) -> None:
    with pytest.raises(DebuggerError, match="which is no header of a message"):
        list(ContentLength().unpack(data))


def test_a_length_that_nobody_means_is_an_error() -> None:
    with pytest.raises(DebuggerError, match="more than 256 MiB"):
        list(ContentLength().unpack(b"Content-Length: 99999999999\r\n\r\n"))
