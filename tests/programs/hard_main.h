/* Makes a program of those that have a function `run`. */
void run(void);
int main(void) {
  run();
  return 0;
}
