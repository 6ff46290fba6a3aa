/* A loop to stop in, again and again. */
static volatile double total;

static void add(int index) {
  double half = index / 2.0;
  total = total + half; /* mark: body */
}

int main(void) {
  for (int index = 0; index < 1000; index++)
    add(index); /* mark: loop */
  return 0;
}
