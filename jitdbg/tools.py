"""External programs: the one place that knows their names, versions, install commands and launch settings.

A program is looked for in this order:

1. the variable ``JITDBG_<NAME>`` (``JITDBG_GDB``, ``JITDBG_LLDB_DAP``, ``JITDBG_CLANGXX`` …): a path, or a name on the
   PATH; a value that leads to no executable is an error, never passed over in silence;
2. for LLVM's programs the versioned names, newest first (``lldb-22``, ``lldb-21`` …): distributions install several
   versions beside each other, and the plain name is often the oldest;
3. the plain names.

Whether a program *can* do something is asked of the program (``has_python``, ``has_dap``, ``lldb_bindings``), not
concluded from its version. Versions are for people: read when asked for, within a deadline, once for each file.

Importing this module is cheap: everything that costs time is imported where it is used.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from jitdbg.errors import ToolError, ToolMissingError

Kind = Literal["debugger", "linker", "compiler", "reader"]
Family = Literal["debian", "fedora"]
FAMILIES: tuple[Family, Family] = ("debian", "fedora")

LLVM_VERSIONS = range(40, 12, -1)
DEADLINE = 60.0
"""Seconds that a program has for answering a question about itself: on a busy machine it takes long to start."""

_SILENT = "no answer"


@dataclass(frozen=True)
class Program:
    """What is known of an external program before it is looked for.

    ``debian`` and ``fedora`` are the packages that bring it; ``{llvm}`` stands for the suffix of the newest LLVM that
    the host's package lists have (``-22``), or for nothing.
    """

    name: str
    kind: Kind
    purpose: str
    names: tuple[str, ...]
    debian: str
    fedora: str
    ubuntu: str = ""
    versioned: bool = False

    @property
    def variable(self) -> str:
        """Name the environment variable that overrides the search."""
        return "JITDBG_" + self.name.upper().replace("+", "X").replace("-", "_")


@dataclass(frozen=True)
class Tool:
    """An external program that was found; ``path`` is absolute, with symbolic links kept."""

    name: str
    path: str
    purpose: str

    @property
    def version(self) -> str | None:
        """Ask the program for its version (``"13.1"``), once; None where it gives none within the deadline."""
        return _version(self.path)

    @property
    def release(self) -> tuple[int, ...]:
        """Give the version as numbers for comparing; empty where it is unknown."""
        return tuple(int(part) for part in (self.version or "").split(".") if part.isdigit())


PROGRAMS: tuple[Program, ...] = (
    Program("gdb", "debugger", "GNU debugger", ("gdb",), "gdb", "gdb"),
    Program("lldb", "debugger", "LLVM debugger", ("lldb",), "lldb{llvm}", "lldb python3-lldb", versioned=True),
    Program(
        "lldb-dap",
        "debugger",
        "LLVM debugger for IDEs",
        ("lldb-dap", "lldb-vscode"),
        "lldb{llvm}",
        "lldb",
        versioned=True,
    ),
    Program("gdbserver", "debugger", "server for remote debugging", ("gdbserver",), "gdbserver", "gdb-gdbserver"),
    Program("ld", "linker", "GNU linker", ("ld.bfd", "ld"), "binutils", "binutils"),
    Program("lld", "linker", "LLVM linker", ("ld.lld",), "lld{llvm}", "lld", versioned=True),
    Program("mold", "linker", "mold linker", ("mold",), "mold", "mold"),
    Program("cc", "linker", "C compiler as linker driver", ("cc", "gcc", "clang"), "gcc libc6-dev", "gcc"),
    Program("clang", "compiler", "C compiler", ("clang",), "clang{llvm} libc6-dev", "clang", versioned=True),
    Program("clang++", "compiler", "C++ compiler", ("clang++",), "clang{llvm} g++", "clang", versioned=True),
    Program("llc", "compiler", "LLVM code generator", ("llc",), "llvm{llvm}", "llvm", versioned=True),
    Program("as", "compiler", "GNU assembler", ("as",), "binutils", "binutils"),
    Program(
        "llvm-dwarfdump",
        "reader",
        "DWARF reader and verifier",
        ("llvm-dwarfdump",),
        "llvm{llvm}",
        "llvm",
        versioned=True,
    ),
    Program(
        "llvm-symbolizer", "reader", "DWARF symbolizer", ("llvm-symbolizer",), "llvm{llvm}", "llvm", versioned=True
    ),
    Program("addr2line", "reader", "DWARF symbolizer", ("addr2line",), "binutils", "binutils"),
    Program("readelf", "reader", "ELF reader", ("readelf",), "binutils", "binutils"),
    Program("eu-elflint", "reader", "ELF verifier", ("eu-elflint",), "elfutils", "elfutils"),
    Program("perf", "reader", "profiler", ("perf",), "linux-perf", "perf", ubuntu="linux-tools-generic"),
    Program("valgrind", "reader", "memory checker", ("valgrind",), "valgrind", "valgrind"),
)
_BY_NAME = {program.name: program for program in PROGRAMS}


# ---------------------------------------------------------------------------------------------------------- finding


def find_tool(name: str) -> Tool | None:
    """Find the program called ``name`` in ``PROGRAMS``; None where it is not installed.

    Raises ToolMissingError where its variable is set and leads to no executable.
    """
    program = _BY_NAME[name]
    override = os.environ.get(program.variable)
    path = find_executable(override) if override else _first_executable(program)
    if override and path is None:
        raise ToolMissingError(
            f"{program.variable} is set to {override!r}, which is not an executable program: correct or unset it"
        )
    return Tool(name, path, program.purpose) if path else None


def tool(name: str) -> Tool:
    """Find the program called ``name`` in ``PROGRAMS``; where it is missing, raise ToolMissingError with the cure."""
    found = find_tool(name)
    if found is None:
        variable = _BY_NAME[name].variable
        raise ToolMissingError(f"{name} is not installed: {how_to_install(name)}, or set {variable} to its path")
    return found


def default_debugger() -> Tool:
    """Choose gdb, else lldb; where both are missing, raise ToolMissingError with the command that installs gdb."""
    return find_tool("gdb") or find_tool("lldb") or tool("gdb")


def find_executable(program: str) -> str | None:
    """Find an executable file as a shell would: by path where there is a slash, else on the PATH.

    The result is absolute and keeps symbolic links: resolving a virtual environment's ``python`` would lose the
    environment.
    """
    folders = [""] if "/" in program else os.get_exec_path()
    candidates = (os.path.join(folder, program) for folder in folders)
    found = next((path for path in candidates if os.path.isfile(path) and os.access(path, os.X_OK)), None)
    return found and os.path.abspath(found)


def _first_executable(program: Program) -> str | None:
    return next((path for name in _candidate_names(program) if (path := find_executable(name))), None)


def _candidate_names(program: Program) -> Iterator[str]:
    if program.versioned:
        yield from (f"{name}-{version}" for name in program.names for version in LLVM_VERSIONS)
    yield from program.names


# ------------------------------------------------------------------------------------------------ asking a program


def ask(arguments: Sequence[str], deadline: float | None = None) -> tuple[int, str]:
    """Run a program and return its exit code and all it printed.

    It gets no standard input and says things in English. Where it can't run, or is not done within ``deadline`` seconds
    (by default `DEADLINE`) and so ended, the answer is -1 and the reason.
    """
    import subprocess

    deadline = DEADLINE if deadline is None else deadline
    try:
        done = subprocess.run(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=deadline,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return -1, f"{_SILENT} within {deadline:g} s"
    except OSError as error:
        return -1, error.strerror or str(error)
    return done.returncode, done.stdout.decode(errors="replace")


def _answer(arguments: Sequence[str]) -> tuple[int, str]:
    """Ask as `ask` does; that there is no answer is an error, which no cache keeps, and not an answer of "no"."""
    code, text = ask(arguments)
    if code == -1 and text.startswith(_SILENT):
        raise ToolError(f"{arguments[0]} gave {text} when it was asked what it can do: try it by hand, or try again")
    return code, text


@functools.cache
def _version(path: str) -> str | None:
    code, text = ask([path, "--version"])
    return parse_version(text) if code == 0 else None


def parse_version(text: str) -> str | None:
    """Find the version in what ``--version`` printed.

    Parentheses are passed over, since they hold the distribution's package (``GNU gdb (Debian 13.1-3) 13.1``).
    """
    found = re.search(r"\d+(?:\.\d+)+", re.sub(r"\([^()]*\)", "", text))
    return found.group() if found else None


@functools.cache
def has_python(debugger: Tool) -> bool:
    """Find out whether gdb or lldb can run Python inside."""
    question = 'print("jitdbg" + "-python")'
    if debugger.name == "gdb":
        arguments = [debugger.path, "-nx", "-batch", "-ex", f"python {question}"]
    else:
        arguments = [debugger.path, "--no-lldbinit", "--batch", "-o", f"script {question}"]
    return "jitdbg-python" in _answer(arguments)[1]


@functools.cache
def has_dap(debugger: Tool) -> bool:
    """Find out whether a gdb can be a debug adapter (``-i dap``), which those from 14 on with Python can."""
    return _answer([debugger.path, "-nx", "-batch", "-i", "dap"])[0] == 0


@functools.cache
def lldb_bindings(debugger: Tool) -> str | None:
    """Name the folder with lldb's Python package (``lldb -P``); None where it has none."""
    code, text = _answer([debugger.path, "-P"])
    lines = text.strip().splitlines()
    folder = lines[-1] if code == 0 and lines else ""
    return folder if os.path.isdir(os.path.join(folder, "lldb")) else None


@functools.cache
def lldb_interpreter(debugger: Tool) -> str | None:
    """Find a Python that can import lldb's bindings: this one, one beside lldb, the one it was built for, the system's.

    The bindings hold a compiled module for one minor version of Python. None where there is no such Python here.
    """
    folder = lldb_bindings(debugger)
    if folder is None:
        return None
    built_for = re.search(r"python3\.\d+", folder)
    beside = os.path.join(os.path.dirname(debugger.path), "python3")
    names = [sys.executable, beside, *([built_for.group()] if built_for else []), "/usr/bin/python3", "python3"]
    paths = dict.fromkeys(path for name in names if (path := find_executable(name)))
    return next((path for path in paths if imports_lldb(path, folder)), None)


def imports_lldb(interpreter: str, folder: str) -> bool:
    """Find out whether a Python can import the bindings of lldb that lie in ``folder``."""
    return _answer([interpreter, os.path.join(scripts_folder("lldb"), "bindings.py"), folder])[0] == 0


# ------------------------------------------------------------------------------------------------------- launching


def scripts_folder(debugger: str) -> str:
    """Name the folder of our scripts for ``"gdb"`` or ``"lldb"``: inside the package, or beside it in a checkout."""
    package = os.path.dirname(os.path.abspath(__file__))
    name = f"{debugger}_scripts"
    for parent in (package, os.path.dirname(package)):
        if os.path.isdir(folder := os.path.join(parent, name)):
            return folder
    raise ToolError(f"the folder {name} is missing from {package}: install jitdbg again")


def launch_arguments(debugger: str) -> list[str]:
    """Give the arguments that start ``"gdb"`` or ``"lldb"`` ready for JIT code, to stand before all others.

    Two files are read after the user's own start-up file and before the program is loaded: ``settings`` has what code
    that is loaded late needs, ``launch`` what any program needs that is started for debugging rather than attached to.
    Then come the commands, ``jit-list`` and its family.
    """
    flag = {"gdb": "-iex", "lldb": "-O"}[debugger]
    quiet = ["-q"] if debugger == "gdb" else []
    return [*quiet, *(word for command in start_commands(debugger) for word in (flag, command))]


def start_commands(debugger: str) -> list[str]:
    """Give what `launch_arguments` has ``"gdb"`` or ``"lldb"`` do, as commands: for IDEs, which take those."""
    folder = scripts_folder(debugger)
    files = [os.path.join(folder, f"{stem}.{debugger}") for stem in ("settings", "launch")]
    if debugger == "gdb":
        return [*(f"source {file}" for file in files), commands_line("gdb")]
    commands = [f'command source -s true "{file}"' for file in files]
    if not can_disable_randomization():
        commands.append("settings set target.disable-aslr false")
    return [*commands, commands_line("lldb")]


def commands_file(debugger: str) -> str:
    """Name the file that ``"gdb"`` sources, or ``"lldb"`` imports, to have our commands."""
    return os.path.join(scripts_folder(debugger), "jitdbg_commands.py")


def commands_line(debugger: str) -> str:
    """Write the line that loads our commands in ``"gdb"`` or ``"lldb"`` and has them compile with this interpreter."""
    load = f'__import__("runpy").run_path({commands_file(debugger)!r}, {{"PYTHON": {sys.executable!r}}})'
    return f"python {load}" if debugger == "gdb" else f'script {load}["__lldb_init_module"](lldb.debugger, {{}})'


@functools.cache
def can_disable_randomization() -> bool:
    """Find out whether this process may start programs at fixed addresses; containers often forbid it.

    Where it is forbidden lldb refuses to start a program unless told not to try; gdb warns and goes on. See
    personality(2).
    """
    import ctypes

    query, no_randomization = 0xFFFFFFFF, 0x0040000
    libc = ctypes.CDLL(None)
    current = libc.personality(ctypes.c_ulong(query))
    if current == -1 or libc.personality(ctypes.c_ulong(current | no_randomization)) == -1:
        return False
    libc.personality(ctypes.c_ulong(current))
    return True


# ------------------------------------------------------------------------------------------------------ installing


@dataclass(frozen=True)
class Host:
    """What decides how a package is installed on a machine; ``family`` is None where it is neither of the known two."""

    family: Family | None
    is_ubuntu: bool = False
    is_root: bool = False
    has_package_lists: bool = True


@functools.cache
def this_host() -> Host:
    """Describe this machine, once."""
    identifiers = read_identifiers("/etc/os-release")
    return Host(package_family(identifiers), "ubuntu" in identifiers, os.geteuid() == 0, _has_package_lists())


def install_command(name: str, family: Family, host: Host | None = None) -> str:
    """Give the command that installs a program on Debian and Ubuntu, or on Fedora.

    Where ``host`` (this machine by default) is of that family the command is exact: the newest LLVM that its package
    lists know, no ``sudo`` for root, and an update first where there are no lists.
    """
    program, host = _BY_NAME[name], host or this_host()
    here = host.family == family
    sudo = "" if here and host.is_root else "sudo "
    if family == "fedora":
        return f"{sudo}dnf install {program.fedora}"
    packages = program.ubuntu if program.ubuntu and host.is_ubuntu else program.debian
    update = f"{sudo}apt-get update && " if here and not host.has_package_lists else ""
    return f"{update}{sudo}apt-get install {packages.format(llvm=newest_llvm(packages) if here else '')}"


def how_to_install(name: str, host: Host | None = None) -> str:
    """Say how to install a program on ``host``, by default this machine; on an unknown one, on those that are known."""
    host = host or this_host()
    if host.family:
        return f"install it with `{install_command(name, host.family, host)}`"
    debian, fedora = (install_command(name, family, host) for family in FAMILIES)
    return f"install it with `{debian}` (Debian, Ubuntu) or `{fedora}` (Fedora)"


def read_identifiers(os_release: str) -> tuple[str, ...]:
    """Read ID and the words of ID_LIKE, nearest kin first, from a file as os-release(5) describes."""
    try:
        with open(os_release, encoding="utf-8", errors="replace") as file:
            fields = dict(line.strip().split("=", 1) for line in file if "=" in line)
    except OSError:
        return ()
    values = (fields.get(key, "").strip("\"'") for key in ("ID", "ID_LIKE"))
    return tuple(word for value in values for word in value.split())


def package_family(identifiers: Sequence[str]) -> Family | None:
    """Tell whose packages a distribution with these identifiers has."""
    if {"debian", "ubuntu"} & set(identifiers):
        return "debian"
    return "fedora" if {"fedora", "rhel"} & set(identifiers) else None


def _has_package_lists(folder: str = "/var/lib/apt/lists") -> bool:
    try:
        return any(name.endswith("_Packages") or "_Packages." in name for name in os.listdir(folder))
    except OSError:
        return False


@functools.cache
def newest_llvm(packages: str) -> str:
    """Find the suffix of the newest version of a package such as ``lldb{llvm}`` that apt can install, or nothing."""
    stem = packages.partition("{llvm}")[0]
    if stem == packages:
        return ""
    code, text = ask(["apt-cache", "pkgnames", f"{stem}-"])
    versions = re.findall(rf"^{re.escape(stem)}-(\d+)$", text, re.MULTILINE) if code == 0 else []
    return f"-{max(map(int, versions))}" if versions else ""
