// The second unit of the symbolication tests.
#include "symbols_shapes.h"

struct Base {
  virtual ~Base();
  virtual int value(int x) const;
};

struct Derived final : Base {
  int value(int x) const override;
};

Base::~Base() = default;

int Base::value(int x) const { return x + 1; }

int Derived::value(int x) const { return geometry::nested<4>(x) + Base::value(x); }

int geometry::outside(int value) {
  Derived derived;
  switch (value) {
    case 1: return derived.value(3);
    case 2: return nested<5>(value);
    case 3: return volume(Square<int>{value}, 9);
    case 4: return -1;
    default: return derived.value(value) * 2;
  }
}
