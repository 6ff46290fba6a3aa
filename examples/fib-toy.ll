; What the compiler of a small language emits for fib.toy: IR whose debug info leads to the language's own source.
; Variables live in slots of their own, so that a debugger shows the right values at every line.

source_filename = "fib.toy"

define i32 @fib(i32 %n) !dbg !4 {
entry:
  %n.slot = alloca i32
  %first = alloca i32
  %rest = alloca i32
  %second = alloca i32
  %sum = alloca i32
  store i32 %n, ptr %n.slot
    #dbg_declare(ptr %n.slot, !7, !DIExpression(), !12)
    #dbg_declare(ptr %first, !8, !DIExpression(), !15)
    #dbg_declare(ptr %rest, !9, !DIExpression(), !16)
    #dbg_declare(ptr %second, !10, !DIExpression(), !17)
    #dbg_declare(ptr %sum, !11, !DIExpression(), !18)
  %0 = load i32, ptr %n.slot, !dbg !13
  %1 = icmp slt i32 %0, 2, !dbg !13
  br i1 %1, label %then, label %else, !dbg !13

then:
  %2 = load i32, ptr %n.slot, !dbg !14
  ret i32 %2, !dbg !14

else:
  %3 = load i32, ptr %n.slot, !dbg !15
  %4 = sub i32 %3, 1, !dbg !15
  %5 = call i32 @fib(i32 %4), !dbg !15
  store i32 %5, ptr %first, !dbg !15
  %6 = load i32, ptr %n.slot, !dbg !16
  %7 = sub i32 %6, 2, !dbg !16
  store i32 %7, ptr %rest, !dbg !16
  %8 = load i32, ptr %rest, !dbg !17
  %9 = call i32 @fib(i32 %8), !dbg !17
  store i32 %9, ptr %second, !dbg !17
  %10 = load i32, ptr %first, !dbg !18
  %11 = load i32, ptr %second, !dbg !18
  %12 = add i32 %10, %11, !dbg !18
  store i32 %12, ptr %sum, !dbg !18
  %13 = load i32, ptr %sum, !dbg !19
  ret i32 %13, !dbg !19
}

!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2, !3}

; Stepping into a function, gdb takes the line table's word on where its arguments are in place only from a "clang ".
!0 = distinct !DICompileUnit(language: DW_LANG_C, file: !1, producer: "clang (toy 1.0)", emissionKind: FullDebug)
!1 = !DIFile(filename: "fib.toy", directory: ".")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !{i32 7, !"Dwarf Version", i32 5}
!4 = distinct !DISubprogram(name: "fib", file: !1, line: 2, type: !5, scopeLine: 2, unit: !0, spFlags: DISPFlagDefinition)
!5 = !DISubroutineType(types: !{!6, !6})
!6 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)
!7 = !DILocalVariable(name: "n", arg: 1, scope: !4, file: !1, line: 2, type: !6)
!8 = !DILocalVariable(name: "first", scope: !4, file: !1, line: 5, type: !6)
!9 = !DILocalVariable(name: "rest", scope: !4, file: !1, line: 6, type: !6)
!10 = !DILocalVariable(name: "second", scope: !4, file: !1, line: 7, type: !6)
!11 = !DILocalVariable(name: "sum", scope: !4, file: !1, line: 8, type: !6)
!12 = !DILocation(line: 2, column: 9, scope: !4)
!13 = !DILocation(line: 3, column: 6, scope: !4)
!14 = !DILocation(line: 4, column: 5, scope: !4)
!15 = !DILocation(line: 5, column: 15, scope: !4)
!16 = !DILocation(line: 6, column: 14, scope: !4)
!17 = !DILocation(line: 7, column: 16, scope: !4)
!18 = !DILocation(line: 8, column: 13, scope: !4)
!19 = !DILocation(line: 9, column: 3, scope: !4)
