"""Threads that hold what dlopen needs, told from their stacks."""

from __future__ import annotations

import pytest

from jitdbg.debugger.blocking import ALLOCATOR, FORK, LOADER, THREADS, find_holders
from jitdbg.debugger.facts import Frame

LIBC = "/lib/x86_64-linux-gnu/libc.so.6"
LD = "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"
HOST = "/bin/host"


def stack(*frames: tuple[str | None, str | None]) -> list[Frame]:
    return [Frame(level, 0x1000 + level, name, None, module) for level, (name, module) in enumerate(frames)]


MAIN = ("main", HOST)


@pytest.mark.parametrize(
    ("frames", "where", "level"),
    [
        ([("malloc", LIBC), MAIN], ALLOCATOR, 0),
        ([("__GI___libc_malloc", LIBC), MAIN], ALLOCATOR, 0),
        ([(None, LIBC), ("free", LIBC), MAIN], ALLOCATOR, 1),
        ([("___lldb_unnamed_symbol_85460", LIBC), ("realloc", LIBC), MAIN], ALLOCATOR, 1),
        ([("_int_free", LIBC), MAIN], ALLOCATOR, 0),
        ([("posix_memalign", LIBC), ("operator new(unsigned long)", "/lib/libstdc++.so.6"), MAIN], ALLOCATOR, 0),
        ([("__interceptor_malloc", "/lib/libasan.so.8"), MAIN], ALLOCATOR, 0),
        ([(None, LD), MAIN], LOADER, 0),
        ([("_dl_catch_exception", LIBC), (None, LD), MAIN], LOADER, 0),
        ([("dl_iterate_phdr", LIBC), MAIN], LOADER, 0),
        ([("load_library", "/lib/ld-musl-x86_64.so.1"), MAIN], LOADER, 0),
        ([("clone", LIBC), ("__libc_fork", LIBC), MAIN], FORK, 1),
        ([("clone3", LIBC), ("pthread_create@@GLIBC_2.34", LIBC), MAIN], THREADS, 1),
    ],
)
def test_a_thread_in_what_holds_a_lock_is_found(
    frames: list[tuple[str | None, str | None]], where: str, level: int
) -> None:
    for calling in (1, 2):
        (holder,) = find_holders({1: stack(*frames)}, calling)
        assert (holder.thread, holder.where, holder.frame.level) == (1, where, level)


@pytest.mark.parametrize(
    "frames",
    [
        [MAIN],
        [],
        [("read", LIBC), MAIN],
        [("pthread_mutex_lock", LIBC), MAIN],
        [("malloc_all_of_it", HOST), MAIN],
        [("freeze", HOST), ("forked", HOST), ("reallocate", HOST)],
        [("pthread_cond_wait", LIBC), ("start_thread", LIBC)],
        [("read", "/lib/ld-musl-x86_64.so.1"), MAIN],
    ],
)
def test_other_threads_hold_nothing(frames: list[tuple[str | None, str | None]]) -> None:
    assert not find_holders({1: stack(*frames)}, 1)


CONSTRUCTOR = [("begin", "/tmp/late.so"), ("call_init", LD), ("_dl_init", LD), ("dlopen", LIBC), MAIN]


def test_the_thread_that_calls_may_be_in_a_constructor() -> None:
    assert not find_holders({1: stack(*CONSTRUCTOR)}, 1)
    (holder,) = find_holders({1: stack(*CONSTRUCTOR)}, 2)
    assert (holder.where, holder.frame.level) == (LOADER, 1)


def test_a_constructor_of_a_thread_that_allocates_is_still_an_allocation() -> None:
    (holder,) = find_holders({1: stack(("malloc", LIBC), *CONSTRUCTOR)}, 1)
    assert holder.where == ALLOCATOR


def test_a_holder_is_said_in_words() -> None:
    holders = find_holders({1: stack(MAIN), 3: stack((None, LD), MAIN), 4: stack(("free", LIBC))}, 1)
    assert [str(holder) for holder in holders] == [
        "thread 3 is inside the loader (frame 0, 0x1000)",
        "thread 4 is inside the memory allocator (frame 0, free)",
    ]
