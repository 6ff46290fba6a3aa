/* A program that knows nothing of jitdbg: it calls whatever offers "scale", when something does. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static pthread_barrier_t met;

static int find_and_call(int n) {
  int (*scale)(int) = (int (*)(int))dlsym(RTLD_DEFAULT, "scale");
  return scale ? scale(n) : n; /* mark: find */
}

static void *work(void *given) {
  pthread_barrier_wait(&met);
  void *held = malloc(100000);
  free(held); /* mark: worked */
  return given;
}

int main(int count, char **words) {
  pthread_t worker;
  int sum = 0, threads = count > 1 && words[1][0] == 't';
  setvbuf(stdout, NULL, _IONBF, 0);
  puts("begun"); /* mark: begun */
  if (count > 1 && words[1][0] == 'w')
    getchar();
  pthread_barrier_init(&met, NULL, 2);
  if (threads) {
    pthread_create(&worker, NULL, work, NULL);
    pthread_barrier_wait(&met); /* mark: meet */
    pthread_join(worker, NULL); /* mark: join */
  }
  for (int n = 1; n <= 3; n++)
    sum += find_and_call(n); /* mark: called */
  void *block = malloc((size_t)sum); /* mark: allocate */
  free(block);
  printf("sum %d\n", sum); /* mark: summed */
  return 0;
}
