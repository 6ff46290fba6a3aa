/* A child that runs code with a breakpoint in it, and tells by its exit code that it came through. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int both(int who) {
  int own = who * 10; /* mark: both */
  return own + 3;
}

void run(void) {
  int status = 0;
  pid_t child = fork();
  if (child == 0)
    _exit(both(2));
  waitpid(child, &status, 0);
  printf("the child ended with %d %d\n", WIFEXITED(status), WEXITSTATUS(status));
  fflush(stdout);
  both(1); /* mark: parent */
}
