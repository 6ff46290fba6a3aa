/* Thread-local variables: initialised and zero, exported and static, in several threads. */
#include <pthread.h>
#include <stdio.h>

__thread int counter = 5;
__thread long zeroes[40];
static __thread int private_counter = 7;
static __thread char text[16] = "text";
_Alignas(64) static __thread int aligned = 3;
extern __thread int counter;

int bump(int by) {
    counter += by;
    private_counter += 2 * by;
    zeroes[by % 40] += counter;
    aligned += by;
    text[0]++;
    return counter + private_counter + (int)zeroes[by % 40] + aligned;
}

static void *work(void *argument) {
    int *result = argument;
    for (int i = 0; i < 10; i++)
        *result = bump(*result % 7 + 1);
    return 0;
}

void run(void) {
    pthread_t threads[4];
    int results[4];
    for (int i = 0; i < 4; i++) {
        results[i] = i;
        pthread_create(&threads[i], 0, work, &results[i]);
    }
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], 0);
    printf("%d %d %d %d\n", results[0], results[1], results[2], results[3]);
    printf("%d %d %d %s %d\n", counter, private_counter, bump(1), text, (int)((unsigned long)&aligned % 64));
}
