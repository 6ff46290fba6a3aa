"""Kaleidoscope: a small language whose programs can be debugged, by file and line, in gdb and lldb.

    python examples/kaleidoscope FILE.kal       run a file
    python examples/kaleidoscope                a prompt: each input becomes a library of its own
    python examples/kaleidoscope -c 'let x = 2' -c 'x * 21'

What is entered at the prompt as number 3 is the source "repl-3.kal": `break repl-3.kal:2` stops in its second line.
It is a language of its own: LLVM's tutorial has another one of that name.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import syntax
from compiler import Compiler, Program

from jitdbg import Engine, JitdbgError


class Session:
    """An engine, and what is known to it of the program so far."""

    def __init__(self) -> None:
        # ctypes callbacks have no unwind tables: lldb finds the way back from them, to step over, by frame pointers.
        self.engine = Engine(frame_pointers=True)
        self.engine.define("print", ctypes.CFUNCTYPE(None, ctypes.c_double)(lambda value: print(f"{value:g}")))
        self.engine.define("say", ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_long)(say))
        self.program = Program()
        self.inputs = 0

    def run_file(self, path: Path) -> None:
        self.run(Compiler(self.program, path.stem, str(path)), syntax.decoded(path.read_bytes()))

    def enter(self, text: str) -> None:
        """Run an input. Its source lies in no file: it is embedded in the debug info, and kept beside the library."""
        self.inputs += 1
        path = f"repl-{self.inputs}.kal"
        try:
            text = syntax.decoded(text.encode(errors="surrogateescape"))
            self.run(Compiler(self.program, f"input_{self.inputs}", path, text), text, echo=True)
        except (syntax.SourceError, JitdbgError) as error:
            print(told(path, error))

    def run(self, compiler: Compiler, text: str, *, echo: bool = False) -> None:
        module = compiler.unit(syntax.parse(text), echo=echo)
        dylib = self.engine.load(module)
        self.program = compiler.program
        if compiler.has_statements:
            dylib.function(module.name)()


def say(data: int, length: int) -> None:
    print(ctypes.string_at(data, length).decode())


def told(path: Path | str, error: Exception) -> str:
    """Give what is said of a mistake: a place in the source follows its name."""
    if isinstance(error, syntax.SourceError):
        return f"{path}:{error}"
    return f"{path}: {error.strerror if isinstance(error, OSError) else error}"


def prompt() -> Iterator[str]:
    """Ask for input until there is no more; Ctrl-C gives up what was typed of one."""
    sys.stdin.reconfigure(errors="surrogateescape")  # what is no UTF-8 is told of with its place
    number = 1
    with contextlib.suppress(EOFError):
        while True:
            try:
                signal.signal(signal.SIGINT, signal.default_int_handler)
                text = entered(number)
            except KeyboardInterrupt:
                print()
                continue
            finally:
                signal.signal(signal.SIGINT, signal.SIG_DFL)
            yield text
            number += 1


def entered(number: int) -> str:
    """Ask for one input; a block goes on until it is closed."""
    text = input(f"{number}> ")
    while not syntax.is_complete(text):
        text += "\n" + input("… ")
    return text


def main() -> None:
    parser = argparse.ArgumentParser(
        description=f"{__doc__}\n{syntax.__doc__}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("-c", action="append", dest="entered", metavar="TEXT", help="enter this, as at the prompt")
    arguments = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends what runs: Python's handler would wait for its end
    session = Session()
    if arguments.file:
        try:
            session.run_file(arguments.file)
        except (syntax.SourceError, JitdbgError, OSError) as error:
            parser.exit(2, f"{told(arguments.file, error)}\n")
        return
    for text in arguments.entered or prompt():
        session.enter(text)


main()
