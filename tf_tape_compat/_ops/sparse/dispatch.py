"""Lets other operations accept sparse tensors."""

from __future__ import annotations

from typing import Any

from ..._core.op import dispatch
from ..._core.tensor.convert import INT32, to_tensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.sparse_tensor import SparseTensor
from ..array import identity, shaping
from ..math import arithmetic, bessel, casting, counting, elementwise, error_functions, trigonometry
from .construction import to_dense
from .joining import bincount as sparse_bincount
from .joining import sparse_weights

_ON_VALUES = {
    arithmetic: "negative square",
    bessel: "bessel_i0e bessel_i1e",
    casting: "cast",
    identity: "stop_gradient",
    elementwise: "abs sign sqrt",
    error_functions: "erf",
    trigonometry: "asin asinh atan atanh sin tan tanh",
}


def _on_values(function: Any, arguments: dict[str, Any]) -> Any:
    """Applies the operation to the values of its first argument."""
    (name, sparse), *others = arguments.items()
    if not isinstance(sparse, SparseTensor):
        return NotImplemented
    return sparse.with_values(function(**{name: sparse.values}, **dict(others)))


def _identity(_: Any, arguments: dict[str, Any]) -> Any:
    return SparseTensor(*map(identity.identity, arguments["input"]._parts))


def _shape(_: Any, arguments: dict[str, Any]) -> Any:
    return casting.cast(arguments["input"].dense_shape, arguments["out_type"] or INT32)


def _size(_: Any, arguments: dict[str, Any]) -> Any:
    count = arguments["input"].dense_shape._t.prod()
    return to_tensor(int(count), as_dtype(arguments["out_type"] or INT32))


def _rank(_: Any, arguments: dict[str, Any]) -> Any:
    return to_tensor(arguments["input"].shape.rank, INT32)


def _bincount(_: Any, arguments: dict[str, Any]) -> Any:
    arr, weights = arguments["arr"], arguments["weights"]
    if not isinstance(arr, SparseTensor):
        return NotImplemented
    if not arr.dtype.is_integer:
        arr = casting.cast(arr, INT32)
    if weights is not None and not arguments["binary_output"]:
        weights = sparse_weights(arr, weights)
    if arguments["axis"] != -1:
        return counting.bincount(**{**arguments, "arr": arr.values, "weights": weights})
    values = arr.values._t
    size = int(values.max()) + 1 if values.numel() else 0
    size = max(size, int(arguments["minlength"] or 0))
    if arguments["maxlength"] is not None:
        size = min(size, int(arguments["maxlength"]))
    sparse_weights_ = None if weights is None else arr.with_values(weights)
    counts = sparse_bincount(arr, sparse_weights_, -1, size, size, arguments["binary_output"])
    dtype = arguments["dtype"] if weights is None else weights.dtype
    return casting.cast(to_dense(counts), dtype)


def _multiply(function: Any, arguments: dict[str, Any]) -> Any:
    """Python's operator with a dense tensor on the left; `tf.multiply` refuses sparse tensors."""
    x, y = arguments["x"], arguments["y"]
    if function is function.base or isinstance(x, SparseTensor):
        return NotImplemented
    return y * x


_rules: dict[Any, Any] = {
    arithmetic.multiply: _multiply,
    identity.identity: _identity,
    shaping.shape: _shape,
    shaping.size: _size,
    shaping.rank: _rank,
    counting.bincount: _bincount,
}
for _module, _names in _ON_VALUES.items():
    for _name in _names.split():
        _rules[getattr(_module, _name)] = _on_values
for _function in _rules:
    if not hasattr(_function, "base"):
        dispatch.dispatch_on_composites(_function)


def _handle(function: Any, arguments: dict[str, Any]) -> Any:
    """The handler of sparse tensors; see `_core.op.dispatch`."""
    rule = _rules.get(getattr(function, "base", function))
    return NotImplemented if rule is None else rule(function, arguments)


dispatch.composite_handlers[SparseTensor] = _handle
