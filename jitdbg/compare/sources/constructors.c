// A constructor, which runs before any function of the module is called.

static int ready;

__attribute__((constructor)) static void jit_prepare(void) {
  ready = 42; // mark: constructor
}

int jit_is_ready(void) { return ready; }
