"""The `tensorflow` that a process spawned by a script under `tf-tape run` imports.

multiprocessing gives a spawned process its parent's `sys.path`, to which `tf-tape run` has added
the folder above this one, but not its parent's import hooks.
"""

import sys

import tf_tape_compat
from tf_tape_compat import _install

del sys.modules["tensorflow"]
_install.install()
sys.modules["tensorflow"] = tf_tape_compat
