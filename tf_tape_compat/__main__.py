"""Runs the command `tf-tape` for `python -m tf_tape_compat`."""

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())
