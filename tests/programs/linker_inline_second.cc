// The other user of linker_inline.h.
#include "linker_inline.h"

std::string second(const Base &base) {
    auto holder = dynamic_cast<const Holder<int> *>(&base);
    ++shared();
    ++per_thread;
    try {
        checked(-5);
    } catch (const std::exception &error) {
        return std::string(holder ? "same type, " : "another type, ") + error.what();
    }
    return "nothing";
}
