typedef unsigned int Count;
enum Color { RED, GREEN = 5, NONE = -1 };
union Either { int i; float f; };
struct Node {
  Count count;
  struct Node *next;
  unsigned low : 3;
  unsigned high : 5;
  enum Color color;
  union Either either;
  double matrix[2][3];
};
static int counter = 3;
int walk(const struct Node *node, int (*visit)(int, ...), _Bool deep) {
  int sum = 0;
  while (node) {
    int each = node->count;
    sum += each;
    node = node->next;
  }
  counter += sum;
  return sum;
}
