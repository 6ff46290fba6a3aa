; jitdbg: call twice(1)
; says: failed: call twice(1): it ended with exit code 2: jitdbg: error: */broken.ll:5:*: use of undefined value '%m'
define i32 @twice(i32 %n) {
entry:
  %sum = add i32 %n, %m  ; mark: sum
; jitdbg: at sum: reached
; says: not reached: at sum: reached: no code of its line was loaded, and it ended with exit code 2
  ret i32 %sum
}
