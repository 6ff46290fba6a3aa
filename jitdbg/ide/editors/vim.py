"""Vim: termdebug, which comes with it.

Its ``:Break`` fails on code that is not loaded yet; ours waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from jitdbg import tools
from jitdbg.ide.editors.files import MARK, File, Setup

_TEXT = """" JIT code in termdebug: source this file.
" {mark} vim`.

packadd termdebug
let s:debugger = [{gdb}]
" Vim 9 reads the one, Vim 8 the other, which takes the program's name alone.
let g:termdebug_config = {{'command': s:debugger}}
let g:termdebugger = s:debugger

" Debug a program, with the words that start it.
command! -nargs=* JitDebug execute 'TermdebugCommand' {program_or_words}

" A breakpoint at this line, whether its code is there yet or not.
command! JitBreak call TermDebugSendCommand('break ' .. expand('%:p') .. ':' .. line('.'))
"""
_NEXT = "Source it with `:source jitdbg.vim`; then :JitDebug, :JitBreak in a source, and :Run."


def setup(command: Sequence[str]) -> Setup:
    """Write a script that knows the program."""
    gdb = [tools.tool("gdb").path, *tools.launch_arguments("gdb")]
    text = _TEXT.format(
        mark=MARK,
        gdb=", ".join(map(_quoted, gdb)),
        program_or_words=f"empty(<q-args>) ? {_quoted(' '.join(map(_escaped, command)))} : <q-args>",
    )
    return Setup((File("jitdbg.vim", text),), _NEXT)


def _quoted(word: str) -> str:
    doubled = word.replace("'", "''")
    return f"'{doubled}'"


def _escaped(word: str) -> str:
    """Escape what parts words on Vim's command line."""
    return "".join(f"\\{sign}" if sign in " \\\t|" else sign for sign in word)
