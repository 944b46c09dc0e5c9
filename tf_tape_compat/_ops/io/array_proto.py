"""`tf.make_tensor_proto` and `tf.make_ndarray`: arrays as messages of type TensorProto."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ... import _messages
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import as_shape
from .tensor_proto import VALUE_FIELDS, proto_array

# The types whose values are stored one by one, however many there are.
_SINGLE_VALUES = frozenset(("bool", "complex128", "complex64", "string", "uint16"))


def tensor_proto(value: Any, dtype: DType, shape: list[int] | None = None) -> Any:
    """A value as a `TensorProto`: one element in the field of its type, more of them as bytes.

    `shape` may have more elements, which are equal to the last one.
    """
    array = np.asarray(value)
    sizes = array.shape if shape is None else shape
    proto = _messages.TensorProto(dtype=dtype.as_datatype_enum)
    proto.tensor_shape.SetInParent()
    for size in sizes:
        proto.tensor_shape.dim.add(size=size)
    items = array.reshape(-1)
    if dtype.name == "string":
        proto.string_val.extend(x.encode() if isinstance(x, str) else x for x in items.tolist())
    elif array.size > 1 and array.size == math.prod(sizes) and dtype.name not in _SINGLE_VALUES:
        proto.tensor_content = np.ascontiguousarray(array).tobytes()
    elif dtype.name in ("float16", "bfloat16"):
        proto.half_val.extend(items.view(np.uint16).tolist())
    elif dtype.is_complex:
        field = proto.scomplex_val if dtype.name == "complex64" else proto.dcomplex_val
        field.extend(x for item in items.tolist() for x in (item.real, item.imag))
    else:
        getattr(proto, VALUE_FIELDS.get(dtype.name, "int_val")).extend(items.tolist())
    return proto


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """A value as a message of type TensorProto. Implements `tf.make_tensor_proto`.

    Args:
        values: anything that `tf.convert_to_tensor` accepts, or a TensorProto.
        dtype: the element type.
        shape: the shape. If it has more elements, they are equal to the last one.
        verify_shape: whether the value must have this shape.
        allow_broadcast: whether a single value may be repeated although `verify_shape` is set.

    Raises:
        TypeError, ValueError: if the value does not convert or fit.
    """
    if hasattr(values, "tensor_content"):
        return values
    tensor = to_tensor(values, None if dtype is None else as_dtype(dtype))
    array = to_numpy(tensor._t)
    if shape is None:
        return tensor_proto(array, tensor.dtype)
    sizes = [int(size or 0) for size in as_shape(shape).as_list()]
    is_single = allow_broadcast and array.shape in ((), (1,))
    if verify_shape and not is_single and list(array.shape) != sizes:
        raise TypeError(f"Expected Tensor's shape: {tuple(sizes)}, but got {array.shape}.")
    if array.size > math.prod(sizes):
        raise ValueError(
            f"Too many elements provided. Takes at most {math.prod(sizes)}, but got {array.size}."
        )
    return tensor_proto(array, tensor.dtype, sizes)


def make_ndarray(tensor: Any) -> np.ndarray:
    """The array of a message of type TensorProto. Implements `tf.make_ndarray`.

    Raises TypeError if its element type is not supported.
    """
    shape = [dim.size for dim in tensor.tensor_shape.dim]
    dtype = as_dtype(tensor.dtype)
    array = proto_array(tensor, dtype)
    if array is None:
        raise TypeError(f"Unsupported tensor type: {tensor.dtype}")
    return array.reshape(shape) if dtype is STRING else array.astype(dtype.as_numpy_dtype)
