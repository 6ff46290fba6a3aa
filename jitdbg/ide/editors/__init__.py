"""Files that make editors ready for JIT code, one module for each editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jitdbg.ide.editors import emacs, gdbgui, neovim, vim, vscode
from jitdbg.ide.editors.files import Setup

EDITORS: dict[str, Callable[[Sequence[str]], Setup]] = {
    "vscode": vscode.setup,
    "emacs": emacs.setup,
    "vim": vim.setup,
    "neovim": neovim.setup,
    "gdbgui": gdbgui.setup,
}
"""What each editor needs, for a program that is given as an ELF file and its arguments, or by no words."""
