/* The other half of linker_first.c: a strong definition over a weak one, one COMMON variable, a local of the same name. */
#include <stdio.h>

extern int shared_counter;
int tentative;
int both(void) { return 2; }
static int own(void) { return 20; }
int *where(void) { return &tentative; }
__attribute__((constructor)) static void begin(void) { puts("second begins"); }
int second(int x) { return x + own() + ++shared_counter; }
