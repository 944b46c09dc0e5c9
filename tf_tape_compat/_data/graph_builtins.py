"""What Python's built-in functions do for datasets in converted code (AutoGraph)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .._core.types.tensor_spec import TensorSpec
from .._ops.debugging.assertions import Assert
from .._ops.math.comparison import not_equal
from .._ops.math.logical import logical_and, logical_or
from .arguments import INFINITE, UNKNOWN
from .combining import zip_


def _len(dataset: Any) -> Any:
    size = dataset.cardinality()
    is_known = logical_and(not_equal(size, INFINITE), not_equal(size, UNKNOWN))
    Assert(is_known, ["len requires dataset with definitive cardinality, got", size])
    return size


def _map(function: Callable[..., Any], *datasets: Any) -> Any:
    return datasets[0].map(function) if len(datasets) == 1 else zip_(*datasets).map(function)


def _any(dataset: Any) -> Any:
    _check_booleans(dataset, "any")
    return dataset.reduce(False, logical_or)


def _all(dataset: Any) -> Any:
    _check_booleans(dataset, "all")
    return dataset.reduce(True, logical_and)


def _check_booleans(dataset: Any, name: str) -> None:
    spec = dataset.element_spec
    if not isinstance(spec, TensorSpec) or spec.dtype.name != "bool" or spec.shape.rank != 0:
        raise ValueError(
            f'in graph mode, the "{name}" builtin only supports datasets that return bool scalars; '
            f"got: {spec}"
        )


BUILTINS: dict[str, Callable[..., Any]] = {
    "len": _len,
    "enumerate": lambda dataset, start=0: dataset.enumerate(start),
    "zip": zip_,
    "map": _map,
    "filter": lambda function, dataset: dataset.filter(function),
    "any": _any,
    "all": _all,
}
