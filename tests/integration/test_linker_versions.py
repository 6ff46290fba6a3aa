"""Imports of a version that ``.symver`` chooses, and names that only look like it."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker import Object, link
from tests.linking import assembled, compiled_file, run_program

# Only the newer one takes a null pointer for the result and allocates it.
REALPATH = """
    #include <stdlib.h>
    __asm__(".symver old_realpath, realpath@GLIBC_2.2.5");
    char *old_realpath(const char *, char *);
    int old(void) { return old_realpath("/", 0) != 0; }
    int new(void) { return realpath("/", 0) != 0; }
"""


@pytest.mark.parametrize("linker", ["memory", "ld", "lld", "mold"])
def test_symver_chooses_the_version_of_an_import(linker: str, tmp_path: Path) -> None:
    source, path = tmp_path / "paths.c", tmp_path / "paths.so"
    source.write_text(REALPATH)
    path.write_bytes(link([compiled_file(source)], soname="paths.so", linker=linker))
    symbols = run_program(["readelf", "-W", "--dyn-syms", path])
    assert "realpath@GLIBC_2.2.5" in symbols
    assert "realpath@GLIBC_2.3" in symbols
    library = ctypes.CDLL(str(path))
    assert (library.old(), library.new()) == (0, 1)


def test_the_tables_have_the_plain_name() -> None:
    data = link([assembled("call f@PLT\n.symver f, realpath@GLIBC_2.2.5")], soname="x.so")
    elf = ElfFile(data)
    assert [symbol.name for symbol in elf.dynamic_symbols] == ["", "realpath"]
    assert "realpath@GLIBC_2.2.5" in [symbol.name for symbol in elf.symbols]
    assert elf.needed == ["libc.so.6"]


def test_a_version_that_no_library_has_is_refused() -> None:
    with pytest.raises(LinkError, match=r"new\.o: no library has realpath in version GLIBC_9\.9; .*\.symver"):
        link([Object("new.o", assembled("call f@PLT\n.symver f, realpath@GLIBC_9.9").data)], soname="x.so")


@pytest.mark.parametrize("name", ["?f@@YAXXZ", "@fast@8", "std_cal@8", "vecto@@16", "f@@@@@@@"])
def test_at_signs_without_a_version_are_part_of_the_name(name: str) -> None:
    mark = "n" * len(name)
    data = assembled(f".globl {mark}\n{mark}: ret\n").data
    image = ElfFile(link([Object("x.o", data.replace(mark.encode(), name.encode()))], soname="x.so"))
    assert [symbol.name for symbol in image.dynamic_symbols if symbol.st_shndx != c.SHN_UNDEF] == [name]
