/* Two threads that are stopped in one function, each with values of its own. */
#include <pthread.h>

static __thread int of_thread = 100;
static pthread_barrier_t together, apart;

static void *work(void *argument) {
  int number = *(int *)argument;
  of_thread += number;
  pthread_barrier_wait(&together); /* mark: met */
  pthread_barrier_wait(&apart); /* mark: waits */
  return argument;
}

static void both_wait(void) {
  of_thread += 50; /* mark: together */
}

void run(void) {
  pthread_t threads[2];
  int numbers[2] = {1, 2};
  pthread_barrier_init(&together, 0, 3);
  pthread_barrier_init(&apart, 0, 3);
  for (int index = 0; index < 2; index++)
    pthread_create(&threads[index], 0, work, &numbers[index]);
  pthread_barrier_wait(&together);
  both_wait();
  pthread_barrier_wait(&apart);
  for (int index = 0; index < 2; index++)
    pthread_join(threads[index], 0);
}
