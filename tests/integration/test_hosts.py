"""``jitdbg ps``: processes that hold JIT dylibs, found by what the kernel tells of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.hosts import find_hosts
from jitdbg.mappings import Mapping, parse_mappings
from tests.tools import without_looking_into_others

# A global variable gives each image a second mapping, of the same file.
_HOST = """
import sys
from jitdbg.engine import Engine
text = "@g = global i32 7\\ndefine i32 @f() {\\n  %v = load i32, ptr @g\\n  ret i32 %v\\n}\\n"
engines = [Engine(store=store) for store in ("file", "memfd")]
dylibs = [engine.load(text, name=f"m{number}") for number in range(5) for engine in engines]
engines[0].reload(dylibs[0], text)
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Have a process with two times five dylibs, one of them in its second generation."""
    words = [sys.executable, "-c", _HOST]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path_factory.mktemp("host")
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"ready\n"
        yield process.pid
        process.stdin.close()


def test_each_generation_of_a_dylib_is_found_once_in_any_store(host: int) -> None:
    (found,) = find_hosts([host]).hosts
    assert found.pid == host
    assert found.command[:2] == (sys.executable, "-c")
    held = sorted((dylib.modules[0], dylib.generation, dylib.path.startswith("/memfd:")) for dylib in found.dylibs)
    assert held == sorted(
        [("m0", 2, False), *((f"m{number}", 1, memfd) for number in range(5) for memfd in (False, True))]
    )
    assert len({dylib.base for dylib in found.dylibs}) == 11
    assert all(4096 <= dylib.resident <= 32768 for dylib in found.dylibs)
    assert found.resident == sum(dylib.resident for dylib in found.dylibs)


def test_what_is_closed_to_this_user_is_said() -> None:
    words = [*without_looking_into_others(), sys.executable, "-m", "jitdbg", "ps"]
    with subprocess.Popen(["sleep", "100"], user=65534 if os.geteuid() == 0 else None) as other:
        pid = other.pid if os.geteuid() == 0 else 1
        try:
            shown = subprocess.run([*words, str(pid)], capture_output=True, text=True, timeout=60).stdout
        finally:
            other.kill()
    assert shown == (
        "no process that can be looked into holds JIT dylibs\n"
        "1 process could not be looked into: those of other users are closed to you\n"
    )


def test_all_processes_are_looked_through(host: int) -> None:
    assert host in [found.pid for found in find_hosts().hosts]


def test_a_process_without_dylibs_is_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with subprocess.Popen(["sleep", "100"]) as other:
        try:
            assert find_hosts([other.pid]).hosts == ()
            assert main(["ps", str(other.pid)]) == 0
        finally:
            other.kill()
    assert capsys.readouterr().out == "no process that can be looked into holds JIT dylibs\n"


def test_the_table_has_counts_memory_and_names(host: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps"]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["pid", "dylibs", "memory", "names", "command"]
    (row,) = [row for row in rows if row[0] == str(host)]
    assert row[1:2] + row[3:4] == ["11", "KiB"]
    assert "and 1 more" in " ".join(row)


def test_the_dylibs_of_one_process_are_listed(host: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", str(host)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{host}: ")
    assert lines[1].split() == ["name", "generation", "address", "memory", "file"]
    assert len(lines) == 13
    assert sum("/memfd:m" in line for line in lines) == 5


def test_json_has_all(host: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", str(host), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.ps/1"
    assert facts["closed"] == 0
    assert len(facts["hosts"][0]["dylibs"]) == 11


def test_a_process_that_is_named_twice_is_listed_once(host: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ps", str(host), str(host), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["hosts"]) == 1


def test_a_process_that_does_not_exist_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    nobody = Path("/proc/sys/kernel/pid_max").read_text().strip()
    assert main(["ps", nobody]) == 2
    assert capsys.readouterr().err == (
        f"jitdbg: error: there is no process {nobody}: `jitdbg ps` lists those that hold JIT dylibs\n"
    )


def test_paths_are_as_they_are() -> None:
    text = (
        b"7f0000000000-7f0000001000 r--p 00002000 fe:00 12  /a b\\012c (deleted)\n"
        b"7f0000001000-7f0000002000 rw-p 00000000 00:00 0 \n"
        b"7f0000002000-7f0000003000 rw-p 00000000 00:00 0    [stack]\n"
    )
    assert list(parse_mappings(text)) == [
        Mapping(0x7F0000000000, 0x7F0000001000, 0x2000, "/a b\nc (deleted)", "fe:00", 12)
    ]
