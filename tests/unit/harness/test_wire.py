"""Facts go through JSON and come back the same; what is none is an error."""

from __future__ import annotations

import pytest

from jitdbg.debugger import wire
from jitdbg.debugger.facts import Frame, Place, Thread, Value
from jitdbg.errors import DebuggerError
from jitdbg.harness.remote import RemoteAdapter

FACTS = (
    Frame(0, 2**64 - 1, "f", Place("/ä.c", 3, 7), "/x.so", inlined=True),
    Value("v", "int", children=(Value("[0]", "float", scalar=0.5), Value("b", "bool", scalar=False)), child_count=2),
    Value("infinite", "double", scalar=float("inf")),
    b"\0\xff",
    None,
)


@pytest.mark.parametrize("fact", FACTS)
def test_facts_come_back_as_they_were(fact: object) -> None:
    assert wire.decode(wire.encode([fact])) == (fact,)


class Debugger:
    """An adapter of one method."""

    name = "odd"

    def threads(self) -> list[Thread]:
        return [Thread(1, 100)]

    def frames(self, limit: int) -> list[str]:
        return [f"{limit}"]

    def memory(self, address: int, size: int) -> bytes:
        raise DebuggerError(f"no memory at {address:#x}, {size}")


def remote() -> RemoteAdapter:
    import json

    return RemoteAdapter(lambda _, line: wire.answer(Debugger(), json.loads(line)))


def test_a_remote_adapter_gives_what_the_adapter_gives() -> None:
    assert remote().threads() == [Thread(1, 100)]
    assert remote().name == "odd"


def test_a_remote_adapter_raises_what_the_adapter_raises() -> None:
    with pytest.raises(DebuggerError, match=r"^no memory at 0x8, 4$"):
        remote().memory(8, 4)


def test_an_answer_of_the_wrong_kind_is_an_error() -> None:
    with pytest.raises(DebuggerError, match="answered '3' to frames, which is no Frame"):
        remote().frames(3)


@pytest.mark.parametrize("line", ["", "{", '{"id": 7, "result": 1}', "[]", '{"id": 1, "result": {"fact": "Nothing"}}'])
def test_an_answer_that_is_none_is_an_error(line: str) -> None:
    with pytest.raises(DebuggerError, match="the debugger's adapter answered"):
        RemoteAdapter(lambda *_: line).selected_thread()


def test_one_fact_where_several_are_due_is_an_error() -> None:
    with pytest.raises(DebuggerError, match="answered 7 to threads, which is no tuple"):
        RemoteAdapter(lambda *_: '{"id": 1, "result": 7}').threads()


def test_an_answer_that_is_nested_without_end_is_an_error() -> None:
    with pytest.raises(DebuggerError, match="which is no fact"):
        wire.decode("[" * 100_000)


def test_a_member_of_an_unnamed_member_is_found_by_its_name() -> None:
    inner = Value("i", "int", scalar=1)
    outer = Value("v", "struct", children=(Value("", "union", children=(inner,)), Value("x", "int")))

    assert outer.child("i") is inner
    with pytest.raises(KeyError):
        outer.child("y")
