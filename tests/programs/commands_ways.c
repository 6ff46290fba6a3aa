/* Loads the image that is named first and calls run(20) of it: in a child ("fork"), or beside a thread that waits. */
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void *wait_for_ever(void *given) {
  for (;;)
    pause();
  return given;
}

int main(int count, char **words) {
  pthread_t waiting;
  void *image = count > 1 ? dlopen(words[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
  int (*run)(int) = image ? (int (*)(int))dlsym(image, "run") : NULL;
  if (!run)
    return 2;
  if (count > 2 && !strcmp(words[2], "fork")) {
    if (!fork())
      return run(20) != 40;
    return wait(NULL) < 0;
  }
  pthread_create(&waiting, NULL, wait_for_ever, NULL);
  return run(20) != 40;
}
