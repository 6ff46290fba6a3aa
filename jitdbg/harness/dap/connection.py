"""Requests to a debug adapter and its answers; events go to whoever made the connection."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jitdbg.harness.dap.messages import EVENT, RESPONSE, Fields, Message, Refusal, parse_message
from jitdbg.harness.pipes import PipeConnection
from jitdbg.harness.transcript import FROM, TO, Transcript

_ENVIRONMENT = "env"
_STATISTICS = "$__lldb_statistics"


@dataclass
class Connection:
    """The conversation with the adapter called ``name``; lives as long as its pipes.

    `attach` the pipes before anything is said.
    """

    name: str
    transcript: Transcript
    on_event: Callable[[Message], None]
    _expected: set[int] = field(default_factory=set)
    _answers: dict[int, Message] = field(default_factory=dict)
    _number: int = 0

    def attach(self, pipes: PipeConnection) -> None:
        """Speak over these pipes, which give what comes to `take`."""
        self.pipes = pipes

    def request(self, command: str, deadline: float, **arguments: Any) -> Fields:
        """Send a request and wait for its answer; the adapter's refusal is raised as `Refusal`."""
        return self.answer(self.send(command, **arguments), command, deadline)

    def send(self, command: str, **arguments: Any) -> int:
        """Send a request whose answer is waited for later, and give its number."""
        number = self._send({"type": "request", "command": command, "arguments": arguments})
        self._expected.add(number)
        return number

    def answer(self, number: int, command: str, deadline: float) -> Fields:
        """Wait for the answer to a request that was sent; after the deadline nobody waits for it any more."""
        try:
            self.wait_until(lambda: self.is_answered(number), deadline, f"the answer to {command}")
        finally:
            self._expected.discard(number)
        message = self._answers.pop(number)
        if not message.success:
            raise Refusal(self.name, " ".join(message.words.split()))
        return message.body

    def is_answered(self, number: int) -> bool:
        """Tell whether the answer to a request has come."""
        return number in self._answers

    def is_refused(self, number: int) -> bool:
        """Tell whether a request has been answered with a refusal."""
        return self.is_answered(number) and not self._answers[number].success

    def wait_until(self, reached: Callable[[], bool], deadline: float, what: str) -> None:
        """Take in what comes until something is so. Raises `DeadlinePassed` or `DebuggerGone`."""
        self.pipes.wait_until(reached, deadline, what)

    def take(self, text: str) -> None:
        """Take in a message."""
        self.transcript.add(FROM, _without_statistics(text))
        message = parse_message(text)
        if message.kind == EVENT:
            self.on_event(message)
        elif message.kind == RESPONSE:
            if message.answers in self._expected:
                self._answers[message.answers] = message
        else:
            self._refuse(message)

    def _refuse(self, request: Message) -> None:
        """Answer a request of the adapter's: it was told of no ability of ours."""
        words = f"this client has no {request.name}"
        self._send(
            {
                "type": "response",
                "request_seq": request.number,
                "command": request.name,
                "success": False,
                "message": words,
            }
        )

    def _send(self, message: dict[str, Any]) -> int:
        self._number += 1
        message = {"seq": self._number, **message}
        self.transcript.add(TO, json.dumps(_without_environment(message)))
        self.pipes.send(json.dumps(message))
        return self._number


def _without_statistics(text: str) -> str:
    """Leave out what lldb-dap counts of itself at the end: it is as long as all that was said before."""
    if _STATISTICS not in text:
        return text
    with contextlib.suppress(ValueError):
        return json.dumps(json.loads(text, object_hook=_without_member))
    return text


def _without_member(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, _STATISTICS: "left out"} if _STATISTICS in fields else fields


def _without_environment(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out of a request what may be secret."""
    arguments = message.get("arguments", {})
    if _ENVIRONMENT not in arguments:
        return message
    return {**message, "arguments": {**arguments, _ENVIRONMENT: f"{len(arguments[_ENVIRONMENT])} variables"}}
