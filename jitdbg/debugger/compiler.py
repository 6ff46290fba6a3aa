"""The child process that compiles for a debugger: `jitdbg.supply`, run by the interpreter that jitdbg belongs to.

It holds what it made until somebody owns that, so it lives from the request until the program has loaded the image.
What it has begun is removed here where it dies before that: by LLVM's abort, or since it was not waited for.
"""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jitdbg.debugger import installation
from jitdbg.errors import DebuggerError

# The folder of this very package comes first: environments can have another jitdbg as well. No garbage is collected:
# there is next to none of it in a child's life, in which the imports alone would make for dozens of searches.
_START = "import gc, sys; gc.disable(); sys.path[0] = {folder!r}; from jitdbg.supply import main; main()"
_BUILD_ID_SIZE = 20
# Of inline assembly, LLVM prints what is wrong with it, where, and calls exit.
_LLVM_WORDS = re.compile(r"Assertion `.*' failed|LLVM ERROR: .*|^error: .*", re.MULTILINE)
_DIGITS_IN_NAMES = 16


@dataclass(frozen=True)
class Image:
    """What was made: an image at ``path``, on this machine, in the ``directory`` of its run.

    ``signatures`` are the types of its functions in IR's words, where there was IR, with their spelling in C, or what
    is ``unknown`` of how to call them. ``types_are_c`` says that debug info is to be believed instead, if there is any.
    """

    path: str
    directory: str
    name: str
    build_id: str
    opt_level: int
    signatures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    types_are_c: bool = False


class Compiler:
    """A child that gets ready to compile, and then does; use it in a ``with``, at whose end the child ends too.

    To get ready takes most of its time, so it is started before anybody knows the request. Raises `DebuggerError` where
    it can't start.
    """

    def __init__(self) -> None:
        self._file: object = None
        self._owned = ""
        self._is_asked = self._is_made = False
        self._build_id = os.urandom(_BUILD_ID_SIZE).hex()
        self._interpreter = installation.interpreter()
        start = _START.format(folder=os.path.dirname(installation.PACKAGE))
        self._words, self._begun = (tempfile.TemporaryFile(prefix="jitdbg-compiler-") for _ in range(2))
        try:
            self._process = subprocess.Popen(
                # A debugger's settings for its own Python are not for this one; and Ctrl-C is for the debugger alone.
                [self._interpreter, "-E", "-c", start],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._words,
                start_new_session=True,
                pass_fds=[self._begun.fileno()],
            )
        except OSError as error:
            self._close_files()
            raise DebuggerError(f"{self._interpreter}, which compiles, can't be started: {error.strerror}") from None

    def __enter__(self) -> Compiler:
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.finish(kill=kind is not None)

    def ask(self, request: Mapping[str, object]) -> None:
        """Say what is wanted, in the words of `jitdbg.supply.Request`; once."""
        assert self._process.stdin is not None
        self._file, self._owned = request.get("file"), str(request.get("directory", ""))
        self._is_asked = True
        more = {"build_id": self._build_id, "begun": self._begun.fileno()}
        with contextlib.suppress(BrokenPipeError):  # Of what has died `image` tells.
            self._process.stdin.write(json.dumps({**request, **more}).encode() + b"\n")
            self._process.stdin.flush()

    def image(self, was_interrupted: Callable[[], bool]) -> Image:
        """Wait for what was made. Raises `DebuggerError` with what is wrong with the source, and at Ctrl-C."""
        try:
            line = self._answer(was_interrupted)
        except KeyboardInterrupt:
            raise DebuggerError(f"interrupted before {self._file} was compiled: nothing has changed") from None
        if not line:
            raise DebuggerError(self._last_words())
        answer = json.loads(line)
        if "error" in answer:
            self._remove_remains()
            raise DebuggerError(answer["error"])
        self._is_made = True
        return Image(**answer)

    def _answer(self, was_interrupted: Callable[[], bool]) -> bytes:
        """Wait for a line, in slices: the Python in a debugger hears of Ctrl-C only as it goes on by itself."""
        assert self._process.stdout is not None
        waiting = select.poll()
        waiting.register(self._process.stdout, select.POLLIN)
        while not waiting.poll(_SLICE):
            if was_interrupted():
                raise KeyboardInterrupt
        return self._process.stdout.readline()

    def finish(self, *, kill: bool = False) -> None:
        """Let the child settle what it made, or remove it where nobody owns it, and end; may be called twice."""
        if self._words.closed:
            return
        if not self._is_asked or (kill and not self._is_made):
            self._kill()  # It may be at work for long.
        else:
            try:
                # It cleans up once it has nothing more to do.
                self._process.communicate(timeout=_PATIENCE if kill else None)
            except subprocess.TimeoutExpired:
                self._kill()
        self._close_files()

    def _kill(self) -> None:
        """Kill the child, and the clang that it may have started, which removes its own files then."""
        if self._process.poll() is None:
            # Until it is waited for, as Popen.kill would where it has just died, no other has its number.
            os.kill(self._process.pid, signal.SIGKILL)
            os.killpg(self._process.pid, signal.SIGTERM)
        self._end()

    def _close_files(self) -> None:
        self._words.close()
        self._begun.close()

    def _end(self) -> None:
        """Wait for a child that dies, and remove what it has left."""
        self._process.communicate()
        if not self._is_made:
            self._remove_remains()

    def _remove_remains(self) -> None:
        """Remove what was begun and nobody owns: directories, and what has our build-id in one that is owned."""
        self._begun.seek(0)
        for directory in self._begun.read().splitlines():
            shutil.rmtree(directory, ignore_errors=True)
        if self._owned:
            for path in glob.glob(f"{glob.escape(self._owned)}/*.{self._build_id[:_DIGITS_IN_NAMES]}.*"):
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)

    def _last_words(self) -> str:
        self._end()
        status = self._process.returncode
        self._words.seek(0)
        words = self._words.read().decode(errors="replace").strip()
        llvms = _LLVM_WORDS.search(words)
        last = llvms[0] if llvms else words.rpartition("\n")[2]
        said = f" ({last})" if last else ""
        if status < 0 or llvms:
            how = signal.Signals(-status).name if status < 0 else f"exit code {status}"
            return f"LLVM ended with {how}{said} on {self._file}: change that code"
        return f"{self._interpreter}, which compiles for this debugger, failed{said}: install jitdbg there again"


_SLICE = 50  # ms
_PATIENCE = 5.0
"""Seconds that a child has for removing what it made."""
