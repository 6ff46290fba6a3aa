// Loads the library it is given, from its file or, as the store of memfds does, from memory, and calls its
// entry(rounds) until that returns.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char *in_memory(const char *path) {
  static char name[64], block[4096];
  FILE *file = fopen(path, "rb");
  int descriptor = memfd_create("profiled", MFD_CLOEXEC);
  for (size_t size; (size = fread(block, 1, sizeof block, file)) > 0;)
    if (write(descriptor, block, size) != (ssize_t)size)
      abort();
  fclose(file);
  snprintf(name, sizeof name, "/proc/%d/fd/%d", getpid(), descriptor);
  return name;
}

int main(int count, char **words) {
  if (count != 5)
    return 2;
  char *path = strcmp(words[2], "memfd") ? words[1] : in_memory(words[1]);
  void *library = dlopen(path, RTLD_NOW);
  int (*entry)(int) = library ? (int (*)(int))dlsym(library, words[3]) : NULL;
  if (!entry) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  printf("%d\n", entry(atoi(words[4])));
  return 0;
}
