"""Text of C expressions, as far as it can be taken apart without a parser of C."""

from __future__ import annotations

import re
from typing import Optional

_PIECE = re.compile(r"""(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.""")
_NAME = re.compile(r"\(anonymous namespace\)|[^\d()]")
"""What a function's name can begin with."""
_DEEPER = dict.fromkeys("([{", 1) | dict.fromkeys(")]}", -1)


def split_arguments(text: str) -> list[str]:
    """Part the arguments of a call at the commas that are in no literal and between no brackets."""
    if not text.strip():
        return []
    arguments, depth = [""], 0
    for piece in _PIECE.findall(text):
        depth += _DEEPER.get(piece, 0)
        if piece == "," and not depth:
            arguments.append("")
        else:
            arguments[-1] += piece
    return [argument.strip() for argument in arguments]


def find_miscount(arguments: str, taken: int, *, more: bool = False) -> Optional[str]:
    """Say what is wrong where a call gives another number of arguments than a function takes, or ``more`` than that.

    Where brackets can be those of a template, a comma between them need not part arguments.
    """
    given = len(split_arguments(arguments))
    if given == taken or (given > taken and (more or ("<" in arguments and ">" in arguments))):
        return None
    which = "many" if given > taken else "few"
    return f"too {which} arguments: the function takes {taken}, and {given} {'is' if given == 1 else 'are'} given"


def split_call(text: str) -> Optional[tuple[str, str]]:
    """Part a call into what is called and its arguments: the last pair of parentheses, which ends it; None for no call.

    A name in C++ can have pairs of its own, as ``(anonymous namespace)::f`` and ``operator()`` have.
    """
    text = text.strip()
    depth = position = opening = 0
    for piece in _PIECE.findall(text):
        opening = position if piece == "(" and not depth else opening
        depth += _DEEPER.get(piece, 0) if piece in "()" else 0
        position += len(piece)
        closing = position if piece == ")" and not depth else 0
    name = text[:opening].strip()
    return (name, text[opening + 1 : -1]) if _NAME.match(name) and closing else None
