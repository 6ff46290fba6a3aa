/* One of two libraries that have the same name, lie in different folders, and come from one source. */
static int own = TWIN * 111;

static int here(int number) {
  own += number; /* mark: twin */
  return own;
}

int first_twin(int number);
#if TWIN == 1
int first_twin(int number) { return here(number); }
#else
void run(void) {
  first_twin(1);
  here(2);
}
#endif
