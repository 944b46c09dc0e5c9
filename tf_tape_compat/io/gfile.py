"""`tf.io.gfile`: files and directories, local and remote."""

from .. import _api
from .._ops.io.gfile import GFile as GFile
from .._ops.io.gfile import copy as copy
from .._ops.io.gfile import exists as exists
from .._ops.io.gfile import get_registered_schemes as get_registered_schemes
from .._ops.io.gfile import glob as glob
from .._ops.io.gfile import isdir as isdir
from .._ops.io.gfile import join as join
from .._ops.io.gfile import listdir as listdir
from .._ops.io.gfile import makedirs as makedirs
from .._ops.io.gfile import mkdir as mkdir
from .._ops.io.gfile import remove as remove
from .._ops.io.gfile import rename as rename
from .._ops.io.gfile import rmtree as rmtree
from .._ops.io.gfile import stat as stat
from .._ops.io.gfile import walk as walk

__getattr__, __dir__ = _api.namespace(__name__)
