// A variable of each thread, in a module of its own: a JIT that can't load it ends here and nowhere else.

__thread int jit_per_thread = 7;

int jit_use_thread(int more) {
  jit_per_thread += more;
  return jit_per_thread; // mark: thread
}
