"""`tf.sysconfig`: how the libraries below were built."""

from . import _api
from ._ops.config.build import CXX11_ABI_FLAG as CXX11_ABI_FLAG
from ._ops.config.build import get_build_info as get_build_info

__getattr__, __dir__ = _api.namespace(__name__)
