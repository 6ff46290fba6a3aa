// Loads the library it is given and calls its boom(NULL, 41).
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **words) {
  void *library = count > 1 ? dlopen(words[1], RTLD_NOW) : NULL;
  int (*boom)(int *, int) = library ? (int (*)(int *, int))dlsym(library, "boom") : NULL;
  if (!boom) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  return boom(NULL, 41);
}
