/* What is there and not as said. Behind each directive stands what jitdbg says of it. */
/* jitdbg: compile cc -g {file} -o {output} */
/* jitdbg: main */
/* jitdbg: exits 5 */
/* says: failed: expected exits 5, but it ended with exit code 3 */
struct point {
  int x, y;
};

static int depth(int number) {
  if (number == 0)
    return 1; /* mark: base */
  /* jitdbg: at base: number = 1 */
  /* says: failed: expected number = 1 at mark base (hit 1), got 0 */
  /* jitdbg: at base frame 1: number = 0 */
  /* says: failed: expected number = 0 at mark base (hit 1) in frame 1, got 1 */
  /* jitdbg: at base frame 99: number = 0 */
  /* says: failed: expected number = 0 at mark base (hit 1) in frame 99, got no such frame: depth at base, * */
  /* jitdbg: at base frame dept: number = 0 */
  /* says: failed: expected number = 0 at mark base (hit 1) in frame dept, got no such frame: depth at base, * */
  /* jitdbg: at base: backtrace depth at base, depth at again, main */
  /* says: failed: expected backtrace depth at base, * (hit 1), got depth at base, depth at again, depth at again, * */
  /* jitdbg: at base: backtrace depth, end */
  /* says: failed: expected backtrace depth, end at mark base (hit 1), got depth at base, depth at again, * */
  /* jitdbg: at base: backtrace ..., other, ... */
  /* says: failed: expected backtrace ..., other, ... at mark base (hit 1), got depth at base, * */
  /* jitdbg: at base: reached 2 times */
  /* says: failed: expected at base: reached 2 times, got 1 */
  /* jitdbg: never base */
  /* says: failed: expected never base, got depth at base */
  int below = depth(number - 1); /* mark: again */
  /* jitdbg: at again: reached 1 times */
  /* says: failed: expected at again: reached 1 times, got more */
  return below + 1; /* mark: return */
  /* jitdbg: at return every hit: below = 1 */
  /* says: failed: expected below = 1 at mark return (hit 2), got 2 */
  /* jitdbg: at return hit 3: below = 1 */
  /* says: not reached: at return hit 3: below = 1: it was reached only 2 times, and it ended with exit code 3 */
  /* jitdbg: break deep: return if number == 2 */
  /* jitdbg: at deep: below = 3 */
  /* says: failed: expected below = 3 at break deep (hit 1), got 2 */
}

int main(void) {
  struct point point = {1, -2}, other = {5, 6}, *first = &point, *second = &other;
  int squares[] = {0, 1, 4};
  double real = 0.1 + 0.2;
  const char *text = "jitdbg";
  int result = depth(2); /* mark: call */
  /* jitdbg: at call: point = {x = 1, y = 2} */
  /* says: failed: expected point = {x = 1, y = 2} at mark call (hit 1), got y = -2 */
  /* jitdbg: at call: point = {z = 1} */
  /* says: failed: expected point = {z = 1} at mark call (hit 1), got it has no member z: x, y */
  /* jitdbg: at call: squares = [0, 1, 9] */
  /* says: failed: expected squares = [0, 1, 9] at mark call (hit 1), got [2] = 4 */
  /* jitdbg: at call: squares = [0, 1] */
  /* says: failed: expected squares = [0, 1] at mark call (hit 1), got 3 elements: * */
  /* jitdbg: at call: squares = [0, 1, 4, 9, ...] */
  /* says: failed: expected squares = [0, 1, 4, 9, ...] at mark call (hit 1), got 3 elements: * */
  /* jitdbg: at call: real = 0.31 +- 0.005 */
  /* says: failed: expected real = 0.31 +- 0.005 at mark call (hit 1), got 0.3* */
  /* jitdbg: at call: real = 0.30001 */
  /* says: failed: expected real = 0.30001 at mark call (hit 1), got 0.3* */
  /* jitdbg: at call: text = "jitdb" */
  /* says: failed: expected text = "jitdb" at mark call (hit 1), got *"jitdbg" */
  /* jitdbg: at call: text = null */
  /* says: failed: expected text = null at mark call (hit 1), got *"jitdbg" */
  /* jitdbg: at call: first = @one */
  /* jitdbg: at call: second = @one */
  /* says: failed: expected second = @one at mark call (hit 1), got 0x* (@one is 0x*) */
  /* jitdbg: at call: first = @two */
  /* says: failed: expected first = @two at mark call (hit 1), got 0x*, which is @one */
  /* jitdbg: at call: first = &other */
  /* says: failed: expected first = &other at mark call (hit 1), got 0x*, where &other is * */
  /* jitdbg: at call: point.x = tru */
  /* says: failed: expected point.x = tru at mark call (hit 1), got 1, and tru has no value: it is not in scope */
  /* jitdbg: at call: result has type unsigned */
  /* says: failed: expected result has type unsigned at mark call (hit 1), got int */
  /* jitdbg: at call: squares is optimized out */
  /* says: failed: expected squares is optimized out at mark call (hit 1), got * */
  /* jitdbg: at call: missing is optimized out */
  /* says: failed: expected missing is optimized out at mark call (hit 1), got no value: it is not in scope */
  /* jitdbg: at call: missing = 1 */
  /* says: failed: expected missing = 1 at mark call (hit 1), got no value: it is not in scope */
  /* jitdbg: at call: step over to return */
  /* says: failed: expected step over to return at mark call (hit 1), got with step 1: main at last */
  /* jitdbg: at call: step in to main() */
  /* says: failed: expected step in to main() at mark call (hit 1), got with step 1: depth at wrong.c:11 */
  /* jitdbg: at call: squares[1] = 1  [gdb, lldb, gdb-dap, lldb-dap differ: they don't] */
  /* says: unexpected pass: at call: squares[1] = 1 holds, and is said to differ: they don't */
  return result; /* mark: last */
}
