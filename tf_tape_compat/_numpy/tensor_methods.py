"""NumPy's methods and properties of arrays, for tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._ops.math import casting
from . import elementwise, manipulation, reductions


def _reshape(a: Any, *newshape: Any, **kwargs: Any) -> Any:
    """`reshape` as a method: the shape is one argument or several."""
    order = kwargs.pop("order", "C")
    if kwargs:
        raise ValueError(f"Unsupported arguments: {kwargs.keys()}")
    if len(newshape) == 1 and not isinstance(newshape[0], int):
        newshape = newshape[0]
    return manipulation.reshape(a, newshape, order=order)


def methods() -> dict[str, Any]:
    """The methods and properties of arrays, by name."""
    return {
        "T": property(manipulation.transpose),
        "data": property(lambda self: self),
        "size": property(lambda self: np.prod(self.shape.as_list())),
        "tolist": lambda self: self._numpy().tolist(),
        "__pos__": lambda self: self,
        "__round__": elementwise.around,
        "astype": casting.cast,
        "clip": elementwise.clip,
        "flatten": manipulation.flatten,
        "max": reductions.amax,
        "mean": reductions.mean,
        "min": reductions.amin,
        "ravel": manipulation.ravel,
        "reshape": _reshape,
        "transpose": manipulation.transpose,
    }
