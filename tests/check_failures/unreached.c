/* What is never reached, each for another reason. */
/* jitdbg: compile cc -O1 -g {file} -o {output} */
/* jitdbg: main */
volatile int zero;

int main(void) {
  int sum = 0;
  /* mark: comment */
  /* jitdbg: at comment: reached */
  /* says: not reached: at comment: reached: its line has no code, and the breakpoint slid to *, and it ended * code 0 */
  /* jitdbg: never comment */
  /* says: not reached: never comment: its line has no code, and the breakpoint slid to *, and it ended with exit code 0 */
  if (zero)
    return 7 / zero; /* mark: division */
  /* jitdbg: at division: sum = 0 */
  /* says: not reached: at division: sum = 0: its code was not run, and it ended with exit code 0 */
  /* jitdbg: on SIGFPE: reached */
  /* says: not reached: on SIGFPE: reached: no SIGFPE came, and it ended with exit code 0 */
  /* jitdbg: at division: step over */
  /* says: not reached: at division: step over: its code was not run, and it ended with exit code 0 */
  if (sum)
    return 1; /* mark: dead */
  /* jitdbg: at dead every hit: sum = 1 */
  /* says: not reached: at dead every hit: sum = 1: its line has no code, * */
  /* jitdbg: break absent: no_such_function() */
  /* says: not reached: break absent: no_such_function(): no function no_such_function was loaded, and it ended with * */
  return zero; /* mark: last */
  /* jitdbg: at last hit 2: reached */
  /* says: not reached: at last hit 2: reached: it was reached only 1 time, and it ended with exit code 0 */
  /* jitdbg: break often: last if sum > 3 */
  /* says: not reached: break often: last if sum > 3: its code was not run, and it ended with exit code 0 */
}
