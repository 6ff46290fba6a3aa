"""The kernel under GCC's sanitizers: whatever an object has in it, nothing but its bytes and the image is touched."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jitdbg import codegen
from jitdbg.linker.recurring import kernel
from tests.linking import assembled, run_program
from tests.unit.linker.test_recurring_shapes import SHAPES, function

ROOT = Path(__file__).parents[3]
# Learns the shapes of a folder's folders, then hands the kernel mutations of their objects, and tables of nonsense;
# prints how many of the objects became images.
CHILD = """
import sys
from pathlib import Path
from random import Random
from jitdbg.elf import Module
from jitdbg.kernel import load
from jitdbg.linker import Object, link
from jitdbg.linker.options import Options
from jitdbg.linker.recurring import kernel, recall_unread
from tests.mutations import mutated

library, folder, count = sys.argv[1:]
state = kernel.State(kernel=load(Path(library)))
kernel.use(state)
modules, ir = [Module("m", 1, "/a/f.ll", 0, {})], [b"; text"]
options = Options("x.so", bytes(20), modules, ir, {}, None, False, False, False)
images = 0
for shape in sorted(Path(folder).iterdir()):
    objects = [path.read_bytes() for path in sorted(shape.iterdir())]
    for data in objects * 2:
        link([Object("o.o", data)], soname="x.so", build_id=bytes(20), modules=modules, ir=ir)
    for number in range(int(count)):
        random = Random(number)
        images += recall_unread(mutated(random, random.choice(objects)), options) is not None
for number in range(int(count)):
    random = Random(number)
    edges = (0, -1, 8, 60, 64, 1 << 31, (1 << 63) - 1, -1 << 63, random.getrandbits(7))
    numbers = [number % (1 << 64) for row in range(6) for number in random.choices(edges, k=3)]
    table = b"".join(number.to_bytes(8, "little") for number in numbers)[: random.choice((144, 144, 143, 24, 0))]
    infos = state.kernel.different(table)
    cut = random.choice((len(infos), 8, 7))
    data, width = bytearray(random.choice((64, 3, 0))), random.choice((1, 2, 4, 8))
    state.kernel.store(data, table, infos[:cut], infos[:cut], width, number % 2, number % 3)
print(len(state.recent), images)
"""


def of_llvm(functions: int, variant: int) -> bytes:
    text = "".join(f"define i32 @f{n}_{variant}(i32 %x) {{\n  ret i32 %x\n}}\n" for n in range(functions))
    return codegen.compile_text(text, codegen.Options(), ir_path="/a/f.ll").data


def named_like_the_linkers(variant: int) -> bytes:
    size = 30_000 if variant < 3 else 8
    own = "".join(f'.section {name},"aw",@progbits\n.skip {size}\n' for name in (".got", ".gnu.version"))
    return assembled(function(f"f{variant}", variant) + own).data


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Objects of one shape each in folders."""
    made = {name: lambda n, text=text: assembled(text(n)).data for name, text in SHAPES.items()}
    made |= {f"{count} of LLVM": lambda n, count=count: of_llvm(count, n) for count in (1, 5, 40)}
    made["like the linker's"] = named_like_the_linkers
    folder = tmp_path_factory.mktemp("shapes")
    for name, make in made.items():
        (folder / name).mkdir()
        for variant in range(1, 5):
            (folder / name / f"{variant}.o").write_bytes(make(variant))
    return folder


@pytest.mark.parametrize("count", [1000, pytest.param(50_000, marks=[pytest.mark.long, pytest.mark.timeout(3000)])])
def test_the_kernel_stays_within_what_it_is_given(
    count: int, shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = tmp_path / "kernel.so"
    checks = ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
    run_program(
        ["gcc", "-std=c11", "-g", "-O1", "-fPIC", "-shared", *checks, "-o", library, kernel.IR.with_suffix(".c")]
    )
    runtime = run_program(["gcc", "-print-file-name=libasan.so"]).strip()
    monkeypatch.setenv("LD_PRELOAD", os.path.realpath(runtime))
    monkeypatch.setenv("ASAN_OPTIONS", "detect_leaks=0")
    monkeypatch.setenv("PYTHONMALLOC", "malloc")  # else bytes lie in Python's own pools, where nothing is checked
    printed = run_program([sys.executable, "-c", CHILD, library, shapes, str(count)], deadline=2900, cwd=ROOT)
    learned, images = map(int, printed.split())
    assert learned >= 7
    assert images > count // 10
