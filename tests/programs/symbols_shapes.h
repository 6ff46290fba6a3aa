// Inlined into both C++ units of the symbolication tests, from another file than theirs.
#pragma once

namespace geometry {

template <typename Number>
struct Square {
  Number side;
  inline Number area() const { return side * side; }
};

template <typename Number>
static inline Number volume(Square<Number> square, Number height) {
  if (height < 0)
    height = -height;
  return square.area() * height;
}

template <int Depth>
inline int nested(int value) {
  return nested<Depth - 1>(value * 3 + Depth) ^ Depth;
}

template <>
inline int nested<0>(int value) {
  return value + 1;
}

int outside(int value);

}  // namespace geometry
