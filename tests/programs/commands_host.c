/* Loads the images that are named on the command line and calls run(20) of the last. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *load(const char *path) {
  void *image = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!image) {
    puts(dlerror());
    exit(2);
  }
  return image;
}

int main(int count, char **words) {
  void *last = NULL;
  setvbuf(stdout, NULL, _IONBF, 0);
  for (int index = 1; index < count; index++)
    last = load(words[index]);
  puts("loaded"); /* mark: loaded */
  int (*run)(int) = last ? (int (*)(int))dlsym(last, "run") : NULL;
  int result = run ? run(20) : 0;
  printf("run gave %d\n", result); /* mark: called */
  return 0;
}
