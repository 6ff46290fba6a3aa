/* jitdbg: compile cc -g {file} -o {output} */
/* jitdbg: timeout 3 */
/* jitdbg: main */
/* says: failed: main: the program ran on until the deadline of 3 s */
volatile int running = 1;

int main(void) {
  running = 2; /* mark: begin */
  /* jitdbg: at begin: running = 1 */
  while (running)
    ;
  return 0; /* mark: after */
  /* jitdbg: never after */
  /* says: not reached: never after: the program ran on until the deadline of 3 s */
}
