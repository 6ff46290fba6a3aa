/* jitdbg: compile cc {file} -o {output} */
/* jitdbg: main */
/* jitdgb: at here: reached */
/* says: failed: 'jitdgb:' begins no directive: did you mean 'jitdbg:'? */
/* jitdbg: att here: reached */
/* says: failed: there is no directive 'att': did you mean 'at'? */
/* jitdbg: at hree: reached */
/* says: failed: there is no mark or break 'hree': did you mean 'here'? */
/* jitdbg: at here: rached */
/* says: failed: there is no check 'rached': did you mean 'reached'? */
/* jitdbg: at 11: reached */
/* says: failed: 11 is a line number: write `mark: NAME` into a comment of the line, and name that */
int main(void) { return 0; /* mark: here */ }
