"""The group: what its help costs, and which exit code follows from which end of a command."""

from __future__ import annotations

import errno
import importlib
import json
import subprocess
import sys
import types
from collections.abc import Callable

import click
import pytest
from click.shell_completion import ShellComplete

from jitdbg import __version__
from jitdbg.cli import SUBCOMMANDS, commands, main
from jitdbg.errors import StoreError

Body = Callable[[], object]


@pytest.fixture
def run_sample(monkeypatch: pytest.MonkeyPatch) -> Callable[[Body], int]:
    """Run ``jitdbg sample``, a subcommand with the given body."""

    def run(body: Body) -> int:
        module = types.ModuleType("jitdbg.cli.sample")
        module.command = click.command("sample")(body)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setitem(SUBCOMMANDS, "sample", "A subcommand of this test.")
        return main(["sample"])

    return run


def raising(error: BaseException) -> Body:
    def body() -> None:
        raise error

    return body


def test_help_lists_every_subcommand_and_imports_none() -> None:
    script = """if True:
        import json, sys
        from jitdbg.cli import main
        code = main(["--help"])
        print(json.dumps([code, sorted(sys.modules)]))
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    *help_lines, last = done.stdout.splitlines()
    code, modules = json.loads(last)
    assert code == 0
    for name, words in SUBCOMMANDS.items():
        assert f"  {name.ljust(max(map(len, SUBCOMMANDS)))}  {words}" in help_lines
        assert f"jitdbg.cli.{name.replace('-', '_')}" not in modules
    assert not {"llvmlite", "rich", "elftools"} & set(modules)


@pytest.mark.parametrize("name", SUBCOMMANDS)
def test_every_subcommand_is_there_and_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert isinstance(importlib.import_module(f"jitdbg.cli.{name.replace('-', '_')}").command, click.Command)
    assert main([name, "--help"]) == 0

    usage, _, explanation = capsys.readouterr().out.partition("\n\n")
    assert usage.startswith(f"Usage: jitdbg {name} ")
    assert explanation.startswith("  ")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"jitdbg, version {__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["--no-such-option"], ["doctor", "--no-such-option"]])
def test_a_wrong_use_is_exit_code_2_with_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: jitdbg ")


def test_a_mistake_is_one_sentence_and_exit_code_2(
    run_sample: Callable[[Body], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_sample(raising(StoreError("no place for an image"))) == 2
    assert capsys.readouterr() == ("", "jitdbg: error: no place for an image\n")


def test_what_the_system_refuses_is_a_mistake_with_the_files_name(
    run_sample: Callable[[Body], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_sample(raising(PermissionError(errno.EACCES, "Permission denied", "/etc/shadow"))) == 2
    assert capsys.readouterr().err == "jitdbg: error: /etc/shadow: Permission denied\n"


def test_a_programming_error_is_no_users_mistake(run_sample: Callable[[Body], int]) -> None:
    with pytest.raises(ZeroDivisionError):
        run_sample(lambda: 1 // 0)


def test_an_interruption_is_exit_code_130_and_no_traceback(
    run_sample: Callable[[Body], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_sample(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err.strip() == ""


@pytest.mark.parametrize(("outcome", "code"), [(None, 0), (1, 1), (7, 7), ("done", 0)])
def test_what_a_subcommand_returns_as_an_int_is_the_exit_code(
    outcome: object, code: int, run_sample: Callable[[Body], int]
) -> None:
    assert run_sample(lambda: outcome) == code


def test_a_check_that_failed_ends_through_the_context(run_sample: Callable[[Body], int]) -> None:
    assert run_sample(lambda: click.get_current_context().exit(1)) == 1


@pytest.mark.parametrize("body", ["click.echo('x' * 100000)", "print('x' * 100)"], ids=["at once", "at the end"])
def test_a_reader_that_went_away_is_no_error(body: str) -> None:
    script = f"""if True:
        import click, sys, types
        from jitdbg.cli import SUBCOMMANDS, main
        module = sys.modules["jitdbg.cli.sample"] = types.ModuleType("sample")
        module.command = click.command("sample")(lambda: {body})
        SUBCOMMANDS["sample"] = ""
        sys.stdin.read()
        sys.exit(main(["sample"]))
    """
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", script], **pipes) as writer:
        writer.stdout.close()
        writer.stdin.close()
        said = writer.stderr.read()

    assert (writer.returncode, said) == (1, b"")


@pytest.mark.parametrize(
    "words",
    [
        *[[name] for name in ("run", "build", "link", "inspect", "exec", "debug", "audit", "check", "pack", "open")],
        ["run", "fib.ll"],
        ["ide", "vscode"],
        ["ide", "explain"],
        ["build-ids", "tree"],
    ],
    ids=" ".join,
)
def test_a_shell_completes_files(words: list[str]) -> None:
    completion = ShellComplete(commands, {}, "jitdbg", "_JITDBG_COMPLETE")
    assert [each.type for each in completion.get_completions(words, "fi")] == ["file"]


@pytest.mark.parametrize("command", ["audit", "compare"])
@pytest.mark.parametrize("seconds", ["nan", "inf", "0"])
def test_a_deadline_is_a_time_that_can_pass(command: str, seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "--timeout", seconds]) == 2
    assert "Invalid value for '--timeout'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["inspect"], ["audit"], ["check"], ["link", "-o", "x.so"], ["compare", "--from"]], ids=" ".join
)
def test_a_device_is_refused_since_it_may_never_end(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "/dev/zero"]) == 2
    assert "It is a device" in capsys.readouterr().err


def test_the_module_ends_with_the_exit_code() -> None:
    done = subprocess.run([sys.executable, "-m", "jitdbg", "no-such-command"], capture_output=True)

    assert done.returncode == 2
