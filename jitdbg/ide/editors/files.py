"""What an editor needs: files, and a sentence that says how to go on; how they are written without harm to others."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jitdbg.errors import ConfigurationError
from jitdbg.replacing import new_content

MARK = "Written by `jitdbg ide"
"""What is in the first two lines of our own files, so that those of others are told from them."""


@dataclass(frozen=True)
class File:
    """A file by its path in the user's folder; ``merge``, for JSON, puts ours into what the user has there."""

    path: str
    text: str
    merge: Callable[[object], object] | None = None
    executable: bool = False


@dataclass(frozen=True)
class Setup:
    """The files of an editor, and what the user does next."""

    files: tuple[File, ...]
    next_step: str


def write(setup: Setup, folder: Path) -> list[Path]:
    """Write files into a folder, all or none. Raises `ConfigurationError` where one would be a loss to the user."""
    texts = [(folder / file.path, _merged(file, folder / file.path), file.executable) for file in setup.files]
    for path, text, executable in texts:
        _write(path, text, 0o755 if executable else 0o644)
    return [path for path, _, _ in texts]


def _merged(file: File, path: Path) -> str:
    """Give what the file is to have. Raises for one that is there and not ours."""
    try:
        there = path.read_text("utf-8")
    except FileNotFoundError:
        return file.text
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} can't be read: {error}") from None
    if file.merge is None:
        if MARK in "".join(there.splitlines()[:2]):
            return file.text
        raise ConfigurationError(f"{path} is there and was not written by jitdbg: move it away, or see --print")
    return as_json(file.merge(_read_json(path, there)))


def _read_json(path: Path, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        raise ConfigurationError(
            f"{path} has comments, or is no JSON, so that nothing can be added without loss: "
            "add what --print shows yourself"
        ) from None


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with new_content(path, mode) as file:
        file.write(text.encode())


def as_json(value: object) -> str:
    """Write a document as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def quoted(text: str) -> str:
    """Write a string as Emacs Lisp and Lua read it."""
    return json.dumps(text, ensure_ascii=False)
