from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jitdbg import kernel
from jitdbg.cli import main
from jitdbg.cli.doctor import DebuggerFact, Examination, KernelFact, ToolFact, Versions, diagnose
from jitdbg.cli.machine import Limits, Profiling, Tracing
from jitdbg.store import Place

GDB = ToolFact("gdb", "debugger", "GNU debugger", "/usr/bin/gdb", "13.1", "JITDBG_GDB", "", {})
HEALTHY = Examination(
    versions=Versions("1.0", "3.11.2", "/usr/bin/python3", "0.50.0", "22.1.0", ""),
    tools=(GDB,),
    debuggers=(DebuggerFact("gdb", True), DebuggerFact("lldb", True, "/bindings", "/usr/bin/python3")),
    places=(Place("/noexec", False, "mounted noexec", "tmpfs"), Place("/cache", True, "", "ext4")),
    memfd=Place("memfd", True, "", "memfd"),
    kernel=KernelFact("/cache/kernel.so", ""),
    tracing=Tracing("", "", yama_scope=0, seccomp=0, has_capability=False),
    profiling=Profiling("", 2),
    fixed_addresses=True,
    limits=Limits(1024, 4096, None, None, "core", 65530, 0),
)


def sentence(needed: bool, **changes: object) -> str:
    """The one problem that a healthy machine has after a change."""
    (problem,) = diagnose(replace(HEALTHY, **changes))
    assert problem.needed == needed
    return problem.sentence


def tracing(start: str = "", attach: str = "", **facts: object) -> Tracing:
    return replace(HEALTHY.tracing, start=start, attach=attach, **facts)


def test_a_healthy_machine_has_no_problems() -> None:
    assert diagnose(HEALTHY) == ()


def test_no_debugger_at_all_is_needed_and_named_with_its_cure() -> None:
    assert sentence(True, tools=(replace(GDB, path=None),)).startswith("there is no debugger: install it with `")


def test_one_debugger_is_enough() -> None:
    lldb = replace(GDB, name="lldb", path="/usr/bin/lldb")

    assert diagnose(replace(HEALTHY, tools=(replace(GDB, path=None), lldb))) == ()


def test_a_program_that_tells_no_version_is_noted() -> None:
    perf = replace(GDB, name="perf", path="/usr/bin/perf", version=None)

    assert sentence(False, tools=(GDB, perf)) == "/usr/bin/perf does not tell its version: it may not work here"


def test_debuggers_without_python_are_noted() -> None:
    words = sentence(False, debuggers=(DebuggerFact("gdb", False),))

    assert words == "gdb has no Python inside, which the jitdbg commands in gdb need"


def test_bindings_that_no_python_loads_are_noted() -> None:
    words = sentence(False, debuggers=(DebuggerFact("lldb", True, "/bindings", None),))

    assert words.startswith("no Python here loads lldb's bindings: install it with `")


def test_no_place_for_images_is_needed_with_all_that_was_tried() -> None:
    words = sentence(True, places=(Place("/a", False, "mounted noexec", "tmpfs"), Place("/b", False, "full", "ext4")))

    assert words == (
        "images can lie nowhere (/a: mounted noexec; /b: full): set JITDBG_STORE to a directory that allows execution"
    )


def test_a_refused_memfd_is_noted() -> None:
    words = sentence(False, memfd=Place("memfd", False, "vm.memfd_noexec is 2", "memfd"))

    assert words == "images can't lie in memory, with --store memfd: vm.memfd_noexec is 2"


@pytest.mark.parametrize(
    ("facts", "cure"),
    [
        (tracing("refused", "refused", seccomp=2), "allow it with `--cap-add=SYS_PTRACE` where the container"),
        (tracing("refused", "refused", seccomp=2, yama_scope=1), "allow it with `--cap-add=SYS_PTRACE`"),
        (tracing("refused", "refused", yama_scope=2), "allow it with `sudo sysctl kernel.yama.ptrace_scope=0`"),
        (tracing("refused", "refused", yama_scope=3), "kernel.yama.ptrace_scope is 3, which lasts until"),
        (tracing("refused", "refused"), "ask who administers this machine which security module refuses it"),
    ],
    ids=["container", "container with Yama", "Yama 2", "Yama 3", "other"],
)
def test_a_refusal_to_trace_is_needed_with_the_cure_for_its_cause(facts: Tracing, cure: str) -> None:
    assert sentence(True, tracing=facts).startswith(f"a debugger can't start programs here (refused): {cure}")


def test_a_refusal_to_attach_is_noted() -> None:
    words = sentence(False, tracing=tracing(attach="Operation not permitted", yama_scope=1))

    assert words.startswith(
        "a debugger can't attach to running programs (Operation not permitted): allow it with `sudo"
    )


def test_refused_fixed_addresses_are_noted() -> None:
    assert sentence(False, fixed_addresses=False).startswith("programs can't be given fixed addresses")


@pytest.mark.parametrize(
    ("paranoid", "cure"),
    [(3, ": `sudo sysctl kernel.perf_event_paranoid=2`"), (2, ""), (None, "")],
    ids=["paranoid", "refused by other means", "no such setting"],
)
def test_a_refusal_to_profile_is_noted_with_the_cure_where_the_setting_is_the_cause(
    paranoid: int | None, cure: str
) -> None:
    words = sentence(False, profiling=Profiling("Permission denied", paranoid))

    assert words == f"perf may not measure programs here (Permission denied){cure}"


def test_llvmlite_that_can_not_be_loaded_is_needed() -> None:
    versions = replace(HEALTHY.versions, llvmlite=None, llvm=None, llvm_problem="No module named 'llvmlite'")

    assert sentence(True, versions=versions).startswith(
        "llvmlite can't be loaded (No module named 'llvmlite'): install"
    )


def test_core_dumps_that_are_off_are_noted() -> None:
    assert "`ulimit -c unlimited`" in sentence(False, limits=replace(HEALTHY.limits, core_size=0))


def test_what_is_needed_comes_first() -> None:
    problems = diagnose(replace(HEALTHY, tools=(), fixed_addresses=False, profiling=Profiling("refused", None)))

    assert [problem.needed for problem in problems] == [True, False, False]


# --------------------------------------------------------------------------------------------------- the command line


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No programs on the PATH, and one place for images."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path))


@pytest.mark.usefixtures("bare_machine")
def test_a_bare_machine_is_told_what_to_install_and_fails_the_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 1

    lines = capsys.readouterr().out.splitlines()
    (gdb,) = [line for line in lines if line.lstrip().startswith("gdb ") and "install" in line]
    assert "apt-get install gdb" in gdb
    assert "dnf install gdb" in gdb
    assert any(line.startswith("needed: there is no debugger: install it with `") for line in lines)


@pytest.mark.usefixtures("bare_machine")
def test_json_has_the_facts_and_the_judgement(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["doctor", "--json"]) == 1

    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.doctor/1"
    assert facts["ok"] is False
    assert facts["problems"][0]["needed"] is True
    (gdb,) = [tool for tool in facts["tools"] if tool["name"] == "gdb"]
    assert (gdb["path"], gdb["variable"], set(gdb["install"])) == (None, "JITDBG_GDB", {"debian", "fedora"})
    (place,) = facts["places"]
    assert (place["path"], place["usable"], place["reason"]) == (str(tmp_path), True, "")
    assert facts["versions"]["llvm"].count(".") == 2


@pytest.mark.usefixtures("bare_machine")
def test_the_linkers_kernel_is_told_or_why_there_is_none(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> str:
        main(["doctor"])
        (line,) = [line for line in capsys.readouterr().out.splitlines() if line.lstrip().startswith("linker's kernel")]
        return line.partition("kernel")[2].strip()

    assert told() == "not made yet: who links much makes it"
    found = kernel.make()
    assert found is not None
    assert told() == str(found.path)
    monkeypatch.setenv("JITDBG_KERNEL", "0")
    assert told() == "JITDBG_KERNEL is 0"


@pytest.mark.usefixtures("bare_machine")
def test_a_variable_that_leads_nowhere_is_told_and_stops_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JITDBG_MOLD", "/nowhere/mold")

    main(["doctor"])

    assert "note: JITDBG_MOLD is set to '/nowhere/mold', which is not an executable program" in capsys.readouterr().out
