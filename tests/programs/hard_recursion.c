/* Two functions that call each other; each frame has an array of its own length, and a block that shadows. */
static int odd(int depth);

static int even(int depth) {
  int cells[depth + 1];
  for (int index = 0; index <= depth; index++)
    cells[index] = 10 * depth + index;
  if (depth == 0)
    return cells[0] + 1; /* mark: deepest */
  int mine = cells[depth];
  return mine + odd(depth - 1); /* mark: even-calls */
}

static int odd(int depth) {
  int mine = -depth;
  {
    double mine = depth / 2.0;
    return even(depth - 1) + (int)mine; /* mark: odd-calls */
  }
}

void run(void) { even(4); }
