"""`tf.raw_ops`: operations under the names of TensorFlow's kernels, with their arguments."""

from . import _api
from ._raw import functions

_missing, _ = _api.namespace(__name__)


def __getattr__(name: str) -> object:
    if name not in functions.expressions():
        return _missing(name)
    function = globals()[name] = functions.build(name)
    return function


def __dir__() -> list[str]:
    return sorted(functions.expressions())
