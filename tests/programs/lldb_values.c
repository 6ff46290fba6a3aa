/* Values of every kind, for lldb's adapter. */
#include <complex.h>
#include <stdio.h>

enum color { RED, GREEN = 5, BLUE = -1 };
struct point { int x, y; };
struct flags { unsigned low : 3; int high : 5; };
union either { int whole; float real; };
typedef float vec4 __attribute__((vector_size(16)));

__thread int of_thread = 7;
int shared = 42;
static int hidden = 3;

static inline __attribute__((always_inline)) int twice(int number) {
  int doubled = number * 2; /* mark: inlined */
  return doubled + hidden;
}

__attribute__((noinline)) int work(int count) {
  int sized[count];
  static int calls = 11;
  struct point spot = {1, 2};
  struct point spots[2] = {{3, 4}, {5, 6}};
  struct flags flags = {5, -3};
  union either either = {.real = 1.0f};
  enum color color = BLUE;
  _Bool truth = 1;
  char letter = 'A';
  unsigned char byte = 200;
  double real = 1.5;
  float small = 0.25f;
  long double large = 2.5L;
  double _Complex complex_number = 1.0 - 2.0 * I;
  float _Complex complex_small = 3.0f + 4.0f * I;
  vec4 lanes = {1, 2, 3, 4};
  int *pointer = &shared;
  int *nowhere = 0;
  void *untyped = &spot;
  struct point *to_spot = &spot;
  const char *text = "hello\n";
  int (*function)(int) = work;
  unsigned long high = 1ul << 63;
  __int128 huge = -1;
  int shadowed = 1;
  for (int i = 0; i < count; i++) sized[i] = i;
  {
    int shadowed = 2;
    shared += twice(count) + shadowed; /* mark: values */
  }
  of_thread++;
  calls++;
  shared += (function == 0) + (untyped == 0) + (nowhere == 0) + shadowed + to_spot->x + text[0] + *pointer + calls;
  printf("%d %d %d %d %d %g %g %Lg %g %g %g\n", sized[0], spots[1].x, flags.low, either.whole, color, real, (double)small,
         large, creal(complex_number), (double)crealf(complex_small), (double)lanes[0]);
  return truth + letter + byte + (int)high + (int)huge; /* mark: last */
}

int main(void) { return work(3) & 7; }
