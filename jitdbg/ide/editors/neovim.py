"""Neovim: the plugin nvim-dap, which speaks to debug adapters."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from jitdbg import tools
from jitdbg.ide.editors.files import MARK, File, Setup, quoted

_TEXT = """-- JIT code in nvim-dap: load this file, as in :luafile jitdbg.lua
-- {mark} neovim`.
local dap = require("dap")

dap.adapters.jitdbg = {{ type = "executable", command = {adapter}, name = "jitdbg" }}

local configuration = {{
  name = "JIT code",
  type = "jitdbg",
  request = "launch",
  program = {program},
  args = {{ {arguments} }},
  cwd = "${{workspaceFolder}}",
  disableASLR = {fixed},
  initCommands = {{
    {commands},
  }},
}}

for _, language in ipairs({{ "c", "cpp", "llvm", "kaleidoscope", "python" }}) do
  dap.configurations[language] = dap.configurations[language] or {{}}
  table.insert(dap.configurations[language], configuration)
end
"""
_NEXT = "Load it with `:luafile jitdbg.lua`; then :DapToggleBreakpoint in a source and :DapContinue."


def setup(command: Sequence[str]) -> Setup:
    """Write Lua that knows the program, or runs the file that is open."""
    command = command or [sys.executable, "-m", "jitdbg", "run", "--debug", "auto", "${file}"]
    text = _TEXT.format(
        mark=MARK,
        adapter=quoted(tools.tool("lldb-dap").path),
        program=quoted(command[0]),
        arguments=", ".join(map(quoted, command[1:])),
        fixed="true" if tools.can_disable_randomization() else "false",
        commands=",\n    ".join(map(quoted, tools.start_commands("lldb"))),
    )
    return Setup((File("jitdbg.lua", text),), _NEXT)
