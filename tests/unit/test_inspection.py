"""What files say about themselves, as facts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jitdbg import elf, inspection
from jitdbg.codegen import Options, compile_text
from jitdbg.errors import ElfError
from jitdbg.inspection import Export, Import, Module, Unit
from jitdbg.linker import Object, link

IR = """
@counter = global i64 0
@local = thread_local global i32 0
declare i32 @puts(ptr)
declare extern_weak i32 @perhaps()
define i32 @hello(ptr %text) !dbg !4 {
  %r = call i32 @puts(ptr %text), !dbg !6
  %there = icmp eq ptr @perhaps, null
  ret i32 %r, !dbg !6
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, producer: "a compiler", emissionKind: FullDebug)
!1 = !DIFile(filename: "hello.c", directory: "/where")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !{i32 7, !"Dwarf Version", i32 5}
!4 = distinct !DISubprogram(name: "hello", file: !1, line: 1, type: !5, unit: !0, spFlags: DISPFlagDefinition)
!5 = !DISubroutineType(types: !{})
!6 = !DILocation(line: 2, column: 3, scope: !4)
"""
DESCRIBED = elf.Module("hello", 2, "/where/hello.c", 1, {"jitdbg": "0.1", "llvm": "22"})


def object_bytes() -> bytes:
    return compile_text(IR, Options()).data


def image_bytes(ir: bytes = b"the IR") -> bytes:
    return link([Object("hello.o", object_bytes())], soname="libhello.so", modules=[DESCRIBED], ir=[ir], linker="ld")


def test_an_image_tells_what_it_was_made_of() -> None:
    facts = inspection.inspect(image_bytes(), "libhello.so")
    assert facts.kind == "shared library"
    assert facts.machine == "x86-64"
    assert facts.soname == "libhello.so"
    assert facts.build_id is not None
    assert facts.modules == (Module("hello", 2, "/where/hello.c", 1, {"jitdbg": "0.1", "llvm": "22"}, 6),)


def test_an_images_symbols_are_told_with_versions_kinds_and_sizes() -> None:
    facts = inspection.inspect(image_bytes(), "libhello.so")
    exports = {export.name: export for export in facts.exports}
    assert exports["hello"].kind == "function"
    assert exports["hello"].size > 0
    assert (exports["counter"].kind, exports["counter"].size) == ("object", 8)
    assert exports["local"].kind == "thread-local"
    imports = {wanted.name: wanted for wanted in facts.imports}
    assert imports["puts"].library == "libc.so.6"
    assert imports["puts"].version is not None
    assert imports["puts"].version.startswith("GLIBC_2.")
    assert imports["perhaps"] == Import("perhaps", None, None, weak=True)
    assert facts.needed == ("libc.so.6",)


def test_layout_and_debug_info_are_told() -> None:
    facts = inspection.inspect(image_bytes(), "libhello.so")
    sections = {section.name: section for section in facts.sections}
    assert sections[".text"].kind == "PROGBITS"
    assert set("AX") <= set(sections[".text"].flags)
    loaded = [segment for segment in facts.segments if segment.kind == "LOAD"]
    assert any(segment.permissions.endswith("x") for segment in loaded)
    assert facts.units == (Unit("hello.c", "/where", "a compiler", 5),)


def test_an_object_is_told_by_its_symbol_table() -> None:
    facts = inspection.inspect(object_bytes(), "hello.o")
    assert facts.kind == "object"
    assert facts.modules == ()
    assert facts.segments == ()
    assert [export.name for export in facts.exports] == ["counter", "hello", "local"]
    assert facts.exports[1] == Export("hello", "function", 0, facts.exports[1].size)
    assert Import("puts", None, None, weak=False) in facts.imports
    assert facts.units == (Unit("hello.c", "/where", "a compiler", 5),)


def test_a_library_of_others_is_told_too() -> None:
    import _ctypes

    path = _ctypes.__file__
    facts = inspection.inspect(Path(path).read_bytes(), path)
    assert facts.kind == "shared library"
    assert not facts.made_by_jitdbg
    assert "PyInit__ctypes" in {export.name for export in facts.exports}
    assert "libc.so.6" in facts.needed


def test_an_executable_is_called_one() -> None:
    assert inspection.inspect(Path(sys.executable).read_bytes(), sys.executable).kind == "executable"


def test_the_c_library_is_a_library_though_it_can_be_run() -> None:
    path = next(line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines() if "/libc.so.6" in line)
    assert inspection.inspect(Path(path).read_bytes(), path).kind == "shared library"


def test_the_ir_is_given_by_module() -> None:
    assert inspection.modules_with_ir(image_bytes(b"define"), "libhello.so") == {"hello": b"define"}


def test_without_ir_the_reason_is_said() -> None:
    with pytest.raises(ElfError, match="was linked from objects"):
        inspection.modules_with_ir(image_bytes(b""), "libhello.so")
    with pytest.raises(ElfError, match="was not made by jitdbg"):
        inspection.modules_with_ir(object_bytes(), "hello.o")


@pytest.mark.parametrize("data", [b"", b"text", b"\x7fELF", b"\x7fELF\x01\x01" + bytes(60)])
def test_what_is_no_elf_file_is_refused(data: bytes) -> None:
    with pytest.raises(ElfError, match=r"^notes\.txt: .*ELF"):
        inspection.inspect(data, "notes.txt")


def test_broken_files_end_in_an_elf_error_or_in_facts() -> None:
    image = image_bytes()
    debug = elf.ElfFile(image).find_section(".debug_info")
    assert debug is not None
    refused = 0
    for offset in [*range(0, 64, 3), *range(debug.sh_offset, debug.sh_offset + debug.sh_size, 2)]:
        broken = bytearray(image)
        broken[offset] ^= 0xFF
        try:
            inspection.inspect(bytes(broken), "broken.so")
        except ElfError:
            refused += 1
    assert refused > 10
