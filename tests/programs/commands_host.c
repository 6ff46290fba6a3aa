/* Loads the images that are named on the command line and calls run(20) of the last; with JIT_HOST_WAITS in the
   environment it waits for ever instead. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *load(const char *path) {
  void *image = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
  if (!image) {
    puts(dlerror());
    exit(2);
  }
  return image;
}

static void wait_for_ever(void) {
  for (;;)
    pause();
}

int main(int count, char **words) {
  void *last = NULL;
  setvbuf(stdout, NULL, _IONBF, 0);
  for (int index = 1; index < count; index++)
    last = load(words[index]);
  puts("loaded"); /* mark: loaded */
  if (getenv("JIT_HOST_WAITS"))
    wait_for_ever();
  int (*run)(int) = last ? (int (*)(int))dlsym(last, "run") : NULL;
  int result = run ? run(20) : 0;
  printf("run gave %d\n", result); /* mark: called */
  return 0;
}
