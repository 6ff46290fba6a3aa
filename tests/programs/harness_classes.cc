// C++ as a debugger sees it: bases, references, wide integers, names with parameters, elements two levels deep.
namespace shapes {
struct Base {
  int first = 1;
};
struct Derived : Base {
  static int shared;
  int &referred;
  Derived(int &number) : referred(number) {}
};
int Derived::shared = 9;

int area(int width, int height) { return width * height; }
template <class Number> Number twice(Number number) {
  return number + number; // mark: twice
}
} // namespace shapes

int main() {
  int number = 5;
  int &reference = number;
  int grid[2][3] = {{1, 2, 3}, {4, 5, 6}};
  __int128 wide = -((__int128)1 << 100);
  unsigned __int128 high = (unsigned __int128)1 << 127;
  int (*pointer)(int, int) = shapes::area;
  shapes::Derived derived(number);
  return pointer(reference, grid[1][2]) + shapes::twice(derived.referred) + (int)wide + (int)high; // mark: made
}
