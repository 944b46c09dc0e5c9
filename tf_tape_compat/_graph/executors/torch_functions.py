"""The fastest callable for an operator of torch.

Calls through an OpOverload take several times as long as those of torch's own Python bindings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

_NAMESPACES: tuple[Any, ...] = (
    torch._C._VariableFunctions,
    torch._C.TensorBase,
    torch._C._nn,
    *(getattr(torch._C, name) for name in ("_linalg", "_special", "_fft")),
)

# Operators whose Python binding of the same name takes other arguments.
_BOUND_OTHERWISE = frozenset(
    "_to_copy index_put index_put_ _unsafe_index_put _softmax _log_softmax copy_ "
    "new_zeros split_with_sizes set_ to normal uniform bernoulli max_pool2d_with_indices "
    "avg_pool2d upsample_bilinear2d upsample_nearest2d".split()
)


def fast_callable(function: Any) -> Callable[..., Any]:
    """The callable to use for an OpOverload, or for any other function."""
    if not isinstance(function, torch._ops.OpOverload):
        callable_: Callable[..., Any] = function
        return callable_
    namespace, _, name = function._schema.name.partition("::")
    if namespace == "aten" and name not in _BOUND_OTHERWISE:
        for bindings in _NAMESPACES:
            binding = getattr(bindings, name, None)
            if binding is not None:
                found: Callable[..., Any] = binding
                return found
    overload: Callable[..., Any] = function._op
    return overload
