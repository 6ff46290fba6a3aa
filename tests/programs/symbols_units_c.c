/* The C unit of the symbolication tests. */
#include <stdlib.h>

static inline __attribute__((always_inline)) int clamp(int value, int low, int high) {
  if (value < low)
    return low;
  return value > high ? high : value;
}

static int compare(const void* left, const void* right) {
  return clamp(*(const int*)left, 0, 100) - clamp(*(const int*)right, 0, 100);
}

int third(int* values, int count) {
  int sum = 0;
  qsort(values, count, sizeof *values, compare);
  for (int index = 0; index < count; index++)
    sum += clamp(values[index], -5, 5);
  return sum;
}
