/* What optimisation does: calls that became jumps, functions that became part of others, values that are nowhere. */
#include <stdlib.h>

volatile int seen;

__attribute__((noinline)) static int leaf(int number) {
  seen = number; /* mark: leaf */
  return number + 1;
}

__attribute__((noinline)) static int jumps(int number) {
  return leaf(number * 2); /* mark: jumps */
}

static inline __attribute__((always_inline)) int inner(int given) {
  int doubled = given * 2;
  seen = doubled; /* mark: inner */
  return doubled + 1;
}

static inline __attribute__((always_inline)) int middle(int given) {
  return inner(given + 10) + 1; /* mark: middle */
}

__attribute__((noinline)) static int outer(int number) {
  int lost = atoi("12") / number;
  int kept = jumps(number); /* mark: calls */
  return middle(number) + kept; /* mark: outer */
}

void run(void) { seen = outer(atoi("4")); }
