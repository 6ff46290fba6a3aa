"""Objects of a shape that was linked before: the image is the one that the linker would have made.

Both who may fill a pattern in are tried, Python and the kernel.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

import pytest

from jitdbg import codegen
from jitdbg.elf import ElfFile, Module
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.kernel import compiled, load
from jitdbg.linker import Object, link, memory
from jitdbg.linker.options import Options
from jitdbg.linker.recurring import kernel, recall
from tests.linking import assembled
from tests.mutations import mutated

BUILD_ID = bytes(range(20))


class Filler:
    """Who fills patterns in; ``images`` counts those that the kernel has made."""

    def __init__(self, native: kernel.Fill | None) -> None:
        self.native, self.images = native, 0

    def __call__(self, *arguments: bytes) -> bytes:
        assert self.native
        image = self.native(*arguments)
        self.images += bool(image)
        return image


@pytest.fixture(scope="session")
def native(tmp_path_factory: pytest.TempPathFactory) -> kernel.Kernel:
    path = tmp_path_factory.mktemp("kernel") / "kernel.so"
    path.write_bytes(compiled())
    return load(path)


@pytest.fixture(params=["python", "kernel"], autouse=True)
def filler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Filler:
    native = request.getfixturevalue("native") if request.param == "kernel" else None
    chosen = Filler(native and native.fill)
    monkeypatch.setattr(kernel, "_state", kernel.State(kernel=native and native._replace(fill=chosen)))
    return chosen


def function(name: str, constant: int, padding: int = 0) -> str:
    return f"""
.text
.globl {name}
.type {name}, @function
{name}:
    .cfi_startproc
    movl ${constant}, %eax
    .skip {padding}, 0x90
    ret
    .cfi_endproc
.size {name}, . - {name}
"""


CALLING = """
    .globl {name}
    {name}: .cfi_startproc
    call *puts@GOTPCREL(%rip)
    call *abort@GOTPCREL(%rip)
    .cfi_endproc
    .section .rodata.str1.1,"aMS",@progbits,1
    .asciz "{text}"
    .section .rodata.cst8,"aM",@progbits,8
    .quad {number}
"""
VARIABLES = """
    .text
    local{name}: movl counter(%rip), %eax
    ret
    .data
    counter: .long {number}
    .lcomm zeroes, {size}
    .globl {name}
    {name}: .long 3
"""

SHAPES: dict[str, Callable[[int], str]] = {
    "a function": lambda n: function("f" * (n + 1), n << n, n * 5),
    "several functions": lambda n: "".join(function(f"{name}{n}", n) for name in ("one", "two", "six", "ten", "last")),
    "imports and constants": lambda n: CALLING.format(name=f"caller{n * n}", text="a" * n, number=n),
    "variables": lambda n: VARIABLES.format(name=f"v{10**n}", number=n, size=1 + 100 * n),
}


def variant(shape: str, n: int) -> Object:
    """Return an object of the shape as one that was never linked."""
    return Object("o.o", assembled(SHAPES[shape](n)).data)


def image(item: Object, soname: str = "x.so") -> bytes:
    modules = [Module("m", 1, f"/a/{soname}", 0, {})]
    return link([item], soname=soname, build_id=BUILD_ID, modules=modules, ir=[b"; text"])


def made_by_the_linker(item: Object, soname: str = "x.so") -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(memory, "recall", lambda *_: (None, None))
        patch.setattr(kernel, "find_image", lambda *_: None)
        return image(item, soname)


def is_known(item: Object) -> bool:
    options = Options("x.so", BUILD_ID, [Module("m")], [b""], {}, None, False, False, False)
    return recall([item.elf], options)[1] is not None


def learn(shape: str) -> None:
    # The linker makes the first two, the pattern the third, which the kernel learns.
    for n in (1, 2, 4):
        image(variant(shape, n))


@pytest.mark.parametrize("shape", SHAPES)
def test_another_object_of_a_shape_becomes_the_image_that_the_linker_makes(shape: str, filler: Filler) -> None:
    learn(shape)
    before = filler.images
    for n in (3, 0, 5):
        item = variant(shape, n)
        assert is_known(item)
        assert image(item, f"lib{n}.so") == made_by_the_linker(item, f"lib{n}.so")
    assert filler.images - before == (3 if filler.native else 0)


def test_a_shape_is_learned_when_it_comes_back(filler: Filler) -> None:
    section = f".section .seen_by_nobody_but_{'kernel' if filler.native else 'python'}\n.byte 1\n"
    texts = [function(name, 1) + section for name in ("first", "second", "third")]
    known = []
    for text in texts:
        item = Object("o.o", assembled(text).data)
        known.append(is_known(item))
        image(item)
    assert known == [False, False, True]


@pytest.mark.parametrize("name", ["_init", "_fini", "x.so", "end"])
def test_names_that_mean_something_are_left_to_the_linker(name: str) -> None:
    learn("a function")
    item = Object("o.o", assembled(function(name, 4)).data)
    assert image(item) == made_by_the_linker(item)


@pytest.mark.parametrize("name", [".got", ".gnu.version", ".gnu.version_r", ".rela.dyn", ".plt"])
def test_sections_called_like_the_linkers_own_are_left_to_it(name: str) -> None:
    def item(n: int, size: int) -> Object:
        own = f'.section {name},"aw",@progbits\n.skip {size}, {n}\n'
        return Object("o.o", assembled(function(f"f{n}", n) + own).data)

    for n in (1, 2, 3):
        image(item(n, 30_000))
    small = item(4, 8)
    assert image(small) == made_by_the_linker(small)


def test_section_names_that_do_not_end_are_refused_in_the_linkers_words() -> None:
    learn("a function")
    data = bytearray(variant("a function", 3).data)
    elf = ElfFile(bytes(data))
    names = elf.sections[elf.header.e_shstrndx]
    end = names.sh_offset + names.sh_size
    more = next(n for n in range(len(data) - end) if data[end + n]) + 1
    struct.pack_into("<Q", data, elf.header.e_shoff + names.shndx * 64 + 32, names.sh_size + more)
    with pytest.raises(LinkError, match="a section's name lies outside of the string table"):
        image(Object("o.o", bytes(data)))


def test_an_object_that_became_broken_is_refused_in_the_linkers_words() -> None:
    learn("imports and constants")
    data = bytearray(variant("imports and constants", 3).data)
    elf = ElfFile(bytes(data))
    relocations = next(s for s in elf.sections if s.sh_type == c.SHT_RELA)
    data[relocations.sh_offset + 6] = 0x7F  # r_offset
    with pytest.raises(LinkError, match="lies outside of the section") as failure:
        image(Object("o.o", bytes(data)))
    with pytest.raises(LinkError) as by_the_linker:
        made_by_the_linker(Object("o.o", bytes(data)))
    assert str(failure.value) == str(by_the_linker.value)


OVERLAPPING = """
    .text
    {name}: ret
    .section .debug_info
    .rept 30
    .long {name}
    .endr
    .quad {name}, {name}
    .long {name}
"""


@pytest.mark.parametrize("place", [0, 4, 6, 110])
@pytest.mark.parametrize("number", [30, 31, 32])
def test_relocations_that_overlap_are_left_to_the_linker(number: int, place: int) -> None:
    for n in (1, 2, 3):
        item = Object("o.o", assembled(OVERLAPPING.format(name=f"local{n}" * n)).data)
        image(item)
    assert is_known(item)
    relocations = next(s for s in item.elf.sections if s.name == ".rela.debug_info")
    data = bytearray(item.data)
    struct.pack_into("<Q", data, relocations.sh_offset + number * 24, place)
    changed = Object("o.o", bytes(data))
    assert not is_known(changed)
    assert image(changed) == made_by_the_linker(changed)


CALLS = ("puts", "abort", "exit", "malloc", "free", "calloc", "realloc", "getenv", "strlen", "strcpy")


def test_references_in_another_order_give_the_image_that_the_linker_makes() -> None:
    def text(n: int, calls: Sequence[str]) -> str:
        imports = "".join(f".globl {name}\n" for name in CALLS)
        return function(f"f{n}", n) + imports + "".join(f"call *{name}@GOTPCREL(%rip)\n" for name in calls)

    for n in (1, 2):
        image(Object("o.o", assembled(text(n, CALLS)).data))
    for n in range(3, 10):
        item = Object("o.o", assembled(text(n, Random(n).sample(CALLS, len(CALLS)))).data)
        assert is_known(item)
        assert image(item) == made_by_the_linker(item)


def outcome(make: Callable[[Object], bytes], data: bytes) -> bytes | str:
    try:
        return make(Object("o.o", data))
    except LinkError as error:
        return str(error)


@pytest.mark.parametrize("shape", SHAPES)
def test_changed_objects_of_a_known_shape_are_linked_as_by_the_linker(shape: str) -> None:
    learn(shape)
    random, original = Random(shape), variant(shape, 3).data
    for _ in range(300):
        data = bytearray(original)
        for _ in range(random.randint(1, 3)):
            data[random.randrange(64, len(data))] = random.choice((0, 1, 8, 24, 255, random.randrange(256)))
        assert outcome(image, bytes(data)) == outcome(made_by_the_linker, bytes(data))


def of_llvm(functions: int) -> bytes:
    """Return an object as the engine's code generator makes them, with debug info."""
    text = "".join(f"define i32 @f{n}(i32 %x) {{\n  ret i32 %x\n}}\n" for n in range(functions))
    return codegen.compile_text(text, codegen.Options(), ir_path="/a/f.ll").data


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("functions", [1, 5, 40])
def test_many_changed_objects_of_llvm_are_linked_as_by_the_linker(functions: int) -> None:
    original = of_llvm(functions)
    for _ in range(3):
        image(Object("o.o", original))
    assert is_known(Object("o.o", original))
    for number in range(10_000):
        data = mutated(Random(number), original)
        assert outcome(image, data) == outcome(made_by_the_linker, data), f"mutation {number}"
