"""Changes of dtype: `tf.cast`, `tf.saturate_cast` and `tf.bitcast`."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.recording.payloads import has_graph
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.python_values import element_type
from ..._core.tensor.tensor import STRING, EagerTensor
from ..._core.types.dtype import FROM_TORCH, DType, as_dtype
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.variable import UnreadVariable, Variable
from ..._logging import get_logger
from ...errors import UnimplementedError
from .._support.arguments import invalid_argument
from .._support.gradient_rules import refuse_gradient
from .._support.unsigned import UNSIGNED, from_ordered_int64, to_ordered_int64


def _is_number(dtype: DType) -> bool:
    return dtype.is_integer or dtype.is_floating or dtype.is_quantized


def _convert_dtype(x: Any, dtype: DType) -> Any:
    if isinstance(x, np.ndarray) or dtype.torch is None:
        if not isinstance(x, np.ndarray) and _is_number(dtype):
            element_type(dtype)
        source = STRING if isinstance(x, np.ndarray) else FROM_TORCH[x.dtype]
        raise UnimplementedError(
            None, None, f"Cast {c_name(source)} to {c_name(dtype)} is not supported"
        )
    target = dtype.torch
    if x.is_complex() and not target.is_complex:
        x = torch.view_as_real(x.resolve_conj())[..., 0]
    elif target is torch.uint64 and x.is_floating_point() and x.dtype is not torch.float16:
        x = torch.where(
            x >= 2.0**64, torch.full_like(x, 2.0**63), x
        )  # as on the CPUs TensorFlow runs on
    return x.to(target)


@op("Cast", "x")
def _cast(x: Any, dtype: DType, name: str | None = None) -> Any:
    return _convert_dtype(x, dtype)


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """`x` with elements of type `dtype`. Implements `tf.cast` (`tf.dtypes.cast`).

    A tensor or variable of that dtype is returned unchanged. Numbers are cut towards zero when they
    become integers. The imaginary part is dropped, with a warning, when a complex number becomes
    real. Raises UnimplementedError for casts from or to strings.
    """
    target = dtype if type(dtype) is DType else as_dtype(dtype)
    if isinstance(x, IndexedSlices):
        return IndexedSlices(cast(x.values, target), x.indices, x.dense_shape)
    if not isinstance(x, EagerTensor):
        if isinstance(x, Variable):
            if x.dtype is not target:
                return _cast(x, target, name)
            if not isinstance(x, UnreadVariable):
                return x
        x = to_tensor(x)
    if x._t.dtype is target.torch or x.dtype is target:
        return x
    if target.is_floating and x.dtype.is_complex:
        _warn_about_imaginary_part(x.dtype, target)
    return _cast(x, target, name)


def _warn_about_imaginary_part(source: DType, target: DType) -> None:
    get_logger().warning(
        f"You are casting an input of type {source.name} to an incompatible dtype {target.name}.  "
        "This will discard the imaginary part and may not be what you intended."
    )


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Any:
    """`value` cast to `dtype`, with numbers out of range set to the nearest one in range.

    Implements `tf.saturate_cast` (`tf.dtypes.saturate_cast`). Raises TypeError for dtypes that have
    no order.
    """
    value = to_tensor(value)
    target, source = as_dtype(dtype), value.dtype
    if source.is_complex and not target.is_complex:
        get_logger().warning("Casting complex to real discards imaginary part.")
        value, source = _cast(value, source.real_dtype), source.real_dtype
    return _saturate(value, *_saturation_bounds(source.real_dtype, target.real_dtype), target)


def _saturation_bounds(source: DType, target: DType) -> tuple[Any, Any]:
    """The smallest and the largest number of dtype `source` that `target` can hold."""
    if source.is_integer:
        high = source.max if float(source.max) <= float(target.max) else int(target.max)
        return int(max(source.min, target.min)), int(high)
    number = source.as_numpy_dtype
    low = number(max(float(source.min), float(target.min)))
    high = number(min(float(source.max), float(target.max)))
    # Rounded to `source`, a bound may lie outside of the range.
    if float(low) < float(target.min):
        low = np.nextafter(low, number(0))
    if float(high) > float(target.max):
        high = np.nextafter(high, number(0))
    return float(low), float(high)


@op("ClipByValue", "t")
def _saturate(t: Any, low: Any, high: Any, dtype: DType) -> Any:
    if t.is_complex():
        parts = torch.view_as_real(t.resolve_conj()).clamp(low, high)
        return _convert_dtype(torch.view_as_complex(parts), dtype)
    if t.dtype in UNSIGNED:
        bounds = to_ordered_int64(torch.tensor([low, high], dtype=t.dtype, device=t.device))
        return _convert_dtype(
            from_ordered_int64(to_ordered_int64(t).clamp(*bounds), t.dtype), dtype
        )
    clipped = t.clamp(low, high)
    if has_graph(t):
        clipped = torch.where(t.isnan(), t, clipped)  # NaN passes its gradient on
    return _convert_dtype(clipped, dtype)


@op("Bitcast", "input", unregistered=True)
def _bitcast(input: Any, dtype: torch.dtype) -> Any:
    size, target_size = input.dtype.itemsize, dtype.itemsize
    if size < target_size:
        ratio = target_size // size
        if not input.ndim or input.shape[-1] != ratio:
            raise invalid_argument(
                f"Cannot bitcast from {int(FROM_TORCH[input.dtype].as_datatype_enum)} to "
                f"{int(FROM_TORCH[dtype].as_datatype_enum)}"
            )
        result = input.contiguous().view(dtype).squeeze(-1)
    elif size > target_size:
        result = input.unsqueeze(-1).contiguous().view(dtype)
    else:
        result = input.detach().view(dtype)
    return refuse_gradient("Bitcast", input, result)


def bitcast(input: Any, type: Any, name: str | None = None) -> Any:
    """The bits of `input` read as elements of another dtype. Implements `tf.bitcast`.

    Smaller elements add a last dimension, larger elements remove it. Raises InvalidArgumentError if
    that dimension has the wrong size, and for dtypes without a fixed bit pattern.
    """
    target = as_dtype(type)
    if _is_number(target):
        element_type(target)
    if target.torch is None or target.is_bool:
        raise invalid_argument(
            f"tf.bitcast: {target!r} is not a dtype that bits can be read as [Op:Bitcast] name: "
        )
    return _bitcast(input, target.torch)
