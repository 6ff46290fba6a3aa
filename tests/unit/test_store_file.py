"""Images as files: names, modes, places that fail, and what is removed."""

from __future__ import annotations

import ctypes
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jitdbg.errors import ClosedError, StoreError
from jitdbg.linker import link
from jitdbg.store import Base, FileStore, Placed, Store, open_store
from tests.linking import assembled

ID = bytes.fromhex("0123456789abcdef0123456789abcdef01234567")


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return Base(tmp_path / "store")


@pytest.fixture
def store(base: Base) -> FileStore:
    return FileStore([base])


def files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file() and path.name not in (".swept", "ended", "running")]


def unusable(tmp_path: Path) -> Base:
    (tmp_path / "file").touch()
    return Base(tmp_path / "file")


def test_the_loader_can_load_what_was_placed(store: FileStore) -> None:
    image = link([assembled(".globl answer\nanswer: mov $42, %eax\nret\n")], soname="answer.so")
    assert ctypes.CDLL(store.put(image, "answer", ID).path).answer() == 42


def test_a_file_is_named_after_module_and_build_id(store: FileStore) -> None:
    placed = store.put(b"image", "my module", ID)
    assert Path(placed.path).name == "my_module.0123456789abcdef.so"
    assert Path(placed.path).read_bytes() == b"image"
    assert placed.source_dir is None


def test_everything_is_private(store: FileStore, base: Base) -> None:
    path = Path(store.put(b"image", "m", ID).path)
    text = Path(store.keep_text("m", "m.c", b"text"))
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(text.stat().st_mode) == 0o400
    for directory in (base.path, path.parent, text.parent):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert directory.stat().st_uid == os.geteuid()


def test_an_image_of_the_same_name_and_build_id_gets_another_path(store: FileStore) -> None:
    paths = [store.put(bytes([number]), "m", ID).path for number in range(3)]
    assert [Path(path).name for path in paths] == [
        "m.0123456789abcdef.so",
        "m.0123456789abcdef-2.so",
        "m.0123456789abcdef-3.so",
    ]
    assert [Path(path).read_bytes() for path in paths] == [b"\0", b"\1", b"\2"]


def test_a_path_is_not_used_again_after_its_removal(store: FileStore) -> None:
    first = store.put(b"image", "m", ID)
    store.remove(first)
    assert not Path(first.path).exists()
    assert store.put(b"image", "m", ID).path != first.path


def test_two_stores_share_no_directory(base: Base) -> None:
    first, second = (FileStore([base]).put(b"image", "m", ID).path for _ in range(2))
    assert Path(first).parent != Path(second).parent


def test_any_name_and_build_id_can_be_placed(store: FileStore) -> None:
    names = ["", "..", "a/b", "x" * 5000, "\udcff", "new\nline", "$LIB"]
    paths = {store.put(b"image", name, build_id).path for name in names for build_id in (b"", b"\1", ID)}
    assert len(paths) == 3 * len(names)
    assert all(Path(path).parent.name.startswith("run-") for path in paths)


def test_threads_may_place_images_at_once(store: FileStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        placed = list(pool.map(lambda number: store.put(b"%d" % number, "m", ID), range(400)))
    assert len({image.path for image in placed}) == 400
    assert [Path(image.path).read_bytes() for image in placed] == [b"%d" % number for number in range(400)]
    assert len({Path(image.path).parent for image in placed}) == 1


def test_texts_lie_beside_their_image_under_their_own_names(store: FileStore) -> None:
    text = store.keep_text("m.0123456789abcdef", "/home/me/größe.c", b"text")
    placed = store.put(b"image", "m", ID, source_dir=os.path.dirname(text))
    assert Path(text).read_bytes() == b"text"
    assert Path(text).name == "größe.c"
    assert Path(text).parent == Path(placed.source_dir or "")
    assert Path(text).parent.parent == Path(placed.path).parent


def test_texts_of_one_image_share_a_directory_and_none_is_written_over(store: FileStore) -> None:
    first, other, second = (store.keep_text("m", name, name.encode()) for name in ("a/x.h", "y.h", "b/x.h"))
    assert Path(first).parent == Path(other).parent != Path(second).parent
    assert Path(first).read_bytes() == b"a/x.h"
    assert Path(second).read_bytes() == b"b/x.h"
    assert Path(second).name == "x.h"


def test_removal_takes_all_texts_of_the_image_and_nothing_else(store: FileStore, base: Base) -> None:
    other = store.keep_text("n", "x.h", b"")
    texts = [store.keep_text("m", "x.h", b"") for _ in range(3)]
    store.remove(store.put(b"image", "m", ID, os.path.dirname(texts[0])))
    assert files(base.path) == [Path(other)]


def test_removal_touches_nothing_outside_of_the_run(store: FileStore, tmp_path: Path) -> None:
    foreign = FileStore([Base(tmp_path / "other")])
    text = foreign.keep_text("m", "x.h", b"")
    store.put(b"image", "m", ID)
    store.remove(foreign.put(b"image", "m", ID, os.path.dirname(text)))
    store.remove(Placed(str(tmp_path / "nothing"), str(tmp_path)))
    assert len(files(tmp_path / "other")) == 2


def test_a_released_image_stays_for_the_tools_that_read_it_later(store: FileStore) -> None:
    placed = store.put(b"image", "m", ID)
    store.release(placed)
    store.close()
    assert Path(placed.path).read_bytes() == b"image"


def test_a_closed_store_takes_nothing(store: FileStore) -> None:
    store.put(b"image", "m", ID)
    store.close()
    store.close()
    with pytest.raises(ClosedError, match="closed"):
        store.put(b"image", "m", ID)
    with pytest.raises(ClosedError, match="closed"):
        store.keep_text("m", "m.c", b"")


def test_a_store_that_holds_nothing_makes_no_directory(base: Base) -> None:
    FileStore([base]).close()
    assert not base.path.exists()


def test_an_unusable_place_is_passed_over(tmp_path: Path, base: Base) -> None:
    placed = FileStore([unusable(tmp_path), base]).put(b"image", "m", ID)
    assert Path(placed.path).is_relative_to(base.path)


def test_without_a_usable_place_the_error_lists_each_and_the_remedy(tmp_path: Path) -> None:
    store = FileStore([unusable(tmp_path), Base(tmp_path / "$LIB")])
    with pytest.raises(StoreError) as error:
        store.put(b"image", "m", ID)
    message = str(error.value)
    assert "'m'" in message
    assert f"{tmp_path}/file: it is not a directory" in message
    assert f"{tmp_path}/$LIB: the loader expands $LIB" in message
    assert "JITDBG_STORE" in message
    assert "\n" not in message


def test_a_place_that_was_put_right_is_used_again(tmp_path: Path) -> None:
    store = FileStore([unusable(tmp_path)])
    with pytest.raises(StoreError):
        store.put(b"image", "m", ID)
    (tmp_path / "file").unlink()
    assert Path(store.put(b"image", "m", ID).path).read_bytes() == b"image"


def test_a_run_whose_directory_was_removed_goes_on_in_a_new_one(store: FileStore) -> None:
    first = Path(store.put(b"image", "m", ID).path)
    for path in (first, first.parent / "running", first.parent / "ended"):
        path.unlink()
    first.parent.rmdir()
    second = Path(store.put(b"image", "m", ID).path)
    assert second.read_bytes() == b"image"
    assert second.parent != first.parent


@pytest.mark.parametrize("kind", ["file", "memfd"])
def test_a_store_is_opened_by_its_name(kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path))
    store: Store = open_store(kind)
    assert Path(store.put(b"image", "m", ID).path).read_bytes() == b"image"
    store.close()


def test_an_unknown_store_is_refused_by_its_name() -> None:
    with pytest.raises(StoreError, match=r"no store 'disk': ask for one of 'file', 'memfd', 'memfd\+copies'"):
        open_store("disk")


def test_unloaded_images_stay_until_they_exceed_the_cap(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JITDBG_CAP", "1")
    store, mebibyte = FileStore([base]), bytes(1 << 20)
    first, second, third = (store.put(mebibyte, name, ID) for name in ("first", "second", "third"))
    text = Path(store.keep_text("first.0123456789abcdef", "first.ll", b"text"))
    store.release(Placed(first.path, str(text.parent)))
    assert Path(first.path).exists()
    assert text.exists()
    store.release(second)
    left = [Path(placed.path).exists() for placed in (first, second, third)]
    assert left == [False, True, True], "the longest unloaded goes, what is loaded stays"
    assert not text.exists()
    monkeypatch.setenv("JITDBG_KEEP", "1")
    store.release(third)
    assert Path(second.path).exists()
