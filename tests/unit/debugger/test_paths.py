"""Paths of loaded files: resolved where there is such a file, the folder's links only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from jitdbg.debugger.paths import RealPaths, real_path


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Make ``real/file``, ``link`` to the folder, and ``real/linked`` to the file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").touch()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "real" / "linked").symlink_to("file")
    (tmp_path / "real" / "dangling").symlink_to("nowhere")
    return tmp_path


LINKS = ["link/file", "link/linked"]
NAMES = ["real/file", *LINKS, "link/dangling", "link/missing", "absent/missing", "link/../link/file"]


@pytest.mark.parametrize("name", NAMES)
def test_many_paths_are_resolved_as_one_is(name: str, folders: Path) -> None:
    path, many = str(folders / name), RealPaths()

    assert many[path] == many[path] == real_path(path)


@pytest.mark.parametrize("name", LINKS)
def test_links_of_folders_and_files_lead_to_the_file(name: str, folders: Path) -> None:
    assert RealPaths()[str(folders / name)] == str(folders / "real" / "file")


@pytest.mark.parametrize("path", ["", "/", "/..", "nothing here", "system-supplied DSO at 0x7fff", "/proc/self/fd/999"])
def test_what_is_no_file_stays_as_it_is(path: str) -> None:
    assert RealPaths()[path] == real_path(path)
