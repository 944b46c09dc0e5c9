"""`tf-tape` as a function: the command's own code, without a process for each call."""

import contextlib
import io
import sys

import tf_tape_compat
from tf_tape_compat import _cli


def tf_tape_run(script, *arguments):
    """What `tf-tape run SCRIPT ARGUMENTS` prints; the script's exceptions come through."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output), _process_state():
        status = _cli.main(["run", str(script), *arguments])
    assert not status
    return output.getvalue()


@contextlib.contextmanager
def _process_state():
    """Puts back what the command changes in its process, which would otherwise end with it."""
    main, arguments, path, hook = sys.modules["__main__"], sys.argv, [*sys.path], sys.excepthook
    try:
        yield
    finally:
        sys.modules["__main__"], sys.argv, sys.excepthook = main, arguments, hook
        sys.path[:] = path
        tf_tape_compat.uninstall()
