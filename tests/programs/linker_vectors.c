/* Vector constants, which need their section's alignment, and vector arithmetic. */
#include <stdio.h>

typedef float v8 __attribute__((vector_size(32)));
typedef int i4 __attribute__((vector_size(16)));
static const v8 scale = {1, 2, 3, 4, 5, 6, 7, 8};
i4 table[3] = {{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}};

__attribute__((noinline)) static v8 mix(v8 a, v8 b) { return a * b + (v8){.5f, .25f, .125f, 1, 2, 4, 8, 16}; }

void run(void) {
    volatile v8 input = {8, 7, 6, 5, 4, 3, 2, 1};
    v8 result = mix(input, scale);
    i4 total = table[0] + table[1] * table[2];
    for (int i = 0; i < 8; i++)
        printf("%g ", result[i]);
    printf("%d %d %d %d\n", total[0], total[1], total[2], total[3]);
    long double wide = 1.5L;
    printf("%Lg %.3f\n", wide * 2.25L, (double)(float)input[2] / 7);
}
