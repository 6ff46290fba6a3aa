"""One name for a function, however a debugger writes it: ``ns::run`` for ``int ns::run<int>(int) const`` too."""

from __future__ import annotations

import re

_PAIRS = {")": "(", "]": "[", ">": "<"}
_QUALIFIERS = re.compile(r"( const| volatile| &&?| noexcept| \[[^]]*\])*$")
_OPERATOR = re.compile(r"\boperator\b")


def function_name(shown: str) -> str:
    """Name a function without its parameters, what it returns, and the colons of the global namespace.

    Template arguments stay: they tell one function from another. Names without parameters may be of any language, and
    stay as they are.
    """
    name = _without_parameters(shown)
    name = _without_result(name) if name != shown else name
    return name.removeprefix("::")


def _without_parameters(shown: str) -> str:
    bare = _QUALIFIERS.sub("", shown)
    if not bare.endswith(")"):
        return shown
    depth = 0
    for index in range(len(bare) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(bare[index], 0)
        if not depth:
            kept = bare[:index]
            # What is called ``operator()`` has a pair before that of its parameters.
            return shown if not kept or kept.endswith("operator") else kept
    return shown


def _without_result(name: str) -> str:
    """Leave out the type before a name, which is what stands before the last space outside of all brackets."""
    if _OPERATOR.search(name):
        return name
    depth = 0
    for index in range(len(name) - 1, -1, -1):
        depth += (name[index] in _PAIRS) - (name[index] in _PAIRS.values())
        if not depth and name[index] == " ":
            return name[index + 1 :]
    return name
