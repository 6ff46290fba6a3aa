/* What every debugger is asked about: recursion, values of all kinds, a global that changes, a loop. */
#include <complex.h>
#include <stdio.h>
#include <stdlib.h>

enum color { RED, GREEN = 7 };
struct point {
  int x, y;
};
struct mixed {
  unsigned three : 3;
  int five : 5;
  union {
    int integer;
    float real;
  };
  struct point *where;
  enum color color;
  _Bool yes;
  char letter;
};
typedef int four_ints __attribute__((vector_size(16)));

static int counter;
double scale = 2.5;
_Thread_local int of_thread = 11;

static int factorial(int number) {
  if (number <= 1) /* mark: small */
    return 1; /* mark: deepest */
  int rest = factorial(number - 1); /* mark: recursion */
  counter = counter + 1;
  return number * rest; /* mark: product */
}

static int values(int count, struct point *origin) {
  struct mixed mixed = {5, -3, {1065353216}, origin, GREEN, 1, 'x'}; /* mark: mixed */
  int squares[count];
  for (int index = 0; index < count; index++)
    squares[index] = index * index; /* mark: loop */
  double complex number = 1.5 - 2.0 * I;
  four_ints lanes = {1, 2, 3, 4};
  const char *text = "hello";
  float third = 1.0f / 3;
  long long large = -5000000000;
  unsigned char byte = 200;
  struct point *nowhere = NULL;
  int shadowed = 1;
  {
    int shadowed = 2;
    counter += squares[1] + lanes[0] + (int)creal(number) + text[0] + (int)third + (int)large + byte + mixed.three +
               (nowhere == NULL) + shadowed + of_thread; /* mark: values */
  }
  return shadowed;
}

int twice(int number) { return 2 * number; } /* mark: twice */

int main(int count, char **words) {
  struct point origin = {3, -4}; /* mark: origin */
  int product = factorial(5); /* mark: call */
  printf("%d %s\n", product, count > 1 ? words[1] : "alone"); /* mark: printed */
  values(4, &origin); /* mark: passed */
  fflush(stdout);
  return twice(product) == 240 ? 3 : 4; /* mark: last */
}
