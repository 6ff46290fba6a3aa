/* Memory that changes: a static variable, a member behind a pointer, a local of a frame that ends. */
struct account {
  int owner, balance;
};
static long total;
static struct account account = {7, 10};

static void pay(struct account *to, int amount) {
  to->owner = 7;
  to->balance += amount; /* mark: pays */
  total += amount;
}

static int passing(int count) {
  int local = 0;
  for (int index = 0; index < count; index++) /* mark: begun */
    local += 3;
  return local;
}

static void write_to(int *place) {
  int local = 777;
  *place = local - 770;
}

static int lending(void) {
  int local = 0;
  write_to(&local); /* mark: lends */
  return local;
}

void run(void) {
  for (int amount = 1; amount <= 3; amount++) /* mark: start */
    pay(&account, amount);
  passing(2);
  total = 99; /* mark: end */
  lending();
}
