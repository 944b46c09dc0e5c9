"""`tf.raw_ops`: operations by TensorFlow's own names for them and their arguments."""

from . import _api
from ._raw import building

_missing, _ = _api.namespace(__name__)


def __getattr__(name: str) -> object:
    if name not in building.expressions():
        return _missing(name)
    function = globals()[name] = building.build(name)
    return function


def __dir__() -> list[str]:
    return sorted(building.expressions())
