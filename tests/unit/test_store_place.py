"""Where images may lie: the order of the places, and what makes one unusable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jitdbg.errors import StoreError
from jitdbg.store import Base, bases, examine, places
from jitdbg.store.place import distrust, filesystem_type, make

UID = os.geteuid()


def foreign(directory: Path) -> Path:
    """Give a directory that belongs to somebody else."""
    if UID:
        return Path("/usr/lib")
    directory.mkdir(0o700)
    os.chown(directory, 65534, 65534)
    return directory


def paths(**environment: str) -> list[str]:
    return [str(base.path) for base in bases(environment)]


def test_the_order_is_cache_then_var_tmp_then_memory(tmp_path: Path) -> None:
    (tmp_path / "runtime").mkdir()
    assert paths(HOME=str(tmp_path), XDG_RUNTIME_DIR=str(tmp_path / "runtime")) == [
        f"{tmp_path}/.cache/jitdbg",
        f"/var/tmp/jitdbg-{UID}",
        f"/dev/shm/jitdbg-{UID}",
        f"{tmp_path}/runtime/jitdbg",
    ]


def test_the_cache_directory_of_the_environment_goes_before_the_home(tmp_path: Path) -> None:
    assert paths(HOME=str(tmp_path), XDG_CACHE_HOME="/elsewhere")[0] == "/elsewhere/jitdbg"
    assert paths(HOME=str(tmp_path), XDG_CACHE_HOME="relative")[0] == f"{tmp_path}/.cache/jitdbg"


def test_a_home_that_is_not_there_is_no_place() -> None:
    assert paths(HOME="/nonexistent") == paths() == [f"/var/tmp/jitdbg-{UID}", f"/dev/shm/jitdbg-{UID}"]


def test_the_chosen_directory_is_the_only_place(tmp_path: Path) -> None:
    assert paths(HOME=str(tmp_path), JITDBG_STORE=str(tmp_path / "mine")) == [str(tmp_path / "mine")]
    assert paths(JITDBG_STORE="relative") == [str(Path.cwd() / "relative")]


def test_in_a_chosen_directory_that_all_may_write_to_there_is_one_for_each_user(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (base,) = bases({"JITDBG_STORE": str(tmp_path)})
    assert base.path == tmp_path / f"jitdbg-{UID}"
    assert base.shared


def test_a_chosen_directory_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(0o700)
    (tmp_path / "link").symlink_to("real")
    (base,) = bases({"JITDBG_STORE": str(tmp_path / "link")})
    assert base.path == tmp_path / "real"
    assert examine(base).usable


def test_a_usable_place_is_described_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    place = examine(Base(tmp_path / "new" / "store"))
    assert place.usable
    assert place.reason == ""
    assert place.path == f"{tmp_path}/new/store"
    assert place.filesystem == filesystem_type(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_type_of_a_filesystem_is_the_kernels_word() -> None:
    assert filesystem_type(Path("/proc/self")) == "proc"


def test_the_facts_cover_every_place() -> None:
    assert [place.path for place in places()] == [str(base.path) for base in bases()]
    assert all(place.usable == (not place.reason) for place in places())


@pytest.mark.parametrize("path", ["$ORIGIN", "a/${LIB}/b", "x$PLATFORM"])
def test_a_path_in_which_the_loader_would_replace_a_word_is_unusable(tmp_path: Path, path: str) -> None:
    assert "the loader expands $" in examine(Base(tmp_path / path)).reason


def test_a_link_in_place_of_the_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "base").symlink_to("victim")
    base = Base(tmp_path / "base")
    assert examine(base).reason == "it is a symbolic link"
    with pytest.raises(StoreError, match="symbolic link"):
        make(base)


def test_a_file_in_place_of_the_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "base").touch()
    assert examine(Base(tmp_path / "base")).reason == "it is not a directory"


def test_a_base_of_another_user_is_refused(tmp_path: Path) -> None:
    base = Base(foreign(tmp_path / "base"), chosen=True)
    assert "it belongs to user " in examine(base).reason
    with pytest.raises(StoreError, match="belongs to user"):
        make(base)


def test_a_cache_directory_of_another_user_is_refused(tmp_path: Path) -> None:
    """After sudo, HOME is often still another user's."""
    assert "belongs to user " in examine(Base(foreign(tmp_path / "home") / "jitdbg")).reason


@pytest.mark.parametrize("mode", [0o770, 0o707, 0o1777])
def test_a_base_that_others_can_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    assert "others can write to it" in examine(Base(tmp_path)).reason


def test_a_shared_directory_has_to_be_sticky(tmp_path: Path) -> None:
    base = Base(tmp_path / "jitdbg-1", shared=True)
    tmp_path.chmod(0o777)
    assert "not sticky" in examine(base).reason
    tmp_path.chmod(0o1777)
    assert examine(base).usable


def test_a_shared_directory_that_was_made_unsafe_later_is_not_trusted(tmp_path: Path) -> None:
    base = Base(tmp_path / "jitdbg-1", shared=True)
    make(base)
    assert distrust(base) == ""
    tmp_path.chmod(0o777)
    assert "not sticky" in distrust(base)


def test_a_shared_directory_that_is_missing_is_not_made(tmp_path: Path) -> None:
    assert examine(Base(tmp_path / "shm" / "jitdbg-1", shared=True)).reason == f"there is no {tmp_path}/shm"


def test_what_can_not_be_written_to_is_unusable() -> None:
    place = examine(Base(Path("/proc/jitdbg"), chosen=True), execution=False)
    assert not place.usable
    assert place.reason
    assert place.filesystem == "proc"


def test_a_filesystem_is_found_by_the_mount_that_lies_deepest() -> None:
    assert filesystem_type(Path("/proc/sys")) == "proc"
    assert filesystem_type(Path("/procession")) == filesystem_type(Path("/"))
