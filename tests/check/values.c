/* Values of all kinds, in an executable that a command makes: it starts faster than a dylib's host. */
/* jitdbg: compile cc -g -O{level} {file} -o {output} */
/* jitdbg: main three words "in all" */
/* jitdbg: exits 4 */
#include <math.h>
#include <stddef.h>

enum color { RED, GREEN = 7 };
struct point {
  int x, y;
};
struct node {
  struct node *next;
  struct point point;
  union {
    int whole;
    float real;
  };
};
static int counter;

static int factorial(int number) {
  counter++;
  if (number <= 1)
    return 1; /* mark: deepest */
  /* jitdbg: at deepest: number = 1 */
  /* jitdbg: at deepest frame 3: number = 4 */
  /* jitdbg: at deepest frame main: words[1] = "three" */
  /* jitdbg: at deepest: counter = 4 */
  /* jitdbg: at deepest: backtrace factorial at deepest, factorial at recursion, ..., main at call */
  /* jitdbg: at deepest: factorial is not in scope  [gdb, lldb, gdb-dap, lldb-dap differ: it is a function] */
  int rest = factorial(number - 1); /* mark: recursion */
  return number * rest;             /* mark: product */
  /* jitdbg: break last: product if number == 4 */
  /* jitdbg: at last: rest = 6 */
  /* jitdbg: at last: reached 1 times */
  /* jitdbg: at product hit 2: number = 3 */
  /* jitdbg: at product every hit: number * rest = number + number * (rest - 1) */
  /* jitdbg: at product hit 3: step over, over to after  [lldb, lldb-dap differ: mid-line] */
  /* jitdbg: at product: step over, out to recursion, over */
  /* jitdbg: at recursion hit 3: step in to factorial(), over, over to deepest, out to recursion, over to product */
  /* jitdbg: break impossible: product if number > 4 */
  /* jitdbg: never impossible */
}

static int values(int count, struct point *origin) {
  /* jitdbg: break entered: values() */
  /* jitdbg: at entered: count = 4 */
  struct node last = {NULL, {1, -2}, {.real = 1.5f}}, first = {&last, {3, 4}, {7}};
  enum color color = GREEN;
  int squares[] = {0, 1, 4, 9};
  float third = 1.0f / 3;
  double infinite = INFINITY, none = NAN, large = 6.02214076e23;
  const char *text = "tab\t and \"quotes\"";
  char letters[8] = "abc", letter = '\n';
  _Bool yes = 1;
  unsigned char byte = 200;
  long long deep = -5000000000;
  struct node *found = &first, *again = first.next, *nowhere = last.next;
  return squares[3] + color + origin->x + (found != again) + (nowhere == NULL) + letters[0] + letter + yes + byte +
         (int)(third + infinite + none + large + deep) + text[0]; /* mark: values */
  /* jitdbg: at values: origin = {x = 3, y = -4} */
  /* jitdbg: at values: origin->y = -4 */
  /* jitdbg: at values: first = {next = @last, point = {x = 3, y = _}, whole = 7} */
  /* jitdbg: at values: found = @first */
  /* jitdbg: at values: again = @last */
  /* jitdbg: at values: found = &first */
  /* jitdbg: at values: nowhere = null */
  /* jitdbg: at values: last = {real = 1.5} */
  /* jitdbg: at values: color = GREEN */
  /* jitdbg: at values: squares = [0, 1, 4, 9] */
  /* jitdbg: at values: squares = [0, count - 3, ...] */
  /* jitdbg: at values: third = 0.33333333 */
  /* jitdbg: at values: third = 0.3 +- 0.05 */
  /* jitdbg: at values: infinite = inf */
  /* jitdbg: at values: none = nan */
  /* jitdbg: at values: large = 6.02214076e+23 */
  /* jitdbg: at values: text = "tab\t and \"quotes\"" */
  /* jitdbg: at values: letters = "abc" */
  /* jitdbg: at values: letter = '\n' */
  /* jitdbg: at values: yes = true */
  /* jitdbg: at values: byte = 0xC8 */
  /* jitdbg: at values: deep = -5000000000 */
  /* jitdbg: at values: &first has type struct node * */
  /* jitdbg: at values: squares has type int[4] */
  /* jitdbg: at values: rest is not in scope */
  /* jitdbg: at values: rest is unavailable */
}

int main(int count, char **words) {
  struct point origin = {3, -4};
  int product = factorial(4); /* mark: call */
  if (product != 24)          /* mark: after */
    return 1;                 /* mark: wrong */
  /* jitdbg: never wrong */
  /* jitdbg: at call: counter = 0 */
  /* jitdbg: at call: step in to factorial(), out to call, over to after, over, over to returning */
  values(4, &origin);
  return count; /* mark: returning */
  /* jitdbg: at returning: words[3] = "in all" */
}
