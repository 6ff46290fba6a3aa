/* Two generations of one library: in the second all code lies elsewhere, and the values differ. */
#ifdef SECOND
volatile long fill[100];
int more(int number) {
  for (int index = 0; index < 100; index++)
    fill[index] += number;
  return (int)fill[number];
}
#define FACTOR 5
#else
#define FACTOR 3
#endif
static int calls = FACTOR * 100;

int triple(int number) {
  int factor = FACTOR;
#ifdef SECOND
  int other = more(number);
#endif
  calls++;
  return number * factor; /* mark: computed */
}
