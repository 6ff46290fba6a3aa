"""``jitdbg exec``: what a program leaves uncaught is shown as Python alone shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = {
    "raises.py": "def f():\n    import nothing_there\n\nf()\n",
    "broken.py": "x = (\n",
    "chained.py": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('x') from error\n",
    "package/__init__.py": "",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, text in PROGRAMS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def failed(folder: Path, *words: str | Path) -> str:
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


@pytest.mark.parametrize("name", ["raises.py", "broken.py", "chained.py"])
def test_a_script_that_fails_shows_its_own_frames(folder: Path, name: str) -> None:
    assert failed(folder, "-m", "jitdbg", "exec", folder / name) == failed(folder, folder / name)


@pytest.mark.parametrize("name", ["absent", "absent.module", "package"])
def test_a_module_that_is_not_there_is_one_sentence(folder: Path, name: str) -> None:
    assert failed(folder, "-m", "jitdbg", "exec", "-m", name) == failed(folder, "-m", name)


def test_a_module_that_fails_shows_what_runs_modules_and_its_own_frames(folder: Path) -> None:
    shown = failed(folder, "-m", "jitdbg", "exec", "-m", "raises")
    files = [Path(name).name for name in re.findall(r'File "(.*?)"', shown)]
    assert {name for name in files if "runpy" not in name} == {"raises.py"}
    assert files[-2:] == ["raises.py", "raises.py"]
    assert shown.splitlines()[-1] == failed(folder, "-m", "raises").splitlines()[-1]
