// An object that is not built yet: where its virtual base lies stands in a table that it does not point to yet.
struct Base {
  int base = 1;
};
struct Derived : virtual Base {
  int own = 2;
};
alignas(Derived) static char raw[sizeof(Derived)];

int main() {
  Derived built;
  Derived *object = reinterpret_cast<Derived *>(raw);
  return object->own + built.own;  // mark: unbuilt
}
