; What IR is made of, for stepping through it line by line: each function is called once, by @run.
source_filename = "irsource.ll"
%pair = type { i32, double }
%list = type { i32, ptr }
@primes = constant [4 x i32] [i32 2, i32 3, i32 5, i32 7]
@text = constant [14 x i8] c"ret i32 %x ; {"
@_ZTIi = external constant ptr
declare ptr @__cxa_allocate_exception(i64)
declare void @__cxa_throw(ptr, ptr, ptr) noreturn
declare ptr @__cxa_begin_catch(ptr)
declare void @__cxa_end_catch()
declare i32 @__gxx_personality_v0(...)
declare i32 @llvm.eh.typeid.for.p0(ptr)
declare { i32, i1 } @llvm.sadd.with.overflow.i32(i32, i32)
declare i32 @llvm.ctpop.i32(i32)
declare i32 @llvm.smax.i32(i32, i32)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
declare void @llvm.assume(i1)

define i32 @run(i32 %n) {
  %1 = call i32 @loops(i32 %n, i1 true)
  %2 = call i32 @memory(i32 %1, i64 3)
  %3 = call float @vectors(<4 x i32> <i32 1, i32 -2, i32 3, i32 4>, float 2.5)
  %4 = call i32 @exceptions(i32 %2)
  %5 = call i32 @layout(i32 %4, i16 -5, i8 200)
  %6 = call i64 @calls(i64 7, ptr @helper)
  %7 = trunc i64 %6 to i32
  %8 = add i32 %5, %7
  %9 = fptosi float %3 to i32
  %10 = add i32 %8, %9
  ret i32 %10
}

; phi, switch, select, unnamed blocks and values, and phis that exchange their values.
define i32 @loops(i32 %0, i1 %1) noinline {
  br label %3

3:                                                ; preds = %2, %16
  %4 = phi i32 [ 0, %2 ], [ %17, %16 ]
  %5 = phi i32 [ 1, %2 ], [ %6, %16 ]
  %6 = phi i32 [ 2, %2 ], [ %5, %16 ]
  %7 = phi i32 [ 0, %2 ], [ %18, %16 ]
  %8 = icmp slt i32 %4, %0
  br i1 %8, label %9, label %19

9:
  switch i32 %4, label %14 [
    i32 0, label %10
    i32 2, label %12                              ; a comment: store i32 0
  ]

10:
  %11 = add i32 %7, 10
  br label %16

12:
  %13 = sub nsw i32 %7, 3
  br label %16

14:
  %15 = select i1 %1, i32 %5, i32 %6
  br label %16

16:
  %joined = phi i32 [ %11, %10 ], [ %13, %12 ], [ %15, %14 ]
  %17 = add i32 %4, 1
  %18 = xor i32 %joined, %5
  br label %3

19:
  %20 = phi i32 [ %7, %3 ]
  %21 = freeze i32 %20
  ret i32 %21
}

; Memory: slots, structures, opaque pointers, lists, atomics, intrinsics that copy.
define i32 @memory(i32 %seed, i64 %index) noinline {
entry:
  %slot = alloca %pair, align 8
  %copy = alloca [4 x i32]
  %node = alloca %list
  %field = getelementptr inbounds %pair, ptr %slot, i32 0, i32 0
  store i32 %seed, ptr %field
  %real = sitofp i32 %seed to double
  %half = fmul double %real, 5.000000e-01
  %place = getelementptr inbounds %pair, ptr %slot, i32 0, i32 1
  store double %half, ptr %place
  call void @llvm.memcpy.p0.p0.i64(ptr %copy, ptr @primes, i64 16, i1 false)
  %element = getelementptr [4 x i32], ptr %copy, i64 0, i64 %index
  %prime = load i32, ptr %element, align 4
  %old = atomicrmw add ptr %element, i32 5 seq_cst
  %now = load atomic i32, ptr %element monotonic, align 4
  %swapped = cmpxchg ptr %element, i32 12, i32 99 acq_rel monotonic
  %was = extractvalue { i32, i1 } %swapped, 0
  %did = extractvalue { i32, i1 } %swapped, 1
  fence seq_cst
  %next = getelementptr %list, ptr %node, i32 0, i32 1
  store ptr %copy, ptr %next
  %followed = load ptr, ptr %next
  %first = load i32, ptr %followed
  %again = load double, ptr %place
  %back = fptosi double %again to i32
  %sum = add i32 %first, %back
  %total = add i32 %sum, %was
  ret i32 %total
}

; Vectors and floating point, with a constant expression and a structure by value.
define float @vectors(<4 x i32> %v, float %f) noinline {
  %doubled = shl <4 x i32> %v, <i32 1, i32 1, i32 1, i32 1>
  %mixed = shufflevector <4 x i32> %v, <4 x i32> %doubled, <4 x i32> <i32 3, i32 4, i32 1, i32 6>
  %lane = extractelement <4 x i32> %mixed, i32 2
  %set = insertelement <4 x i32> %mixed, i32 %lane, i32 0
  %less = icmp slt <4 x i32> %set, %doubled
  %second = extractelement <4 x i1> %less, i32 1
  %chosen = select <4 x i1> %less, <4 x i32> %set, <4 x i32> %doubled
  %wide = fpext float %f to double
  %scaled = fdiv double %wide, 4.000000e+00
  %negative = fneg float %f
  %below = fcmp olt float %negative, %f
  %number = extractelement <4 x i32> %chosen, i32 3
  %as.float = sitofp i32 %number to float
  %made = insertvalue { i32, float } { i32 7, float undef }, float %as.float, 1
  %out = extractvalue { i32, float } %made, 1
  %last = fadd float %out, %f
  ret float %last
}

; invoke, landingpad, and what comes after both ways out.
define i32 @exceptions(i32 %x) noinline personality ptr @__gxx_personality_v0 {
entry:
  %calm = invoke i32 @thrower(i32 %x, i1 false)
          to label %more unwind label %caught
more:
  %twice = add i32 %calm, %calm
  %loud = invoke i32 @thrower(i32 %twice, i1 true)
          to label %never unwind label %caught
never:
  ret i32 %loud
caught:
  %before = phi i32 [ 0, %entry ], [ %twice, %more ]   ; mark: landed
  %pad = landingpad { ptr, i32 }
          catch ptr @_ZTIi
  %object = extractvalue { ptr, i32 } %pad, 0
  %selector = extractvalue { ptr, i32 } %pad, 1
  %wanted = call i32 @llvm.eh.typeid.for.p0(ptr @_ZTIi)
  %matches = icmp eq i32 %selector, %wanted
  br i1 %matches, label %handle, label %on
handle:
  %thrown = call ptr @__cxa_begin_catch(ptr %object)
  %value = load i32, ptr %thrown
  call void @__cxa_end_catch()
  %result = add i32 %value, %before
  ret i32 %result
on:
  resume { ptr, i32 } %pad
}

define i32 @thrower(i32 %x, i1 %now) noinline {
  br i1 %now, label %throw, label %return
throw:
  %object = call ptr @__cxa_allocate_exception(i64 4)
  store i32 %x, ptr %object
  call void @__cxa_throw(ptr %object, ptr @_ZTIi, ptr null)
  unreachable
return:
  %y = add i32 %x, 1
  ret i32 %y
}

; What is hard to read: several instructions on a line, one on several, words in odd places, inline assembly, metadata.
define i32 @layout(i32 %define, i16 %"odd name", i8 %x.1) noinline {
"first block": ; store i32 0, ptr null
  %add = add i32 %define, 1 %mul = mul i32 %add, %add, !note !{!"add i32"}
  %call = sext i16
      %"odd name"        ; between the lines
      to i32
  %"a;b" = add nsw
           i32 %call, %mul %x1 = zext i8 %x.1 to i32
  %asm = call i32 asm sideeffect "leal 3($1), $0 # ret void; {", "=r,r,~{dirflag},~{fpsr},~{flags}"(i32 %"a;b"), !note !0
  call void asm sideeffect "", "~{memory}"()
  br label %ret ret: %class = sub i32 %asm, %x1
  %narrow = trunc i32 %class to i7 %wide = sext i7 %narrow to i64
  %text = load i8, ptr getelementptr inbounds ([14 x i8], ptr @text, i64 0, i64 3)
  %letter = zext i8 %text to i32 %sum = add i32 %letter, %class
  ret i32 %sum
}

; Calls: direct, tail, through a pointer, of intrinsics with and without results.
define i64 @calls(i64 %n, ptr %function) noinline {
  %direct = call i64 @helper(i64 %n)
  %through = call i64 %function(i64 %direct), !prof !1
  %tail = tail call i64 @helper(i64 %through)
  %small = trunc i64 %tail to i32
  %checked = call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %small, i32 2147483000)
  %sum = extractvalue { i32, i1 } %checked, 0
  %over = extractvalue { i32, i1 } %checked, 1
  %bits = call range(i32 0, 33) i32 @llvm.ctpop.i32(i32 %small)
  %positive = icmp sgt i32 %bits, 0
  call void @llvm.assume(i1 %positive)
  %largest = call i32 @llvm.smax.i32(i32 %bits, i32 %sum)
  %wide = sext i32 %largest to i64
  ret i64 %wide
}

define i64 @helper(i64 %n) noinline {
  %more = mul i64 %n, 3
  ret i64 %more
}

!0 = !{!"store i32"}
!1 = !{!"branch_weights", i32 1}
