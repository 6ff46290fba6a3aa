"""The command line as ``python -m jitdbg``."""

import sys

from jitdbg.cli import main

if __name__ == "__main__":
    sys.exit(main())
