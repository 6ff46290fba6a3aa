/* A function that is inlined into another, optimised, and a value that is not left anywhere. */
#include <stdlib.h>

volatile int seen;

static inline __attribute__((always_inline)) int inner(int number) {
  seen = number + 1; /* mark: inner */
  return number * 2;
}

static inline __attribute__((always_inline)) int middle(int number) {
  return inner(number + 10) + 1; /* mark: middle */
}

__attribute__((noinline)) int outer(int number) {
  int lost = atoi("12") / number;
  return middle(number) + 100; /* mark: outer */
}

int main(int count, char **words) {
  (void)words;
  return outer(count) & 1; /* mark: called */
}
