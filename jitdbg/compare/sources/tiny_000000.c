// The smallest module: what is loaded a thousand times has another number in place of each of these zeroes.

int jit_tiny_000000(int value) {
  int result = value + 1;
  return result; // mark: tiny
}
