/* says: failed: no directive says what has to be seen: write `jitdbg: at MARK: …` */
/* jitdbg: main */
int main(void) { return 0; /* mark: here */ }
