// A module that is unloaded and loaded again, with another VERSION.

int jit_answer(int more) {
  int version = VERSION;
  return version + more; // mark: answer
}
