/* Loads a library, calls it, unloads it, puts another one at its path, and does that again. */
#include <dlfcn.h>
#include <stdio.h>

static int call(const char *path) {
  void *library = dlopen(path, RTLD_NOW); /* mark: load */
  int (*triple)(int) = library ? (int (*)(int))dlsym(library, "triple") : NULL;
  int result = triple ? triple(14) : -1;
  if (library)
    dlclose(library);
  return result;
}

int main(int count, char **words) {
  if (count < 3)
    return 9;
  int first = call(words[1]); /* mark: first */
  rename(words[2], words[1]);
  int second = call(words[1]); /* mark: second */
  printf("%d %d\n", first, second);
  return 0;
}
