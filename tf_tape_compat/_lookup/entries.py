"""The keys and values of a lookup table."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.op.op_errors import kernel_message
from .._core.tensor.convert import c_name, to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.python_values import wrap_array
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._ops._support.arguments import brackets, op_error
from ..errors import AbortedError, FailedPreconditionError, InvalidArgumentError, NotFoundError

INT64 = as_dtype("int64")
_FLOATS = "float32 float64".split()

# The value dtypes that TensorFlow supports for each key dtype.
MUTABLE_DTYPES = {
    "int32": [*_FLOATS, "int32"],
    "int64": [*_FLOATS, "int32", "int64", "string"],
    "string": [*_FLOATS, "int32", "int64", "bool"],
}
STATIC_DTYPES = {
    "int32": [*MUTABLE_DTYPES["int32"], "string"],
    "int64": MUTABLE_DTYPES["int64"],
    "string": [*MUTABLE_DTYPES["string"], "string"],
}
DENSE_DTYPES = {**MUTABLE_DTYPES, "int64": [*_FLOATS, "int32", "int64", "bool"]}


def shape_of(tensor: EagerTensor) -> tuple[int, ...]:
    return tuple(tensor._t.shape)


def array_tensor(array: np.ndarray, dtype: DType) -> EagerTensor:
    return EagerTensor(wrap_array(array, dtype))


class Entries:
    """The keys and values of a table. They are on the host, as in TensorFlow.

    Args:
      operation: the name of TensorFlow's operation that creates the table, for errors.
      supported_dtypes: the value dtypes supported for each key dtype.
      key_dtype, value_dtype: the dtypes.
      key_shape, value_shape: the shapes of a single key and value.

    Raises:
      NotFoundError: if the dtypes are not supported.
    """

    def __init__(
        self,
        operation: str,
        supported_dtypes: dict[str, list[str]],
        key_dtype: DType,
        value_dtype: DType,
        key_shape: tuple[int, ...] = (),
        value_shape: tuple[int, ...] = (),
    ) -> None:
        if value_dtype.name not in supported_dtypes.get(key_dtype.name, ()):
            raise NotFoundError(
                None,
                None,
                f"Could not find a kernel of {operation} with key_dtype={c_name(key_dtype)} and "
                f"value_dtype={c_name(value_dtype)}",
            )
        self.operation = operation
        self.key_dtype, self.value_dtype = key_dtype, value_dtype
        self.key_shape, self.value_shape = key_shape, value_shape
        self.values: dict[Any, Any] = {}
        self.reserved_keys: dict[Any, str] = {}  # keys that are not allowed, and their names

    @property
    def is_uninitialized(self) -> bool:
        """Whether nothing filled a static table; it is never empty once it is initialized."""
        return self.operation == "HashTableV2" and not self.values

    def read_keys(self, operation: str, keys: EagerTensor) -> tuple[list[Any], tuple[int, ...]]:
        """The keys as Python values, and the shape of the tensor without that of a key."""
        shape = shape_of(keys)
        key_rank = len(self.key_shape)
        rows = (shape[:1] or (1,))[0]
        if self.reserved_keys and np.prod(shape) != rows * np.prod(self.key_shape):
            expected = brackets((rows, *self.key_shape))
            raise op_error(operation, f"Expected key shape {expected} got {brackets(shape)}")
        array = to_numpy(keys._t)
        if not key_rank:
            key_list = array.reshape(-1).tolist()
        else:
            key_list = list(map(tuple, array.reshape(-1, int(np.prod(self.key_shape))).tolist()))
        for key in self.reserved_keys.keys() & set(key_list):
            raise op_error(
                operation, f"Using the {self.reserved_keys[key]} as a table key is not allowed"
            )
        return key_list, shape[: len(shape) - key_rank]

    def _check_value_dtype(self, tensor: EagerTensor) -> None:
        if tensor.dtype is not self.value_dtype:
            key, expected, actual = map(c_name, (self.key_dtype, self.value_dtype, tensor.dtype))
            raise InvalidArgumentError(
                None,
                None,
                f"Signature mismatch, have: resource, {key}, {actual}->{actual} expected: "
                f"resource, {key}, {expected}->{expected} [Op:LookupTableFindV2] name: ",
            )

    def find(self, keys: EagerTensor, default: EagerTensor) -> EagerTensor:
        """The value of each key; for missing keys the default: one value, or one for each key."""
        self._check_value_dtype(default)
        key_list, shape = self.read_keys("LookupTableFindV2", keys)
        if self.is_uninitialized:
            message = kernel_message("LookupTableFindV2", "Table not initialized.")
            raise FailedPreconditionError(None, None, message)
        result_shape = (*shape, *self.value_shape)
        if shape_of(default) not in (self.value_shape, result_shape):
            raise op_error(
                "LookupTableFindV2",
                f"Expected shape {brackets(self.value_shape)} or {brackets(result_shape)} "
                f"for default value, got {brackets(shape_of(default))}",
            )
        result = np.broadcast_to(to_numpy(default._t), result_shape).copy()
        rows = result.reshape(len(key_list), *self.value_shape)
        for i, key in enumerate(key_list):
            if key in self.values:
                rows[i] = self.values[key]
        return array_tensor(rows.reshape(result_shape), self.value_dtype)

    def insert(
        self, operation: str, keys: EagerTensor, values: EagerTensor, constant: bool = False
    ) -> None:
        """Inserts or replaces the values of keys, unless an error is raised.

        If `constant`, equal keys must have equal values; raises FailedPreconditionError if not.
        """
        key_list, shape = self.read_keys(operation, keys)
        expected_shape = (*shape, *self.value_shape)
        if shape_of(values) != expected_shape:
            raise op_error(
                operation,
                f"Expected shape {brackets(expected_shape)} for value, got "
                f"{brackets(shape_of(values))}",
            )
        rows = to_numpy(values._t).reshape(len(key_list), *self.value_shape).copy()
        value_list = list(rows)
        if constant:
            _check_equal_values(key_list, value_list)
        self.values.update(zip(key_list, value_list, strict=True))

    def remove(self, keys: EagerTensor) -> None:
        """Removes keys; missing ones are ignored."""
        for key in self.read_keys("LookupTableRemoveV2", keys)[0]:
            self.values.pop(key, None)

    def size(self) -> EagerTensor:
        """The number of keys."""
        return to_tensor(len(self.values), INT64)

    def export(self) -> tuple[EagerTensor, EagerTensor]:
        """All keys and values, in order of insertion."""
        if self.is_uninitialized:
            message = kernel_message("LookupTableExportV2", "HashTable is not initialized.")
            raise AbortedError(None, None, message)
        count = len(self.values)
        keys = np.empty((count, *self.key_shape), self.key_dtype.as_numpy_dtype)
        values = np.empty((count, *self.value_shape), self.value_dtype.as_numpy_dtype)
        for i, (key, value) in enumerate(self.values.items()):
            keys[i] = np.reshape(key, self.key_shape) if self.key_shape else key
            values[i] = value
        return array_tensor(keys, self.key_dtype), array_tensor(values, self.value_dtype)


def _check_equal_values(keys: list[Any], values: list[Any]) -> None:
    """Raises FailedPreconditionError if equal keys have different values."""
    seen: dict[Any, Any] = {}
    for key, value in zip(keys, values, strict=True):
        if seen.setdefault(key, value) != value:
            key_text = key.decode("utf-8", "replace") if isinstance(key, bytes) else key
            raise FailedPreconditionError(
                None,
                None,
                f"HashTable has different value for same key. Key {key_text} has "
                f"{seen[key]} and trying to add value {value}",
            )
