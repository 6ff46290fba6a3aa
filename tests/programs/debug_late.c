int triple(int number) {
  int result = number * 3;
  return result; /* mark: computed */
}
