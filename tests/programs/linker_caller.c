/* Calls into the image of linker_callee.c, through a stub. */
int twice(int value);

struct point {
    int x, y;
};
static __thread int calls = 7;

void run(void) {
    struct point where = {3, 4};
    int count = 20;
    count = twice(count); /* mark: calls */
    calls += count;
    where.x += calls; /* mark: after */
}
