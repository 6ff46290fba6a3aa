"""``jitdbg gc``: what goes, what stays, and why."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.cli.gc import SHOWN
from jitdbg.store import Base, FileStore


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Base:
    """Have one place alone, which is empty."""
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path / "store"))
    return Base(tmp_path / "store", chosen=True)


def finished(base: Base, *, ago: float = 0.0) -> Path:
    store = FileStore([base])
    run = Path(store.put(bytes(2048), "m", bytes(20)).path).parent
    store.close()
    os.utime(run / "finished", (time.time() - ago, time.time() - ago))
    return run


def test_what_goes_and_what_stays_is_said_with_the_reason(base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = finished(base, ago=7300), finished(base, ago=600)
    assert main(["gc"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert rows[1].split() == f"gone 2048 bytes {old} finished 2 hours ago: the limit is 60 minutes".split()
    assert rows[2].split() == f"stays 2048 bytes {new} finished 10 minutes ago, stays for 60 minutes".split()
    assert rows[3:] == ["1 run removed (2048 bytes), 1 left"]
    assert not old.exists()
    assert new.exists()


def test_a_dry_run_says_what_would_go(base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    old = finished(base, ago=7300)
    assert main(["gc", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "would go" in printed
    assert "1 run would be removed (2048 bytes), 0 left" in printed
    assert old.exists()


def test_all_runs_that_ended_go_when_asked_for(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    new = finished(base)
    monkeypatch.setenv("JITDBG_KEEP", "1")
    kept = finished(base)
    monkeypatch.delenv("JITDBG_KEEP")
    assert main(["gc", "--all"]) == 0
    assert not new.exists()
    assert kept.exists()
    assert main(["gc", "--all", "--kept"]) == 0
    assert not kept.exists()


def test_many_runs_are_not_all_listed(base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(SHOWN + 3):
        finished(base)
    assert main(["gc", "-n"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("stays")]) == SHOWN
    assert "… 3 more: --json lists them all" in lines


def test_json_tells_of_every_run(base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    runs = [finished(base, ago=7300), finished(base)]
    assert main(["gc", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.gc/1"
    assert (facts["dry_run"], facts["freed"], facts["skipped"]) == (False, 2048, [])
    removed = {decision["run"]["path"]: decision["removed"] for decision in facts["decisions"]}
    assert removed == {str(runs[0]): True, str(runs[1]): False}


@pytest.mark.usefixtures("base")
def test_nothing_to_collect_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gc"]) == 0
    assert capsys.readouterr().out == "0 runs removed (0 bytes), 0 left\n"


def test_a_place_that_is_not_ours_is_left_alone(base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    base.path.mkdir(mode=0o777)
    base.path.chmod(0o777)
    assert main(["gc"]) == 0
    assert f"{base.path} is left alone: others can write to it" in capsys.readouterr().out


@pytest.mark.usefixtures("base")
def test_a_limit_that_is_no_number_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JITDBG_GRACE", "long")
    assert main(["gc"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("jitdbg: error: JITDBG_GRACE is 'long'")
    assert captured.err.count("\n") == 1


def test_a_kernel_that_nobody_uses_goes(base: Base, capsys: pytest.CaptureFixture[str]) -> None:
    base.path.mkdir(mode=0o700)
    path = base.path / "kernel-0123456789abcdef.so"
    path.write_bytes(bytes(2048))
    os.utime(path, (time.time() - 8 * 86400,) * 2)
    assert main(["gc", "-n"]) == 0
    assert "0 runs and 1 shared file would be removed (2048 bytes), 0 left" in capsys.readouterr().out
    assert main(["gc", "--json"]) == 0
    (file,) = json.loads(capsys.readouterr().out)["shared"]
    assert (file["path"], file["size"]) == (str(path), 2048)
    assert not path.exists()
