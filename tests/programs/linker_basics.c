/* Data of all kinds that refers to data and code; calls within and out of the image; COMMON; weak definitions and uses. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int common[100];
int initialised = 42;
static int local_bss[5000];
static const char *const words[] = {"one", "two", "three"};
int *pointers[] = {&initialised, common, local_bss + 7};
extern int absent(int) __attribute__((weak));
__attribute__((weak)) int replaceable(void) { return 7; }
__attribute__((visibility("hidden"))) int hidden(int x) { return x * 3; }
__attribute__((visibility("protected"))) int guarded(int x) { return x + 1; }
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int (*const operations[])(int, int) = {add, sub};
_Alignas(64) char aligned[64] = "aligned";

static int sum(int count, ...) {
    va_list list;
    int total = 0;
    va_start(list, count);
    while (count--)
        total += va_arg(list, int);
    va_end(list);
    return total;
}

static double average(int count, ...) {
    va_list list;
    double total = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++)
        total += va_arg(list, double);
    va_end(list);
    return total / count;
}

static const char *name(int n) {
    switch (n) {
    case 0: return "zero";
    case 1: return "first";
    case 2: return "second";
    case 3: return "third";
    case 4: return "fourth";
    case 7: return "seventh";
    default: return "many";
    }
}

static int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

void run(void) {
    int numbers[] = {5, 3, 9, 1};
    qsort(numbers, 4, sizeof *numbers, compare);
    common[3] = 9;
    local_bss[7] = 11;
    printf("%d %d %d %d\n", numbers[0], numbers[1], numbers[2], numbers[3]);
    printf("%d %d %d\n", *pointers[0], pointers[1][3], *pointers[2]);
    for (int i = 0; i < 9; i++)
        printf("%s ", name(i));
    printf("%s %s %s\n", words[0], words[1], words[2]);
    printf("%d %d\n", operations[0](5, 3), operations[1](5, 3));
    printf("%d %.3f\n", sum(4, 1, 2, 3, 4), average(3, 1.0, 2.0, 4.5));
    printf("%d %d %d %d\n", hidden(4), guarded(4), replaceable(), absent ? absent(1) : -1);
    printf("%d %.4f %s %d\n", fib(15), pow(sin(1.0), 2.0), aligned, (int)((unsigned long)aligned % 64));
    char *copy = malloc(16);
    volatile unsigned long length = 7;
    memcpy(copy, "copied", length);
    fprintf(stdout, "%s\n", copy);
    free(copy);
}
