/* A signal that is handled, sent from within a function with values, and one that nobody handles. */
#include <signal.h>

static volatile sig_atomic_t handled;

static void handler(int number) {
  handled = number; /* mark: handled */
}

static int disturbed(int given) {
  int before = given + 1;
  raise(SIGUSR1); /* mark: raises */
  return before + handled; /* mark: raised */
}

static int crash(int *nowhere, int depth) {
  return depth ? crash(nowhere, depth - 1) + 1 : *nowhere; /* mark: crash */
}

void run(void) {
  signal(SIGUSR1, handler);
  disturbed(4);
  crash((int *)8, 2);
}
