"""IR text that is legal and hard to read, and other layouts of it."""

from __future__ import annotations

import random
import re

import llvmlite.binding as llvm

import jitdbg.frontend  # noqa: F401 — it sets options of LLVM for the whole process
from jitdbg import irtext

# Keywords where they mean something else, brackets in headers, several instructions on a line, one on several lines,
# unnamed functions, blocks and results, and whatever else a search by line would get wrong.
NASTY = r"""; define void @not(i32 %x) { ret void }
/* declare void @neither() { " ; */
source_filename = "define { ; }"
%struct.define = type { i32, { i8, [2 x i8] }, ptr }
%"ty{pe" = type <{ i8, i32 }>
$define = comdat any
@str = private constant [16 x i8] c"define @g() {\0A\00;"
@"a;b{" = global { i32, ptr } { i32 1, ptr @"x y" }
@multi = constant [3 x i8] c"a
}"
@table = global [2 x ptr] [ptr blockaddress(@"x y", %two), ptr null]
@define = global i32 7
@data = external dso_local global i32
@"al\22ias" = alias i32, ptr @define
module asm "define void @m() {"
declare !foo !{ptr @define} dso_local i32 @printf(ptr noundef, ...) local_unnamed_addr #0
declare noundef nonnull align 8 ptr @"de\5Cclare"(ptr byval({ i32, i32 }) align 4, <4 x float>, [2 x { i8 }])
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare i32 @__gxx_personality_v0(...)
define internal fastcc range(i32 0, 20) i32
   @"x y"(i32 %a, ; comment ) {
   { i32, ptr } %"b c", ptr %p)
   unnamed_addr addrspace(0)
   #1 section "a{b" align 16 prefix { i32, i32 } { i32 1, i32 2 } personality ptr @__gxx_personality_v0 !foo !{!"{"} {
entry: br label %"one two"
"one two": ; preds = %entry
  %x = add nsw i32 %a, add (i32 ptrtoint (ptr @define to i32), i32 3) %y = sub i32 %x, 1%z = sub i32 %y, 1
  store i32 %z, ptr @define store i32 %y, ptr @define
  switch i32 %x, label %two [ i32 0, label %three
     i32 1, ; store i32 0
     label %two
  ]
two: %"q r" = phi i32 [ sub (i32 4, i32 ptrtoint (ptr @data to i32)), %"one two" ],
  [ sub (i32 4, i32 ptrtoint (ptr @data to i32)), %"one two" ]
  call void asm sideeffect "ret void; { %x = \22", "r,~{memory}"(i32 %"q r") nounwind #1
  %1 = atomicrmw add ptr @define, i32 1 seq_cst atomicrmw volatile sub ptr @define, i32 2 monotonic
  %3 = call i32 (ptr, ...) @printf(ptr getelementptr inbounds ([16 x i8], ptr @str, i32 0, i32 0), i32 %1)
      [ "deopt"(i32 1) ]
  add i32 %a, 1
  %ret = insertvalue { i32, { i8 } } poison, i32 1, 0
  tail call void @llvm.memcpy.p0.p0.i64(ptr %p, ptr %p, i64 4, i1 false)
  %f = fadd fast float 1.0, 0x3FF0000000000000
  %fp = tail call float @"f$.-p"(float nofpclass(nan sub) %f), !foo !{i32 1}
  invoke void @may() to label %three unwind label %pad
three:
  ret i32 0 /* } */
pad:
  %lp = landingpad { ptr, i32 }
          cleanup
          catch ptr null
  resume { ptr, i32 } %lp
}
define void @may() #1 { unreachable }
define float @"f$.-p"(float %0) { fence syncscope("singlethread") seq_cst %2 = fcmp olt float %0, 1.0
  %3 = select i1 %2, float %0, float 2.0 ret float %3 }
define void @0(ptr captures(ret: address, provenance) %p) { ret void } define <2 x i32> @1(<2 x i32> %v) {
  %s = shufflevector <2 x i32> %v, <2 x i32> <i32 1, i32 2>, <2 x i32> <i32 0, i32 3>
  ret <2 x i32> %s }
define available_externally i32 @avail() { ret i32 3 }
define ptr @words(i32 %define, ptr %declare) {
define.0:
  %call = alloca { i32, [3 x i8] }, i32 %define, align 8
  store ptr %declare, ptr %call
  br i1 true, label %ret, label %switch
ret:
  ret ptr %call
switch:                     ; labels that are words
  %add.x = load volatile i32, ptr %call, align 4
  %callbr = freeze i32 %add.x
  %b = bitcast i32 %callbr to float
  unreachable
}
attributes #0 = { nounwind "frame-pointer"="none" "x"="define {" }
attributes #1 = { nounwind uwtable(sync) "frame-pointer"="non-leaf" }
!llvm.module.flags = !{!0}
!0 = !{i32 1, !"wchar_size", i32 4}
!foo = !{!1}
!1 = !{!"define void @x() {"}
"""

_TOKEN = re.compile(
    r"""(?:[%@$!]|c)?"[^"]*":?|;[^\n]*|/\*.*?\*/|[%@$!#^]?[-\w$.+\\]+:?|\S""",
    re.DOTALL | re.ASCII,
)
_SEPARATORS = (*[" "] * 10, "\n  ", "\t", "\r\n", '  ; define x "{ ret void\n', ' /* store " } */ ')


def laid_out_anew(text: str, seed: int) -> str:
    """Return the same tokens with other space and other comments between them, or nothing where that is legal."""
    random_source = random.Random(seed)
    pieces: list[str] = []
    previous = ""
    for token in _TOKEN.findall(text):
        if token.startswith((";", "/*")):
            continue
        needs_none = not (re.match(r"[-\w$.+\\\"]", previous[-1:]) and re.match(r"[-\w$.+\\:\"%@!#$]", token))
        if previous not in ("!", "#"):
            glue = needs_none and not previous.endswith(":") and random_source.random() < 0.3
            pieces.append("" if glue else random_source.choice(_SEPARATORS))
        pieces.append(token)
        previous = token
    return "".join(pieces)


_contexts: list[llvm.ContextRef] = []


def verified(text: str) -> llvm.ModuleRef:
    """Return the module, in a context of its own, read by LLVM as `jitdbg.frontend` has set it up."""
    # A context that the garbage collector ends before its module is a crash, in whatever test comes next.
    _contexts.append(llvm.create_context())
    module = llvm.parse_assembly(text, _contexts[-1])
    module.verify()
    return module


def promised(text: str, **options: bool) -> str:
    return irtext.promise(irtext.scan(text), **options)


def definitions(module: llvm.ModuleRef) -> list[llvm.ValueRef]:
    return [function for function in module.functions if not function.is_declaration]


def opcodes(function: llvm.ValueRef) -> list[str]:
    return [instruction.opcode for block in function.blocks for instruction in block.instructions]
