/* A small library for symbolication: an inlined call, a call that never returns, a call that returns. */
#include <stdlib.h>

static volatile int sink;

static inline __attribute__((always_inline)) void store(int value) {
  sink = value;  // mark: inlined
}

int caller(int value) {
  store(value * 2);  // mark: call
  return value + 40;
}

__attribute__((noinline)) void dies(void) {
  abort();  // mark: last call
}

int after(int value) {
  return value + 1;
}
