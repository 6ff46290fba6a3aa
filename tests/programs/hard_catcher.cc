// Catches what hard_thrower.cc throws.
#include <stdexcept>

struct Failure : std::runtime_error {
  int code;
  Failure(int code) : std::runtime_error("thrown elsewhere"), code(code) {}
};
void thrower(int code, int &count);
volatile int seen;

extern "C" void run() {
  int count = 0;
  try {
    thrower(21, count); // mark: tries
  } catch (const Failure &failure) {
    seen = failure.code + count; // mark: catches
  }
  seen = 1; // mark: after
}
