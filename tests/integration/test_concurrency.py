"""Threads that load at once, and processes that fork."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from llvmlite.binding import ffi

from jitdbg import codegen
from jitdbg.debuginfo.attach import Debug
from jitdbg.dylib import HANDLES_LOCK
from jitdbg.engine import Engine
from jitdbg.errors import ClosedError, NameInUseError, ParseError
from jitdbg.loader import find_symbol
from jitdbg.locks import PATIENCE
from tests.sources import caller, constant, constructor

FORKS_WHILE_THREADS_LOAD = """
import faulthandler, itertools, os, threading
from jitdbg import Engine
from tests.sources import constant

engine, done, loaded = Engine(debug={debug!r}), threading.Event(), threading.Semaphore(0)

def load(thread):
    for number in itertools.count():
        if done.is_set():
            return
        engine.load(constant(number), name=f"thread-{{thread}}-{{number}}").close()
        loaded.release()

threads = [threading.Thread(target=load, args=(number,), daemon=True) for number in range(3)]
for thread in threads:
    thread.start()
for number in range(20):
    if (pid := os.fork()) == 0:
        faulthandler.dump_traceback_later(20, exit=True)
        os._exit(0 if engine.load(constant(number), name="child").function("f")() == number else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    loaded.acquire()
done.set()
for thread in threads:
    thread.join()
print(number + 1, "children")
"""


@pytest.mark.parametrize("isolate", [False, True])
def test_threads_load_at_once(isolate: bool) -> None:
    with Engine(isolate=isolate) as engine, ThreadPoolExecutor(8) as pool:
        engine.load(constant(-1, "shared"), name="shared")

        def load(number: int) -> int:
            engine.load(caller("shared", f"calls_{number}"), name=f"user-{number}").function(f"calls_{number}")()
            return engine.load(constant(number), name=f"thread-{number}").function("f")()

        assert list(pool.map(load, range(40))) == list(range(40))
        assert len(engine.dylibs) == 81


def test_one_name_goes_to_one_of_the_threads_that_ask_for_it() -> None:
    with Engine() as engine:
        barrier = threading.Barrier(6)

        def load(number: int) -> int | None:
            barrier.wait()
            try:
                return engine.load(constant(number), name="wanted").function("f")()
            except NameInUseError:
                return None

        with ThreadPoolExecutor(6) as pool:
            winners = [number for number in pool.map(load, range(6)) if number is not None]
        assert len(winners) == 1
        assert engine.dylibs["wanted"].function("f")() == winners[0]


def test_a_constructor_loads_while_another_thread_does() -> None:
    """The loader's lock is held by the thread that runs a constructor, so nobody may wait for it under one of ours."""
    with Engine() as engine, ThreadPoolExecutor(1) as pool:
        provider = engine.load(constant(1), name="provider")
        results: list[int] = []

        def load_inside() -> None:
            other = pool.submit(engine.load, caller(name="other"), name="other")
            while not engine._bindings.referrers(provider):
                assert not other.done()
            results.append(engine.load(caller(), name="inner").function("g")())

        engine.define("load_inside", ctypes.CFUNCTYPE(None)(load_inside))
        engine.load(constructor("load_inside"), name="outer")
        assert results == [1]


def test_closing_the_engine_waits_for_threads_that_are_loading() -> None:
    engine = Engine()
    inside, closing = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        closing.wait(60)

    engine.define("wait", ctypes.CFUNCTYPE(None)(wait))
    with ThreadPoolExecutor(2) as pool:
        loading = pool.submit(engine.load, constructor("wait"), name="d")
        assert inside.wait(60)
        closed = pool.submit(engine.close)
        refusal: type[Exception] = ParseError
        while refusal is ParseError:
            with pytest.raises((ParseError, ClosedError)) as caught:
                engine.load("define nonsense\n")
            refusal = caught.type
        assert not closed.done()
        closing.set()
        closed.result(60)
        assert loading.result(60).closed
    assert engine.dylibs == {}


def test_closing_a_dylib_waits_for_the_thread_that_is_loading_it() -> None:
    inside, closing = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        closing.wait(60)

    with Engine() as engine, ThreadPoolExecutor(2) as pool:
        engine.define("wait", ctypes.CFUNCTYPE(None)(wait))
        added = engine.add(constructor("wait"), name="d")
        loading = pool.submit(engine.load_added)
        assert inside.wait(60)
        closed = pool.submit(added.close)
        while not engine._turns._awaited:
            assert not closed.done(), closed.exception()
        closing.set()
        closed.result(60)
        loading.result(60)
        assert added.closed
        assert engine.dylibs == {}


def test_a_forked_child_uses_what_is_loaded_and_loads_into_a_run_of_its_own() -> None:
    with Engine() as engine:
        dylib = engine.load(constant(1), name="parent")
        read, write = os.pipe()
        if (pid := os.fork()) == 0:
            child = engine.load(constant(2), name="child")
            ok = child.function("f")() == 2 and dylib.function("f")() == 1
            os.write(write, child.path.encode())
            engine.close()
            os._exit(0 if ok else 1)
        os.close(write)
        with open(read) as pipe:
            path = pipe.read()
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        assert Path(path).parent != Path(dylib.path).parent
        assert dylib.function("f")() == 1
        assert engine.load(constant(3), name="later").function("f")() == 3


@pytest.mark.parametrize("isolate", [False, True])
def test_a_child_forked_while_another_thread_is_at_work_is_not_stuck(isolate: bool) -> None:
    """Another thread holds every lock of the engine at the moment of the fork."""
    with Engine(isolate=isolate) as engine:
        dylib = engine.load(constant(1), name="parent")
        held, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            worker_lock = engine._worker._lock if engine._worker else contextlib.nullcontext()
            with engine._lock, engine._bindings._lock, HANDLES_LOCK, worker_lock:
                held.set()
                go_on.wait(60)

        thread = threading.Thread(target=hold)
        thread.start()
        assert held.wait(60)
        if (pid := os.fork()) == 0:
            ok = engine.load(constant(2), name="child").function("f")() == 2 and dylib.function("f")() == 1
            if engine._worker:
                engine._worker.close()
            os._exit(0 if ok else 1)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        go_on.set()
        thread.join()
        assert status == 0


@pytest.mark.parametrize("debug", ["source", "ir"])
def test_children_forked_while_threads_load_are_not_stuck(debug: Debug) -> None:
    """The locks of LLVM, of the system's loader, of Python's imports and of its cached properties are others'."""
    program = FORKS_WHILE_THREADS_LOAD.format(debug=debug)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, "20 children\n"), done.stderr


def test_a_fork_waits_until_no_other_thread_is_in_llvm() -> None:
    inside, forked = threading.Event(), threading.Event()
    seen: list[bool] = []

    def hold() -> None:
        with ffi.lib._lock:
            inside.set()
            seen.append(forked.wait(0.1))

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(60)
    status = _of_child(lambda: codegen.compile_text(constant(1), codegen.Options()).data != b"")
    forked.set()
    thread.join()
    assert (status, seen) == (0, [False])


def test_a_fork_does_not_wait_for_ever_for_a_constructor_that_waits_for_it() -> None:
    with Engine() as engine:
        inside, forked = threading.Event(), threading.Event()

        def wait() -> None:
            inside.set()
            forked.wait(60)

        engine.define("wait", ctypes.CFUNCTYPE(None)(wait))
        thread = threading.Thread(target=lambda: engine.load(constructor("wait"), name="waits"))
        thread.start()
        assert inside.wait(60)
        assert _of_child(lambda: True) == 0
        forked.set()
        thread.join()


def test_a_fork_does_not_wait_for_threads_that_look_names_up() -> None:
    inside, done = threading.Event(), threading.Event()

    def look_up() -> None:
        while not done.is_set():
            find_symbol(None, "malloc")
            inside.set()

    thread = threading.Thread(target=look_up)
    thread.start()
    assert inside.wait(60)
    began = time.monotonic()
    statuses = [_of_child(lambda: find_symbol(None, "malloc") is not None) for _ in range(5)]
    taken = time.monotonic() - began
    done.set()
    thread.join()
    assert statuses == [0] * 5
    assert taken < 3 * PATIENCE


def test_a_constructor_forks_and_its_child_loads() -> None:
    with Engine() as engine:
        statuses: list[int] = []

        def fork() -> None:
            statuses.append(_of_child(lambda: engine.load(constant(2), name="child").function("f")() == 2))

        engine.define("fork", ctypes.CFUNCTYPE(None)(fork))
        engine.load(constructor("fork"), name="forks")
        assert statuses == [0]


def _of_child(does: Callable[[], bool]) -> int:
    """Give the exit status of a forked child: 0 where ``does`` gives true."""
    if (pid := os.fork()) == 0:
        signal.alarm(60)
        try:
            os._exit(0 if does() else 1)
        finally:
            os._exit(2)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_fork_that_is_interrupted_while_it_waits_gives_back_nothing_that_it_has_not_got() -> None:
    script = """if True:
        import os, signal, threading
        from jitdbg.locks import hold_across_forks

        lock, held, forked = threading.RLock(), threading.Event(), threading.Event()
        hold_across_forks(lock)

        def hold():
            with lock:
                held.set()
                forked.wait(60)

        threading.Thread(target=hold).start()
        held.wait(60)
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        if not (child := os.fork()):
            os._exit(0)
        forked.set()
        print(os.waitpid(child, 0)[1])
    """
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "0\n")
    assert "KeyboardInterrupt" in done.stderr
    assert "un-acquired" not in done.stderr
