// Catches what linker_thrower.cc throws from another image, by its own type and by a base class.
#include <cstdio>
#include <stdexcept>

struct Failure : std::runtime_error {
    int code;
    Failure(const char *what, int code) : std::runtime_error(what), code(code) {}
};
void thrower(int code);

extern "C" void run() {
    try {
        thrower(3);
    } catch (const Failure &failure) {
        std::printf("%s %d\n", failure.what(), failure.code);
    }
    try {
        thrower(4);
    } catch (const std::exception &error) {
        std::printf("%s\n", error.what());
    }
}
