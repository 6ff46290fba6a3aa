"""``jitdbg doctor`` on this machine, and on what a container makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from jitdbg import tools
from tests.seccomp import refuse

pytestmark = pytest.mark.debugger


def doctor(preparation: Callable[[], None] | None = None) -> tuple[int, dict[str, Any]]:
    """Run the command and return its exit code and its facts."""
    command = [sys.executable, "-m", "jitdbg", "doctor", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=100, preexec_fn=preparation)
    return done.returncode, json.loads(done.stdout)


def test_this_machine_has_what_the_tests_need() -> None:
    code, facts = doctor()

    assert code == 0, facts["problems"]
    assert facts["ok"] is True
    found = {tool["name"]: tool for tool in facts["tools"]}
    for name in ("gdb", "lldb", "clang", "lld"):
        assert found[name]["path"] == tools.tool(name).path
        assert found[name]["version"] == tools.tool(name).version is not None
    assert facts["tracing"]["start"] == facts["tracing"]["attach"] == ""


def test_the_interpreter_for_lldb_drives_lldb() -> None:
    _, facts = doctor()
    (lldb,) = [debugger for debugger in facts["debuggers"] if debugger["name"] == "lldb"]
    script = (
        f"import sys; sys.path.insert(0, {lldb['bindings']!r}); import lldb; print(lldb.SBDebugger.Create().IsValid())"
    )

    done = subprocess.run([lldb["interpreter"], "-c", script], capture_output=True, text=True, timeout=60)

    assert done.stdout == "True\n", done.stderr


def test_a_container_that_forbids_tracing_fails_the_check() -> None:
    code, facts = doctor(partial(refuse, "ptrace"))

    assert code == 1
    assert facts["tracing"]["start"] == facts["tracing"]["attach"] == "Operation not permitted"
    assert facts["tracing"]["seccomp"] == 2
    assert "--cap-add=SYS_PTRACE" in facts["problems"][0]["sentence"]


@pytest.mark.parametrize(
    ("system_call", "refused"),
    [
        ("personality", lambda facts: facts["fixed_addresses"] is False),
        ("perf_event_open", lambda facts: facts["profiling"]["refusal"] == "Operation not permitted"),
    ],
    ids=["personality", "perf_event_open"],
)
def test_what_else_a_container_forbids_is_noted(system_call: str, refused: Callable[[dict[str, Any]], bool]) -> None:
    code, facts = doctor(partial(refuse, system_call))

    assert code == 0
    assert refused(facts)
