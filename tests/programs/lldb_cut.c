/* A call that a breakpoint cuts short while it is stepped over; the step has one of its own where it returns to. */
static int count;

static void inner(void) { count += 1; /* mark: inner */ }

int main(void) {
  inner();    /* mark: call */
  count += 2; /* mark: after */
  return 0;
}
