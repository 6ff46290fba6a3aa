// What profilers and checkers look at.
#include <stdlib.h>
#include <unistd.h>

int hot(int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; i++)
    sum = sum * 31 + (i ^ (sum >> 3)); /* mark: hot */
  return sum;
}

int spoil(int index) {
  int *block = malloc(10 * sizeof(int));
  block[index] = 1; /* mark: spoil */
  free(block);
  return 0;
}

int ask(int rounds) {
  int sum = 0;
  for (int i = 0; i < rounds; i++)
    sum += getppid(); /* mark: ask */
  return sum != 0;
}

int linger(int rounds) {
  char byte;
  return rounds + (int)read(0, &byte, 1); /* mark: linger */
}
