"""Sparse tensors as serialized messages: three of type TensorProto for each."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ... import _messages
from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import c_name, to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.python_values import wrap_array
from ..._core.tensor.tensor import STRING
from ..._core.types.dtype import DType, as_dtype
from ..._core.types.shape import TensorShape
from ..._core.variables.sparse_tensor import SparseTensor
from ...errors import UnimplementedError
from .._support.arguments import brackets, invalid_argument
from ..sparse.indices import check_bounds, check_order, check_parts, sparse
from .tensor_proto import element_type, proto_array, serialize_array

_VARIANT = as_dtype("variant")


def _serialized(indices: Any, values: Any, shape: Any, dtype: DType) -> np.ndarray:
    parts = [(indices, as_dtype("int64")), (values, dtype), (shape, as_dtype("int64"))]
    out = np.empty(3, object)
    out[:] = [serialize_array(array, own, as_content=True) for array, own in parts]
    return out


@op("SerializeSparse", "indices values shape", unrecorded=True)
def _serialize(indices: Any, values: Any, shape: Any) -> Any:
    check_parts(indices, values, shape)
    dtype = element_type(values)
    return _serialized(to_numpy(indices), to_numpy(values), to_numpy(shape), dtype)


@op("SerializeManySparse", "indices values shape", unrecorded=True)
def _serialize_many(indices: Any, values: Any, shape: Any) -> Any:
    sizes = check_parts(indices, values, shape)
    if len(sizes) < 2:
        raise invalid_argument(
            f"Rank of input SparseTensor should be > 1, but saw rank: {len(sizes)}"
        )
    check_bounds(indices, sizes)
    check_order(indices)
    dtype = element_type(values)
    positions, elements, inner = map(to_numpy, (indices, values, shape[1:]))
    ends = np.searchsorted(positions[:, 0], np.arange(sizes[0] + 1))
    rows = [
        _serialized(positions[begin:end, 1:], elements[begin:end], inner, dtype)
        for begin, end in zip(ends[:-1], ends[1:], strict=True)
    ]
    out = np.empty((sizes[0], 3), object)
    for index, row in enumerate(rows):
        out[index] = row
    return out


def _check_out_type(operation: str, out_type: Any) -> None:
    dtype = as_dtype(out_type)
    if dtype is _VARIANT:
        raise UnimplementedError(
            None,
            None,
            f"{operation}: out_type=tf.variant is not available in tf_tape_compat, whose tensors "
            "have no such type; use out_type=tf.string",
        )
    if dtype is not STRING:
        raise refusal(operation, "out_type", dtype, "string, variant")


def serialize_sparse(sp_input: Any, out_type: Any = STRING, name: str | None = None) -> Any:
    """Serializes a sparse tensor. Implements `tf.io.serialize_sparse`.

    Args:
        sp_input: a sparse tensor.
        out_type: `tf.string`.
        name: ignored.

    Returns:
        A vector of three strings: the serialized indices, values and shape.

    Raises:
        TypeError: if `sp_input` is not sparse.
        UnimplementedError: for `tf.variant`.
    """
    sp_input = sparse(sp_input)
    _check_out_type("SerializeSparse", out_type)
    return _serialize(*sp_input._parts)


def serialize_many_sparse(sp_input: Any, out_type: Any = STRING, name: str | None = None) -> Any:
    """Serializes each of the first dimension's parts. Implements `tf.io.serialize_many_sparse`.

    Args:
        sp_input: a sparse tensor of rank 2 or more, whose indices are in order.
        out_type: `tf.string`.
        name: ignored.

    Returns:
        A matrix of strings: a row of three for each part.

    Raises:
        InvalidArgumentError: if the rank is too small, or the indices are out of order or bounds.
        TypeError: if `sp_input` is not sparse.
        UnimplementedError: for `tf.variant`.
    """
    sp_input = sparse(sp_input)
    _check_out_type("SerializeManySparse", out_type)
    return _serialize_many(*sp_input._parts)


def _parsed(data: bytes) -> tuple[np.ndarray, DType]:
    """The array of a serialized TensorProto, and its type."""
    try:
        proto = _messages.TensorProto.FromString(data)
        dtype = as_dtype(proto.dtype)
        array = proto_array(proto, dtype)
    except (_messages.DecodeError, TypeError):
        array = None
    if array is None:
        raise invalid_argument("Could not parse serialized proto")
    return array, dtype


def _read_row(row: Any, index: int, expected: DType) -> tuple[Any, Any, Any]:
    """The indices, values and shape of one sparse tensor."""
    (indices, _), (values, dtype), (shape, _) = map(_parsed, row)
    where = f"SparseTensor[{index}]"
    if dtype is not expected:
        raise invalid_argument(
            f"Requested SparseTensor of type {c_name(expected)} but {where}.values.dtype() == "
            f"{c_name(dtype)}"
        )
    texts = [
        (indices, 2, 0, "represent an index matrix but received shape"),
        (values, 1, 1, "represent a values vector but received shape"),
        (shape, 1, 1, "be a shape vector but its shape is"),  # in TensorFlow, too, this says 1
    ]
    for array, rank, part, text in texts:
        if array.ndim != rank:
            place = f"serialized_sparse[{index}, {part}]"
            raise invalid_argument(f"Expected {place} to {text} {brackets(array.shape)}")
    if len(indices) != len(values):
        raise invalid_argument(
            f"Expected row counts of {where}.indices and {where}.values to match but they do not: "
            f"{len(indices)} vs. {len(values)}"
        )
    if indices.shape[1] != len(shape):
        raise invalid_argument(
            f"Expected column counts of {where}.indices to match size of {where}.shape but they do "
            f"not: {indices.shape[1]} vs. {len(shape)}"
        )
    return indices, values, shape


@op("DeserializeManySparse", "serialized", unrecorded=True)
def _deserialize(serialized: Any, dtype: DType) -> Any:
    if not serialized.ndim:
        raise invalid_argument("Serialized sparse should have non-zero rank []")
    if serialized.shape[-1] != 3:
        raise invalid_argument(
            f"Serialized sparse should have 3 as the last dimension {brackets(serialized.shape)}"
        )
    if not serialized.size:
        raise invalid_argument(
            "Serialized sparse should have at least 1 serialized tensor, but has a zero dimension "
            f"{brackets(serialized.shape)}"
        )
    batch = serialized.shape[:-1]
    rows = [_read_row(row, i, dtype) for i, row in enumerate(serialized.reshape(-1, 3).tolist())]
    rank = len(rows[0][2])
    for number, (_, _, shape) in enumerate(rows):
        if len(shape) != rank:
            where = f"SparseTensor[{number}]"
            raise invalid_argument(
                f"Inconsistent shape across SparseTensors: rank prior to {where} was: {rank} but "
                f"rank of {where} is: {len(shape)}"
            )
    coordinates = np.stack(np.unravel_index(np.arange(len(rows)), batch), 1) if batch else None
    indices = [
        part
        if coordinates is None
        else np.hstack([np.tile(coordinates[number], (len(part), 1)), part])
        for number, (part, _, _) in enumerate(rows)
    ]
    shape = np.concatenate([batch, np.max([shape for _, _, shape in rows], axis=0)])
    return [
        torch.from_numpy(np.concatenate(indices).astype(np.int64)),
        wrap_array(np.concatenate([values for _, values, _ in rows]), dtype),
        torch.from_numpy(shape.astype(np.int64)),
    ]


def deserialize_many_sparse(
    serialized_sparse: Any, dtype: Any, rank: int | None = None, name: str | None = None
) -> SparseTensor:
    """Joins serialized sparse tensors to one. Implements `tf.io.deserialize_many_sparse`.

    Args:
        serialized_sparse: strings, whose last dimension are the three of a sparse tensor. The
            other dimensions become the first ones of the result.
        dtype: the type of the elements.
        rank: the rank of the result, if it is to be checked.
        name: ignored.

    Raises:
        InvalidArgumentError: if a string is not what `serialize_sparse` returns, or the tensors
            have different ranks or another type.
        ValueError: if the result has another rank than `rank`.
    """
    parts = _deserialize(to_tensor(serialized_sparse, STRING), as_dtype(dtype))
    indices, values, shape = parts
    if rank is not None:
        expected = TensorShape([None, rank])
        if not indices.shape.is_compatible_with(expected):
            raise ValueError(
                f"Tensor's shape {indices.shape} is not compatible with supplied shape {expected}."
            )
    return SparseTensor(indices, values, shape)
