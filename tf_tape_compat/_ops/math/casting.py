"""Changes of the element type."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.payloads import has_graph
from ..._core.tensor import convert
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.tensor import STRING, EagerTensor
from ..._core.types.dtype import FROM_TORCH, DType, as_dtype
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.variable import UnreadVariable, Variable
from ..._logging import get_logger
from ...errors import InvalidArgumentError, UnimplementedError
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import UNSIGNED, from_ordered, ordered


def _converted(x: Any, dtype: DType) -> Any:
    if isinstance(x, np.ndarray) or dtype.torch is None:
        own = STRING if isinstance(x, np.ndarray) else FROM_TORCH[x.dtype]
        raise UnimplementedError(
            None, None, f"Cast {c_name(own)} to {c_name(dtype)} is not supported"
        )
    wanted = dtype.torch
    if x.is_complex() and not wanted.is_complex:
        x = torch.view_as_real(x.resolve_conj())[..., 0]
    elif wanted is torch.uint64 and x.is_floating_point() and x.dtype is not torch.float16:
        x = torch.where(x >= 2.0**64, torch.full_like(x, 2.0**63), x)  # as TensorFlow's processors
    return x.to(wanted)


@op("Cast", "x")
def _cast(x: Any, dtype: DType) -> Any:
    return _converted(x, dtype)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """`x` with elements of type `dtype`. Implements `tf.cast` (`tf.dtypes.cast`).

    A tensor or variable of that type is returned as it is, of what an assignment returned the
    value. Numbers are cut towards zero where they become integers; the imaginary part is dropped,
    with a warning, where a complex number becomes a real one. Raises UnimplementedError for casts
    from or to strings.
    """
    wanted = dtype if type(dtype) is DType else as_dtype(dtype)
    if isinstance(x, IndexedSlices):
        return IndexedSlices(cast(x.values, wanted), x.indices, x.dense_shape)
    if not isinstance(x, EagerTensor):
        if isinstance(x, Variable):
            if x.dtype is not wanted:
                return _cast(x, wanted)
            if not isinstance(x, UnreadVariable):
                return x
        x = to_tensor(x)
    if x._t.dtype is wanted.torch or x.dtype is wanted:
        return x
    if wanted.is_floating and x.dtype.is_complex:
        _warn_of_lost_part(x.dtype, wanted)
    return _cast(x, wanted)


def _warn_of_lost_part(own: DType, wanted: DType) -> None:
    get_logger().warning(
        f"You are casting an input of type {own.name} to an incompatible dtype {wanted.name}.  "
        "This will discard the imaginary part and may not be what you intended."
    )


convert.caster = cast  # type: ignore[assignment]


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """`value` cast to `dtype`, with what is out of range set to the nearest value in range.

    Implements `tf.saturate_cast` (`tf.dtypes.saturate_cast`). Raises TypeError for types that have
    no order.
    """
    value = to_tensor(value)
    wanted, own = as_dtype(dtype), value.dtype
    if own.is_complex and not wanted.is_complex:
        get_logger().warning("Casting complex to real discards imaginary part.")
        value, own = _cast(value, own.real_dtype), own.real_dtype
    return _saturated(value, *_limits(own.real_dtype, wanted.real_dtype), wanted)


def _limits(own: DType, wanted: DType) -> tuple[Any, Any]:
    """The smallest and the largest number of type `own` that `wanted` can hold."""
    if own.is_integer:
        high = own.max if float(own.max) <= float(wanted.max) else int(wanted.max)
        return int(max(own.min, wanted.min)), int(high)
    kind = own.as_numpy_dtype
    low = kind(max(float(own.min), float(wanted.min)))
    high = kind(min(float(own.max), float(wanted.max)))
    # Rounded to `own`, the limit may lie outside.
    if float(low) < float(wanted.min):
        low = np.nextafter(low, kind(0))
    if float(high) > float(wanted.max):
        high = np.nextafter(high, kind(0))
    return float(low), float(high)


@op("ClipByValue", "t")
def _saturated(t: Any, low: Any, high: Any, dtype: DType) -> Any:
    if t.is_complex():
        parts = torch.view_as_real(t.resolve_conj()).clamp(low, high)
        return _converted(torch.view_as_complex(parts), dtype)
    if t.dtype in UNSIGNED:
        bounds = ordered(torch.tensor([low, high], dtype=t.dtype, device=t.device))
        return _converted(from_ordered(ordered(t).clamp(*bounds), t.dtype), dtype)
    kept = t.clamp(low, high)
    if has_graph(t):
        kept = torch.where(t.isnan(), t, kept)  # the gradient passes NaN, too
    return _converted(kept, dtype)


@op("Bitcast", "input")
def _bitcast(input: Any, dtype: torch.dtype) -> Any:
    size, wanted = input.dtype.itemsize, dtype.itemsize
    if size < wanted:
        count = wanted // size
        if not input.ndim or input.shape[-1] != count:
            raise invalid(
                f"Cannot bitcast from {c_name(FROM_TORCH[input.dtype])} to "
                f"{c_name(FROM_TORCH[dtype])}: shape {brackets(input.shape)} does not end in "
                f"{count}"
            )
        found = input.contiguous().view(dtype).squeeze(-1)
    elif size > wanted:
        found = input.unsqueeze(-1).contiguous().view(dtype)
    else:
        found = input.detach().view(dtype)
    return refuse_gradient("Bitcast", input, found)


def bitcast(input: Any, type: Any, name: str | None = None) -> Any:
    """The bits of `input` read as elements of another type. Implements `tf.bitcast`.

    A last dimension appears where the new elements are smaller, and goes where they are larger.
    Raises InvalidArgumentError where it has not the right size, or for types without fixed bits.
    """
    wanted = as_dtype(type)
    if wanted.torch is None or wanted.is_bool:
        raise InvalidArgumentError(
            None, None, f"tf.bitcast: {wanted!r} is no type to read bits as [Op:Bitcast] name: "
        )
    return _bitcast(input, wanted.torch)
