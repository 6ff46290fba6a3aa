/* Values that take more than a number to show. */
#include <complex.h>
#include <stddef.h>

struct bits {
  unsigned low : 3;
  int negative : 5;
  unsigned long across : 40;
  _Bool set : 1;
  signed char plain;
};
#pragma pack(push, 1)
struct packed {
  char tag;
  int unaligned;
  unsigned short bit : 1, rest : 15;
};
#pragma pack(pop)
union either {
  int whole;
  float real;
  struct {
    unsigned char first, second;
  };
  unsigned char bytes[4];
};
struct node {
  struct node *next;
  int value;
};
typedef short shorts __attribute__((vector_size(16)));
typedef float floats __attribute__((vector_size(32)));

__thread int of_thread = 11;
static __thread double private_of_thread = 0.5;
int shared[3] = {7, 8, 9};

static int look(int rows, int columns) {
  struct bits bits = {5, -3, 0x123456789a, 1, -7};
  struct packed packed = {'p', -123456, 1, 0x4321};
  union either either = {.real = 1.0f};
  int grid[rows][columns];
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++)
      grid[row][column] = 10 * row + column;
  double complex wave = 1.5 - 2.0 * I;
  float complex small = -0.25f + 4.0f * I;
  shorts eight = {1, -2, 3, -4, 5, -6, 7, -8};
  floats lanes = {0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, -7.5f};
  struct node last = {NULL, 3}, middle = {&last, 2}, first = {&middle, 1};
  int *row = grid[1];
  __int128 huge = -((__int128)1 << 90); /* mark: huge */
  of_thread += rows;
  private_of_thread += columns;
  return (int)creal(wave) + (int)crealf(small) + eight[1] + (int)lanes[2] + first.value + *row + bits.low + packed.tag +
         either.whole + (int)huge + shared[1]; /* mark: values */
}

void run(void) { look(2, 3); }
