"""Text of C expressions, as far as it can be taken apart without a parser of C."""

from __future__ import annotations

import re

_PIECE = re.compile(r"""(?s)"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|.""")
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
