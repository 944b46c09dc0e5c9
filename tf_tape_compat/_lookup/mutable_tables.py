"""Lookup tables that can be changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._api.shown_modules import shown_in
from .._core.recording.execution_context import active_graph
from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import STRING, EagerTensor
from .._ops._support.arguments import brackets, op_error
from .entries import DENSE_DTYPES, MUTABLE_DTYPES, Entries, array_tensor, shape_of
from .tables import Table

_CHECKPOINT_KEYS = ("table-keys", "table-values")


class MutableHashTable(Table):
    """A mutable table. Implements `tf.lookup.experimental.MutableHashTable`.

    Args:
      key_dtype: int32, int64 or string.
      value_dtype: the dtype of the values, which have no gradient.
      default_value: the value of missing keys; all values have its shape.

    Raises:
      NotFoundError: if TensorFlow has no table for the dtypes.
    """

    _operation, _supported_dtypes = "MutableHashTableV2", MUTABLE_DTYPES

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        name: str = "MutableHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(key_dtype, value_dtype)
        self._default_value = to_tensor(default_value, self._value_dtype)
        self._create_entries(())

    def _create_entries(self, key_shape: tuple[int, ...]) -> None:
        self._entries = Entries(
            self._operation,
            self._supported_dtypes,
            self._key_dtype,
            self._value_dtype,
            key_shape,
            shape_of(self._default_value),
        )

    def _fill(self, operation: str, keys: EagerTensor, values: EagerTensor) -> None:
        self._entries.values.clear()
        self._entries.insert(operation, keys, values)

    def size(self, name: str | None = None) -> Any:
        """The number of keys."""
        if active_graph() is not None:
            from . import table_nodes

            return table_nodes.size(self._entries)
        return self._entries.size()

    def lookup(  # type: ignore[override]
        self, keys: Any, dynamic_default_values: Any = None, name: str | None = None
    ) -> Any:
        """The values of the keys.

        `dynamic_default_values` is the value of missing keys: one for all, or one for each key.
        """
        keys = to_tensor(keys, self._key_dtype)
        default = self._default_value
        if dynamic_default_values is not None:
            default = to_tensor(dynamic_default_values)
        if active_graph() is not None:
            from . import table_nodes

            return table_nodes.find(self._entries, keys, default, False)
        return self._entries.find(keys, default)

    def insert(self, keys: Any, values: Any, name: str | None = None) -> Any:
        """Inserts keys or replaces their values.

        Raises InvalidArgumentError if the shapes do not match.
        """
        keys = to_tensor(keys, self._key_dtype)
        values = to_tensor(values, self._value_dtype)
        if active_graph() is not None:
            from . import table_nodes

            return table_nodes.insert(self._entries, keys, values)
        self._entries.insert("LookupTableInsertV2", keys, values)
        return None

    def remove(self, keys: Any, name: str | None = None) -> Any:
        """Removes keys, a tensor. Raises TypeError if it is of another dtype."""
        self._check_removed_keys(keys)
        if active_graph() is not None:
            from . import table_nodes

            return table_nodes.remove(self._entries, keys)
        self._entries.remove(keys)
        return None

    def _check_removed_keys(self, keys: Any) -> None:
        if keys.dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}"
            )

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys and values, in order of insertion."""
        if active_graph() is not None:
            from . import table_nodes

            keys_and_values: tuple[Any, Any]
            keys_and_values = table_nodes.export(self._entries, self._export, False)
            return keys_and_values
        return self._export()

    def _export(self) -> tuple[Any, Any]:
        return self._entries.export()

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return dict(zip(_CHECKPOINT_KEYS, self.export(), strict=True))

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        self._fill("LookupTableImportV2", *map(restored_tensors.__getitem__, _CHECKPOINT_KEYS))


class DenseHashTable(MutableHashTable):
    """A mutable table of buckets. Implements `tf.lookup.experimental.DenseHashTable`.

    Like `MutableHashTable`, but `empty_key` and `deleted_key` may not be used as keys. All keys
    have their shape: scalars or vectors.

    Raises:
      InvalidArgumentError: if `empty_key` and `deleted_key` are equal or differ in shape, or if
        `initial_num_buckets` is not a power of 2.
    """

    _operation, _supported_dtypes = "MutableDenseHashTableV2", DENSE_DTYPES

    def __init__(
        self,
        key_dtype: Any,
        value_dtype: Any,
        default_value: Any,
        empty_key: Any,
        deleted_key: Any,
        initial_num_buckets: int | None = None,
        name: str = "MutableDenseHashTable",
        checkpoint: bool = True,
        experimental_is_anonymous: bool = False,
    ) -> None:
        Table.__init__(self, key_dtype, value_dtype)
        self._default_value = to_tensor(default_value, self._value_dtype)
        empty = to_tensor(empty_key, self._key_dtype)
        deleted = to_tensor(deleted_key, self._key_dtype)
        self._create_entries(shape_of(empty))
        self._buckets = 131072 if initial_num_buckets is None else initial_num_buckets
        if self._buckets < 4 or self._buckets & (self._buckets - 1):
            raise op_error(
                self._operation,
                f"Number of buckets must be at least 4 and a power of 2, got: {self._buckets}",
            )
        if shape_of(empty) != shape_of(deleted):
            raise op_error(
                self._operation,
                "Empty and deleted keys must have same shape, got shapes: "
                f"{brackets(shape_of(empty))} and {brackets(shape_of(deleted))}",
            )
        reserved_keys = [
            tuple(key.numpy().tolist()) if key._t.ndim else key.numpy() for key in (empty, deleted)
        ]
        if reserved_keys[0] == reserved_keys[1]:
            raise op_error(self._operation, "Empty and deleted keys cannot be equal")
        names = ("empty_key", "deleted_key")
        self._entries.reserved_keys = dict(zip(reserved_keys, names, strict=True))
        self._empty_key = empty

    def lookup(self, keys: Any, name: str | None = None) -> Any:  # type: ignore[override]
        """The values of the keys."""
        return super().lookup(keys)

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> Any:
        """Inserts keys or replaces their values."""
        return self.insert(keys, values)

    def erase(self, keys: Any, name: str | None = None) -> Any:
        """Removes keys, a tensor. Raises TypeError if it is of another dtype."""
        return self.remove(keys)

    def _check_removed_keys(self, keys: Any) -> None:
        if keys.dtype != self._key_dtype:
            raise TypeError(
                f"Signature mismatch. Keys must be dtype {self._key_dtype!r}, got {keys.dtype!r}."
            )

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All buckets: a matrix of keys and one of values, with a row for each bucket.

        Occupied buckets come first, in order of insertion. Other rows have the empty key.
        """
        return super().export()

    def _export(self) -> tuple[Any, Any]:
        keys, values = (to_numpy(tensor._t) for tensor in super()._export())
        while self._buckets * 0.8 < len(keys):
            self._buckets *= 2
        unoccupied = self._buckets - len(keys)
        empty_keys = np.broadcast_to(to_numpy(self._empty_key._t), (unoccupied, *keys.shape[1:]))
        empty_values = np.zeros((unoccupied, *values.shape[1:]), values.dtype)
        if self._value_dtype is STRING:
            empty_values[...] = b""
        keys = np.concatenate([keys, empty_keys]).reshape(self._buckets, -1)
        values = np.concatenate([values, empty_values]).reshape(self._buckets, -1)
        return array_tensor(keys, self._key_dtype), array_tensor(values, self._value_dtype)

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        keys, values = (to_numpy(restored_tensors[name]._t) for name in _CHECKPOINT_KEYS)
        entries = self._entries
        rows = keys.reshape(len(keys), -1).tolist()
        key_list = [tuple(row) if entries.key_shape else row[0] for row in rows]
        occupied = [i for i, key in enumerate(key_list) if key not in entries.reserved_keys]
        self._buckets = max(self._buckets, len(keys))
        self._fill(
            "LookupTableImportV2",
            array_tensor(keys[occupied].reshape(-1, *entries.key_shape), self._key_dtype),
            array_tensor(values[occupied].reshape(-1, *entries.value_shape), self._value_dtype),
        )


shown_in("tensorflow.python.ops.lookup_ops", DenseHashTable, MutableHashTable)
