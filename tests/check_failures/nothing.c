/* says: failed: there is no directive in it, so that nothing would be checked: write `jitdbg: …` comments */
int main(void) { return 0; /* mark: here */ }
