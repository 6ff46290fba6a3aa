"""The in-memory linker's images for AArch64 under QEMU: what they do that those for x86-64 don't."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile, Module, describe
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import LinkError
from jitdbg.linker import SLOTS_SECTION, Object, link
from jitdbg.tools import tool
from tests.aarch64_programs import READELF, cross_assembled, cross_compiled, emulated, fate, run_emulated
from tests.linking import assembled, compiled, run_program

ALLOC, EXEC = c.SHF_ALLOC, c.SHF_EXECINSTR
FAR = 0x4100000
"""More than half of what a branch reaches."""
GREETING = """
    .text
    .globl run
    .type run, %function
    run: bti c
         adrp x0, words
         add x0, x0, :lo12:words
         b puts
    .section .rodata
    words: .asciz "greetings"
"""
PROPERTY = """
    .section .note.gnu.property, "a", %note
    .balign 8
    .long 4, 16, 5
    .asciz "GNU"
    .long 0xc0000000, 4, {bits}, 0
"""


def image_of(*objects: Object, **options: object) -> bytes:
    return link(objects, soname="x.so", linker="memory", **options)  # type: ignore[arg-type]


def test_objects_for_two_machines_are_refused() -> None:
    with pytest.raises(LinkError, match=r"code\.o is for AArch64 and code\.o for x86-64; compile all .* one machine"):
        image_of(assembled("nop"), cross_assembled("nop"))


def test_objects_for_another_machine_go_to_the_linker_in_memory(tmp_path: Path) -> None:
    image = link([cross_assembled(GREETING)], soname="x.so")
    assert ElfFile(image).header.e_machine == c.EM_AARCH64
    assert run_emulated(tmp_path, image) == "greetings\nunloaded\n"


def test_image_is_laid_out_for_the_largest_pages() -> None:
    segments = ElfFile(image_of(cross_compiled("linker_basics.c"))).segments
    loaded = [segment for segment in segments if segment.p_type == c.PT_LOAD]
    assert len(loaded) == 2
    assert all(segment.p_align == 1 << 16 for segment in loaded)
    assert loaded[1].p_vaddr >> 16 > (loaded[0].p_vaddr + loaded[0].p_memsz - 1) >> 16
    assert all((segment.p_vaddr - segment.p_offset) % (1 << 16) == 0 for segment in loaded)


def test_read_only_relocations(tmp_path: Path) -> None:
    image = image_of(cross_compiled("linker_classes.cc", "-O1"), relro=True)
    assert any(segment.p_type == c.PT_GNU_RELRO for segment in ElfFile(image).segments)
    assert "caught deep" in run_emulated(tmp_path, image)


def test_static_objects_are_destroyed_when_the_image_is_unloaded(tmp_path: Path) -> None:
    source = """
        .text
        .globl run
        run: stp x29, x30, [sp, #-16]!
             adrp x0, farewell
             add x0, x0, :lo12:farewell
             mov x1, xzr
             adrp x2, __dso_handle
             add x2, x2, :lo12:__dso_handle
             bl __cxa_atexit
             ldp x29, x30, [sp], #16
             ret
        farewell: adrp x0, words
             add x0, x0, :lo12:words
             b puts
        .hidden __dso_handle
        .section .rodata
        words: .asciz "farewell"
    """
    assert run_emulated(tmp_path, image_of(cross_assembled(source))) == "farewell\nunloaded\n"


def test_what_atexit_was_given_runs_when_the_image_is_unloaded(tmp_path: Path) -> None:
    source = """
        .text
        .globl run
        run: adrp x0, farewell
             add x0, x0, :lo12:farewell
             b atexit
        farewell: adrp x0, words
             add x0, x0, :lo12:words
             b puts
        .section .rodata
        words: .asciz "farewell"
    """
    assert run_emulated(tmp_path, image_of(cross_assembled(source))) == "farewell\nunloaded\n"


@pytest.mark.parametrize("compiler", ["clang", "gcc"])
def test_pointers_to_a_resolved_function_are_equal(tmp_path: Path, compiler: str) -> None:
    item = cross_compiled("linker_resolved.c", "-O1", compiler=compiler)
    assert run_emulated(tmp_path, image_of(item)) == "1 1 1 2 3 13\nunloaded\n"


def test_exception_crosses_from_one_image_into_another(tmp_path: Path) -> None:
    for compiler in ("clang", "gcc"):
        images = [
            link([cross_compiled(name, "-O1", compiler=compiler)], soname=name, linker="memory")
            for name in ("linker_thrower.cc", "linker_catcher.cc")
        ]
        assert run_emulated(tmp_path, *images) == "thrown elsewhere 3\nthrown elsewhere\nunloaded\n"


def test_interposable_image_prefers_other_definitions(tmp_path: Path) -> None:
    def word(text: str) -> str:
        return f"""
            .globl word
            .type word, %function
            word: adrp x0, text
                  add x0, x0, :lo12:text
                  ret
            .section .rodata
            text: .asciz "{text}"
            .text
        """

    user = ".globl run\n run: stp x29, x30, [sp, #-16]!\n bl word\n ldp x29, x30, [sp], #16\n b puts\n"
    other = image_of(cross_assembled(word("other")))
    for interposable, expected in ((False, "own\nunloaded\n"), (True, "other\nunloaded\n")):
        image = link([cross_assembled(user + word("own"))], soname="y.so", linker="memory", interposable=interposable)
        assert run_emulated(tmp_path, other, image) == expected


def test_bound_names_go_through_their_slots() -> None:
    source = """
        .text
        call: bl bound
        load: adrp x0, :got:bound
              ldr x0, [x0, :got_lo12:bound]
        .data
        .balign 8
        .quad bound + 8
    """
    image = ElfFile(image_of(cross_assembled(source), bindings={"other": 1, "bound": 0x1234_5678_9ABC}))
    slots, text, data, plt = (image.find_section(name) for name in (SLOTS_SECTION, ".text", ".data", ".plt"))
    assert slots
    assert text
    assert data
    assert plt
    slot = slots.sh_addr + 8
    assert bytes(image.contents(slots)[8:]) == (0x1234_5678_9ABC).to_bytes(8, "little")
    assert bytes(image.contents(data)) == (0x1234_5678_9AC4).to_bytes(8, "little")
    assert not image.find_section(".rela.dyn")
    code = [int.from_bytes(image.contents(text)[index : index + 4], "little") for index in (0, 4, 8)]
    assert text.sh_addr + (code[0] & 0x3FFFFFF) * 4 == plt.sh_addr
    page = (code[1] >> 5 & 0x7FFFF) << 2 | code[1] >> 29 & 3
    assert ((text.sh_addr + 4) // 4096 + page) * 4096 + (code[2] >> 10 & 0xFFF) * 8 == slot


def test_other_linkers_say_that_they_bind_no_names() -> None:
    with pytest.raises(LinkError, match='lld can\'t bind names for AArch64; use linker="memory"'):
        link([cross_assembled("bl bound")], soname="x.so", linker="lld", bindings={"bound": 1})


def far_object(name: str, code: str) -> list[Object]:
    """Return an object of some code, and one of so much that a branch over two of it reaches no end."""
    writer = ObjectWriter(c.EM_AARCH64)
    writer.add_section(".text", bytes(FAR), sh_flags=ALLOC | EXEC, sh_addralign=4)
    return [cross_assembled(code), Object(name, bytes(writer))]


def test_branches_that_do_not_reach_take_veneers(tmp_path: Path) -> None:
    near = """
        .text
        .globl run, back
        .type run, %function
        run: stp x29, x30, [sp, #-16]!
             bl far
             bl far + 4
             ldp x29, x30, [sp], #16
             b puts
        back: ret
    """
    far = """
        .text
        .globl far
        .type far, %function
        far: nop
             stp x29, x30, [sp, #-16]!
             bl back
             bl own
             adrp x0, words
             add x0, x0, :lo12:words
             bl puts
             adrp x0, words
             add x0, x0, :lo12:words
             ldp x29, x30, [sp], #16
             ret
        own: ret
        .section .rodata
        words: .asciz "from afar"
    """
    objects = [*far_object("one.o", near), *far_object("two.o", "nop"), cross_assembled(far)]
    image = image_of(*objects)
    names = [symbol.name for symbol in ElfFile(image).symbols if symbol.name.endswith("_veneer")]
    assert sorted(names) == ["__back_veneer", "__far_veneer", "__far_veneer", "__puts_veneer", "__puts_veneer"]
    assert run_emulated(tmp_path, image) == "from afar\nfrom afar\nfrom afar\nunloaded\n"


def test_branch_out_of_a_huge_section_is_refused() -> None:
    writer = ObjectWriter(c.EM_AARCH64)
    text = writer.add_section(".text", bytes(2 * FAR), sh_flags=ALLOC | EXEC, sh_addralign=4)
    writer.add_relocation(text, 0, c.R_AARCH64_CALL26, writer.add_symbol("callee"))
    with pytest.raises(
        LinkError, match=r"huge\.o: \.text\+0x0: R_AARCH64_CALL26 against callee: .* divide the section"
    ):
        image_of(Object("huge.o", bytes(writer)))


def features(*bits: int | None) -> tuple[int, int]:
    """Return the features of an image of objects with these, and how many segments speak of them."""
    texts = [f".text\n.globl f{index}\nf{index}: ret\n" for index in range(len(bits))]
    objects = [
        cross_assembled(text + (PROPERTY.format(bits=own) if own is not None else ""))
        for text, own in zip(texts, bits, strict=True)
    ]
    elf = ElfFile(image_of(*objects))
    section = elf.find_section(".note.gnu.property")
    segments = [segment for segment in elf.segments if segment.p_type == c.PT_GNU_PROPERTY]
    assert [segment.p_vaddr for segment in segments] == ([section.sh_addr] if section else [])
    return (int.from_bytes(elf.contents(section)[24:28], "little") if section else 0), len(segments)


def test_image_has_the_features_that_all_objects_have() -> None:
    assert features(3) == (3, 1)
    assert features(3, 1) == (1, 1)
    assert features(1, 2) == (0, 0)
    assert features(3, None) == (0, 0)
    assert features(None) == (0, 0)


def test_landing_pads_are_enforced_where_all_objects_have_them(tmp_path: Path) -> None:
    unmarked = GREETING.replace("bti c", "nop")
    options = ("-cpu", "max")
    for source, bits, expected in ((GREETING, 3, 0), (unmarked, 3, -signal.SIGILL), (unmarked, 2, 0)):
        image = image_of(cross_assembled(source + PROPERTY.format(bits=bits)))
        assert fate(tmp_path, image, options=options) == expected


def test_signed_return_addresses_and_landing_pads_of_compilers(tmp_path: Path) -> None:
    for compiler in ("clang", "gcc"):
        part = cross_compiled("linker_classes.cc", "-O1", "-mbranch-protection=standard", compiler=compiler)
        image = image_of(part)
        assert "caught deep" in run_emulated(tmp_path, image, options=("-cpu", "max"))
        (tmp_path / "x.so").write_bytes(image)
        assert "BTI, PAC" in run_program([READELF, "-nW", tmp_path / "x.so"])


def test_calling_convention_of_its_own_is_kept() -> None:
    source = ".globl f\n.variant_pcs f\nf: ret\n.variant_pcs g\nbl g\n"
    image = ElfFile(image_of(cross_assembled(source)))
    assert {symbol.name: symbol.st_other for symbol in image.dynamic_symbols if symbol.name} == {"f": 0x80, "g": 0x80}


def stub_tags(source: str) -> set[int]:
    image = ElfFile(image_of(cross_assembled(source)))
    return {tag for tag, _ in image.dynamic} & {c.DT_AARCH64_BTI_PLT, c.DT_AARCH64_VARIANT_PCS}


def test_loader_is_told_what_stubs_are_like() -> None:
    call, calls_another_way, landing_pads = "bl g\n", ".variant_pcs g\n", PROPERTY.format(bits=1)
    assert stub_tags(call) == set()
    assert stub_tags(call + landing_pads) == {c.DT_AARCH64_BTI_PLT}
    assert stub_tags(call + calls_another_way) == {c.DT_AARCH64_VARIANT_PCS}
    assert stub_tags(calls_another_way + ".globl g\ng: ret\nbl g\n" + landing_pads) == set()


def test_imports_have_the_versions_of_the_other_machines_libraries(tmp_path: Path) -> None:
    (tmp_path / "x.so").write_bytes(image_of(cross_compiled("linker_basics.c")))
    assert "pow@GLIBC_2.29" in run_program([READELF, "-W", "--dyn-syms", tmp_path / "x.so"])


def test_image_says_what_it_is_in_its_first_page() -> None:
    modules = [Module("fib", 3, "/src/fib.ll", 2, {"llvm": "22.1"})]
    image = image_of(cross_compiled("linker_basics.c"), build_id=bytes(range(20)), modules=modules, ir=[b"define"])
    assert describe(image).build_id == bytes(range(20))
    assert describe(image).modules == tuple(modules)
    assert all(note.offset + len(note.desc) < 4096 for note in ElfFile(image).notes())


IR = """declare i32 @puts(ptr)
@words = private constant [9 x i8] c"from IR!\\00"
define void @run() {
  call i32 @puts(ptr @words)
  ret void
}
"""


def jitdbg(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jitdbg", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("options", [[], ["--linker", "memory"], ["--linker", "lld"]])
def test_command_builds_for_another_machine(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "run.ll").write_text(IR)
    image = tmp_path / "run.so"
    done = jitdbg("build", "--target", "aarch64-unknown-linux-gnu", tmp_path / "run.ll", "-o", image, *options)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run_program([*emulated(), image]) == "from IR!\nunloaded\n"
    run_program([tool("llvm-dwarfdump").path, "--verify", image])


def test_command_links_for_another_machine(tmp_path: Path) -> None:
    (tmp_path / "code.o").write_bytes(cross_assembled(GREETING).data)
    done = jitdbg("link", tmp_path / "code.o", "-o", tmp_path / "code.so", "--linker", "memory")
    assert (done.returncode, done.stderr) == (0, "")
    assert run_program([*emulated(), tmp_path / "code.so"]) == "greetings\nunloaded\n"


def test_objects_of_x86_64_are_linked_as_before_after_those_of_another_machine(tmp_path: Path) -> None:
    before = image_of(compiled("linker_basics.c"))
    run_emulated(tmp_path, image_of(cross_compiled("linker_basics.c")))
    assert image_of(compiled("linker_basics.c")) == before
