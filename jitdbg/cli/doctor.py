"""``jitdbg doctor``: what is installed and permitted on this machine, and what to do about the rest."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import click

from jitdbg import __version__, store, tools
from jitdbg.cli.machine import Limits, Profiling, Tracing, limits, profiling, tracing
from jitdbg.cli.output import json_option, print_facts, print_json, print_table
from jitdbg.errors import ToolMissingError
from jitdbg.tools import PROGRAMS, Program, Tool


@dataclass(frozen=True)
class ToolFact:
    """An external program: ``path`` is None where it is missing, ``version`` where it tells none.

    ``install`` has the command for each family of distributions where it is missing, and is empty otherwise;
    ``problem`` says what is wrong with ``variable``.
    """

    name: str
    kind: str
    purpose: str
    path: str | None
    version: str | None
    variable: str
    problem: str
    install: Mapping[str, str]


@dataclass(frozen=True)
class DebuggerFact:
    """What an installed debugger can do: run Python inside and, for lldb, be driven by a Python (``interpreter``).

    ``dap`` is whether a gdb is a debug adapter as well, None for lldb, which has a program of its own for it.
    """

    name: str
    python: bool
    bindings: str | None = None
    interpreter: str | None = None
    dap: bool | None = None


@dataclass(frozen=True)
class Versions:
    """Versions of what jitdbg stands on; ``llvm_problem`` says why llvmlite can't be loaded."""

    jitdbg: str
    python: str
    executable: str
    llvmlite: str | None
    llvm: str | None
    llvm_problem: str


@dataclass(frozen=True)
class KernelFact:
    """The linker's kernel: ``path`` is None where there is none, and ``reason`` says why."""

    path: str | None
    reason: str


@dataclass(frozen=True)
class Examination:
    """All that was found out, before anybody judges it."""

    versions: Versions
    tools: tuple[ToolFact, ...]
    debuggers: tuple[DebuggerFact, ...]
    places: tuple[store.Place, ...]
    memfd: store.Place
    kernel: KernelFact
    tracing: Tracing
    profiling: Profiling
    fixed_addresses: bool
    limits: Limits


@dataclass(frozen=True)
class Problem:
    """Something to do, in one sentence; ``needed``: without it the main job can't be done."""

    needed: bool
    sentence: str


@click.command()
@json_option
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Check which tools are installed and what this machine permits.

    Ends with 1 when something is missing that JIT code can't be debugged without. A tool is replaced by another by
    setting JITDBG_<NAME> to its path: JITDBG_GDB, JITDBG_LLDB_DAP, JITDBG_CLANGXX ...
    """
    found = examine()
    problems = diagnose(found)
    ok = not any(problem.needed for problem in problems)
    if as_json:
        print_json("doctor", {"ok": ok, "problems": problems, **vars(found)})
    else:
        _print(found, problems)
    context.exit(0 if ok else 1)


# ---------------------------------------------------------------------------------------------------------- examining


def examine() -> Examination:
    """Look at everything; leaves nothing behind."""
    # The programs take a while to start, lldb above all, and each is asked on its own.
    with ThreadPoolExecutor(max_workers=4) as pool:
        asked = [pool.submit(_examine_tool, program) for program in PROGRAMS]
        debuggers = [pool.submit(_examine_debugger, name) for name in ("gdb", "lldb")]
        return Examination(
            versions=_versions(),
            tools=tuple(answer.result() for answer in asked),
            debuggers=tuple(fact for answer in debuggers if (fact := answer.result())),
            places=store.places(),
            memfd=store.memfd_place(),
            kernel=_examine_kernel(),
            tracing=tracing(),
            profiling=profiling(),
            fixed_addresses=tools.can_disable_randomization(),
            limits=limits(),
        )


def _examine_tool(program: Program) -> ToolFact:
    found, problem = _find(program.name)
    families = () if found else tools.FAMILIES
    return ToolFact(
        name=program.name,
        kind=program.kind,
        purpose=program.purpose,
        path=found.path if found else None,
        version=found.version if found else None,
        variable=program.variable,
        problem=problem,
        install={family: tools.install_command(program.name, family) for family in families},
    )


def _find(name: str) -> tuple[Tool | None, str]:
    try:
        return tools.find_tool(name), ""
    except ToolMissingError as error:
        return None, str(error)


def _examine_debugger(name: str) -> DebuggerFact | None:
    debugger, _ = _find(name)
    if debugger is None:
        return None
    if name == "gdb":
        return DebuggerFact(name, tools.has_python(debugger), dap=tools.has_dap(debugger))
    bindings, interpreter = tools.lldb_bindings(debugger), tools.lldb_interpreter(debugger)
    return DebuggerFact(name, tools.has_python(debugger), bindings, interpreter)


def _examine_kernel() -> KernelFact:
    try:
        from jitdbg import kernel
    except (ImportError, OSError):
        return KernelFact(None, "llvmlite, which compiles it, can't be loaded")
    if reason := kernel.refusal():
        return KernelFact(None, reason)
    found = kernel.find()
    return KernelFact(str(found.path), "") if found else KernelFact(None, "not made yet: who links much makes it")


def _versions() -> Versions:
    python, executable = platform.python_version(), sys.executable
    try:
        import llvmlite
        from llvmlite import binding
    except (ImportError, OSError) as error:
        return Versions(__version__, python, executable, None, None, str(error))
    llvm = ".".join(map(str, binding.llvm_version_info))
    return Versions(__version__, python, executable, llvmlite.__version__, llvm, "")


# ---------------------------------------------------------------------------------------------------------- judging


def diagnose(found: Examination) -> tuple[Problem, ...]:
    """Say what is wrong and what to do about it, the needed first."""
    problems = [
        *_diagnose_tools(found.tools),
        *_diagnose_debuggers(found.debuggers),
        *_diagnose_store(found.places, found.memfd),
        *_diagnose_tracing(found.tracing, found.fixed_addresses),
        *_diagnose_system(found),
    ]
    return tuple(sorted(problems, key=lambda problem: not problem.needed))


def _diagnose_tools(facts: Sequence[ToolFact]) -> Iterator[Problem]:
    found = {fact.name for fact in facts if fact.path}
    if not found & {"gdb", "lldb"}:
        yield Problem(True, f"there is no debugger: {tools.how_to_install('gdb')}")
    yield from (Problem(False, fact.problem) for fact in facts if fact.problem)
    for fact in facts:
        if fact.path and fact.version is None:
            yield Problem(False, f"{fact.path} does not tell its version: it may not work here")


def _diagnose_debuggers(facts: Sequence[DebuggerFact]) -> Iterator[Problem]:
    for fact in facts:
        if not fact.python:
            yield Problem(False, f"{fact.name} has no Python inside, which the jitdbg commands in {fact.name} need")
        elif fact.name == "lldb" and fact.interpreter is None:
            yield Problem(False, f"no Python here loads lldb's bindings: {tools.how_to_install('lldb')}")


def _diagnose_store(places: Sequence[store.Place], memfd: store.Place) -> Iterator[Problem]:
    if not any(place.usable for place in places):
        reasons = "; ".join(f"{place.path}: {place.reason}" for place in places)
        yield Problem(
            True, f"images can lie nowhere ({reasons}): set JITDBG_STORE to a directory that allows execution"
        )
    if not memfd.usable:
        yield Problem(False, f"images can't lie in memory, with --store memfd: {memfd.reason}")


def _diagnose_tracing(tracing: Tracing, fixed_addresses: bool) -> Iterator[Problem]:
    if tracing.start:
        yield Problem(True, f"a debugger can't start programs here ({tracing.start}): {_tracing_cure(tracing)}")
    elif tracing.attach:
        yield Problem(
            False, f"a debugger can't attach to running programs ({tracing.attach}): {_tracing_cure(tracing)}"
        )
    if not fixed_addresses:
        yield Problem(False, "programs can't be given fixed addresses, so those that you see differ from run to run")


def _tracing_cure(tracing: Tracing) -> str:
    if tracing.yama_scope == 3:
        return "kernel.yama.ptrace_scope is 3, which lasts until the machine is started again with less"
    if tracing.yama_scope and not tracing.has_capability and not (tracing.yama_scope == 1 and tracing.start):
        return "allow it with `sudo sysctl kernel.yama.ptrace_scope=0`, or be root"
    if tracing.seccomp:
        return "allow it with `--cap-add=SYS_PTRACE` where the container is started"
    return "ask who administers this machine which security module refuses it"


def _diagnose_system(found: Examination) -> Iterator[Problem]:
    if found.versions.llvm_problem:
        problem = found.versions.llvm_problem
        yield Problem(True, f"llvmlite can't be loaded ({problem}): install it with `pip install llvmlite`")
    if found.profiling.refusal:
        cure = "" if found.profiling.paranoid in (None, 0, 1, 2) else ": `sudo sysctl kernel.perf_event_paranoid=2`"
        yield Problem(False, f"perf may not measure programs here ({found.profiling.refusal}){cure}")
    if found.limits.core_size == 0:
        yield Problem(False, "a crash leaves no core dump: `ulimit -c unlimited` allows them in this shell")


# ---------------------------------------------------------------------------------------------------------- printing


def _print(found: Examination, problems: Sequence[Problem]) -> None:
    print_table(("tool", "version", "path", "purpose"), [_tool_row(fact) for fact in found.tools], "Tools")
    missing = [(fact.name, *fact.install.values()) for fact in found.tools if fact.install]
    if missing:
        click.echo()
        print_table(("tool", "on Debian, Ubuntu", "on Fedora"), missing, "To install")
    if found.debuggers:
        click.echo()
        print_facts(dict(_debugger_row(fact) for fact in found.debuggers), "Debuggers")
    click.echo()
    print_table(("place", "filesystem", ""), map(_place_row, (*found.places, found.memfd)), "Where images may lie")
    click.echo()
    print_facts(_system_facts(found), "System")
    click.echo()
    for problem in problems:
        click.echo(f"{'needed' if problem.needed else 'note'}: {problem.sentence}")
    if not any(problem.needed for problem in problems):
        click.echo("Everything that is needed is there.")


def _tool_row(fact: ToolFact) -> tuple[str, ...]:
    return fact.name, fact.version or "", fact.path or "not found", fact.purpose


def _place_row(place: store.Place) -> tuple[str, ...]:
    return place.path, place.filesystem, "usable" if place.usable else place.reason


def _debugger_row(fact: DebuggerFact) -> tuple[str, str]:
    python = "has Python" if fact.python else "has no Python"
    if fact.name == "gdb":
        return fact.name, f"{python}, {'is a' if fact.dap else 'is no'} debug adapter for IDEs"
    driver = f"is driven by {fact.interpreter}" if fact.interpreter else "can't be driven from Python"
    return fact.name, f"{python}, {driver}"


def _system_facts(found: Examination) -> dict[str, str]:
    versions, bounds = found.versions, found.limits
    return {
        "jitdbg": versions.jitdbg,
        "Python": f"{versions.python} ({versions.executable})",
        "llvmlite": f"{versions.llvmlite} with LLVM {versions.llvm}" if versions.llvm else "can't be loaded",
        "linker's kernel": found.kernel.path or found.kernel.reason,
        "tracing from the start": found.tracing.start or "allowed",
        "attaching": found.tracing.attach or "allowed",
        "fixed addresses": "allowed" if found.fixed_addresses else "refused",
        "kernel.yama.ptrace_scope": _or_none(found.tracing.yama_scope, "none: no Yama"),
        "seccomp filter": "yes" if found.tracing.seccomp else "no",
        "profiling": found.profiling.refusal or "allowed",
        "kernel.perf_event_paranoid": _or_none(found.profiling.paranoid, "none"),
        "open files (RLIMIT_NOFILE)": _limit(bounds.open_files, bounds.open_files_at_most),
        "core size (RLIMIT_CORE)": _limit(bounds.core_size, bounds.core_size_at_most),
        "kernel.core_pattern": bounds.core_pattern or "none",
        "vm.max_map_count": _or_none(bounds.mappings, "none"),
        "vm.memfd_noexec": _or_none(bounds.memfd_noexec, "none"),
    }


def _limit(now: int | None, at_most: int | None) -> str:
    return f"{_or_none(now, 'unlimited')}, at most {_or_none(at_most, 'unlimited')}"


def _or_none(value: int | None, words: str) -> str:
    return words if value is None else str(value)
