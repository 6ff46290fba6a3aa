; fib(n): the n-th Fibonacci number, by its definition.
;
;   jitdbg run examples/fib.ll --call 'fib(20)'
;
; The file has no debug info of its own, so jitdbg makes its text the source: a breakpoint on a line below is hit.

define i32 @fib(i32 %n) {
entry:
  %small = icmp slt i32 %n, 2
  br i1 %small, label %done, label %recurse

recurse:
  %n.minus.1 = sub i32 %n, 1
  %first = call i32 @fib(i32 %n.minus.1)
  %n.minus.2 = sub i32 %n, 2
  %second = call i32 @fib(i32 %n.minus.2)
  %sum = add i32 %first, %second
  ret i32 %sum

done:
  ret i32 %n
}
