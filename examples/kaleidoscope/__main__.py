"""Kaleidoscope: a small language whose programs can be debugged, by file and line, in gdb and lldb.

    python examples/kaleidoscope FILE.kal       run a file
    python examples/kaleidoscope                a prompt: each input becomes a library of its own
    python examples/kaleidoscope -c 'let x = 2' -c 'x * 21'

What is entered at the prompt as number 3 is the source "repl-3.kal": `break repl-3.kal:2` stops in its second line.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import itertools
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
        self.run(Compiler(self.program, path.stem, str(path)), path.read_text())

    def enter(self, text: str) -> None:
        """Run an input. Its source lies in no file: it is embedded in the debug info, and kept beside the library."""
        self.inputs += 1
        path = f"repl-{self.inputs}.kal"
        try:
            self.run(Compiler(self.program, f"input_{self.inputs}", path, text), text, echo=True)
        except (syntax.SourceError, JitdbgError) as error:
            print(f"{path}:{error}")

    def run(self, compiler: Compiler, text: str, *, echo: bool = False) -> None:
        module = compiler.unit(syntax.parse(text), echo=echo)
        dylib = self.engine.load(module)
        self.program = compiler.program
        if compiler.has_statements:
            dylib.function(module.name)()


def say(data: int, length: int) -> None:
    print(ctypes.string_at(data, length).decode())


def prompt() -> Iterator[str]:
    """Ask for input until there is no more; a block goes on until it is closed."""
    with contextlib.suppress(EOFError):
        for number in itertools.count(1):
            text = input(f"{number}> ")
            while not syntax.is_complete(text):
                text += "\n" + input("… ")
            yield text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("-c", action="append", dest="entered", metavar="TEXT", help="enter this, as at the prompt")
    arguments = parser.parse_args()
    session = Session()
    if arguments.file:
        try:
            session.run_file(arguments.file)
        except (syntax.SourceError, JitdbgError, OSError) as error:
            parser.exit(2, f"{arguments.file}: {error}\n")
        return
    for text in arguments.entered or prompt():
        session.enter(text)


main()
