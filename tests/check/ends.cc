// What ends a program; a signal that is named is no failure.
// jitdbg: compile c++ -g {file} -o {output}
// jitdbg: main
#include <csignal>

namespace shapes {
struct Circle {
  double radius;
  double area() const { return 3 * radius * radius; } // mark: area
  // jitdbg: at area: this = {radius = 2}
  // jitdbg: at area: backtrace shapes::Circle::area, main
};
} // namespace shapes

int main() {
  shapes::Circle circle{2};
  if (circle.area() < 1)
    return 1;
  // jitdbg: on SIGUSR1: reached
  std::raise(SIGUSR1); // mark: raised
  // jitdbg: on SIGUSR1: backtrace ..., main at raised, ...
  // jitdbg: on SIGUSR1 frame main: circle = {radius = 2.0}
  return 0;
}
