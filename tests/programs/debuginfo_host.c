/* Loads images, given as pairs of path and function, and calls the functions one after the other. */
#include <dlfcn.h>

int main(int count, char **words) {
  for (int at = 1; at + 1 < count; at += 2) {
    void *library = dlopen(words[at], RTLD_NOW);
    int (*function)(void) = library ? (int (*)(void))dlsym(library, words[at + 1]) : 0;
    if (!function)
      return 3;
    function();
  }
  return 0;
}
