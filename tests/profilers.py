"""Profilers and checkers on JIT code, and docs/profilers.md, which is made of what they really show.

``python -m tests.profilers`` runs them all and writes the page; a test holds each cell of its table against a run. The
program is a small host in C that loads an image as the stores do (programs/profiled_host.c), so that a tool which slows
everything down by fifty looks at little else.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jitdbg import tools
from jitdbg.build import build
from jitdbg.harness.marks import find_marks
from jitdbg.postmortem.build_ids import file_by_build_id

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "profilers.md"
SOURCE = Path(__file__).parent / "programs" / "profiled.c"
HOST = Path(__file__).parent / "programs" / "profiled_host.c"
STORES = ("file", "memfd")
ROUNDS = 100_000_000  # a tenth of a second, some hundred samples
_DEADLINE = 100


@dataclass(frozen=True)
class Subject:
    """A host and its image, which lies as ``store`` says; ``folder`` takes what a tool writes."""

    folder: Path
    store: str

    @property
    def image(self) -> Path:
        return self.folder / "profiled.so"

    def host(self, entry: str, rounds: int = 1) -> list[str]:
        """Give the command line that calls a function of the image."""
        return [str(self.folder / "host"), str(self.image), self.store, entry, str(rounds)]


def subject(folder: Path, store: str, *flags: str) -> Subject:
    """Compile host and image, with more flags for clang."""
    compiler = tools.tool("clang").path
    subprocess.run([compiler, "-g", *flags, HOST, "-o", folder / "host", "-ldl"], check=True, timeout=_DEADLINE)
    image = build(SOURCE, soname="profiled.so", cflags=["-g", "-O0", *flags])
    (folder / "profiled.so").write_bytes(image)
    return Subject(folder, store)


def output(*words: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end and give all that it printed."""
    done = subprocess.run(
        list(map(str, words)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_DEADLINE,
        cwd=cwd,
        env={**os.environ, **(environment or {})},
    )
    return done.stdout


# ---------------------------------------------------------------------------------------------------------- the tools


def perf_report(subject: Subject, *options: str, tree: Path | None = None) -> str:
    data = subject.folder / "perf.data"
    record = ["perf", "record", "-q", "-e", "cpu-clock", "-g", *options, "-o", data]
    output(*record, *subject.host("hot", ROUNDS), cwd=subject.folder)
    where = ["--buildid-dir", tree] if tree else ["--buildid-dir", subject.folder / "cache"]
    report = ["report", "-i", data, "--stdio", "--no-children", "-g", "none", "--percent-limit", "5"]
    return output("perf", *where, *report) + output(
        "perf", *where, "annotate", "-i", data, "--stdio", "-s", "hot", "--objdump", "objdump"
    )


def perf_with_tree(subject: Subject) -> str:
    tree = subject.folder / "tree"
    file_by_build_id([subject.image], tree)
    return perf_report(subject, "--buildid-mmap", tree=tree)


def memcheck(subject: Subject) -> str:
    return output("valgrind", "-q", *subject.host("spoil", 10))


def callgrind(subject: Subject) -> str:
    data = subject.folder / "callgrind.out"
    output("valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={data}", *subject.host("hot", 1000))
    return output("callgrind_annotate", "--auto=yes", data)


def eu_stack(subject: Subject) -> str:
    with waiting(subject.host("linger")) as process:
        return output("eu-stack", "-s", "-p", str(process))


def strace(subject: Subject) -> str:
    return output("strace", "-k", "-e", "trace=getppid", *subject.host("ask"))


PYTHON_HOST = """
import sys
from jitdbg import Engine
dylib = Engine(store=sys.argv[2]).load(sys.argv[1], cflags=["-g"])
def call_jit_code():
    dylib.function("linger")(1)
call_jit_code()
"""


def py_spy(subject: Subject) -> str:
    with waiting([sys.executable, "-c", PYTHON_HOST, str(SOURCE), subject.store]) as process:
        return output(Path(sys.executable).parent / "py-spy", "dump", "--native", "--pid", str(process))


def sanitizer(subject: Subject) -> str:
    symbolizer = tools.tool("llvm-symbolizer").path
    return output(*subject.host("spoil", 10), environment={"ASAN_SYMBOLIZER_PATH": symbolizer})


@contextmanager
def waiting(words: Sequence[str]) -> Iterator[int]:
    """Have a process that waits in read(2) of its standard input, in JIT code."""
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        wait_for_read(process.pid)
        yield process.pid
        process.send_signal(signal.SIGKILL)


def wait_for_read(pid: int) -> None:
    """Return when a process is in read(2) of descriptor 0: strace(1) says so as soon as it is."""
    with subprocess.Popen(
        ["strace", "-q", "-e", "trace=read", "-p", str(pid)], stderr=subprocess.PIPE, text=True
    ) as tracer:
        assert tracer.stderr
        assert any(line.startswith("read(0,") for line in characters(tracer.stderr.fileno()))
        tracer.send_signal(signal.SIGTERM)


def characters(descriptor: int) -> Iterator[str]:
    """Yield what was printed of a line whenever there is more: a call that waits has no line end yet."""
    text = ""
    while chunk := os.read(descriptor, 4096).decode(errors="replace"):
        text = (text + chunk).rpartition("\n")[2]
        yield text


# ------------------------------------------------------------------------------------------------- what is to be seen


@dataclass(frozen=True)
class Tool:
    """A tool: what it needs, how a person calls it, and what shows that it knows function and line of JIT code.

    In ``function`` and ``line`` LINE and TEXT stand for number and text of the marked line.
    """

    name: str
    programs: tuple[str, ...]
    commands: str
    run: Callable[[Subject], str]
    mark: str
    function: str
    line: str
    flags: tuple[str, ...] = ()
    remark: str = ""


_PERF = r"%.*\[\.\] hot$"
TOOLS = (
    Tool(
        "perf",
        ("perf", "objdump"),
        "perf record -g my_program\nperf report\nperf annotate hot",
        perf_report,
        "hot",
        _PERF,
        r"TEXT",
    ),
    Tool(
        "perf, with build-ids",
        ("perf", "objdump"),
        "perf record --buildid-mmap -g my_program\njitdbg build-ids tree PID         # while it runs; or its images\n"
        "perf --buildid-dir tree report\nperf --buildid-dir tree annotate hot",
        perf_with_tree,
        "hot",
        _PERF,
        r"TEXT",
        remark="The kernel writes the build-id of each mapping into the data, of memfds as well.",
    ),
    Tool(
        "valgrind memcheck",
        ("valgrind",),
        "valgrind my_program",
        memcheck,
        "spoil",
        r"(at|by) 0x\w+: spoil ",
        r"spoil \(.*profiled\.c:LINE\)",
        remark="Valgrind 3.19 complains of DWARF 5 that it doesn't know (`unhandled dwarf2 abbrev form code`), and "
        "shows lines all the same.",
    ),
    Tool(
        "valgrind callgrind",
        ("valgrind", "callgrind_annotate"),
        "valgrind --tool=callgrind my_program\ncallgrind_annotate --auto=yes callgrind.out.PID",
        callgrind,
        "hot",
        r"profiled\.c:hot ",
        r"\d+ \( ?[\d.]+%\) +TEXT",
    ),
    Tool(
        "eu-stack",
        ("eu-stack", "strace"),
        "eu-stack -s -p PID",
        eu_stack,
        "linger",
        r"#\d+ +0x\w+ linger$",
        r"profiled\.c:LINE:",
        remark="elfutils 0.188 finds no lines of code that LLVM has compiled, functions alone.",
    ),
    Tool("strace -k", ("strace",), "strace -k my_program", strace, "ask", r"\(ask\+0x\w+\)", r"profiled\.c:LINE"),
    Tool(
        "py-spy",
        ("py-spy", "strace"),
        "py-spy dump --native --pid PID\npy-spy record --native -- python my_program.py",
        py_spy,
        "linger",
        r"^ *linger \(",
        r"linger \(.*profiled\.c:LINE\)",
    ),
    Tool(
        "AddressSanitizer",
        ("llvm-symbolizer",),
        "clang -fsanitize=address my_host.c        # the host has its runtime\n"
        'engine.load("code.c", cflags=["-g", "-fsanitize=address"])',
        sanitizer,
        "spoil",
        r"#0 0x\w+ in spoil ",
        r"#0 0x\w+ in spoil .*profiled\.c:LINE:",
        ("-fsanitize=address",),
        "JIT code from C that clang has instrumented is checked like the program itself.",
    ),
)
BY_NAME = {tool.name: tool for tool in TOOLS}

BOTH, FUNCTION, NOTHING = "function, line", "function", "–"


@dataclass(frozen=True)
class Sight:
    """What a tool showed of a dylib: one of the three words above, and the lines that it is seen in."""

    what: str
    excerpt: tuple[str, ...]
    text: str


def look(tool: Tool, folder: Path, store: str) -> Sight:
    """Run a tool on a program whose image is in a store."""
    text = tool.run(subject(folder, store, *tool.flags))
    patterns = [_pattern(tool, wish) for wish in (tool.function, tool.line)]
    has_function, has_line = (bool(pattern.search(text)) for pattern in patterns)
    what = BOTH if has_function and has_line else FUNCTION if has_function else NOTHING
    shown = [line.rstrip() for line in text.splitlines() if any(pattern.search(line) for pattern in patterns)]
    return Sight(
        what, tuple(line.replace(str(folder), "…").replace(str(SOURCE.parent), "…") for line in shown[:2]), text
    )


def _pattern(tool: Tool, wish: str) -> re.Pattern[str]:
    number = find_marks(SOURCE.read_text())[tool.mark]
    text = SOURCE.read_text().splitlines()[number - 1].partition("/*")[0].strip()
    return re.compile(wish.replace("LINE", str(number)).replace("TEXT", re.escape(text)), re.MULTILINE)


# ----------------------------------------------------------------------------------------------------------- the page

INTRODUCTION = """# Profilers and checkers

A JIT dylib is a library like any other, so that tools know it without having heard of JITs. This page is made of what
they showed of one (`python -m tests.profilers`), on Debian 12 with {versions}; tests
hold it against them.

| | store `file` | store `memfd` |
|---|---|---|
"""
VERSIONS = {
    "perf": ("perf", "--version"),
    "valgrind": ("valgrind", "--version"),
    "elfutils": ("eu-stack", "--version"),
    "strace": ("strace", "--version"),
    "py-spy": (str(Path(sys.executable).parent / "py-spy"), "--version"),
}
END = """
## perf maps

A `/tmp/perf-PID.map` is of no use here: perf looks into one for anonymous memory alone, and takes a memfd for a file
(perf 6.1 shows raw addresses with such a map as well). `--buildid-mmap` and a tree by build-id give names, not lines.

## rr

    rr record my_program
    rr replay

needs a processor with performance counters that the kernel gives to programs, which virtual machines often lack. A
test records and replays a crash in JIT code where it can, and says where it can't.
"""


def write_page() -> None:
    """Run all tools and write the page."""
    sights = {tool.name: [_look(tool, store) for store in STORES] for tool in TOOLS}
    versions = ", ".join(f"{name} {tools.parse_version(output(*words))}" for name, words in VERSIONS.items())
    rows = [f"| {name} | {' | '.join(sight.what for sight in found)} |\n" for name, found in sights.items()]
    parts = [INTRODUCTION.format(versions=versions), *rows]
    parts += [_part(tool, sights[tool.name][0]) for tool in TOOLS]
    PAGE.write_text("".join(parts) + END)


def _look(tool: Tool, store: str) -> Sight:
    with tempfile.TemporaryDirectory(prefix="jitdbg-") as folder:
        return look(tool, Path(folder), store)


def _part(tool: Tool, sight: Sight) -> str:
    commands = "".join(f"    {line}\n" for line in tool.commands.splitlines())
    shown = "".join(f"    {line.strip()}\n" for line in sight.excerpt)
    remark = f"\n{tool.remark}\n" if tool.remark else ""
    return f"\n## {tool.name}\n\n{commands}\nshows of a dylib in a file\n\n{shown}{remark}"


def promised(name: str, store: str) -> str:
    """Give what the page says of a tool and a store."""
    (row,) = re.findall(rf"^\| {re.escape(name)} \| (.*) \| (.*) \|$", PAGE.read_text(), re.MULTILINE)
    return row[STORES.index(store)]


if __name__ == "__main__":
    write_page()
