/* What optimisation does to frames and variables. */
#include <stdio.h>

__attribute__((noinline)) int leaf(int number) {
  __asm__ volatile("" ::: "memory"); /* mark: leaf */
  return number + 1;
}

__attribute__((noinline)) int jumps(int number) { return leaf(number * 2); }

__attribute__((noinline)) int caller(int given) {
  int lost = given * 3;
  int kept = given + 1;
  int result = jumps(kept) + 1; /* mark: caller */
  return result + (lost & 0);
}

int main(void) {
  printf("%d\n", caller(4));
  return 0;
}
