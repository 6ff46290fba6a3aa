/* Loads the images that are named on the command line, in order and for all to see, calls run() of the last one, and
   unloads them in the opposite order. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    void *images[16];
    for (int i = 1; i < argc; i++) {
        images[i] = dlopen(argv[i], RTLD_NOW | RTLD_GLOBAL);
        if (!images[i]) {
            printf("%s\n", dlerror());
            return 2;
        }
    }
    void (*run)(void) = (void (*)(void))dlsym(images[argc - 1], "run");
    if (!run) {
        printf("%s\n", dlerror());
        return 2;
    }
    run();
    for (int i = argc - 1; i > 0; i--)
        dlclose(images[i]);
    puts("unloaded");
    return 0;
}
