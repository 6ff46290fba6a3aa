"""A signal that asks a subcommand to end: nothing is left of what it had half done."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import hear_signals

SOURCE = """// jitdbg: call f(1)
int f(int n) {
  return n;  // mark: there
}
// jitdbg: at there: n = 1
"""

# When the first program is started after the first folder was made.
_ENDED = """
import os, signal, sys
from jitdbg.cli import main

def end(event, _arguments):
    if event == "subprocess.Popen" and os.listdir(os.environ["TMPDIR"]):
        os.kill(os.getpid(), signal.SIGTERM)

sys.addaudithook(end)
sys.exit(main(sys.argv[1:]))
"""

COMMANDS = (["audit", "f.c", "--run", "f(1)"], ["check", "f.c"], ["compare", "--quick", "--features"])


@pytest.mark.debugger
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_folders_go_when_the_command_is_ended(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "f.c").write_text(SOURCE)
    (temporary := tmp_path / "temporary").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _ENDED, *words],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary), "JITDBG_STORE": str(temporary)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 143, done.stderr
    assert list(temporary.iterdir()) == []


# Cleaning up takes a while, in which others ask as well.
_ASKED_AGAIN = """
import os, signal, sys
from jitdbg.cli.ending import unwound_when_asked_to_end

before = [signal.getsignal(each) for each in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)]
try:
    with unwound_when_asked_to_end():
        try:
            os.kill(os.getpid(), signal.Signals[sys.argv[1]])
        finally:
            for each in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                os.kill(os.getpid(), each)
            print("clean", flush=True)
finally:
    assert before == [signal.getsignal(each) for each in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)]
"""


@pytest.mark.parametrize(("name", "code"), [("SIGHUP", 129), ("SIGTERM", 143)])
def test_who_asks_again_does_not_interrupt_the_way_out(name: str, code: int) -> None:
    words = [sys.executable, "-c", _ASKED_AGAIN, name]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, preexec_fn=hear_signals)
    assert (done.returncode, done.stdout, done.stderr) == (code, "clean\n", "")


# A debugger that takes no notice, while somebody loses patience. Its standard output is ours, which ends with it.
_DEAF = """#!/usr/bin/env python3
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
us = os.getppid()
os.kill(us, signal.SIGTERM)
time.sleep(0.5)
os.kill(us, signal.SIGHUP)
time.sleep(30)
"""

_OPENED = """
import subprocess, sys
from jitdbg.cli import open
from jitdbg.cli.ending import unwound_when_asked_to_end

open.SECONDS_TO_END = 1
with unwound_when_asked_to_end():
    open._wait(subprocess.Popen(sys.argv[1:]))
"""


def test_a_debugger_that_does_not_end_is_killed(tmp_path: Path) -> None:
    (gdb := tmp_path / "gdb").write_text(_DEAF)
    gdb.chmod(0o755)
    begun = time.monotonic()
    done = subprocess.run([sys.executable, "-c", _OPENED, gdb], stdout=subprocess.PIPE, timeout=60)
    assert done.returncode == 143
    assert time.monotonic() - begun < 20
