/* A host in C that knows nothing of jitdbg: it loads a library and calls a function of it.
 *
 *   jitdbg build examples/fib.ll -o libfib.so
 *   cc -g examples/host.c -o host -ldl
 *   ./host ./libfib.so fib 20
 *
 * A debugger stops in the IR as in any source: jitdbg debug --break fib -- ./host ./libfib.so fib 20
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s LIBRARY FUNCTION NUMBER\n", argv[0]);
    return 2;
  }
  void *library = dlopen(argv[1], RTLD_NOW);
  int (*function)(int) = library ? (int (*)(int))dlsym(library, argv[2]) : NULL;
  if (!function) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  printf("%s(%s) = %d\n", argv[2], argv[3], function(atoi(argv[3])));
  return 0;
}
