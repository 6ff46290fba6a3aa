/* A second thread that stops while the first waits, or prints, or sleeps. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int shared;

static void *second(void *argument) {
  shared = 5; /* mark: second */
  pthread_kill(pthread_self(), SIGUSR2);
  return argument;
}

int main(int count, char **words) {
  pthread_t thread;
  if (count > 1 && !strcmp(words[1], "flood")) {
    for (int i = 0; i < 65536; i++) printf("%063d\n", i);
    return 3;
  }
  signal(SIGUSR2, SIG_IGN);
  pthread_create(&thread, NULL, second, NULL);
  pthread_join(thread, NULL);
  if (count > 1 && !strcmp(words[1], "code")) return SIGUSR2;
  for (;;) pause(); /* mark: waits */
}
