"""The types of instructions' results, read from the text, are those that LLVM knows."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jitdbg import irtext
from jitdbg.debuginfo.irsource.spelling import TERMINATORS, Instruction, Reader, definitions
from jitdbg.tools import tool
from tests.irtexts import NASTY, laid_out_anew, verified
from tests.irtexts import definitions as defined
from tests.unit.debuginfo.test_lines import C

# What C does not lead to.
RARE = """%pair = type { i32, [2 x %"odd name"] }
%"odd name" = type <{ i8, ptr addrspace(1) }>
declare void @may()
declare i32 @__gxx_personality_v0(...)
declare token @llvm.call.preallocated.setup(i32)
define { i32, ptr } @f(%pair %p, ptr %to, <4 x ptr> %many, i32 %i, <vscale x 2 x i64> %s, ptr addrspace(1) %far,
    float %x, i128 %wide) personality ptr @__gxx_personality_v0 {
  %a = extractvalue %pair %p, 1, 0, 1, !note !{i32 1}
  %b = extractvalue [3 x { i8, i64 }] zeroinitializer, 2, 1
  %c = getelementptr inbounds nuw %pair, <4 x ptr> %many, i32 0, i32 1
  %d = getelementptr nusw i8, ptr %to, <4 x i64> <i64 0, i64 1, i64 2, i64 3>
  %e = addrspacecast ptr addrspace ( 1 ) %far to ptr
  %g = alloca %pair, i32 2, align 16
  %h = cmpxchg weak volatile ptr %to, i128 %wide, i128 0 syncscope("one") acq_rel monotonic, align 16
  %j = atomicrmw volatile fadd ptr %to, float %x seq_cst, align 4
  %k = va_arg ptr %to, { i32, double }
  %l = shufflevector <vscale x 2 x i64> %s, <vscale x 2 x i64> poison, <vscale x 2 x i32> zeroinitializer
  %m = icmp samesign ult <4 x ptr> %many, zeroinitializer
  %n = fcmp reassoc nnan oge float %x, 1.0
  %o = select nsz i1 %n, float %x, float 2.0
  %q = extractelement <4 x ptr> %many, i32 %i
  %r = tail call fastcc noundef range(i32 0, 8) i32 (ptr, ...) %to(ptr %to, i32 7) #0 [ "deopt"(i32 1) ]
  %t = call align 8 dereferenceable(16) ptr asm "mov $1, $0", "=r,r"(ptr %to)
  %u = call cc 10 nofpclass(nan inf) addrspace(0) <2 x float> %to([2 x i32] zeroinitializer)
  %v = freeze i32 add (i32 ptrtoint (ptr @may to i32), i32 1)
  %w = fptoui <4 x float> zeroinitializer to <4 x i7>
  %y = load atomic volatile ptr addrspace(1), ptr %to acquire, align 8
  %z = call token @llvm.call.preallocated.setup(i32 0)
  %"to quote" = trunc nuw nsw i32 %i to i3
  %last = insertvalue { i32, ptr } undef, ptr %to, 1
  invoke void @may() to label %done unwind label %pad
done:
  ret { i32, ptr } %last
pad:
  %lp = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %lp
}
attributes #0 = { nounwind }
"""
TYPED = """%pair = type { i32, i8* }
define double* @f(double** %to, i32 (i8*, ...)* %call, <2 x i32*> %many, i8 addrspace(1)* %far, %pair* %p, i1 %c) {
one:
  %a = load double*, double** %to
  %b = bitcast i32 (i8*, ...)* %call to i8*
  %d = select i1 %c, <2 x i32*> %many, <2 x i32*> zeroinitializer
  %e = addrspacecast i8 addrspace(1)* %far to i8*
  %g = getelementptr %pair, %pair* %p, i32 0, i32 1
  %h = alloca i32 (i32)*
  br label %two
two:
  %i = phi double* [ %a, %one ]
  ret double* %i
}
"""
CXX = """
struct Base { virtual ~Base(); virtual long area(double) const { return 1; } };
struct Pair { int first; double second[2]; };
Pair made(int); void use(Base &, Pair);
long f(Base *base, int n) {
  try { use(*base, made(n)); } catch (Pair &p) { return p.first; } catch (...) { throw; }
  return base->area(n) + (n > 3 ? static_cast<char>(n) : 2);
}
"""


def read(text: str) -> list[tuple[str, list[Instruction]]]:
    code = irtext.blanked(text)
    named = definitions(text, code)
    headers = [header for header in irtext.headers(text, code) if header.is_definition]
    return [(each.name, Reader(text, code, irtext.body(code, each), named).instructions()) for each in headers]


def known(text: str) -> list[list[tuple[str, str, bool]]]:
    """Give opcode and type of each instruction as LLVM has it, and whether it ends its block."""
    return [
        [
            (each.opcode, as_read(re.sub(r" = type .*", "", str(each.type))), each == instructions[-1])
            for instructions in [list(block.instructions) for block in function.blocks]
            for each in instructions
        ]
        for function in defined(verified(text))
    ]


def as_read(type_: str) -> str:
    """Spell a type without blanks around brackets, a pointer as an opaque one; none is ``void``."""
    type_ = re.sub(r"[%\w.]+(?:\s*\([^()]*\))?((?: addrspace\(\d+\))?)\*+", r"ptr\1", type_)
    return re.sub(r"\s*([{}<>\[\](),])\s*", r"\1", type_).replace("void", "")


def agree(text: str) -> int:
    """Hold what is read against LLVM, and give how many instructions there are."""
    functions = read(text)
    for (name, instructions), expected in zip(functions, known(text), strict=True):
        found = [(each.opcode, as_read(each.type), each.opcode in TERMINATORS) for each in instructions]
        assert found == expected, name
    return sum(len(instructions) for _, instructions in functions)


def test_of_rare_instructions() -> None:
    assert agree(RARE) > 25


def test_of_pointers_of_the_time_before_opaque_ones() -> None:
    assert agree(TYPED) == 9


def test_of_text_that_is_hard_to_read() -> None:
    assert agree(NASTY) > 30


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0))
def test_layout_makes_no_difference(seed: int) -> None:
    assert agree(laid_out_anew(NASTY, seed)) > 30
    assert agree(laid_out_anew(RARE, seed)) > 25


@pytest.mark.parametrize(("language", "source"), [("c", C), ("c++", CXX)])
@pytest.mark.parametrize("flags", [("-O0",), ("-O2", "-mavx2")], ids=" ".join)
def test_of_what_clang_makes(language: str, source: str, flags: tuple[str, ...]) -> None:
    command = [tool("clang").path, *flags, "-w", "-S", "-emit-llvm", "-x", language, "-", "-o", "-"]
    text = subprocess.run(command, input=source, capture_output=True, text=True, check=True, timeout=60).stdout
    assert agree(text) > 30


def test_what_is_no_ir_gives_some_answer() -> None:
    for text in (
        "define i32 @f( {\n  %x = add\n ret }",
        "define @f() {\nx:\n  %a = extractvalue %no %b, 7\n ret void }",
    ):
        assert isinstance(read(text), list)
