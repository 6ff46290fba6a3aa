"""Images in memory: paths that nobody has had before, seals, and the end of descriptors."""

from __future__ import annotations

import ctypes
import os
import re
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jitdbg.errors import ClosedError, StoreError
from jitdbg.linker import link
from jitdbg.store import MemfdStore, memfd_place
from tests.linking import assembled

ID = bytes(20)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[MemfdStore]:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path / "store"))
    store = MemfdStore()
    yield store
    store.close()


def image(value: int) -> bytes:
    return link([assembled(f".globl answer\nanswer: mov ${value}, %eax\nret\n")], soname="answer.so")


def descriptor(path: str) -> int:
    return int(path.rpartition("/")[2])


def test_the_path_names_this_process_by_its_number(store: MemfdStore) -> None:
    path = store.put(b"image", "m", ID).path
    assert re.fullmatch(rf"/proc/{os.getpid()}/fd/\d+", path)
    assert Path(path).read_bytes() == b"image"
    assert "memfd:m" in os.readlink(path)


def test_an_image_that_is_still_loaded_is_never_taken_for_a_later_one(store: MemfdStore) -> None:
    first = store.put(image(1), "m", ID)
    loaded = ctypes.CDLL(first.path)
    store.release(first)
    second = store.put(image(2), "m", ID)
    assert ctypes.CDLL(second.path).answer() == 2
    assert loaded.answer() == 1


def test_numbers_are_not_used_again_by_any_store_of_the_process(store: MemfdStore) -> None:
    seen = []
    for _ in range(10):
        other = MemfdStore()
        for holder in (store, other):
            placed = holder.put(b"image", "m", ID)
            seen.append(placed.path)
            holder.release(placed)
        other.close()
    assert len(set(seen)) == len(seen)


def test_threads_may_place_images_at_once(store: MemfdStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda number: store.put(b"%d" % number, "m", ID), range(200)))
    assert [Path(one.path).read_bytes() for one in placed] == [b"%d" % number for number in range(200)]
    assert len({one.path for one in placed}) == 200


def test_an_image_can_be_neither_changed_nor_shortened(store: MemfdStore) -> None:
    path = store.put(b"image", "m", ID).path
    with pytest.raises(PermissionError):
        os.ftruncate(descriptor(path), 0)
    with pytest.raises(PermissionError):
        os.pwrite(descriptor(path), b"x", 0)


def test_an_image_is_not_inherited_by_programs_that_are_started(store: MemfdStore) -> None:
    first = store.put(b"image", "m", ID)
    assert not os.get_inheritable(descriptor(first.path))
    store.release(first)  # so that the next one has to move to a number of its own
    assert not os.get_inheritable(descriptor(store.put(b"image", "m", ID).path))


def test_release_removal_and_close_give_the_memory_back(store: MemfdStore) -> None:
    released, removed, closed = (store.put(b"image", "m", ID) for _ in range(3))
    store.release(released)
    store.remove(removed)
    store.close()
    for placed in (released, removed, closed):
        assert not os.path.lexists(placed.path)
    with pytest.raises(ClosedError):
        store.put(b"image", "m", ID)


def test_texts_are_files(store: MemfdStore, tmp_path: Path) -> None:
    text = store.keep_text("m", "m.c", b"text")
    assert text is not None
    assert Path(text).read_bytes() == b"text"
    assert Path(text).is_relative_to(tmp_path)
    store.remove(store.put(b"image", "m", ID, os.path.dirname(text)))
    assert not Path(text).exists()


def test_without_a_writable_place_there_is_no_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path / "file"))
    store = MemfdStore()
    assert store.keep_text("m", "m.c", b"text") is None
    store.close()


def test_when_descriptors_run_out_the_error_names_the_limit_and_the_file_store(store: MemfdStore) -> None:
    highest = descriptor(store.put(b"image", "m", ID).path)
    before, (soft, hard) = len(os.listdir("/proc/self/fd")), resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 2, hard))
    try:
        store.put(b"image", "m", ID)
        with pytest.raises(StoreError, match=rf"'last'.*RLIMIT_NOFILE is {highest + 2}.*file store"):
            store.put(b"image", "last", ID)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len(os.listdir("/proc/self/fd")) == before + 1


def test_the_facts_say_whether_memory_can_hold_images() -> None:
    place = memfd_place()
    assert place.usable == (not place.reason)
    assert place.filesystem == "memfd"
