/* Constructors and destructors, with priorities and without, run in the order that the priorities give. */
#include <stdio.h>

__attribute__((constructor)) static void plain(void) { puts("constructor"); }
__attribute__((constructor)) static void second(void) { puts("constructor, second"); }
__attribute__((constructor(200))) static void early(void) { puts("constructor 200"); }
__attribute__((constructor(1000))) static void later(void) { puts("constructor 1000"); }
__attribute__((destructor)) static void end(void) { puts("destructor"); }
__attribute__((destructor)) static void end_second(void) { puts("destructor, second"); }
__attribute__((destructor(200))) static void last(void) { puts("destructor 200"); }
__attribute__((destructor(1000))) static void before_last(void) { puts("destructor 1000"); }
void run(void) { puts("run"); }
