/* Conditions that can't be evaluated, known when the code is there. */
// jitdbg: call twice(3)
int twice(int number) {
  int result = number * 2;
  return result; /* mark: result */
}
// jitdbg: break odd: result if nosuch == 3
// says: failed: break odd: result if nosuch == 3: the condition nosuch == 3 of breakpoint * can't be evaluated: *nosuch*
// jitdbg: at odd: result = 6
// says: failed: at odd: result = 6: the condition nosuch == 3 of breakpoint * can't be evaluated: *nosuch*
// jitdbg: break other: result if number ==
// says: failed: break other: result if number ==: the condition number == of breakpoint * can't be evaluated: *
// jitdbg: never other
// says: failed: never other: the condition number == of breakpoint * can't be evaluated: *
// jitdbg: at result: result = 6
