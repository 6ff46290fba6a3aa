"""``jitdbg exec``: what a program leaves uncaught is shown as Python alone shows it."""

from __future__ import annotations

import py_compile
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import hear_signals

PROGRAMS = {
    "raises.py": "def f():\n    import nothing_there\n\nf()\n",
    "broken.py": "x = (\n",
    "chained.py": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('x') from error\n",
    "package/__init__.py": "",
    "shows.py": """
import atexit, pickle, sys, threading, time
class Own: pass
def late():
    time.sleep(0.1)
    print(Own, sys.modules["__main__"].Own)
print(__file__, sys.argv, sys.path[0], __name__, __package__, __spec__, __cached__, __loader__ is None)
print(type(pickle.loads(pickle.dumps(Own()))))
atexit.register(late)
threading.Thread(target=late).start()
""",
    "interrupted.py": """
import atexit, os, signal, threading, time
threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
atexit.register(print, "at exit")
try:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(60)
finally:
    print("finally", type(__builtins__))
""",
    "interrupts.py": "raise KeyboardInterrupt\n",
    "writes.py": "file = open('written', 'w')\nfile.write('all of it')\nraise KeyboardInterrupt\n",
}
LINKS = {"link.py": "raises.py", "package/link.py": "../shows.py"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, text in PROGRAMS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    for name, aim in LINKS.items():
        (folder / name).symlink_to(aim)
    py_compile.compile(str(folder / "shows.py"), str(folder / "shows.pyc"))
    return folder


def run(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, preexec_fn=hear_signals)


def failed(folder: Path, *words: str | Path) -> str:
    done = run(folder, *words)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def printed(folder: Path, *words: str | Path) -> str:
    done = run(folder, *words)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("name", ["raises.py", "broken.py", "chained.py"])
def test_a_script_that_fails_shows_its_own_frames(folder: Path, name: str) -> None:
    assert failed(folder, "-m", "jitdbg", "exec", folder / name) == failed(folder, folder / name)


@pytest.mark.parametrize("name", ["raises.py", "broken.py", "./package/../raises.py", "link.py"])
def test_a_script_has_its_absolute_path_in_what_it_shows(folder: Path, name: str) -> None:
    assert failed(folder, "-m", "jitdbg", "exec", name) == failed(folder, name)


@pytest.mark.parametrize("name", ["shows.py", "./package/../shows.py", "package/link.py", "shows.pyc"])
def test_a_script_sees_itself_as_python_shows_it(folder: Path, name: str) -> None:
    """Its module, its words, where it imports from, and what is left of it for threads and at the exit."""
    assert printed(folder, "-m", "jitdbg", "exec", name, "a", "b") == printed(folder, name, "a", "b")


def test_a_script_can_be_a_pipe() -> None:
    command = [sys.executable, "-m", "jitdbg", "exec", "/dev/stdin"]
    done = subprocess.run(command, input="print('piped')\n", capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "piped\n", "")


@pytest.mark.parametrize("name", ["interrupted.py", "interrupts.py"])
def test_an_interrupt_that_nobody_catches_ends_a_script_as_it_ends_python(folder: Path, name: str) -> None:
    alone, ours = run(folder, name), run(folder, "-m", "jitdbg", "exec", name)
    assert (ours.returncode, ours.stdout, ours.stderr) == (alone.returncode, alone.stdout, alone.stderr)
    assert ours.returncode == -signal.SIGINT
    assert ours.stderr.endswith("KeyboardInterrupt\n")


def test_what_a_script_has_written_when_it_is_interrupted_is_in_its_files(folder: Path) -> None:
    assert run(folder, "-m", "jitdbg", "exec", "writes.py").returncode == -signal.SIGINT
    assert (folder / "written").read_text() == "all of it"


@pytest.mark.parametrize("name", ["absent", "absent.module", "package"])
def test_a_module_that_is_not_there_is_one_sentence(folder: Path, name: str) -> None:
    assert failed(folder, "-m", "jitdbg", "exec", "-m", name) == failed(folder, "-m", name)


def test_a_module_that_fails_shows_what_runs_modules_and_its_own_frames(folder: Path) -> None:
    shown = failed(folder, "-m", "jitdbg", "exec", "-m", "raises")
    files = [Path(name).name for name in re.findall(r'File "(.*?)"', shown)]
    assert {name for name in files if "runpy" not in name} == {"raises.py"}
    assert files[-2:] == ["raises.py", "raises.py"]
    assert shown.splitlines()[-1] == failed(folder, "-m", "raises").splitlines()[-1]
