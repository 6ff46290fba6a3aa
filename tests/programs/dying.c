// Ways to end, and one to wait.
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>

int null(int count) {
  int *nowhere = 0;
  *nowhere = count; /* mark: null */
  return 0;
}

int give_up(int count) {
  if (count)
    abort(); /* mark: give_up */
  return 0;
}

int claim(int count) {
  assert(count == 0); /* mark: claim */
  return 0;
}

int linger(int count) {
  char byte = '!';
  count += (int)(write(1, &byte, 1) + read(0, &byte, 1)); /* mark: linger */
  return count;
}
