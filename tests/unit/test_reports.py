"""The parts of crash reports: expressions, records, and where a core will lie."""

from __future__ import annotations

import os
import signal
import struct
from pathlib import Path

import pytest

from jitdbg.errors import JitdbgError
from jitdbg.reports import cores
from jitdbg.reports.crash import MAGIC, SIZE, Crash, decode
from jitdbg.reports.expressions import UnknownOperation, evaluate

RSP, RIP = 7, 16


def no_memory(address: int) -> int:
    raise AssertionError(hex(address))


@pytest.mark.parametrize(("rip", "expected"), [(0x1005, 0x2008), (0x100B, 0x2010), (0x100F, 0x2010)])
def test_the_expression_of_a_plt_entry_adds_a_word_once_it_was_pushed(rip: int, expected: int) -> None:
    # breg7 8; breg16 0; lit15; and; lit11; ge; lit3; shl; plus: what GNU ld and lld write for .plt
    code = bytes([0x77, 8, 0x80, 0, 0x3F, 0x1A, 0x3B, 0x2A, 0x33, 0x24, 0x22])
    assert evaluate(code, {RSP: 0x2000, RIP: rip}, no_memory) == expected


def test_the_expression_of_a_signal_trampoline_reads_memory() -> None:
    code = bytes([0x77, 0xA0, 0x01, 0x06])  # breg7 160; deref
    assert evaluate(code, {RSP: 0x2000}, {0x20A0: 77}.__getitem__) == 77


def test_constants_are_signed_where_they_say_so() -> None:
    assert evaluate(bytes([0x09, 0xFF]), {}, no_memory) == (1 << 64) - 1
    assert evaluate(bytes([0x08, 0xFF]), {}, no_memory) == 255


@pytest.mark.parametrize("code", [b"", b"\x22", b"\x06", b"\xff", b"\x77", b"\x71\x00"])
def test_broken_expressions_are_one_kind_of_error(code: bytes) -> None:
    with pytest.raises(UnknownOperation):
        evaluate(code, {}, no_memory)


def record(number: int, code: int, address: int) -> bytes:
    info = struct.pack("<iii4xQ", number, 0, code, address).ljust(128, b"\0")
    return MAGIC + struct.pack("<iiii", 10, 11, number, 0) + info + struct.pack("<23q", *range(23))


def test_a_record_has_signal_address_and_registers() -> None:
    crash = decode(record(signal.SIGSEGV, 1, 1 << 63))
    assert (crash.pid, crash.tid, crash.name, crash.reason) == (10, 11, "SIGSEGV", "address not mapped")
    assert (crash.address, crash.pc, crash.registers["rsp"], crash.registers["rdi"]) == (1 << 63, 16, 15, 8)


def test_what_was_sent_has_no_address() -> None:
    assert decode(record(signal.SIGSEGV, 0, 77)).address is None
    assert decode(record(signal.SIGABRT, -6, 77)).address is None


@pytest.mark.parametrize("data", [b"", b"GET / HTTP/1.1", bytes(SIZE), MAGIC.ljust(SIZE - 1, b"\0")])
def test_anything_else_is_no_record(data: bytes) -> None:
    with pytest.raises(JitdbgError):
        decode(data)


CRASH = Crash(os.getpid(), os.getpid(), signal.SIGSEGV, 1, 0, {})


@pytest.fixture
def pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cores, "_PATTERN", tmp_path / "pattern")
    monkeypatch.setattr(cores, "_USES_PID", tmp_path / "uses_pid")
    monkeypatch.setattr(cores, "_limit", lambda _: "unlimited")
    (tmp_path / "uses_pid").write_text("0\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "pattern"


def test_a_core_lies_where_the_kernels_pattern_says(pattern: Path, tmp_path: Path) -> None:
    pattern.write_text("core\n")
    assert cores.core_place(CRASH, os.getpid()) == cores.CorePlace(f"{tmp_path}/core", "")
    (tmp_path / "uses_pid").write_text("1\n")
    assert cores.core_place(CRASH, os.getpid()).path == f"{tmp_path}/core.{os.getpid()}"
    pattern.write_text("%s-%p-%t-%%\n")
    assert cores.core_place(CRASH, os.getpid()).path == f"{tmp_path}/11-{os.getpid()}-*-%"


def test_a_core_that_goes_to_a_program_has_no_place(pattern: Path) -> None:
    pattern.write_text("|/usr/lib/systemd/systemd-coredump %P %u\n")
    place = cores.core_place(CRASH, os.getpid())
    assert place.path == ""
    assert place.remark.startswith("given to /usr/lib/systemd/systemd-coredump")


def test_a_core_without_room_or_permission_is_said(pattern: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern.write_text("/nowhere/at/all/core\n")
    assert "no permission, or no such directory" in cores.core_place(CRASH, os.getpid()).remark
    pattern.write_text("core\n")
    monkeypatch.setattr(cores, "_resident", lambda _: 1 << 60)
    assert "it may be cut short" in cores.core_place(CRASH, os.getpid()).remark


def test_a_core_of_no_size_is_none(pattern: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern.write_text("core\n")
    monkeypatch.setattr(cores, "_limit", lambda _: "0")
    place = cores.core_place(CRASH, os.getpid())
    assert place.path == ""
    assert "ulimit -c unlimited" in place.remark
