"""Generations: what follows a reload and what stays."""

import ctypes
import sys
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jitdbg.dylib import Function
from jitdbg.engine import Engine
from jitdbg.errors import CallError, ClosedError, JitdbgError, ParseError, SymbolError
from tests.sources import caller, constant


@pytest.fixture
def engine() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def test_handles_follow_and_raw_addresses_stay(engine: Engine) -> None:
    dylib = engine.load(constant(1), name="d")
    f, address = dylib.function("f"), dylib.address("f")
    assert engine.reload(dylib, constant(2)) is dylib
    assert (f(), dylib.function("f")(), dylib.generation) == (2, 2, 2)
    assert ctypes.CFUNCTYPE(ctypes.c_int)(address)() == 1
    assert f.address != address


def test_references_from_other_dylibs_follow(engine: Engine) -> None:
    provider = engine.load(constant(1), name="provider")
    g = engine.load(caller(), name="user").function("g")
    assert g() == 1
    for value in (2, 3):
        engine.reload(provider, constant(value))
        assert g() == value


def test_a_reloaded_user_still_refers_to_its_provider(engine: Engine) -> None:
    provider, user = engine.load(constant(1), name="provider"), engine.load(caller(), name="user")
    g = user.function("g")
    engine.reload(user, caller())
    engine.reload(provider, constant(9))
    assert g() == 9
    user.close()
    provider.close()


def test_a_changed_signature_is_followed(engine: Engine) -> None:
    dylib = engine.load(constant(1), name="d")
    f = dylib.function("f")
    engine.reload(dylib, "define double @f(double %x) {\n  ret double %x\n}\n")
    assert f(1.5) == 1.5
    with pytest.raises(CallError, match="takes 1 argument, 0 given"):
        f()


def test_a_function_that_is_gone_says_so_when_called_and_may_come_back(engine: Engine) -> None:
    dylib = engine.load(constant(1), name="d")
    f = dylib.function("f")
    engine.reload(dylib, constant(2, "other"))
    with pytest.raises(SymbolError, match="exports no 'f'"):
        f()
    engine.reload(dylib, constant(3))
    assert f() == 3


def test_a_failed_reload_leaves_the_old_generation(engine: Engine) -> None:
    dylib = engine.load(constant(1), name="d")
    f = dylib.function("f")
    with pytest.raises(ParseError):
        engine.reload(dylib, "define nonsense\n")
    assert (f(), dylib.generation) == (1, 1)


def test_another_engines_dylib_is_not_reloaded(engine: Engine) -> None:
    with Engine() as other:
        dylib = other.load(constant(1), name="d")
        with pytest.raises(JitdbgError, match="'d' was loaded by another engine"):
            engine.reload(dylib, constant(2))
        assert dylib.function("f")() == 1


def test_another_engines_dylib_is_not_closed(engine: Engine) -> None:
    with Engine() as other:
        dylib = other.load(constant(1), name="d")
        with pytest.raises(JitdbgError, match="'d' was loaded by another engine: let that one close it"):
            engine.close_dylib(dylib)
        assert dylib.function("f")() == 1
        assert other.dylibs == {"d": dylib}


def test_a_name_is_no_dylib_to_reload(engine: Engine) -> None:
    engine.load(constant(1), name="d")
    with pytest.raises(JitdbgError, match=r"^'d' is given as the dylib to reload: give what load\(\) or add\(\) has"):
        engine.reload("d", constant(2))  # type: ignore[arg-type]


def test_handles_made_while_it_is_reloaded_follow_too(engine: Engine) -> None:
    dylib = engine.load(constant(1), name="d")
    done = threading.Event()

    def make_handles() -> deque[Function]:
        made: deque[Function] = deque(maxlen=20)
        while not done.is_set():
            made.append(dylib.function("f"))
        return made

    switch_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(3) as pool:
            threads = [pool.submit(make_handles) for _ in range(3)]
            for value in range(2, 30):
                engine.reload(dylib, constant(value))
            done.set()
            handles = [handle for thread in threads for handle in thread.result()]
    finally:
        sys.setswitchinterval(switch_interval)
    assert {handle() for handle in handles} == {29}


def test_old_code_goes_on_running_while_it_is_reloaded(engine: Engine) -> None:
    """A frame of generation 1 waits in a callback, is overtaken by generation 2, and returns its own result."""
    inside, reloaded = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        reloaded.wait(30)

    engine.define("wait", ctypes.CFUNCTYPE(None)(wait))
    text = "declare void @wait()\ndefine i32 @f() {{\n  call void @wait()\n  ret i32 {}\n}}\n"
    dylib = engine.load(text.format(1), name="d")
    f = dylib.function("f")
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(f()))
    thread.start()
    assert inside.wait(30)
    engine.reload(dylib, text.format(2))
    reloaded.set()
    thread.join()
    results.append(f())
    assert results == [1, 2]


def test_every_generation_stays_mapped_until_close(engine: Engine) -> None:
    dylib = engine.load(constant(1), name="d")
    paths = [dylib.path]
    for value in (2, 3):
        engine.reload(dylib, constant(value))
        paths.append(dylib.path)
    assert len(set(paths)) == 3
    maps = Path("/proc/self/maps").read_text()
    assert all(path in maps for path in paths)
    dylib.close()
    maps = Path("/proc/self/maps").read_text()
    assert not any(path in maps for path in paths)
    with pytest.raises(ClosedError):
        engine.reload(dylib, constant(4))


@pytest.mark.parametrize("sources", ["own", "kept"])
def test_each_generation_has_its_own_text_beside_its_image(sources: str) -> None:
    with Engine(debug="ir", sources=sources) as engine:
        dylib = engine.load(constant(1), name="d")
        first = Path(dylib.current.image.placed.source_dir or "")
        engine.reload(dylib, constant(2))
        second = Path(dylib.current.image.placed.source_dir or "")
        assert (first / "d.ll").read_text() == constant(1)
        assert (second / "d.ll").read_text() == constant(2)
