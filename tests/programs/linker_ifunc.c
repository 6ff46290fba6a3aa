/* Functions that are chosen when the image is loaded: called, and their addresses taken in code and in data. */
#include <stdio.h>

static int one(int x) { return x + 1; }
static int two(int x) { return x + 2; }
static int choice = 2;
static int (*choose(void))(int) { return choice == 2 ? two : one; }
int chosen(int) __attribute__((ifunc("choose")));
static int chosen_here(int) __attribute__((ifunc("choose")));
int (*pointer)(int) = chosen;
static int (*static_pointer)(int) = chosen_here;

void run(void) {
    int (*volatile taken)(int) = chosen;
    printf("%d %d %d %d %d\n", chosen(1), chosen_here(2), pointer(3), static_pointer(4), taken(5));
    printf("%d\n", taken == pointer);
}
