/* Half of a program in two objects; the other half is linker_second.c. */
#include <stdio.h>

int shared_counter = 1;
int tentative;
int *where(void);
int second(int);
__attribute__((weak)) int both(void) { return 1; }
static int own(void) { return 10; }

__attribute__((constructor)) static void begin(void) { puts("first begins"); }

void run(void) {
    tentative = 5;
    printf("%d %d %d %d %d\n", second(1), own(), both(), *where(), shared_counter);
}
