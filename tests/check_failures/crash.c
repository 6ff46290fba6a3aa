/* A signal that nobody expects ends the program. */
/* jitdbg: compile cc -g {file} -o {output} */
/* jitdbg: main */
/* says: failed: main: it ended by SIGSEGV in main at crash */
int main(void) {
  int *nowhere = 0;
  /* jitdbg: at after: reached */
  /* says: not reached: at after: reached: its code was not run, and it ended by SIGSEGV */
  *nowhere = 1; /* mark: crash */
  return 0;     /* mark: after */
}
