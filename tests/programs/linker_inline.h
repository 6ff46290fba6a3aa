// What two objects share: each has a copy of these, and the image has one.
#include <cstdio>
#include <stdexcept>
#include <string>

struct Base {
    virtual ~Base() = default;
    virtual std::string name() const { return "base"; }
};
template <class T> struct Holder : Base {
    T value;
    explicit Holder(T value) : value(value) {}
    std::string name() const override { return "holder of " + std::to_string(value); }
};
inline int &shared() {
    static int value = 5;
    return value;
}
template <class T> __attribute__((noinline)) T checked(T value) {
    if (value < 0)
        throw std::out_of_range("negative");
    return value;
}
inline thread_local int per_thread = 11;
std::string second(const Base &base);
