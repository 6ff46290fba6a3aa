"""Facts as what JSON has, for people's programs; `jitdbg.debugger.wire` is how our own processes exchange them."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import os
from collections.abc import Mapping


def document(command: str, facts: object) -> str:
    """Write a dataclass or mapping as one JSON object, headed by ``"schema": "jitdbg.<command>/1"``."""
    body = plain(facts)
    if not isinstance(body, dict):
        raise TypeError(f"the facts of {command} are no object but {type(facts).__name__}")
    return json.dumps({"schema": f"jitdbg.{command}/1", **body}, indent=2, ensure_ascii=False, allow_nan=False)


def plain(value: object) -> object:
    """Turn facts into what JSON has: dataclasses and mappings into objects, bytes into hexadecimal digits.

    Numbers that JSON lacks become the strings ``"inf"``, ``"-inf"`` and ``"nan"``. Raises TypeError for anything that
    is not a fact.
    """
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return value.hex()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return _plain_collection(value)


def _plain_collection(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=str)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
