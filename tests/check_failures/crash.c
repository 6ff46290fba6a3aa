/* A signal that nobody expects ends the program. */
/* jitdbg: compile cc -g {file} -o {output} */
/* jitdbg: main */
/* says: failed: main: it ended by SIGSEGV in main at crash */
/* says [lldb-dap]: failed: main: it ended with exit code 11, after SIGSEGV in main at crash */
int main(void) {
  int *nowhere = 0;
  /* jitdbg: at after: reached */
  /* says: not reached: at after: reached: its code was not run, and it ended by SIGSEGV */
  /* says [lldb-dap]: not reached: at after: reached: its code was not run, and it ended with exit code 11 */
  /* says [gdb-dap]: not reached: at after: reached: its code was not run, and it ended with exit code 0 */
  *nowhere = 1; /* mark: crash */
  return 0;     /* mark: after */
}
