"""Makes `python -m autoclone` the same as `autoclone`."""

import sys

from autoclone.cli import main

if __name__ == "__main__":
    sys.exit(main())
