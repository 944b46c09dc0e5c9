"""What `import tensorflow` finds in a process that a script under `tf-tape run` has spawned.

multiprocessing hands a spawned process its parent's `sys.path`, on which `tf-tape run` has put
the folder above this one, but none of its import hooks.
"""

import sys

import tf_tape_compat
from tf_tape_compat import _install

del sys.modules["tensorflow"]
_install.install()
sys.modules["tensorflow"] = tf_tape_compat
