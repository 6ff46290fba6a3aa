// C++ for the symbolication tests: templates, namespaces, lambdas, cold paths, functions inlined several deep.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "symbols_shapes.h"

namespace geometry {
namespace {

volatile int sink;

struct Counter {
  int count = 0;
  ~Counter() { sink = count; }
  void add(int value) { count += nested<2>(value); }
};

__attribute__((noinline)) int hidden(int value) {
  Counter counter;
  for (int index = 0; index < value; index++)
    counter.add(index);
  return counter.count;
}

}  // namespace

int overloaded(int value) { return volume(Square<int>{value}, 3); }
double overloaded(double value) { return volume(Square<double>{value}, 0.5); }

__attribute__((noinline)) int checked(int value) {
  if (__builtin_expect(value < 0, 0)) {
    std::fprintf(stderr, "negative: %d\n", value);
    throw std::invalid_argument("negative");
  }
  auto twice = [value](int factor) { return nested<3>(value * factor); };
  return twice(2) + twice(outside(value)) + hidden(value);
}

}  // namespace geometry

extern "C" int first(int value) {
  try {
    return geometry::checked(value);
  } catch (const std::exception&) {
    return -1;
  }
}
