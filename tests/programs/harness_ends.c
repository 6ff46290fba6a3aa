/* All the ways in which a program can end, or not, by the word that it is given. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int ready;
static pthread_barrier_t together;

static void crash(volatile int *nowhere) {
  *nowhere = 1; /* mark: crash */
}

static void *work(void *argument) {
  long mine = (long)argument;
  pthread_barrier_wait(&together); /* mark: worker */
  for (;;)
    pause();
  return (void *)mine;
}

static volatile long turns[2], last;

static void *turn(void *argument) {
  long mine = (long)argument;
  pthread_barrier_wait(&together);
  for (;;) {
    turns[mine - 1]++;
    last = mine;
  }
}

static void start_threads(void *(*function)(void *)) {
  pthread_t thread;
  pthread_barrier_init(&together, NULL, 3);
  for (long number = 1; number <= 2; number++)
    pthread_create(&thread, NULL, function, (void *)number);
  pthread_barrier_wait(&together);
  ready = 1; /* mark: started */
}

static void wait_for_turns(void) {
  while (!turns[0] || !turns[1])
    ;
  ready = 2; /* mark: turning */
  for (;;)
    pause();
}

static void flood(void) {
  static char line[1000];
  memset(line, 'a', sizeof line - 1);
  for (int count = 0; count < 8000; count++)
    puts(line);
  fflush(stdout); /* mark: flooded */
}

static void hang(void) {
  puts("hanging");
  fflush(stdout);
  for (;;)
    ready = 1; /* mark: spin */
}

/* A child in a session of its own, which no terminal's end reaches. */
static void start_daemon(void) {
  int ends[2];
  char byte = 0;
  if (pipe(ends))
    abort();
  if (fork() == 0) {
    setsid();
    if (write(ends[1], &byte, 1) == 1)
      for (;;)
        pause();
  }
  if (read(ends[0], &byte, 1) != 1)
    abort();
}

int main(int count, char **words) {
  const char *how = count > 1 ? words[1] : "exit"; /* mark: begin */
  if (!strcmp(how, "crash"))
    crash(NULL);
  if (!strcmp(how, "abort"))
    abort();
  if (!strcmp(how, "killed"))
    raise(SIGKILL);
  if (!strcmp(how, "signal"))
    raise(SIGUSR1);
  if (!strcmp(how, "threads"))
    start_threads(work);
  if (!strcmp(how, "turns")) {
    start_threads(turn);
    wait_for_turns();
  }
  if (!strcmp(how, "flood"))
    flood();
  if (!strcmp(how, "read"))
    return getchar() == EOF ? 5 : 6;
  if (!strcmp(how, "close")) {
    close(0);
    close(1);
    close(2);
  }
  if (!strcmp(how, "fork") && fork() == 0) {
    for (;;)
      pause();
  }
  if (!strcmp(how, "daemon"))
    start_daemon();
  if (!strcmp(how, "hang"))
    hang();
  return 42; /* mark: end */
}
