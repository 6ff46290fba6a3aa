"""The wheel: what is in it, and that it works where it was installed, far from the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import jitdbg
from jitdbg.tools import tool

ROOT = Path(__file__).parents[2]

SQUARE = """
define i32 @square(i32 %n) {
  %result = mul i32 %n, %n
  ret i32 %result
}
"""


def run(*command: str | Path, folder: Path) -> str:
    """Run a program that has to succeed, from a folder, and give what it printed."""
    # Neither the checkout nor the environment of the tests may help.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release does, from the source distribution: what that lacks, the wheel lacks."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone in a new environment, which borrows the dependencies from this one; give its python."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, folder=folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel,
        folder=folder)  # fmt: skip
    borrowed = sysconfig.get_path("purelib")
    (site_packages(python) / "borrowed.pth").write_text(f"{borrowed}\n")
    return python


def site_packages(python: Path) -> Path:
    return Path(
        run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=python.parent).strip()
    )


def names(wheel: Path) -> list[str]:
    return zipfile.ZipFile(wheel).namelist()


def test_nothing_lies_beside_the_package(wheel: Path) -> None:
    assert {name.split("/")[0] for name in names(wheel)} == {"jitdbg", f"jitdbg-{jitdbg.__version__}.dist-info"}


def test_files_that_are_loaded_by_path_lie_inside_the_package(wheel: Path) -> None:
    expected = {
        f"jitdbg/{file.relative_to(ROOT)}"
        for folder in ("gdb_scripts", "lldb_scripts", "examples")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert "jitdbg/gdb_scripts/settings.gdb" in expected
    assert expected <= set(names(wheel))


def test_the_whole_package_is_in_the_wheel(wheel: Path) -> None:
    expected = {str(file.relative_to(ROOT)) for file in (ROOT / "jitdbg").rglob("*.py")}
    assert expected | {"jitdbg/py.typed"} <= set(names(wheel))


def test_the_installed_package_is_the_one_that_is_used(installed: Path, tmp_path: Path) -> None:
    printed = run(installed, "-c", "import jitdbg; print(jitdbg.__file__)", folder=tmp_path)
    assert Path(printed.strip()) == site_packages(installed) / "jitdbg" / "__init__.py"


def test_both_commands_tell_the_version(installed: Path, tmp_path: Path) -> None:
    for command in ([installed, "-m", "jitdbg"], [installed.with_name("jitdbg")]):
        assert jitdbg.__version__ in run(*command, "--version", folder=tmp_path)


def test_settings_of_the_debuggers_are_found(installed: Path, tmp_path: Path) -> None:
    script = "from jitdbg import tools; print(tools.scripts_folder('gdb'), tools.scripts_folder('lldb'))"
    package = site_packages(installed) / "jitdbg"
    assert run(installed, "-c", script, folder=tmp_path).split() == [
        str(package / "gdb_scripts"),
        str(package / "lldb_scripts"),
    ]


def test_the_engine_works(installed: Path, tmp_path: Path) -> None:
    source = tmp_path / "square.ll"
    source.write_text(SQUARE)
    script = f"""
import jitdbg
from jitdbg.tools import tool
with jitdbg.Engine() as engine:
    dylib = engine.load({str(source)!r})
    print(dylib.function("square")(7))
"""
    assert run(installed, "-c", script, folder=tmp_path) == "49\n"


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_the_commands_of_the_debuggers_compile_with_what_is_installed(
    installed: Path, tmp_path: Path, debugger: str
) -> None:
    source = tmp_path / "square.ll"
    source.write_text(SQUARE)
    line = run(installed.with_name("jitdbg"), f"{debugger}-init", folder=tmp_path).strip()
    load = f"jit-load {source} --call 'square(7)'"
    orders = [line, "settings set target.disable-aslr false" if debugger == "lldb" else "", load, "run", "jit-doctor"]
    option, begin = {"gdb": ("-ex", ["-nx", "-batch"]), "lldb": ("-o", ["--no-lldbinit", "--batch"])}[debugger]
    words = [word for order in orders if order for word in (option, order)]

    printed = run(tool(debugger).path, *begin, *words, "/bin/true", folder=tmp_path)

    assert "square(7) = 49\n" in printed
    package = site_packages(installed) / "jitdbg"
    assert f"{jitdbg.__version__} in {package}\n" in printed
    assert f"compiler  {installed.parent}/python" in re.sub("  +", "  ", printed)


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_jitdbg_debug_brings_the_commands_that_are_installed(installed: Path, tmp_path: Path, debugger: str) -> None:
    words = ["debug", "--debugger", debugger, "--batch", "-x", "jit-doctor", "/bin/true"]
    printed = run(installed.with_name("jitdbg"), *words, folder=tmp_path)
    assert f"{jitdbg.__version__} in {site_packages(installed) / 'jitdbg'}\n" in printed
