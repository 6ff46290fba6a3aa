/* Threads that come to one line at the same moment. */
#include <pthread.h>

enum { THREADS = 8 };
static pthread_barrier_t barrier;

static void *arrive(void *number) {
  pthread_barrier_wait(&barrier);
  return number; /* mark: arrived */
}

int main(void) {
  pthread_t threads[THREADS];
  pthread_barrier_init(&barrier, NULL, THREADS);
  for (long i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, arrive, (void *)i);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  return 0;
}
