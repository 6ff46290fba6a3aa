// The library whose exception crosses into linker_catcher.cc.
#include <stdexcept>

struct Failure : std::runtime_error {
    int code;
    Failure(const char *what, int code) : std::runtime_error(what), code(code) {}
};

void thrower(int code) {
    if (code)
        throw Failure("thrown elsewhere", code);
}
