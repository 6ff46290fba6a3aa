// Classes with virtual functions, RTTI, exceptions, inline functions and variables (COMDAT), and static objects.
#include <iostream>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};
struct Square : Shape {
    double side;
    explicit Square(double side) : side(side) {}
    double area() const override { return side * side; }
};
struct Circle : virtual Shape {
    double area() const override { return 3; }
};
template <class T> T twice(T value) { return value + value; }
inline int counter = 3;
inline int next() {
    static int calls = counter;
    return ++calls;
}
struct Announcer {
    const char *name;
    explicit Announcer(const char *name) : name(name) { std::cout << "made " << name << "\n"; }
    ~Announcer() { std::cout << "destroyed " << name << std::endl; }
};
static Announcer first("first"), second("second");
thread_local Announcer own("own");

static int fail(int depth) {
    Announcer guard("guard");
    if (depth == 0)
        throw std::runtime_error("deep");
    return fail(depth - 1) + 1;
}

extern "C" void run() {
    std::vector<std::unique_ptr<Shape>> shapes;
    shapes.push_back(std::make_unique<Square>(2));
    shapes.push_back(std::make_unique<Circle>());
    for (auto &shape : shapes)
        std::cout << shape->area() << " " << (dynamic_cast<Square *>(shape.get()) != nullptr) << "\n";
    std::map<std::string, int> map{{"b", 2}, {"a", 1}};
    for (auto &[key, value] : map)
        std::cout << key << value << " ";
    std::cout << twice(std::string("x")) << twice(4) << next() << next() << own.name << "\n";
    try {
        fail(2);
    } catch (const std::exception &error) {
        std::cout << "caught " << error.what() << "\n";
    }
    try {
        try {
            throw 5;
        } catch (int &value) {
            ++value;
            throw;
        }
    } catch (int value) {
        std::cout << value << std::endl;
    }
}
