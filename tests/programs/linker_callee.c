/* Called from linker_caller.c, which is another image. */
int twice(int value) {
    int result = value + value; /* mark: enters */
    return result;              /* mark: computed */
}
