/* A list that is made of a section of its own (__start_, __stop_), an alias, and references to what linkers define. */
#include <stdio.h>

struct entry {
    const char *name;
    int value;
};
#define ENTRY(name, value) \
    __attribute__((used, section("entries"))) static const struct entry entry_##name = {#name, value}
ENTRY(one, 1);
ENTRY(two, 2);
ENTRY(three, 3);
extern const struct entry __start_entries[], __stop_entries[];
int original(int x) { return x + 10; }
int alias(int) __attribute__((alias("original")));
static int hidden_original(int x) { return x + 20; }
extern __typeof(hidden_original) hidden_alias __attribute__((alias("hidden_original"), visibility("hidden")));

void run(void) {
    int total = 0;
    for (const struct entry *entry = __start_entries; entry < __stop_entries; entry++) {
        printf("%s ", entry->name);
        total += entry->value;
    }
    printf("%d %d %d\n", total, alias(1), hidden_alias(2));
}
