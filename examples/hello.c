/* A program that is never linked: jitdbg run examples/hello.c World
 *
 * With a breakpoint in it: jitdbg debug --break greet -- jitdbg run examples/hello.c World
 */
#include <stdio.h>

int greet(const char *name) {
  int length = printf("Hello, %s!\n", name);
  return length;
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    greet(argv[i]);
  }
  return argc > 1 ? 0 : greet("whoever you are") < 0;
}
