"""lldb for the harness, ``python serve.py BINDINGS``: requests on standard input, answers on standard output.

Each is a line of JSON, and so are the events that come between answers. ``BINDINGS`` is the folder of lldb's Python
package (``lldb -P``). What lldb itself prints (the last words of a crash among it) comes on standard output too, in
lines that don't begin with a brace.
"""

from __future__ import annotations

import os
import signal
import sys


def _take_over_output() -> tuple[int, int]:
    """Keep requests and answers for ourselves: no program that lldb starts gets at them."""
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    return requests, answers


def _restore_signals() -> None:
    """Undo what Python ignores for itself, and the program would inherit; see subprocess, restore_signals.

    lldb may write to a debug server that has just ended with its program, which must not be the end of us. A handler,
    unlike a signal that is ignored, isn't inherited.
    """
    signal.signal(signal.SIGPIPE, lambda *_: None)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _run(name: str) -> dict:
    """Run a script that lies beside this one, and give what it defines."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), f"{name}.py")
    defined: dict = {"__file__": path, "__name__": name}
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec"), defined)  # noqa: S102
    return defined


def _main() -> None:
    _restore_signals()
    requests, answers = _take_over_output()
    # Python puts the folder of the script first; nothing is imported from there by name.
    del sys.path[0]
    _run("bindings")["import_bindings"](sys.argv[1])
    _run("load")
    from jitdbg_lldb.server import serve

    serve(requests, answers)


_main()
