"""Elements as messages of type TensorProto, one for each tensor that TensorFlow has for them.

A sparse or ragged component is one tensor of variants: its parts are messages in the message.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import _messages
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from .._core.types.type_spec import NoneTensorSpec
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec
from .._ops.io import varint
from .._ops.io.tensor_proto import proto_array, serialize_array
from .._ragged.spec import RaggedTensorSpec
from .._ragged.tensor import RaggedTensor
from ..errors import DataLossError, UnimplementedError
from .arguments import STRING
from .failures import IterationError
from .structure import Flat

_VARIANT = 21
_TENSOR = "tensorflow::Tensor"
_RAGGED = "RaggedTensorVariant"


def messages_of(spec: Any) -> int:
    """How many messages a component with this spec has."""
    return 0 if isinstance(spec, NoneTensorSpec) else 1


def message_type(spec: Any) -> int:
    """The number of the dtype of a component's message."""
    number: int = spec.dtype.as_datatype_enum if isinstance(spec, TensorSpec) else _VARIANT
    return number


def check_writable(specs: list[Any]) -> None:
    """Raises UnimplementedError if a component is neither a tensor nor sparse or ragged."""
    for spec in specs:
        if not isinstance(spec, (TensorSpec, SparseTensorSpec, RaggedTensorSpec, NoneTensorSpec)):
            raise UnimplementedError(
                None,
                None,
                f"tf_tape_compat: components described by a {type(spec).__name__} cannot be "
                "written to files; map them to tensors before",
            )


def encode_element(element: Flat) -> list[bytes]:
    """The serialized messages of a flat element."""
    return [_encode(value) for value in element if value is not None]


def _tensor_message(value: Any) -> bytes:
    array = np.asarray(value.numpy(), object if value.dtype is STRING else None)
    return serialize_array(array, value.dtype)


def _encode(value: Any) -> bytes:
    if isinstance(value, EagerTensor):
        return _tensor_message(value)
    if isinstance(value, SparseTensor):
        parts = (value.indices, value.values, value.dense_shape)
        return _variants([_variant(_TENSOR, [part]) for part in parts], (3,))
    parts = (*value.nested_row_splits, value.flat_values)
    return _variants([_variant(_RAGGED, parts)], ())


def _variant(type_name: str, parts: Any) -> bytes:
    message = _messages.VariantTensorDataProto(type_name=type_name)
    for part in parts:
        message.tensors.add().MergeFromString(_tensor_message(part))
    data: bytes = message.SerializeToString()
    return data


def _variants(variants: list[bytes], shape: tuple[int, ...]) -> bytes:
    proto = _messages.TensorProto(dtype=_VARIANT)
    proto.tensor_shape.SetInParent()
    for size in shape:
        proto.tensor_shape.dim.add(size=size)
    lengths = [varint.encode(len(variant)) for variant in variants]
    proto.tensor_content = b"".join(lengths + variants)
    data: bytes = proto.SerializeToString()
    return data


# -- reading ------------------------------------------------------------------------------------


def decode_element(specs: list[Any], messages: list[bytes]) -> Flat:
    """The flat element of serialized messages. Raises DataLossError, wrapped, if they are none."""
    remaining = iter(messages)
    try:
        return tuple(
            _decode(spec, next(remaining)) if messages_of(spec) else None for spec in specs
        )
    except (_messages.DecodeError, varint.VarintError, TypeError, ValueError) as error:
        raise _damaged(str(error)) from error


def _damaged(reason: str) -> IterationError:
    return IterationError(DataLossError, f"Unable to parse tensor from stored proto: {reason}")


def _tensor(proto: Any) -> Any:
    dtype = as_dtype(proto.dtype)
    array = proto_array(proto, dtype)
    if array is None:
        raise ValueError("its values do not fit its shape")
    return to_tensor(array, dtype)


def _decode(spec: Any, data: bytes) -> Any:
    proto = _messages.TensorProto.FromString(data)
    if proto.dtype != _VARIANT:
        value = _tensor(proto)
        if isinstance(spec, RaggedTensorSpec) and not spec.ragged_rank:
            spec = TensorSpec(spec.shape, spec.dtype)  # a row of a ragged tensor is a tensor
        if not isinstance(spec, TensorSpec) or not spec.is_compatible_with(value):
            raise ValueError(f"{value.dtype.name}{value.shape} is not described by {spec}")
        return value
    parts = [
        [_tensor(tensor) for tensor in variant.tensors]
        for variant in map(_messages.VariantTensorDataProto.FromString, _contents(proto))
    ]
    if isinstance(spec, SparseTensorSpec):
        (indices,), (values,), (shape,) = parts
        return SparseTensor(indices, values, shape)
    if isinstance(spec, RaggedTensorSpec):
        ((*splits, values),) = parts
        return RaggedTensor.from_nested_row_splits(values, splits, validate=True)
    raise ValueError(f"a variant is not described by {spec}")


def _contents(proto: Any) -> list[bytes]:
    """The serialized variants in a tensor."""
    content: bytes = proto.tensor_content
    lengths, at = [], 0
    for _ in range(min(math.prod(dim.size for dim in proto.tensor_shape.dim), len(content))):
        length, at = varint.decode(content, at)
        lengths.append(length)
    parts = []
    for length in lengths:
        parts.append(content[at : at + length])
        at += length
    return parts
