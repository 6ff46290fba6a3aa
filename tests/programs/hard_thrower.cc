// Throws through a frame that has something to destroy; hard_catcher.cc, in another library, catches.
#include <stdexcept>

struct Failure : std::runtime_error {
  int code;
  Failure(int code) : std::runtime_error("thrown elsewhere"), code(code) {}
};

struct Guard {
  int &count;
  ~Guard() {
    count++; // mark: destroyed
  }
};

void thrower(int code, int &count) {
  Guard guard{count};
  int doubled = 2 * code;
  throw Failure(doubled); // mark: throws
}
