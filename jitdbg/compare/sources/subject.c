// What all peers load: one module in C, compiled once to IR, whose functions every check of `jitdbg compare` is about.

extern int helper_throw(int value);
extern int raise(int signal);

int jit_counter;

int jit_square(int value) {
  int result = value * value; // mark: square
  return result;              // mark: squared
}

int jit_sum(int limit) {
  int total = 0;
  for (int index = 1; index <= limit; ++index) { // mark: loop
    int part = jit_square(index);                // mark: call
    total += part;                               // mark: add
  }
  jit_counter = total; // mark: last
  return total;
}

int jit_crash(int depth, int *nowhere) {
  if (depth == 0)
    return *nowhere;                        // mark: crash
  return jit_crash(depth - 1, nowhere) + 1; // mark: deeper
}

int jit_signal(int depth) {
  if (depth == 0)
    return raise(10);           // mark: raise
  return jit_signal(depth - 1); // mark: towards-raise
}

int jit_throw(int value) {
  int thrown = helper_throw(value); // mark: throw
  return thrown + 1;
}

int jit_uninitialised(int *memory) {
  if (*memory > 5) // mark: uninitialised
    return 1;
  return 0;
}

int jit_busy(int rounds) {
  volatile int busy = 0;
  for (int index = 0; index < rounds; ++index)
    busy += index; // mark: busy
  return busy;
}

int jit_call_back(int (*function)(void)) {
  int answer = function(); // mark: call-back
  return answer + 1;
}
