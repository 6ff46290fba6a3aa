"""What debug info of ours says it was made by."""

from __future__ import annotations

from typing import Final

from jitdbg import __version__

# gdb believes a line table's word on where a prologue ends only of compilers that are called "clang " (its producer.c,
# producer_is_llvm). Of others it looks for a frame pointer, and without one `step` stops before arguments are in place.
PRODUCER: Final = f"clang (jitdbg {__version__})"
