"""Compiling in a process of its own, so that an abort inside LLVM is an exception here.

Some modules that verify make LLVM's code generator abort (llvmlite's LLVM has its assertions on), or print an error and
exit, and the process with it. A `Worker` keeps one warm child that parses, optimises and emits. It is spawned rather
than forked, since a fork of a process that has threads, open debuggers or dylibs of its own inherits their locks.
Requests and answers are pickles, one after the other, over the child's standard input and output; what LLVM prints goes
to a file that is read after a crash.

After an abort the function at fault is looked for by bisection; each try runs in a child, which dies with each try that
still has the fault in it.
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
from jitdbg.errors import CodegenCrash, CodegenError, JitdbgError
from jitdbg.locks import open_in_child

# The child finds jitdbg where the parent found it, whatever way that was.
_START = "import sys; sys.path[:] = {path!r}; from jitdbg.isolate import serve; serve()"
_LLVM_WORDS = re.compile(r"Assertion `.*' failed|LLVM ERROR: .*|^error: .*", re.MULTILINE)


class _Died(Exception):
    """The child ended instead of answering; says how, with LLVM's words where it left some."""


class Worker:
    """One warm child that compiles; it starts with the first request and ends with `close`, or with this object.

    Requests of several threads wait for each other. A forked process starts a child of its own.
    """

    def __init__(self) -> None:
        self._lock = open_in_child(threading.Lock())
        self._child: _Child | None = None

    def compile_text(self, text: str, options: Options, name: str = "<string>", ir_path: str | None = None) -> Compiled:
        """Compile as `codegen.compile_text` does; an abort of LLVM raises `CodegenCrash`."""
        with self._lock:
            try:
                return self._request(text, options, name, ir_path)
            except _Died as death:
                raise self._crash(text, options, name, ir_path, str(death)) from None

    def close(self) -> None:
        """End the child; a later request starts another one."""
        with self._lock:
            self._stop()

    def _request(self, text: str, *how: Any) -> Compiled:
        if self._child is None or self._child.owner != os.getpid():
            self._child = _Child()
            weakref.finalize(self, self._child.end)
        try:
            return self._child.ask(text, *how)
        except JitdbgError:
            raise
        except BaseException:
            # Dead, or interrupted: an answer that nobody waited for would be taken for that of the next request.
            self._stop()
            raise

    def _stop(self) -> None:
        if self._child:
            self._child.end()
        self._child = None

    def _crash(self, text: str, options: Options, name: str, ir_path: str | None, words: str) -> CodegenCrash:
        function = irtext.culprit(text, lambda candidate: self._aborts(candidate, options, name, ir_path))
        if function is None:
            where = f"{name}; bisection finds no single function at fault"
        else:
            where = f"function {function!r} of {name}, as bisection shows"
        return CodegenCrash(f"LLVM {words} on {where}: change that code, or report it to LLVM", function)

    def _aborts(self, text: str, *how: Any) -> bool:
        try:
            self._request(text, *how)
        except _Died:
            return True
        except JitdbgError:
            return False
        return False


class _Child:
    """A running process that answers; `end` may be called more than once, and does nothing in a forked process."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._words: IO[bytes] = tempfile.TemporaryFile(prefix="jitdbg-isolate-")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START.format(path=sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._await_start()

    def _await_start(self) -> None:
        """Tell a child that can't start (no memory, an installation that is gone) from one that LLVM has ended."""
        try:
            pickle.load(self._answers)
        except EOFError:
            words = self._printed().strip().rpartition("\n")[2]
            self.end()
            raise CodegenError(f"the isolated compiler does not start ({words}): compile with isolate=False") from None

    def ask(self, *request: Any) -> Compiled:
        try:
            pickle.dump(request, self._requests)
            self._requests.flush()
            answer = pickle.load(self._answers)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            raise _Died(self._last_words()) from None
        if isinstance(answer, JitdbgError):
            raise answer
        assert isinstance(answer, Compiled)
        return answer

    def end(self) -> None:
        """Kill it, whatever it is doing: it holds nothing."""
        if self.owner != os.getpid() or self._words.closed:
            return
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        self._answers.close()
        self._process.wait()
        self._words.close()

    def _printed(self) -> str:
        self._words.seek(0)
        return self._words.read().decode(errors="replace")

    def _last_words(self) -> str:
        status = self._process.wait()
        found = _LLVM_WORDS.findall(self._printed())
        return f"{_ending(status)}{f' ({found[-1]})' if found else ''}"


def serve() -> None:
    """Answer requests on standard input until it ends: the child's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends this process
    # LLVM may print, and must not print into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    pickle.dump("started", answers)
    answers.flush()
    with contextlib.suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            pickle.dump(_answer(*pickle.load(sys.stdin.buffer)), answers)
            answers.flush()


def _answer(*request: Any) -> Any:
    try:
        return compile_text(*request)
    except JitdbgError as error:
        return error


def _ending(status: int) -> str:
    return f"ended with {signal.Signals(-status).name}" if status < 0 else f"ended with exit code {status}"
