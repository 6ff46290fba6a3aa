"""What goes when: age, size, JITDBG_KEEP, and what others put in the way of a sweep."""

from __future__ import annotations

import fcntl
import os
import pkgutil
import time
from pathlib import Path

import pytest

from jitdbg.errors import StoreError
from jitdbg.store import Base, FileStore, Limits, Report, gc
from jitdbg.store.runs import Run

HOUR, DAY = 3600.0, 86400.0
NOW = time.time()
GENEROUS = Limits(grace=1000 * DAY, crashed=1000 * DAY)


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return Base(tmp_path / "store")


def finished(base: Base, *, ago: float = 0.0, size: int = 100) -> Path:
    """Make a run that has ended with images of ``size`` bytes."""
    store = FileStore([base])
    run = Path(store.put(bytes(size), "m", bytes(20)).path).parent
    store.close()
    os.utime(run / "finished", (NOW - ago, NOW - ago))
    return run


def collect(base: Base, *, after: float = 0.0, limits: Limits | None = None, kept: bool = False) -> Report:
    return gc(now=NOW + after, limits=limits or Limits(), where=[base], kept=kept)


def age_stamp(base: Base) -> None:
    os.utime(base.path / ".swept", (NOW - 2 * HOUR, NOW - 2 * HOUR))


def test_a_finished_run_goes_after_the_grace_period(base: Base) -> None:
    run = finished(base, ago=HOUR - 60)
    assert collect(base).kept[0].why == "finished 59 minutes ago, stays for 60 minutes"
    assert run.exists()
    report = collect(base, after=120)
    assert [decision.run.path for decision in report.removed] == [str(run)]
    assert report.removed[0].why == "finished 61 minutes ago: the limit is 60 minutes"
    assert report.freed == 100
    assert not run.exists()
    assert not [path for path in base.path.iterdir() if path.name != ".swept"]


def test_a_dry_run_removes_nothing_and_says_what_would_go(base: Base) -> None:
    run = finished(base, ago=2 * HOUR)
    report = gc(now=NOW, limits=Limits(), where=[base], dry_run=True)
    assert [decision.run.path for decision in report.removed] == [str(run)]
    assert run.exists()


def test_a_live_run_is_never_removed(base: Base) -> None:
    store = FileStore([base])
    path = Path(store.put(b"image", "m", bytes(20)).path)
    report = collect(base, after=1000 * DAY, limits=Limits(0, 0, 0))
    assert not report.removed
    assert [(decision.run.state, decision.why) for decision in report.kept] == [("alive", "alive: its lock is held")]
    assert path.exists()
    store.close()


def test_over_the_cap_the_oldest_go_first(base: Base) -> None:
    oldest, older, newer = (finished(base, ago=ago, size=1000) for ago in (30, 20, 10))
    report = collect(base, limits=Limits(cap=1500))
    assert [decision.run.path for decision in report.removed] == [str(oldest), str(older)]
    assert all("over its cap" in decision.why for decision in report.removed)
    assert newer.exists()


def test_what_goes_by_age_leaves_room_under_the_cap(base: Base) -> None:
    crashed = finished(base, ago=DAY, size=1000)
    (crashed / "finished").rename(crashed / "crashed")
    expired = finished(base, ago=2 * HOUR, size=1000)
    collect(base, limits=Limits(cap=1500))
    assert crashed.exists()
    assert not expired.exists()


def test_texts_count_for_the_size(base: Base) -> None:
    store = FileStore([base])
    store.keep_text("m", "m.c", bytes(2000))
    store.put(bytes(1000), "m", bytes(20))
    store.close()
    assert collect(base).kept[0].run.size == 3000
    assert collect(base).kept[0].run.size == 3000


def test_an_end_that_lies_in_the_future_counts_from_now_on(base: Base) -> None:
    """A clock was set back."""
    run = finished(base, ago=-1000 * DAY)
    collect(base)
    assert not collect(base, after=2 * HOUR).kept
    assert not run.exists()


def test_keep_keeps_a_run_for_everybody(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JITDBG_KEEP", "1")
    run = finished(base, ago=1000 * DAY)
    monkeypatch.delenv("JITDBG_KEEP")
    (decision,) = collect(base, limits=Limits(0, 0, 0)).kept
    assert decision.run.keep
    assert "JITDBG_KEEP" in decision.why
    assert run.exists()
    assert collect(base, kept=True).removed
    assert not run.exists()


def test_a_process_that_keeps_does_not_sweep(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    run = finished(base, ago=2 * HOUR)
    age_stamp(base)
    monkeypatch.setenv("JITDBG_KEEP", "1")
    finished(base)
    assert run.exists()


def test_a_start_sweeps_its_place(base: Base) -> None:
    run = finished(base, ago=2 * HOUR)
    age_stamp(base)
    finished(base)
    assert not run.exists()


def test_a_start_within_the_hour_after_a_sweep_does_not_sweep(base: Base) -> None:
    run = finished(base, ago=2 * HOUR)
    finished(base)
    assert run.exists()


def test_a_sweep_that_takes_too_long_is_continued_by_the_next_start(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [finished(base, ago=2 * HOUR) for _ in range(3)]
    monkeypatch.setattr("jitdbg.store.retention._PATIENCE", 0)
    age_stamp(base)
    finished(base)
    assert all(run.exists() for run in runs)
    monkeypatch.undo()
    finished(base)
    assert not any(run.exists() for run in runs)


def test_limits_come_from_the_environment() -> None:
    given = {"JITDBG_GRACE": "10", "JITDBG_CRASH_DAYS": "0.5", "JITDBG_CAP": "2"}
    assert Limits.from_environment(given) == Limits(10, DAY / 2, 2 << 20)
    assert Limits.from_environment({"JITDBG_GRACE": ""}) == Limits(HOUR, 7 * DAY, 1 << 30)


@pytest.mark.parametrize("value", ["soon", "-1", "nan"])
@pytest.mark.parametrize(
    ("variable", "unit"), [("JITDBG_GRACE", "seconds"), ("JITDBG_CRASH_DAYS", "days"), ("JITDBG_CAP", "MiB")]
)
def test_a_limit_that_is_no_number_is_refused_by_name(variable: str, unit: str, value: str) -> None:
    with pytest.raises(StoreError, match=rf"{variable} is '{value}': set it to a number of {unit}"):
        Limits.from_environment({variable: value})


def test_an_infinite_limit_keeps_for_ever(base: Base) -> None:
    run = finished(base, ago=1000 * DAY)
    report = collect(base, limits=Limits.from_environment({"JITDBG_GRACE": "inf", "JITDBG_CAP": "inf"}))
    assert report.kept[0].why == "finished 1000 days ago, stays for ever"
    assert run.exists()


def test_a_link_within_a_run_is_removed_and_not_followed(base: Base, tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "precious").write_text("data")
    run = finished(base, ago=2 * HOUR)
    (run / "m.src").symlink_to(tmp_path / "victim")
    (run / "m.so").symlink_to(tmp_path / "victim" / "precious")
    assert collect(base).removed
    assert not run.exists()
    assert (tmp_path / "victim" / "precious").read_text() == "data"


def test_a_link_in_place_of_a_run_is_left_alone(base: Base, tmp_path: Path) -> None:
    run = finished(base, ago=2 * HOUR)
    run.rename(tmp_path / "victim")
    run.symlink_to(tmp_path / "victim")
    (decision,) = collect(base).kept
    assert decision.run.state == "unknown"
    assert "left alone" in decision.why
    assert (tmp_path / "victim" / "finished").exists()


def test_a_state_file_that_is_a_link_is_not_followed(base: Base, tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("")
    os.utime(tmp_path / "victim", (NOW - DAY, NOW - DAY))
    run = finished(base)
    (run / "finished").unlink()
    (run / "finished").symlink_to(tmp_path / "victim")
    collect(base)
    assert (tmp_path / "victim").read_text() == ""
    assert run.exists()


def test_other_things_in_a_chosen_directory_are_left_alone(base: Base) -> None:
    finished(base, ago=2 * HOUR)
    others = [base.path / name for name in ("run-of-mine", "run-0123456789abcdef", ".gone-home", "src")]
    for other in others:
        other.mkdir()
        (other / "precious").touch()
        os.utime(other, (0, 0))
    collect(base, limits=Limits(0, 0, 0))
    assert sorted(path.name for path in base.path.iterdir()) == sorted([".swept", *(other.name for other in others)])


def test_interrupted_removals_are_completed(base: Base) -> None:
    run = finished(base)
    run.rename(base.path / run.name.replace("run-", ".gone-"))
    collect(base, limits=GENEROUS)
    assert [path.name for path in base.path.iterdir()] == [".swept"]


def test_an_interrupted_beginning_is_removed_after_a_day(base: Base) -> None:
    finished(base)
    begun = base.path / "run-0123456789abcdef"
    begun.mkdir()
    assert "unknown" in [decision.run.state for decision in collect(base, limits=GENEROUS).kept]
    assert begun.exists()
    collect(base, after=2 * DAY, limits=GENEROUS)
    assert not begun.exists()


def test_images_that_no_program_has_taken_over_are_removed_after_a_day(base: Base) -> None:
    """What a compiler and its debugger that died together left is no run; what else is in such a place stays."""
    finished(base)
    image, foreign = (base.path / f"run-{digit * 16}" for digit in "01")
    (image / "m.0123456789abcdef.src").mkdir(parents=True)
    (image / "m.0123456789abcdef.so").touch()
    foreign.mkdir()
    (foreign / "mine").touch()
    collect(base, limits=GENEROUS)
    assert image.exists()
    owner = os.open(image, os.O_RDONLY)
    fcntl.flock(owner, fcntl.LOCK_EX)
    collect(base, after=2 * DAY, limits=GENEROUS)
    assert image.exists()
    os.close(owner)
    collect(base, after=4 * DAY, limits=GENEROUS)
    assert not image.exists()
    assert foreign.exists()


def test_a_sweep_does_no_harm_to_a_run_that_is_just_beginning(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep between the steps of its beginning."""
    base.path.mkdir(0o700)
    for step in ("os.open", "fcntl.flock", "pathlib.Path.touch"):
        _sweep_before(step, base, monkeypatch)
        run = Run.begin(base.path)
        monkeypatch.undo()
        assert Path(run.path, "running").exists()
        run.finish()
        assert Path(run.path, "finished").exists()


def _sweep_before(step: str, base: Base, patch: pytest.MonkeyPatch) -> None:
    original = pkgutil.resolve_name(step)

    def swept(*arguments: object, **options: object) -> object:
        patch.undo()
        collect(base, after=DAY / 2, limits=Limits(0, 0, 0))
        return original(*arguments, **options)

    patch.setattr(step, swept)


def test_a_place_that_can_not_be_trusted_is_skipped_with_the_reason(base: Base) -> None:
    run = finished(base, ago=2 * HOUR)
    base.path.chmod(0o777)
    report = collect(base)
    assert report.skipped == ((str(base.path), "others can write to it (chmod go-w makes it usable)"),)
    assert not report.decisions
    assert run.exists()


def test_places_that_do_not_exist_are_no_fault(tmp_path: Path) -> None:
    assert gc(where=[Base(tmp_path / "nowhere")]) == Report()


def shared_file(base: Base, name: str, *, ago: float, size: int = 10) -> Path:
    base.path.mkdir(0o700, exist_ok=True)
    path = base.path / name
    path.write_bytes(bytes(size))
    os.utime(path, (NOW - ago, NOW - ago))
    return path


def test_a_shared_file_goes_when_nobody_has_used_it_for_days(base: Base) -> None:
    path = shared_file(base, f"kernel-{'0' * 16}.so", ago=6 * DAY)
    assert collect(base).shared == ()
    report = gc(now=NOW + 2 * DAY, limits=Limits(), where=[base], dry_run=True)
    assert [(file.path, file.size) for file in report.shared] == [(str(path), 10)]
    assert path.exists()
    report = collect(base, after=2 * DAY)
    assert (len(report.shared), report.freed) == (1, 10)
    assert not path.exists()


def test_what_was_begun_and_never_shared_goes_after_a_day(base: Base) -> None:
    new, old = (shared_file(base, f".kernel-abcd_{n}12", ago=ago) for n, ago in enumerate((HOUR, 2 * DAY)))
    collect(base, limits=Limits(0, 0, 0))
    assert (new.exists(), old.exists()) == (True, False)


@pytest.mark.parametrize("name", ["kernel-1.so", f"kernel-{'0' * 16}.so.bak", f"kernel-{'g' * 16}.so", ".kernel-"])
def test_what_only_looks_like_a_shared_file_is_left_alone(base: Base, name: str) -> None:
    path = shared_file(base, name, ago=1000 * DAY)
    assert collect(base, limits=Limits(0, 0, 0)).shared == ()
    assert path.exists()


def test_who_starts_a_run_removes_them_too(base: Base) -> None:
    path = shared_file(base, f"kernel-{'0' * 16}.so", ago=8 * DAY)
    store = FileStore([base])
    store.put(b"image", "m", bytes(20))
    store.close()
    assert not path.exists()
