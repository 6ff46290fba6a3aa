"""The sessions of docs/commands.md, held in a debugger; ``python -m tests.commands_page`` writes the page."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copy

from jitdbg.build import build
from jitdbg.debugger.commands.page import Exchange, page
from jitdbg.debugger.commands.registry import COMMANDS
from jitdbg.errors import DebuggerError
from jitdbg.harness import Session
from tests.harness_programs import PROGRAMS, compile_program

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "commands.md"
HOME, VENV, CHECKOUT = "/home/me/jit", "/home/me/venv", "/home/me/jitdbg"

INTRODUCTION = """
# Commands for gdb and lldb

<!-- Written by `make commands-page` from the commands' own declarations and a session in gdb. -->

`jitdbg debug` loads these commands by itself. To have them in every debugger that you start, put the line that
`jitdbg gdb-init` or `jitdbg lldb-init` prints into `~/.gdbinit` or `~/.lldbinit`; it sources (gdb) or imports (lldb)
one file. They are the same in both, in words, order and output; `help jit-list` shows what this page says, and Tab
completes options and the names of dylibs and functions. They are there in the debug consoles of IDEs, too.

A *JIT dylib* is a library whose image carries jitdbg's note. The list of loaded libraries is all the registry there is,
so that the commands work on programs that you start, attach to, debug through a debug server, or have a core dump of,
whoever loaded the dylibs. A command that can't do what is asked says why in one sentence. [support.md](support.md) says
what works in which release of a debugger.

Images that this machine does not have at their paths are brought: by gdb's `remote get` through gdbserver, by lldb's
platform (`platform select remote-linux`, `platform connect`), and through the kernel where the program is in a
container of this machine. Where that can't be, the commands tell what the program's memory has, and why there is no
more. To a gdbserver lldb should be connected after `settings set plugin.process.gdb-remote.use-libraries-svr4 false`,
without which it finds no libraries; it can call no functions there, so that nothing can be loaded.

In gdb there is more: `enable frame-filter global jitdbg` lets gdb's own `backtrace` name the dylib of JIT code,
`set jit-announce on` has loads and unloads of JIT dylibs announced, and the functions `$_jit_dylib(ADDRESS)` and
`$_jit_generation(ADDRESS)` serve conditions and scripts.

The sessions below are of a C program that has loaded two dylibs, `scale`, made from IR, and `factors`, made from C with
-O1, and has stopped in `squared`, which was inlined into `factor`.
""".strip()

SCALE = """define i32 @scale(i32 %n) {
entry:
  %twice = mul i32 %n, 2
  ret i32 %twice
}
"""

TRIPLE = """define i32 @triple(i32 %n) {
  %tripled = mul i32 %n, 3
  ret i32 %tripled
}
"""

# What is typed for each command, in this order, in one session.
TYPED: Mapping[str, Sequence[str]] = {
    "jit-list": ("jit-list",),
    "jit-info": ("jit-info scale",),
    "jit-symbol": ("jit-symbol $pc", "jit-symbol &seen"),
    "jit-bt": ("jit-bt",),
    "jit-skip": ("jit-skip on", "jit-skip off"),
    "jit-break": ("jit-break ^sc", "jit-break --remove ^sc"),
    "jit-ir": ("jit-ir", "jit-ir scale"),
    "jit-disas": ("jit-disas",),
    "jit-save": ("jit-save scale saved.so",),
    "jit-doctor": ("jit-doctor",),
    "jit-load": ("jit-load triple.ll --call 'triple(14)'", "jit-load triple.ll"),
    "jit-reload": ("jit-reload triple",),
    "jit-unload": ("jit-unload triple", "jit-unload scale"),
}


def held(debugger: str) -> Mapping[str, Sequence[Exchange]]:
    """Hold the sessions in a debugger; paths are as if the program lay in a folder of everybody's."""
    with tempfile.TemporaryDirectory(prefix="commands-") as name:
        folder = Path(name).resolve()
        _build(folder)
        command = [folder / "host", folder / "scale.so", folder / "factors.so"]
        with Session.launch(command, debugger=debugger, sources=[folder / "factors.c"]) as session:
            session.run_to("mark: squared")
            return {name: [_exchange(session, line, folder) for line in lines] for name, lines in TYPED.items()}


def _build(folder: Path) -> None:
    compile_program("commands_host", folder).rename(folder / "host")
    copy(PROGRAMS / "commands_factors.c", folder / "factors.c")
    (folder / "scale.ll").write_text(SCALE)
    (folder / "triple.ll").write_text(TRIPLE)
    for source, debug, level in (("scale.ll", "ir", 0), ("factors.c", "auto", 1)):
        image = build(folder / source, soname=f"{Path(source).stem}.so", debug=debug, opt_level=level)
        (folder / source).with_suffix(".so").write_bytes(image)


def _exchange(session: Session, line: str, folder: Path) -> Exchange:
    typed = re.sub(r"saved\.so|triple\.ll", lambda found: str(folder / found[0]), line)
    printed = _printed(session, typed)
    for ours, everybodys in ((str(folder), HOME), (str(PROGRAMS), HOME), (sys.prefix, VENV), (str(ROOT), CHECKOUT)):
        printed = printed.replace(ours, everybodys)
    return line, printed


def _printed(session: Session, line: str) -> str:
    """Give what a command prints, or the sentence that it refuses with."""
    try:
        return session.command(line)
    except DebuggerError as error:
        return re.sub(r"^\w+ can't do .*?: ", "", str(error).splitlines()[0]) + "\n"


def without_chance(text: str) -> str:
    """Leave out of a page or a session what differs from machine to machine and from run to run."""
    text = re.sub(r"^(=>|  )    0x\w+ (<\+\d+>).*$", r"\1 \2", text, flags=re.MULTILINE)  # the debugger's flavour
    text = re.sub(r"^(ok|no)  (.*?)  .*$", r"\1  \2", text, flags=re.MULTILINE)
    text = re.sub(r"\b(0x[0-9a-f]+|[0-9a-f]{40}|[0-9a-f]{12})\b", "X", text)
    text = re.sub(r"(?<=[a-z] )\d+(\.\d+)+|\d+(?= bytes)", "N", text)
    text = re.sub(r"^(\.\S+ +(?:X|not loaded) +)\d+$", r"\1N", text, flags=re.MULTILINE)  # sizes of sections
    return re.sub(r"(?<=\S)  +", "  ", text)


def written() -> str:
    """Write the page anew."""
    return page(INTRODUCTION, COMMANDS, held("gdb"))


if __name__ == "__main__":
    PAGE.write_text(written())
