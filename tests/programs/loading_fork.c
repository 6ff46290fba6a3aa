/* Forks; parent and child each come to step. */
#include <sys/wait.h>
#include <unistd.h>

static int step(int n) { return n; }

int main(void) {
  step(1);
  if (!fork())
    return step(2);
  wait(NULL);
  return step(0);
}
