"""`tf-tape` as a function: the command's own code, without a process for each call.

What a program leaves to its process, conftest.py puts back after each test.
"""

import contextlib
import io

from tf_tape_compat import _cli


def tf_tape_run(script, *arguments):
    """What `tf-tape run SCRIPT ARGUMENTS` prints; the script's exceptions come through."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        status = _cli.main(["run", str(script), *arguments])
    assert not status
    return output.getvalue()
