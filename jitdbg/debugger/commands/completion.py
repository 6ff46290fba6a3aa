"""What a word that is begun can become, from a command's declaration."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Optional, Union

from jitdbg.debugger.commands.declaration import Argument, Command, Option
from jitdbg.debugger.target import Target
from jitdbg.errors import JitdbgError


def complete(command: Command, target: Target, before: Sequence[str], word: str) -> list[str]:
    """Give the words that ``word`` can become, sorted, where the words ``before`` it stand already."""
    option = _awaiting_value(command, before)
    if option:
        candidates: Iterable[str] = option.choices or _offered(option, target, word)
    elif word.startswith("-"):
        candidates = [option.flag for option in command.options if option.flag not in before]
    else:
        argument = _argument(command, before)
        candidates = _offered(argument, target, word) if argument else ()
    return sorted({candidate for candidate in candidates if candidate.startswith(word)})


def _awaiting_value(command: Command, before: Sequence[str]) -> Optional[Option]:
    flag = before[-1] if before else ""
    return next((option for option in command.options if option.value and option.flag == flag), None)


def _argument(command: Command, before: Sequence[str]) -> Optional[Argument]:
    """Find the argument that comes next: words that are neither options nor their values are arguments."""
    values = {index for index in range(len(before)) if _awaiting_value(command, before[:index])}
    taken = sum(1 for index, word in enumerate(before) if not word.startswith("-") and index not in values)
    if taken < len(command.arguments):
        return command.arguments[taken]
    return next((argument for argument in command.arguments if argument.rest), None)


def _offered(part: Union[Argument, Option], target: Target, word: str) -> Iterable[str]:
    """Ask a declaration; completion is no place for complaints."""
    try:
        return list(part.candidates(target, word)) if part.candidates else ()
    except JitdbgError:
        return ()


# ---------------------------------------------------------------------------------------------- what is offered often


def dylib_names(target: Target, word: str) -> Iterable[str]:
    """Offer the dylibs' names."""
    del word
    return [dylib.name for dylib in target.dylibs.listed()]


def files(target: Target, word: str) -> Iterable[str]:
    """Offer the files whose path is begun; a folder ends with a slash."""
    del target
    folder, _, begun = word.rpartition("/")
    shown = f"{folder}/" if "/" in word else ""
    try:
        entries = list(os.scandir(os.path.expanduser(shown or ".")))
    except OSError:
        return []
    return [f"{shown}{entry.name}{'/' if entry.is_dir() else ''}" for entry in entries if entry.name.startswith(begun)]
