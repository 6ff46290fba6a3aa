"""What the README shows is what happens."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg.tools import tool
from tests.linking import run_program

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PROMPT = "(gdb) "
IF_THE_HOST_HAS_DEBUG_INFO = "No source file named fib.toy."
ONLY_ON_A_TERMINAL = "(More stack frames follow...)"


def _normal(line: str) -> str:
    """Give a line without what differs between machines: addresses, white space."""
    return " ".join(re.sub(r"0x[0-9a-f]+", "ADDRESS", line).split())


@pytest.mark.debugger
def test_the_session_at_the_top_goes_as_shown() -> None:
    session = README.partition("    $ ")[2].partition("\n\n`fib.toy`")[0].splitlines()
    command, shown = shlex.split(session[0]), [line.strip() for line in session[1:] if line.strip()]
    typed = [line.removeprefix(PROMPT) for line in shown if line.startswith(PROMPT)]
    assert command[:2] == ["jitdbg", "debug"]
    assert typed[0] == "run"
    options = ["--debugger", "gdb", "--batch", *(word for text in typed[1:] for word in ("-x", text))]
    output = _run("debug", *options, *command[2:])
    lines = {_normal(line) for line in output.splitlines()}
    expected = [line for line in shown if not line.startswith(PROMPT) and line != ONLY_ON_A_TERMINAL]
    missing = [line for line in expected if _normal(line) not in lines and line != IF_THE_HOST_HAS_DEBUG_INFO]
    assert missing == [], output


@pytest.mark.debugger
@pytest.mark.parametrize(("debugger", "show"), [("gdb", "info args"), ("lldb", "frame variable n")])
def test_a_step_in_its_example_shows_arguments_as_they_are(debugger: str, show: str) -> None:
    options = ["--debugger", debugger, "--batch", "--break", "fib.toy:5", "-x", "step", "-x", show]
    output = _run("debug", *options, "--", "jitdbg", "run", "examples/fib-toy.ll", "--call", "fib(3)")
    assert re.search(r"^(\(int\) )?n = 2$", output, re.MULTILINE), output


@pytest.mark.debugger
def test_code_is_loaded_into_a_stopped_program_as_shown(tmp_path: Path) -> None:
    shown = README.partition("    (gdb) jit-load")[2].partition("\n\n")[0].splitlines()
    (tmp_path / "host.c").write_text("int main(void) { return 0; }\n")
    run_program([tool("clang").path, "-g", tmp_path / "host.c", "-o", tmp_path / "host"])
    shutil.copy(ROOT / "examples" / "fib.ll", tmp_path)
    loading = ["--break", "main", "-x", f"jit-load{shown[0]}"]
    output = _run("debug", "--debugger", "gdb", "--batch", *loading, "--", "./host", cwd=tmp_path)
    lines = {_normal(line) for line in output.splitlines()}
    expected = [_normal(line.replace("/home/me", str(tmp_path))) for line in shown[1:]]
    assert len(expected) == 3
    assert [line for line in expected if line not in lines] == [], output


def _run(*arguments: str, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "jitdbg", *arguments], cwd=cwd, capture_output=True, text=True, timeout=100
    )
    return done.stdout + done.stderr


def test_the_python_example_prints_what_its_comments_say() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", block], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    first, second = done.stdout.split()
    assert f"# {first}" in block
    assert second != first, "the next generation computes something else"


@pytest.mark.parametrize(
    "name",
    [
        "docs/design.md",
        "docs/debuginfo.md",
        "docs/linker.md",
        "docs/commands.md",
        "docs/harness.md",
        "docs/cores.md",
        "docs/audit.md",
        "docs/json.md",
        "docs/directives.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ],
)
def test_the_pages_that_it_links_exist(name: str) -> None:
    assert f"({name})" in README
    assert (ROOT / name).is_file()
