"""Compiling in a process of its own, so that an abort inside LLVM is an exception here.

Some modules that verify make LLVM's code generator abort, and the process with it (llvmlite's LLVM has its assertions
on). A `Worker` is one warm child that parses, optimises and emits. It is spawned rather than forked, since a fork of
a process that has threads, open debuggers or dylibs of its own inherits their locks. Requests and answers are pickles, one
after the other, over the child's standard input and output; what LLVM prints goes to a file that is read after a crash.

After an abort the worker is started anew and the function at fault is looked for by bisection, each try in the
worker, which dies at each try that still has the fault in it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from typing import IO, Any

from jitdbg import irtext
from jitdbg.codegen import Compiled, Options, compile_text
from jitdbg.errors import CodegenCrash, JitdbgError

# The child finds jitdbg where the parent found it, whatever way that was.
_START = "import sys; sys.path[:] = {path!r}; from jitdbg.isolate import serve; serve()"
_LLVM_WORDS = re.compile(r"(Assertion `.*' failed|LLVM ERROR: .*|fatal error: error in backend: .*)")


class _Died(Exception):
    """The child ended instead of answering."""


class Worker:
    """One warm child that compiles; it starts with the first request and lives until `close`, or as long as this object.

    Requests of several threads wait for each other. A forked process starts a child of its own.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._words: IO[bytes] | None = None
        self._owner = 0

    def compile_text(self, text: str, options: Options, name: str = "<string>") -> Compiled:
        """Compile as `codegen.compile_text` does; an abort of LLVM raises `CodegenCrash`."""
        with self._lock:
            try:
                return self._request(text, options, name)
            except _Died:
                words = self._last_words()
                raise self._crash(text, options, name, words) from None

    def close(self) -> None:
        """End the child; a later request starts another one."""
        with self._lock:
            self._stop()

    def _request(self, text: str, options: Options, name: str) -> Compiled:
        process = self._running()
        assert process.stdin and process.stdout
        try:
            pickle.dump((text, options, name), process.stdin)
            process.stdin.flush()
            answer = pickle.load(process.stdout)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise _Died from None
        except BaseException:
            # An answer that nobody waited for would be taken for that of the next request.
            self._stop()
            raise
        if isinstance(answer, JitdbgError):
            raise answer
        assert isinstance(answer, Compiled)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            self._start()
        assert self._process
        return self._process

    def _start(self) -> None:
        self._words = tempfile.TemporaryFile(prefix="jitdbg-isolate-")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
        )
        self._owner = os.getpid()
        weakref.finalize(self, _end, self._process, self._words, self._owner)

    def _stop(self) -> None:
        if self._process and self._words and self._owner == os.getpid():
            _end(self._process, self._words, self._owner)
        self._process = None

    def _last_words(self) -> str:
        """Say how the child ended, with LLVM's words where it left some."""
        assert self._process and self._words
        status = self._process.wait()
        self._words.seek(0)
        found = _LLVM_WORDS.findall(self._words.read().decode(errors="replace"))
        self._stop()
        return f"{_ending(status)}{f' ({found[-1]})' if found else ''}"

    def _crash(self, text: str, options: Options, name: str, words: str) -> CodegenCrash:
        function = irtext.culprit(text, lambda candidate: self._aborts(candidate, options, name))
        if function is None:
            where = f"{name}; no single function is at fault, as bisection shows"
        else:
            where = f"function {function!r} of {name}, as bisection shows"
        return CodegenCrash(f"LLVM {words} on {where}: change that code, or report it to LLVM", function)

    def _aborts(self, text: str, options: Options, name: str) -> bool:
        try:
            self._request(text, options, name)
        except _Died:
            self._last_words()
            return True
        except JitdbgError:
            return False
        return False


def serve() -> None:
    """Answer requests on standard input until it ends: the child's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    # LLVM may print, and must not print into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            pickle.dump(_answer(*pickle.load(sys.stdin.buffer)), answers)
            answers.flush()


def _answer(text: str, options: Options, name: str) -> Any:
    try:
        return compile_text(text, options, name)
    except JitdbgError as error:
        return error


def _ending(status: int) -> str:
    return f"ended with {signal.Signals(-status).name}" if status < 0 else f"ended with exit code {status}"


def _end(process: subprocess.Popen[bytes], words: IO[bytes], owner: int) -> None:
    """End a child of ours, whatever it is doing: it holds nothing. A forked process leaves its parent's alone."""
    if owner != os.getpid():
        return
    process.kill()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            if pipe:
                pipe.close()
    process.wait()
    words.close()
