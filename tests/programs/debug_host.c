/* Loads a library that did not exist for the debugger before, and calls its function `triple`. */
#include <dlfcn.h>
#include <stdio.h>

int main(int count, char **words) {
  void *library = count > 1 ? dlopen(words[1], RTLD_NOW) : NULL; /* mark: load */
  if (!library)
    return 3;
  int (*triple)(int) = (int (*)(int))dlsym(library, "triple");
  printf("triple of 14 is %d\n", triple(14)); /* mark: call */
  return 0;
}
