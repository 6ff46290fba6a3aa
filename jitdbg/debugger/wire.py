"""Facts as JSON, for the harness, which lives in another process than the adapter.

A request is one line, ``{"id": 1, "method": "frames", "params": {"limit": 10}}``; its answer is one line with the same
id and either ``"result"`` or ``"error"`` (one sentence). A fact is an object with its class's name under ``"fact"`` and
its fields; what has its default value is left out. Bytes are hexadecimal under ``"bytes"``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from jitdbg.debugger import facts
from jitdbg.errors import DebuggerError

_FACTS = {
    kind.__name__: kind
    for kind in vars(facts).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == facts.__name__
}


def encode(value: Any) -> str:
    """Write facts, or anything made of them, as one line of JSON."""
    return json.dumps(value, default=_plain, separators=(",", ":"))


def decode(line: str) -> Any:
    """Read what `encode` wrote; sequences come back as tuples. Raises `DebuggerError` for anything else."""
    try:
        return _facts(json.loads(line))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DebuggerError(f"the debugger's adapter answered {line[:200]!r}, which is no fact: {error}") from None


def answer(adapter: object, request: Mapping[str, Any]) -> str:
    """Call a method of an adapter as a request says and write the answer; `DebuggerError` becomes its ``error``."""
    try:
        result = getattr(adapter, request["method"])
        result = result(**request.get("params", {})) if callable(result) else result
        return encode({"id": request["id"], "result": result})
    except DebuggerError as error:
        return encode({"id": request["id"], "error": str(error)})


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    fields = {
        field.name: getattr(value, field.name)
        for field in dataclasses.fields(value)
        if getattr(value, field.name) != field.default
    }
    return {"fact": type(value).__name__, **fields}


def _facts(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(_facts, value))
    if not isinstance(value, dict):
        return value
    if "bytes" in value:
        return bytes.fromhex(value["bytes"])
    fields = {name: _facts(item) for name, item in value.items() if name != "fact"}
    return _FACTS[value["fact"]](**fields) if "fact" in value else fields
