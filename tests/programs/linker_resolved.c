/* Addresses of functions that are chosen when the image is loaded, from code and from data: one function, one address. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>

static int one(int x) { return x + 1; }
static int two(int x) { return x + 2; }
static volatile int choice; /* or the compiler would choose */
static int (*choose(void))(int) { return choice ? two : one; }
int hidden(int) __attribute__((ifunc("choose"), visibility("hidden")));
int visible(int) __attribute__((ifunc("choose")));
static int local(int) __attribute__((ifunc("choose")));
int (*hidden_pointer)(int) = hidden, (*visible_pointer)(int) = visible, (*local_pointer)(int) = local;

/* The address as code computes it itself, whatever the compiler would do. */
#ifdef __x86_64__
#define HERE(name) ({ void *p; __asm__("lea " name "(%%rip), %0" : "=r"(p)); p; })
#else
#define HERE(name) ({ void *p; __asm__("adrp %0, " name "\n\tadd %0, %0, :lo12:" name : "=r"(p)); p; })
#endif

void run(void) {
    int (*volatile taken)(int) = local;
    Dl_info info;
    dladdr((void *)&run, &info);
    void *image = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    printf("%d ", HERE("hidden") == (void *)hidden_pointer);
    printf("%d ", HERE("local") == (void *)local_pointer && taken == local_pointer);
    printf("%d ", HERE("visible") == (void *)visible_pointer && dlsym(image, "visible") == HERE("visible"));
    printf("%d %d %d\n", hidden_pointer(1), visible_pointer(2), local_pointer(3) + hidden(1) + visible(2) + local(3));
    dlclose(image);
}
