// Uses what is inline in linker_inline.h; so does linker_inline_second.cc.
#include "linker_inline.h"

extern "C" void run() {
    Holder<int> holder(4);
    std::printf("%s %s\n", holder.name().c_str(), second(holder).c_str());
    std::printf("%d %d\n", ++shared(), ++per_thread);
    try {
        checked(3);
        checked(-1);
    } catch (const std::out_of_range &error) {
        std::printf("%s\n", error.what());
    }
}
