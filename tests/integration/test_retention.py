"""Images outlive their run: real processes that exit, crash, fork and exec, against collections at any time."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jitdbg.store import Base, Limits, Report, gc

HOUR, DAY = 3600.0, 86400.0
NO_MERCY = Limits(0, 0, 0)

# Hosts print the paths of their images, and wait for a line (or the end) of their input where they call `input`.
HOST = r"""
import ctypes, os, signal, sys
from jitdbg.store import FileStore
store = FileStore()
def put(name="m"):
    placed = store.put(b"image", name, bytes(20))
    os.write(1, f"{placed.path}\n".encode())  # in one piece, where several processes write
    return placed
def wait():
    sys.stdin.readline()
"""


class Host:
    """A process that runs a script; ends with the test at the latest."""

    def __init__(self, script: str, store: Path, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOST + script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "JITDBG_STORE": str(store), **environment},
        )

    def image(self) -> Path:
        """Wait for the host to place its next image."""
        assert self.process.stdout is not None
        return Path(self.process.stdout.readline().strip())

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self, *, code: int = 0) -> None:
        """Let the host go on to its end and wait for that."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.has_exited(code=code)

    def has_exited(self, *, code: int = 0) -> None:
        """Wait until the host has ended; children of its may live, and wait for their input."""
        assert self.process.wait() == code

    def release(self) -> None:
        """End the host, and give its children the end of their input."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()
        self.process.wait()


StartHost = Callable[..., Host]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def host(store: Path) -> Iterator[StartHost]:
    hosts: list[Host] = []

    def start(script: str, **environment: str) -> Host:
        hosts.append(Host(script, store, **environment))
        return hosts[-1]

    yield start
    for one in hosts:
        one.release()


def wait_until_dead(run: Path) -> None:
    """Wait until nobody holds the run's lock any more: neither its host nor a child of that."""
    directory = os.open(run, os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    os.close(directory)


def collect(store: Path, *, after: float = 0.0, limits: Limits | None = None) -> Report:
    return gc(now=time.time() + after, limits=limits or Limits(), where=[Base(store)])


def states(report: Report) -> list[str]:
    return [decision.run.state for decision in report.decisions]


@pytest.mark.parametrize("ending", ["", "store.close()", "sys.exit()"])
def test_after_a_clean_exit_images_stay_for_the_grace_period(ending: str, host: StartHost, store: Path) -> None:
    process = host(f"put()\n{ending}")
    image = process.image()
    process.end()
    assert states(collect(store, after=HOUR / 2)) == ["finished"]
    assert image.read_bytes() == b"image"
    assert collect(store, after=HOUR + 600).removed
    assert not image.parent.exists()


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        ("os._exit(0)", 0),
        ("os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("os.kill(os.getpid(), signal.SIGTERM)", -signal.SIGTERM),
        ("ctypes.string_at(0)", -signal.SIGSEGV),
    ],
)
def test_after_a_crash_images_stay_for_days(ending: str, code: int, host: StartHost, store: Path) -> None:
    process = host(f"put()\n{ending}")
    image = process.image()
    process.end(code=code)
    assert states(collect(store)) == ["crashed"]
    assert states(collect(store, after=6.9 * DAY)) == ["crashed"]
    assert image.read_bytes() == b"image"
    assert collect(store, after=7.1 * DAY).removed
    assert not image.parent.exists()


def test_the_days_after_a_crash_count_from_when_it_was_noticed(host: StartHost, store: Path) -> None:
    """A service may run for months after its last load."""
    process = host("put()\nwait()\nos._exit(0)")
    image = process.image()
    for path in (image, image.parent / "running", image.parent):
        os.utime(path, (0, 0))
    process.end()
    assert not collect(store).removed
    assert not collect(store, after=6.9 * DAY).removed
    assert collect(store, after=7.1 * DAY).removed


def test_images_of_a_live_host_stay_whatever_the_limits(host: StartHost, store: Path) -> None:
    process = host("put()\nwait()\nput()\nwait()")
    first = process.image()
    assert states(collect(store, after=1000 * DAY, limits=NO_MERCY)) == ["alive"]
    process.go_on()
    second = process.image()
    assert first.parent == second.parent
    assert first.read_bytes() == second.read_bytes() == b"image"
    process.end()


def test_a_forked_child_keeps_its_parents_images_alive(host: StartHost, store: Path) -> None:
    process = host("put()\nif os.fork() == 0:\n    wait()\n    os._exit(0)")
    image = process.image()
    process.has_exited()
    assert (image.parent / "finished").exists()
    assert states(collect(store, after=1000 * DAY, limits=NO_MERCY)) == ["alive"]
    assert image.read_bytes() == b"image"
    process.release()
    wait_until_dead(image.parent)
    assert collect(store, after=1001 * DAY).removed


def test_the_grace_period_begins_when_the_last_child_is_done(host: StartHost, store: Path) -> None:
    process = host("put()\nif os.fork() == 0:\n    wait()\n    sys.exit()")
    image = process.image()
    process.has_exited()
    os.utime(image.parent / "finished", (time.time() - DAY,) * 2)
    process.release()
    wait_until_dead(image.parent)
    assert states(collect(store)) == ["finished"]
    assert not collect(store, after=HOUR / 2).removed
    assert collect(store, after=HOUR + 600).removed


def test_a_sweep_that_sees_a_lease_renews_the_grace_period(host: StartHost, store: Path) -> None:
    process = host("put()\nif os.fork() == 0:\n    wait()\n    os._exit(0)")
    image = process.image()
    process.has_exited()
    collect(store, after=5 * HOUR)
    process.release()
    wait_until_dead(image.parent)
    assert not collect(store, after=5.9 * HOUR).removed
    assert collect(store, after=6.1 * HOUR).removed


def test_an_exit_that_python_does_not_see_is_clean(host: StartHost, store: Path) -> None:
    process = host("put()\nctypes.CDLL(None).exit(3)")
    image = process.image()
    process.has_exited(code=3)
    os.utime(image.parent, (0, 0))
    assert states(collect(store)) == ["finished"]
    assert not collect(store, after=HOUR / 2).removed
    assert collect(store, after=HOUR + 600).removed
    assert not image.parent.exists()


@pytest.mark.parametrize(
    ("fork", "ending"),
    [
        ("os.fork()", "sys.exit()"),
        ("os.fork()", "store.close()\n    os._exit(0)"),
        ("os.fork()", "os._exit(0)"),
        ("os.fork()", "ctypes.CDLL(None).exit(0)"),
        ("ctypes.CDLL(None).fork()", "ctypes.CDLL(None).exit(0)"),
    ],
)
def test_a_childs_end_is_not_its_parents(fork: str, ending: str, host: StartHost, store: Path) -> None:
    script = f"put()\nchild = {fork}\nif child == 0:\n    {ending}\nos.waitpid(child, 0)\nput()\nwait()"
    process = host(script)
    first, second = process.image(), process.image()
    assert first.parent == second.parent
    assert (first.parent / "running").exists()
    assert states(collect(store, limits=NO_MERCY)) == ["alive"]
    process.end()
    assert states(collect(store)) == ["finished"]


def test_a_child_begins_a_run_of_its_own_with_its_first_image(host: StartHost, store: Path) -> None:
    script = "put()\nchild = os.fork()\nput()\nif child:\n    os.waitpid(child, 0)\n    wait()"
    process = host(script)
    images = [process.image() for _ in range(3)]
    directories = {image.parent for image in images}
    assert len(set(images)) == 3
    assert len(directories) == 2
    process.end()
    assert states(collect(store)) == ["finished", "finished"]


def test_a_child_does_not_remove_its_parents_images(host: StartHost) -> None:
    process = host(
        "placed = put()\nchild = os.fork()\nif child == 0:\n    store.remove(placed)\n    sys.exit()\n"
        "os.waitpid(child, 0)\nput()"
    )
    first, second = process.image(), process.image()
    assert first.exists()
    assert second.exists()
    process.end()


def test_grandchildren_keep_images_too(host: StartHost, store: Path) -> None:
    process = host("put()\nif os.fork() == 0:\n    if os.fork() == 0:\n        wait()\n    os._exit(0)\nos.wait()")
    image = process.image()
    process.has_exited()
    assert states(collect(store, limits=NO_MERCY)) == ["alive"]
    process.release()
    wait_until_dead(image.parent)
    assert collect(store, limits=NO_MERCY).removed


def test_workers_of_multiprocessing_have_runs_of_their_own(host: StartHost, store: Path) -> None:
    script = """
import multiprocessing
put()
workers = [multiprocessing.get_context("fork").Process(target=put) for _ in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
"""
    process = host(script)
    images = [process.image() for _ in range(4)]
    process.end()
    assert len({image.parent for image in images}) == 4
    assert len(collect(store).kept) == 4


def test_a_program_that_was_started_holds_no_images(host: StartHost, store: Path) -> None:
    process = host("put()\nimport subprocess\nsubprocess.Popen(['cat'], close_fds=False)\nos._exit(0)")
    process.image()
    process.has_exited()
    assert states(collect(store)) == ["crashed"]


def test_when_a_parent_crashes_its_child_keeps_the_images_and_they_stay_for_days(host: StartHost, store: Path) -> None:
    process = host("put()\nif os.fork() == 0:\n    wait()\n    sys.exit()\nos._exit(0)")
    image = process.image()
    process.has_exited()
    assert states(collect(store, limits=NO_MERCY)) == ["alive"]
    process.release()
    wait_until_dead(image.parent)
    assert states(collect(store)) == ["crashed"]
    assert not collect(store, after=2 * HOUR).removed


def test_forks_amid_threads_that_place_images_do_not_hang(host: StartHost) -> None:
    script = """
import threading
done = threading.Event()
def fill():
    while not done.is_set():
        store.put(b"image", "m", bytes(20))
threads = [threading.Thread(target=fill) for _ in range(3)]
for thread in threads:
    thread.start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        store.put(b"image", "m", bytes(20))
        store.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
done.set()
for thread in threads:
    thread.join()
"""
    host(script).end()


def test_two_collections_at_once_remove_everything_once(host: StartHost, store: Path) -> None:
    process = host(
        "for _ in range(50):\n    store = FileStore()\n    store.put(b'image', 'm', bytes(20))\n    store.close()"
    )
    process.end()
    script = """
from jitdbg.store import gc, Limits
wait()
report = gc(limits=Limits(0, 0, 0))
assert not report.kept, report.kept
"""
    both = [host(script), host(script)]
    for collector in both:
        collector.go_on()
    for collector in both:
        collector.end()
    assert [path.name for path in store.iterdir()] == [".swept"]


def test_a_run_that_begins_during_collections_is_not_lost(host: StartHost) -> None:
    sweeper = host("from jitdbg.store import gc, Limits\nput()\nwhile True:\n    gc(limits=Limits(0, 0, 0))")
    sweeper.image()
    starter = host("""
for _ in range(200):
    store = FileStore()
    path = store.put(b"image", "m", bytes(20)).path
    assert open(path, "rb").read() == b"image"
    assert os.path.exists(os.path.dirname(path) + "/running")
    store.close()
""")
    starter.end()
    assert sweeper.process.poll() is None


def test_keep_keeps_images_of_crashed_hosts_too(host: StartHost, store: Path) -> None:
    process = host("put()\nos._exit(0)", JITDBG_KEEP="1")
    image = process.image()
    process.end()
    assert not collect(store, after=1000 * DAY, limits=NO_MERCY).removed
    assert image.exists()


def test_a_host_removes_at_its_start_what_has_outlived_its_time(host: StartHost, store: Path) -> None:
    first = host("put()")
    image = first.image()
    first.end()
    for path in (image.parent / "finished", store / ".swept"):
        os.utime(path, (time.time() - 2 * HOUR,) * 2)
    host("put()").end()
    assert not image.parent.exists()


def test_a_signal_handler_may_fork_while_an_image_is_placed(host: StartHost) -> None:
    script = """
forked = []
def fork(number, frame):
    child = os.fork()
    if child == 0:
        store.put(b"image", "m", bytes(20))
        os._exit(0)
    forked.append(os.waitpid(child, 0)[1])
    if len(forked) < 20:
        signal.setitimer(signal.ITIMER_REAL, 0.0005)
signal.signal(signal.SIGALRM, fork)
signal.setitimer(signal.ITIMER_REAL, 0.0005)
while len(forked) < 20:
    store.put(b"image", "m", bytes(20))
assert not any(forked), forked
"""
    host(script).end()
