"""The command line as ``python -m jitdbg``."""

from jitdbg.cli import main

if __name__ == "__main__":
    main()
