"""What `jitdbg ide` writes for plugins that no package registry has, handed to the debugger as those hand it on.

They are nvim-dap for Neovim, whose configuration a real Neovim reads here, and LLVM's and Microsoft's extensions for
VS Code.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from jitdbg import tools
from jitdbg.cli import main
from jitdbg.debugger.facts import BREAKPOINT
from jitdbg.harness import Session
from jitdbg.harness.backend import Program
from jitdbg.harness.dap.backend import DapBackend
from jitdbg.harness.dap.dialects import LldbDialect
from tests.ide.conftest import build_host

pytestmark = pytest.mark.ide

SECONDS = 60.0
IN_PLACE_OF_NVIM_DAP = """
local taken = { adapters = {}, configurations = {} }
package.preload.dap = function() return taken end
vim.cmd("luafile jitdbg.lua")
io.stdout:write(vim.json.encode(taken))
"""


class AsConfigured(LldbDialect):
    """Speaks to lldb-dap as an editor's plugin: what is started and asked for is the configuration's."""

    def __init__(self, terminal: str, adapter: str, configuration: Mapping[str, Any]) -> None:
        super().__init__(terminal)
        self._adapter, self._configuration = adapter, configuration

    def command(self, path: str) -> list[str]:
        del path
        return [self._adapter]

    def launch(self, program: Program) -> dict[str, Any]:
        del program
        return dict(self._configuration)


def stop_under_lldb_dap(folder: Path, command: list[str], adapter: str, configuration: Mapping[str, Any]) -> None:
    """Start a session as it is configured, which has to stop in code that is loaded later."""
    known = {**configuration, "cwd": configuration["cwd"].replace("${workspaceFolder}", str(folder))}
    backend = DapBackend(partial(AsConfigured, adapter=adapter, configuration=known), time.monotonic() + SECONDS)
    with Session.launch(command, debugger=backend) as session:
        session.break_at(f"{folder / 'fib.ll'}:9")
        stop = session.run()

        assert stop.reason == BREAKPOINT
        assert stop.frame is not None
        assert (stop.frame.function, stop.frame.place and stop.frame.place.line) == ("fib", 9)


def read_by_neovim(folder: Path) -> dict[str, Any]:
    """Have Neovim run jitdbg.lua; gives what it has told the plugin."""
    (folder / "taking.lua").write_text(IN_PLACE_OF_NVIM_DAP)
    command = ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-c", "luafile taking.lua", "-c", "qa!"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=SECONDS)
    taken: dict[str, Any] = json.loads(done.stdout)
    return taken


def entries(folder: Path) -> dict[str, dict[str, Any]]:
    """The entries of launch.json, by their type."""
    found = json.loads((folder / ".vscode" / "launch.json").read_text())["configurations"]
    return {entry["type"]: entry for entry in found}


def test_neovims_configuration_stops_at_a_line_whose_code_is_loaded_later(folder: Path) -> None:
    command = build_host(folder)
    assert main(["ide", "neovim", "--folder", str(folder), *command]) == 0
    taken = read_by_neovim(folder)
    adapter = taken["adapters"]["jitdbg"]
    (configuration,) = taken["configurations"]["llvm"]
    assert (adapter["type"], configuration["type"]) == ("executable", "jitdbg")

    stop_under_lldb_dap(folder, command, adapter["command"], configuration)


def test_the_entry_for_llvms_extension_stops_at_a_line_whose_code_is_loaded_later(folder: Path) -> None:
    command = build_host(folder)
    assert main(["ide", "vscode", "--folder", str(folder), *command]) == 0

    stop_under_lldb_dap(folder, command, tools.tool("lldb-dap").path, entries(folder)["lldb-dap"])


def test_the_entry_for_microsofts_extension_stops_at_a_line_whose_code_is_loaded_later(folder: Path) -> None:
    """That extension has a gdb with MI run the commands of the set-up, then sets breakpoints that may be pending."""
    assert main(["ide", "vscode", "--folder", str(folder), *build_host(folder)]) == 0
    entry = entries(folder)["cppdbg"]
    setup = [command["text"] for command in entry["setupCommands"]]
    asked = [*(f"-interpreter-exec console {json.dumps(text)}" for text in setup)]
    asked += [f"-break-insert -f {folder / 'fib.ll'}:9", "-exec-run"]
    gdb = [tools.tool("gdb").path, "-nx", "-q", "--interpreter=mi", "--args", entry["program"], *entry["args"]]
    with subprocess.Popen(gdb, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write("\n".join([*asked, ""]))
        running.stdin.flush()
        stopped = next(line for line in running.stdout if line.startswith("*stopped"))
        running.stdin.write("-gdb-exit\n")

    assert 'reason="breakpoint-hit"' in stopped
    assert 'func="fib"' in stopped
    assert 'line="9"' in stopped
