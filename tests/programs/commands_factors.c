/* What the commands are tried on: code that is inlined, calls into another dylib, and data. */
int scale(int number);

int seen = 3;

static inline __attribute__((always_inline)) int squared(int number) {
  return number * number + seen; /* mark: squared */
}

__attribute__((noinline)) int factor(int number) {
  int result = squared(number); /* mark: factor */
  return scale(result) + 1;     /* mark: scaled */
}

int run(int number) {
  int sum = factor(number); /* mark: first */
  seen = sum;
  return sum + 1; /* mark: last */
}
