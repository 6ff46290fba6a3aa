"""Core dumps: which files were mapped where, and the memory that was kept.

A core is an ELF file whose notes name the mappings (``NT_FILE``), the auxiliary vector (``NT_AUXV``) and the signal
(``NT_PRSTATUS``), and whose PT_LOAD segments hold the memory; of a file's mapping a default core keeps the first page
alone. Sources: core(5), <linux/elfcore.h>, Linux's fs/binfmt_elf.c (``fill_files_note``), link.h for the loader's list.
"""

from __future__ import annotations

import mmap
import os
import struct
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from types import TracebackType

from jitdbg.elf import ElfFile, Note
from jitdbg.elf import constants as c
from jitdbg.errors import CoreError, ElfError
from jitdbg.mappings import Mapping

NT_PRSTATUS, NT_AUXV, NT_FILE = 1, 6, 0x46494C45
_AT_PHDR, _AT_PHNUM, _AT_ENTRY = 3, 5, 9
_FILES_HEAD, _FILE_ROW, _PAIR = struct.Struct("<QQ"), struct.Struct("<QQQ"), struct.Struct("<QQ")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_PR_CURSIG = 12  # struct elf_prstatus, behind struct elf_siginfo
_LIBRARIES_LIMIT = 100_000
_PATH_LIMIT = 4096


class Core:
    """An open core dump; its memory is readable until `close`."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open a core. Raises `CoreError` for what is none, or of a machine whose cores can't be read."""
        self.path = os.fspath(path)
        try:
            with open(self.path, "rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            raise CoreError(f"{self.path} can't be read: {error.strerror}") from None
        except ValueError:
            raise CoreError(f"{self.path} is empty: no core was written, or not to its end") from None
        try:
            elf = ElfFile(self._data, self.path)
            if elf.header.e_type != c.ET_CORE:
                raise CoreError(f"{self.path} is no core dump: give the file that the kernel or gcore wrote")
            self.machine = elf.header.e_machine
            self._loads = sorted(
                (s.p_vaddr, s.p_filesz, s.p_offset) for s in elf.segments if s.p_type == c.PT_LOAD and s.p_filesz
            )
            self._notes = tuple(elf.notes())
        except ElfError as error:
            raise CoreError(f"the core dump can't be read: {error}") from None
        self._starts = [start for start, _, _ in self._loads]

    def __enter__(self) -> Core:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._data.close()

    @property
    def missing(self) -> int:
        """How many bytes of memory the core should hold beyond its end: what was cut off when it was written."""
        return max(0, max((offset + size for _, size, offset in self._loads), default=0) - len(self._data))

    @cached_property
    def signal(self) -> int:
        """The number of the signal that ended the program; 0 in a core that gcore took."""
        status = self._note(NT_PRSTATUS)
        return struct.unpack_from("<H", status, _PR_CURSIG)[0] if len(status) >= _PR_CURSIG + 2 else 0

    @cached_property
    def mappings(self) -> tuple[Mapping, ...]:
        """The mapped files, by address."""
        note = self._note(NT_FILE)
        try:
            count, page = _FILES_HEAD.unpack_from(note)
            table = note[_FILES_HEAD.size : _FILES_HEAD.size + count * _FILE_ROW.size]
            names = note[_FILES_HEAD.size + count * _FILE_ROW.size :].split(b"\0")
            rows = list(_FILE_ROW.iter_unpack(table))
        except struct.error:
            rows, names, page = [], [], 0
        return tuple(
            Mapping(start, end, offset * page, os.fsdecode(name))
            for (start, end, offset), name in zip(rows, names, strict=False)
        )

    def find_memory(self, address: int, size: int) -> bytes | None:
        """Return ``size`` bytes of the program's memory; None where the core has not kept all of them."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        start, length, offset = self._loads[index]
        inside = address - start
        data = self._data[offset + inside : offset + inside + size] if inside + size <= length else b""
        return data if len(data) == size else None

    def memory(self, address: int, size: int) -> bytes:
        """Return ``size`` bytes of the program's memory, or as many as a core that was cut off has from there on."""
        index = bisect_right(self._starts, address) - 1
        start, length, offset = self._loads[index]
        inside = address - start
        return self._data[offset + inside : offset + min(inside + size, length)]

    def areas(self) -> Iterator[tuple[int, int]]:
        """Yield the memory that was kept: address and size."""
        yield from ((start, size) for start, size, _ in self._loads)

    @cached_property
    def executable(self) -> str:
        """The path of the program: the file that its entry point was mapped from; empty where the core has no list."""
        entry = self._vector.get(_AT_ENTRY, 0)
        return next((each.path for each in self.mappings if each.start <= entry < each.end), "")

    @cached_property
    def _vector(self) -> dict[int, int]:
        note = self._note(NT_AUXV)
        return dict(_PAIR.iter_unpack(note[: len(note) // _PAIR.size * _PAIR.size]))

    @cached_property
    def library_names(self) -> dict[int, str]:
        """The names by which the loader had opened libraries, by what is added to their addresses.

        They are those that a debugger asks for, and can differ from the kernel's, which has followed symbolic links.
        Empty where the core has not kept the loader's list.
        """
        return dict(self._libraries())

    def _libraries(self) -> Iterator[tuple[int, str]]:
        r_debug = self._find_r_debug()
        entry = self._word(r_debug + 8) if r_debug else None
        for _ in range(_LIBRARIES_LIMIT):
            if not entry:
                return
            bias, name, following = self._word(entry), self._word(entry + 8), self._word(entry + 24)
            if bias is not None and name and (text := self._string(name)):
                yield bias, text
            entry = following

    def _find_r_debug(self) -> int | None:
        """Follow the program's own DT_DEBUG, which the loader has filled in."""
        address, count = self._vector.get(_AT_PHDR, 0), self._vector.get(_AT_PHNUM, 0)
        table = self.find_memory(address, count * _SEGMENT.size)
        headers = {row[0]: row for row in _SEGMENT.iter_unpack(table or b"")}
        if c.PT_DYNAMIC not in headers:
            return None
        bias = address - headers[c.PT_PHDR][3] if c.PT_PHDR in headers else 0
        dynamic = self.find_memory(bias + headers[c.PT_DYNAMIC][3], headers[c.PT_DYNAMIC][5] // _PAIR.size * _PAIR.size)
        return dict(_PAIR.iter_unpack(dynamic or b"")).get(c.DT_DEBUG)

    def _word(self, address: int) -> int | None:
        word = self.find_memory(address, 8)
        return int.from_bytes(word, "little") if word else None

    def _string(self, address: int) -> str:
        index = bisect_right(self._starts, address) - 1
        start, length, offset = self._loads[max(index, 0)]
        place = offset + address - start
        text = self._data[place : min(place + _PATH_LIMIT, offset + length)] if start <= address else b""
        return os.fsdecode(text.partition(b"\0")[0])

    def _note(self, n_type: int) -> bytes:
        return next((note.desc for note in self._notes if _is_kernels(note, n_type)), b"")


def _is_kernels(note: Note, n_type: int) -> bool:
    return note.owner == b"CORE" and note.n_type == n_type
