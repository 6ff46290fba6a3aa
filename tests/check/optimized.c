/* What an optimiser leaves: a function that is inlined, a value that is gone. */
/* jitdbg: compile cc -O2 -g -fno-optimize-sibling-calls {file} -o {output} */
/* jitdbg: main */
/* jitdbg: exits 14 */
#include <stdlib.h>

volatile int seen;

static inline __attribute__((always_inline)) int twice(int number) {
  seen = 0;
  seen = number; /* mark: inlined */
  /* jitdbg: at inlined: number = 7 */
  /* jitdbg: at inlined: backtrace twice at inlined, work at call, main at start, ... */
  return 2 * number;
}

__attribute__((noinline)) static int work(int given) {
  int lost = rand();
  srand(1);
  return twice(given + 1); /* mark: call */
  /* jitdbg: at inlined frame work: given = 6 */
  /* jitdbg: at inlined frame work: lost is optimized out */
  /* jitdbg: at inlined frame work: lost has type int */
  (void)lost;
}

int main(int count, char **words) {
  (void)words;
  return work(count + 5); /* mark: start */
}
