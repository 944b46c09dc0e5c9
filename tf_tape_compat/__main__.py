"""`python -m tf_tape_compat` is the command `tf-tape`."""

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())
