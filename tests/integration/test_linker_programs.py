"""The same programs through each linker: what they print, what they export and how their images are laid out."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile, Module, describe, exported
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.linker import LINKERS, Object, link
from jitdbg.tools import tool
from tests.linking import assembled, compiled, compiled_file, host, link_and_run, run_images, run_program

OUTPUT = {
    "linker_constructors.c": """constructor 200
constructor 1000
constructor
constructor, second
run
destructor, second
destructor
destructor 1000
destructor 200
unloaded
""",
    "linker_tls.c": """220 205 150 288
5 7 25 uext 0
unloaded
""",
    "linker_ifunc.c": "3 4 5 6 7\n1\nunloaded\n",
    "linker_vectors.c": """8.5 14.25 18.125 21 22 22 22 24 46 62 80 100
3.375 0.857
unloaded
""",
    "linker_basics.c": """1 3 5 9
42 9 11
zero first second third fourth many many seventh many one two three
8 2
10 2.500
12 5 7 -1
610 0.7081 aligned 0
copied
unloaded
""",
}


@pytest.fixture(params=LINKERS)
def linker(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("program", OUTPUT)
@pytest.mark.parametrize("flags", ["-O0", "-O2 -ffunction-sections -fdata-sections", "-O1 -fno-plt"])
def test_program_prints_what_it_should(tmp_path: Path, linker: str, program: str, flags: str) -> None:
    assert link_and_run(tmp_path, linker, compiled(program, *flags.split())) == OUTPUT[program]


@pytest.mark.parametrize("visibility", ["default", "hidden"])
def test_first_and_last_function(tmp_path: Path, linker: str, visibility: str) -> None:
    source = tmp_path / "functions.c"
    source.write_text(f"""#include <stdio.h>
        __attribute__((constructor)) static void made(void) {{ puts("constructor"); }}
        __attribute__((destructor)) static void destroyed(void) {{ puts("destructor"); }}
        __attribute__((visibility("{visibility}"))) void _init(void) {{ puts("first"); }}
        __attribute__((visibility("{visibility}"))) void _fini(void) {{ puts("last"); }}
        void run(void) {{ puts("run"); }}""")
    expected = "first\nconstructor\nrun\ndestructor\nlast\nunloaded\n"
    assert link_and_run(tmp_path, linker, compiled_file(source)) == expected


def test_classes_exceptions_and_static_objects(tmp_path: Path, linker: str) -> None:
    printed = link_and_run(tmp_path, linker, compiled("linker_classes.cc", "-O0")).splitlines()
    assert printed[:2] == ["made first", "made second"]
    assert printed[2:5] == ["4 1", "3 0", "a1 b2 xx845made own"]
    assert "caught deep" in printed
    assert "6" in printed
    assert printed[-2:] == ["destroyed second", "destroyed first"]


# GNU ld and mold give one function two addresses.
@pytest.mark.parametrize("name", ["memory", "lld"])
@pytest.mark.parametrize("flags", ["-O0", "-O2", "-O1 -mcmodel=large", "-O1 -fno-plt"])
@pytest.mark.parametrize("compiler", ["", "gcc"])
def test_pointers_to_a_resolved_function_are_equal(tmp_path: Path, name: str, flags: str, compiler: str) -> None:
    item = compiled("linker_resolved.c", *flags.split(), compiler=compiler)
    assert link_and_run(tmp_path, name, item) == "1 1 1 2 3 13\nunloaded\n"


def test_exception_crosses_from_one_image_into_another(tmp_path: Path, linker: str) -> None:
    images = [
        link([compiled(name, "-O1")], soname=name, linker=linker) for name in ("linker_thrower.cc", "linker_catcher.cc")
    ]
    assert run_images(tmp_path, *images) == "thrown elsewhere 3\nthrown elsewhere\nunloaded\n"


def test_two_objects_make_one_image(tmp_path: Path, linker: str) -> None:
    objects = [compiled("linker_first.c", "-fcommon"), compiled("linker_second.c", "-fcommon")]
    assert link_and_run(tmp_path, linker, *objects) == "first begins\nsecond begins\n23 10 2 5 2\nunloaded\n"


def test_static_objects_are_destroyed_when_the_image_is_unloaded(tmp_path: Path, linker: str) -> None:
    source = """
        .text
        .globl run
        run: subq $8, %rsp
             leaq farewell(%rip), %rdi
             xorl %esi, %esi
             leaq __dso_handle(%rip), %rdx
             call __cxa_atexit@PLT
             addq $8, %rsp
             ret
        farewell: leaq text(%rip), %rdi
             jmp puts@PLT
        .hidden __dso_handle
        .section .rodata
        text: .asciz "farewell"
    """
    assert link_and_run(tmp_path, linker, assembled(source)) == "farewell\nunloaded\n"


def test_what_atexit_was_given_runs_when_the_image_is_unloaded(tmp_path: Path, linker: str) -> None:
    """No shared library of glibc's has atexit: each image has its own."""
    source = """
        .text
        .globl run
        run: subq $8, %rsp
             leaq farewell(%rip), %rdi
             call atexit@PLT
             movq atexit@GOTPCREL(%rip), %rax
             leaq later(%rip), %rdi
             call *%rax
             addq $8, %rsp
             ret
        farewell: leaq text(%rip), %rdi
             jmp puts@PLT
        later: leaq before(%rip), %rdi
             jmp puts@PLT
        .section .rodata
        text: .asciz "farewell"
        before: .asciz "before that"
    """
    assert link_and_run(tmp_path, linker, assembled(source)) == "before that\nfarewell\nunloaded\n"


def test_image_says_what_it_is_in_its_first_page(linker: str) -> None:
    modules = [Module("fib", 3, "/src/fib.ll", 2, {"llvm": "22.1"})]
    image = link(
        [compiled("linker_basics.c", "-O0")],
        soname="fib.so",
        linker=linker,
        build_id=bytes(range(20)),
        modules=modules,
        ir=[b"define i32 @fib()"],
    )
    elf = ElfFile(image)
    assert {note.owner for note in elf.notes() if note.offset + 20 + len(note.desc) <= 4096} >= {b"GNU", b"jitdbg"}
    assert describe(image).build_id == bytes(range(20))
    assert describe(image).modules == tuple(modules)
    assert describe(image).ir == (b"define i32 @fib()",)
    assert elf.soname == "fib.so"


def test_a_hundred_modules_are_listed(linker: str) -> None:
    modules = [Module(f"module {index}", 1, f"/somewhere/source{index * 7919}.ll") for index in range(100)]
    image = link([compiled("linker_first.c")], soname="m.so", linker=linker, modules=modules)
    assert describe(image).modules == tuple(modules)
    assert all(note.offset + len(note.desc) < 4096 for note in ElfFile(image).notes())


def test_build_id_is_a_hash_of_the_contents(linker: str) -> None:
    def build_id(*flags: str) -> bytes | None:
        return ElfFile(link([compiled("linker_basics.c", *flags)], soname="x.so", linker=linker)).build_id

    assert build_id("-O0") == build_id("-O0")
    assert build_id("-O0") != build_id("-O1")
    assert len(build_id("-O0") or b"") == 20


def test_stack_is_not_executable(linker: str) -> None:
    source = '.text; .globl f; f: ret\n.section .trampolines,"ax",@progbits; nop'
    segments = ElfFile(link([assembled(source)], soname="x.so", linker=linker)).segments
    assert [segment.p_flags for segment in segments if segment.p_type == c.PT_GNU_STACK] == [c.PF_R | c.PF_W]
    assert any(
        segment.p_type == c.PT_GNU_EH_FRAME
        for segment in ElfFile(link([compiled("linker_basics.c")], soname="x.so", linker=linker)).segments
    )


def test_imports_have_versions_and_only_needed_libraries_are_named(tmp_path: Path, linker: str) -> None:
    image = link([compiled("linker_basics.c", "-O0")], soname="x.so", linker=linker)
    (tmp_path / "x.so").write_bytes(image)
    versions = run_program(["readelf", "-W", "--dyn-syms", tmp_path / "x.so"])
    assert "memcpy@GLIBC_2.14" in versions
    assert "pow@GLIBC_2.29" in versions
    assert sorted(ElfFile(image).needed) == ["libc.so.6", "libm.so.6"]


def test_only_visible_symbols_are_exported(linker: str) -> None:
    names = set(exported(ElfFile(link([compiled("linker_basics.c", "-O0")], soname="x.so", linker=linker))))
    assert names >= {"run", "fib", "common", "guarded", "replaceable"}
    assert not names & {"hidden", "add", "words", "__dso_handle"}


def test_debug_sections_can_be_left_out(linker: str) -> None:
    elf = ElfFile(link([compiled("linker_first.c")], soname="x.so", linker=linker, strip_debug=True))
    assert not [section.name for section in elf.sections if section.name.startswith(".debug")]


def test_interposable_image_prefers_other_definitions(tmp_path: Path, linker: str) -> None:
    user = assembled(
        ".globl run; run: subq $8,%rsp; call word@PLT; movq %rax,%rdi; call puts@PLT; addq $8,%rsp; ret\n"
        '.globl word; .type word,@function; word: leaq 1f(%rip),%rax; ret; 1: .asciz "own"'
    )
    other = assembled('.globl word; .type word,@function; word: leaq 1f(%rip),%rax; ret; 1: .asciz "other"')
    images = [link([other], soname="a.so", linker=linker)]
    own = run_images(tmp_path, *images, link([user], soname="b.so", linker=linker))
    interposed = run_images(tmp_path, *images, link([user], soname="c.so", linker=linker, interposable=True))
    assert (own, interposed) == ("own\nunloaded\n", "other\nunloaded\n")


def test_backtrace_runs_through_the_image(tmp_path: Path, linker: str) -> None:
    image = link([compiled("linker_basics.c", "-O0")], soname="x.so", linker=linker)
    (tmp_path / "x.so").write_bytes(image)
    printed = run_program(
        [
            "gdb",
            "-nx",
            "-batch",
            "-ex",
            "set breakpoint pending on",
            "-ex",
            "break hidden",
            "-ex",
            "run",
            "-ex",
            "bt",
            "-ex",
            "info locals",
            "-ex",
            "print x",
            "--args",
            host(),
            tmp_path / "x.so",
        ]
    )
    assert "hidden (x=4)" in printed
    assert "in run () at" in printed
    assert "in main (argc=2" in printed


def test_lldb_stops_in_the_image_and_shows_values(tmp_path: Path, linker: str) -> None:
    image = link([compiled("linker_basics.c", "-O0")], soname="x.so", linker=linker)
    (tmp_path / "x.so").write_bytes(image)
    commands = ["breakpoint set -n hidden", "run", "frame variable x", "bt", "thread step-out", "kill"]
    printed = run_program(
        [
            tool("lldb").path,
            "--no-lldbinit",
            "--batch",
            *(word for command in commands for word in ("-o", command)),
            "--",
            host(),
            tmp_path / "x.so",
        ]
    )
    assert "(int) x = 4" in printed
    assert "hidden(x=4) at linker_basics.c" in printed
    assert "run at linker_basics.c" in printed
    assert "main" in printed


def test_memory_of_a_large_link_is_bounded() -> None:
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(1 << 20), sh_flags=c.SHF_ALLOC | c.SHF_EXECINSTR, sh_addralign=16)
    info = writer.add_section(".debug_info", bytes(2 << 20))
    addresses = writer.add_section(".debug_addr", bytes(8 * 10_000))
    symbols = [writer.add_symbol(f"f{n}", text, n * 64, 64, st_type=c.STT_FUNC) for n in range(300)]
    for index in range(10_000):
        writer.add_relocation(text, index * 100, c.R_X86_64_PC32, symbols[index % 300], -4)
        writer.add_relocation(addresses, index * 8, c.R_X86_64_64, symbols[index // 34])
        writer.add_relocation(info, index * 201, c.R_X86_64_32, symbols[index % 7])
    data = bytes(writer)
    link([Object("large.o", data)], soname="x.so", linker="memory", build_id=b"1")
    tracemalloc.start()
    try:
        image = link([Object("large.o", data)], soname="x.so", linker="memory", build_id=b"1")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak + len(data) <= 2 * (len(image) + len(data))
