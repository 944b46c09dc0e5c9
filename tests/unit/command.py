"""Calls `tf-tape` as a function, without starting a process.

A fixture in conftest.py restores what a program changes in its process.
"""

import contextlib
import io

from tf_tape_compat import _cli


def tf_tape_run(script, *arguments):
    """What `tf-tape run SCRIPT ARGUMENTS` prints. Exceptions of the script propagate."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = _cli.main(["run", str(script), *arguments])
    assert not status
    return output.getvalue()
