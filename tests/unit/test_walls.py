"""The walls of docs/design.md: which part may import which, and what the Python inside a debugger can import.

The checks are functions from source texts, given by their paths, to complaints, so that they can be tried on bad
sources as well as on the tree.
"""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

# From the ground up: a part imports from lower floors, and from its own where no circle comes of it.
FLOORS = (
    {"errors", "irtext", "locks", "reading", "replacing", "tools", "turns", "elf", "signature", "prototypes"},
    {
        "bindings",
        "codegen",
        "debuginfo",
        "frontend",
        "inspection",
        "isolate",
        "linker",
        "llvmcalls",
        "loader",
        "mappings",
        "passes",
        "store",
        "symbols",
    },
    {"build", "dylib", "engine", "gathering", "hosts", "invocation", "kernel", "postmortem", "supply"},
    {"harness", "llvmlite", "numba", "stack"},
    {"audit", "compare", "demo", "ide", "reports", "sourcemap"},
    {"cli"},
    {"__main__"},
)
FLOOR = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}

# gdb and lldb load these, into a Python that has nothing but its standard library.
INSIDE_DEBUGGERS = {"__init__", "errors", "irtext", "replacing", "elf", "debugger"}
HOMES = {"gdb": "gdb_scripts", "lldb": "lldb_scripts"}
SLOW_TO_IMPORT = {"llvmlite", "click", "rich", "numpy", "elftools"}


@dataclass(frozen=True)
class Import:
    """One imported name: ``module`` is absolute; ``for_types`` holds under ``if TYPE_CHECKING``."""

    module: str
    place: str
    for_types: bool


def imports(path: str, text: str) -> Iterator[Import]:
    """Find all imports of a module, those within functions too."""
    tree = ast.parse(text, path)
    for_types = {id(node) for node in _type_checking_nodes(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(path, node)
            names = [f"{origin}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (Import(name, f"{path}:{node.lineno}", id(node) in for_types) for name in names)


def _type_checking_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from (inner for statement in node.body for inner in ast.walk(statement))


def _origin(path: str, node: ast.ImportFrom) -> str:
    """Give what `from … import` names as an absolute module."""
    if not node.level:
        return node.module or ""
    package = path.split("/")[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def part_of(path: str) -> str:
    """Name the part of the package that a file belongs to: ``jitdbg/elf/reader.py`` is of ``elf``."""
    return path.split("/")[1].removesuffix(".py")


def imported_part(found: Import) -> str | None:
    """Name the part of our package that is imported; None for another package, and for what the package itself has."""
    words = found.module.split(".")
    if words[0] != "jitdbg" or words[1:] in ([], ["__version__"]):
        return None
    return words[1]


def upward_imports(sources: Mapping[str, str]) -> list[str]:
    """Complain of each import that points up, or to or from a part that has no floor."""
    complaints = []
    for path, text in sources.items():
        part = part_of(path)
        if part in INSIDE_DEBUGGERS - {"errors", "irtext", "replacing", "elf"}:
            continue  # foreign_imports holds these to less
        if part not in FLOOR:
            complaints.append(f"{path}: {part} has no floor in FLOORS")
            continue
        for found in imports(path, text):
            target = imported_part(found)
            if target in (None, part) or (target == "debugger" and FLOOR[part] >= FLOOR["harness"]):
                continue
            if FLOOR.get(target, len(FLOORS)) > FLOOR[part]:
                complaints.append(f"{found.place}: {part} imports {found.module}, which is not below it")
    return complaints


def circles(sources: Mapping[str, str]) -> list[str]:
    """Complain of parts that import each other; what serves types alone is no import at run time."""
    graph: dict[str, set[str]] = {}
    for path, text in sources.items():
        if (part := part_of(path)) == "__init__":
            continue
        targets = {imported_part(found) for found in imports(path, text) if not found.for_types}
        graph.setdefault(part, set()).update(target for target in targets - {None, part} if target in FLOOR)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return [" ← ".join(error.args[1])]
    return []


def foreign_imports(sources: Mapping[str, str]) -> list[str]:
    """Complain of what a debugger's own Python could not import, in the parts that it loads."""
    complaints = []
    for path, text in sources.items():
        if part_of(path) not in INSIDE_DEBUGGERS:
            continue
        for found in imports(path, text):
            if path == "jitdbg/__init__.py" and found.for_types:
                continue
            target = imported_part(found)
            ours = target is None and found.module.startswith("jitdbg")
            if not (ours or target in INSIDE_DEBUGGERS or found.module.split(".")[0] in sys.stdlib_module_names):
                complaints.append(f"{found.place}: a debugger's Python has no {found.module}")
    return complaints


def strayed_debugger_imports(sources: Mapping[str, str]) -> list[str]:
    """Complain of ``gdb`` and ``lldb`` imported outside their folders."""
    return [
        f"{found.place}: {found.module} belongs into {home}"
        for path, text in sources.items()
        for found in imports(path, text)
        if (home := HOMES.get(found.module.split(".")[0])) and not path.startswith(f"{home}/")
    ]


def tree(*folders: str) -> dict[str, str]:
    """Read the Python files of the repository below some folders; an empty folder is a mistake of the caller."""
    sources = {}
    for folder in folders:
        files = sorted((ROOT / folder).rglob("*.py"))
        assert files, f"no Python files in {folder}"
        sources.update({str(file.relative_to(ROOT)): file.read_text() for file in files})
    return sources


def run_python(script: str, *options: str) -> str:
    """Run a script in a fresh Python, from the repository's root on its path, and give what it printed."""
    prologue = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    done = subprocess.run([sys.executable, *options, "-c", prologue + script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_imports_point_down() -> None:
    assert upward_imports(tree("jitdbg")) == []


def test_parts_do_not_import_each_other_in_circles() -> None:
    assert circles(tree("jitdbg")) == []


def test_what_debuggers_load_imports_the_standard_library_alone() -> None:
    assert foreign_imports(tree("jitdbg")) == []


def test_native_debugger_modules_stay_in_their_folders() -> None:
    python_folders = {path.parent.relative_to(ROOT).parts[0] for path in ROOT.glob("[!.]*/**/*.py")}
    assert "jitdbg" in python_folders
    assert strayed_debugger_imports(tree(*sorted(python_folders))) == []


def test_what_debuggers_load_can_be_imported_with_all_else_blocked() -> None:
    printed = run_python(
        """
import importlib, pkgutil

class Blocked:
    def find_spec(self, name, path=None, target=None):
        top, _, rest = name.partition(".")
        if top == "jitdbg" and (not rest or rest.split(".")[0] in ("errors", "irtext", "replacing", "elf", "debugger")):
            return None
        if top in sys.stdlib_module_names:
            return None
        raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocked())
names = ["jitdbg", "jitdbg.errors", "jitdbg.irtext", "jitdbg.replacing"]
for package in ("jitdbg.elf", "jitdbg.debugger"):
    names.append(package)
    found = importlib.import_module(package)
    names += [module.name for module in pkgutil.walk_packages(found.__path__, package + ".")]
for name in names:
    importlib.import_module(name)
print(*names)
""",
        "-I",
        "-S",
    )
    assert {"jitdbg.debugger", "jitdbg.elf.reader"} <= set(printed.split())


def test_importing_the_package_loads_nothing_slow() -> None:
    loaded = set(run_python("import jitdbg; print(*sys.modules)").split())
    assert "jitdbg" in loaded
    assert loaded & SLOW_TO_IMPORT == set()
    assert {name for name in loaded if name.startswith("jitdbg.")} == set()


def test_importing_the_package_takes_less_than_30_ms() -> None:
    script = "import time; start = time.perf_counter(); import jitdbg; print(time.perf_counter() - start)"
    assert min(float(run_python(script)) for _ in range(5)) < 0.030


def test_an_import_that_points_up_is_found() -> None:
    assert upward_imports({"jitdbg/elf/reader.py": "from jitdbg.engine import Engine"}) == [
        "jitdbg/elf/reader.py:1: elf imports jitdbg.engine.Engine, which is not below it"
    ]
    assert upward_imports({"jitdbg/elf/reader.py": "from ..engine import Engine"})
    assert upward_imports({"jitdbg/elf/__init__.py": "from .. import engine"})
    assert upward_imports({"jitdbg/store/file.py": "def late():\n    import jitdbg.cli.run"})
    assert upward_imports({"jitdbg/store/file.py": "from jitdbg.debugger import commands"})


def test_an_import_through_the_public_door_is_found() -> None:
    assert upward_imports({"jitdbg/store/file.py": "from jitdbg import Engine"})


def test_an_import_that_points_down_is_allowed() -> None:
    text = "import os\nfrom jitdbg import __version__, elf\nfrom jitdbg.errors import LinkError\nfrom .merge import x"
    assert upward_imports({"jitdbg/linker/layout.py": text}) == []
    assert upward_imports({"jitdbg/harness/session.py": "from jitdbg.debugger import facts"}) == []


def test_a_part_without_a_floor_is_found() -> None:
    assert upward_imports({"jitdbg/utils.py": ""}) == ["jitdbg/utils.py: utils has no floor in FLOORS"]


def test_a_circle_is_found() -> None:
    loader, store = "from jitdbg.store import put", "def late():\n    from jitdbg import loader"
    assert circles({"jitdbg/loader.py": loader, "jitdbg/store/file.py": store}) != []


def test_a_circle_of_types_alone_is_none() -> None:
    store = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from jitdbg.loader import Handle"
    assert circles({"jitdbg/loader.py": "import jitdbg.store", "jitdbg/store/file.py": store}) == []


def test_what_a_debugger_could_not_import_is_found() -> None:
    for text in (
        "import llvmlite.ir",
        "from jitdbg import tools",
        "def late():\n    from rich import table",
        "import gdb",
    ):
        assert foreign_imports({"jitdbg/debugger/table.py": text}) != []
    assert foreign_imports({"jitdbg/__init__.py": "from jitdbg.engine import Engine"}) != []


def test_what_a_debugger_can_import_is_allowed() -> None:
    text = "import json\nfrom jitdbg import __version__\nfrom jitdbg.elf import reader\nfrom .facts import Stop"
    assert foreign_imports({"jitdbg/debugger/table.py": text}) == []


def test_a_strayed_debugger_import_is_found() -> None:
    assert strayed_debugger_imports({"jitdbg/debugger/stop.py": "import gdb.printing"}) != []
    assert strayed_debugger_imports({"gdb_scripts/adapter.py": "import lldb"}) != []
    assert strayed_debugger_imports({"gdb_scripts/adapter.py": "import gdb", "lldb_scripts/a.py": "import lldb"}) == []
