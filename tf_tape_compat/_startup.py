"""Disables the garbage collector while the package is imported.

An import creates many objects and hardly any garbage. A collection during our import would traverse
all of torch's objects, which takes four times as long as our import itself.
"""

import gc

_was_enabled = gc.isenabled()
gc.disable()


def done() -> None:
    """Enables the collector again if it was enabled before."""
    if _was_enabled:
        gc.enable()
