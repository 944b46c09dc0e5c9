"""Holds back the garbage collector while the package is imported.

Imports make many objects and hardly any garbage. A collection that falls into ours would walk all
that torch has made, which takes four times as long as our own import does.
"""

import gc

_was_enabled = gc.isenabled()
gc.disable()


def done() -> None:
    """Lets the collector run again, if it did before."""
    if _was_enabled:
        gc.enable()
