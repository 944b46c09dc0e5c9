"""Immutable lookup tables, and the base of all tables."""

from __future__ import annotations

from typing import Any

from .._api.shown_modules import shown_in
from .._core.recording.execution_context import active_graph, name_scope
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING, EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.variables.sparse_tensor import SparseTensor
from .._ops._support.arguments import op_error
from .._ops.array.where import where
from .._ops.math.casting import cast
from .._ops.math.comparison import not_equal
from .._ops.strings.hashing import to_hash_bucket_fast
from .._ops.strings.numbers import as_string
from .._ragged.factories import is_ragged
from .entries import INT64, STATIC_DTYPES, Entries
from .resources import TrackableResource


def _dense_keys(keys: Any) -> Any:
    """The values of a sparse or ragged tensor of keys; a dense tensor is returned as is."""
    return keys.values if isinstance(keys, SparseTensor) or is_ragged(keys) else keys


def _like_keys(keys: Any, values: Any) -> Any:
    """Gives looked-up values the structure of a sparse or ragged tensor of keys."""
    if isinstance(keys, SparseTensor) or is_ragged(keys):
        return keys.with_values(values)
    return values


class Table(TrackableResource):
    """The base of all tables; `table[keys]` is a lookup."""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of the values."""
        return self._value_dtype

    @property
    def name(self) -> str | None:
        """None, because only tables in graphs have names."""
        return None

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of the keys."""
        raise NotImplementedError

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def _check_keys(self, keys: Any) -> None:
        # As in TensorFlow, a value without a dtype, such as a list, raises AttributeError.
        if keys.dtype.base_dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype}, received: {keys.dtype}"
            )


class StaticHashTable(Table):
    """An immutable table. Implements `tf.lookup.StaticHashTable`.

    Args:
      initializer: provides the keys and values.
      default_value: the value of missing keys, a scalar.

    Raises:
      NotFoundError: if TensorFlow has no table for the dtypes. Keys are int32, int64 or strings.
    """

    def __init__(
        self,
        initializer: Any,
        default_value: Any,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        super().__init__(initializer.key_dtype, initializer.value_dtype)
        self._default_value = to_tensor(default_value, self._value_dtype)
        self._default_value.shape.merge_with([])
        self._entries = Entries("HashTableV2", STATIC_DTYPES, self._key_dtype, self._value_dtype)
        self._initialized = False
        initializer.initialize(self)

    def _fill(self, operation: str, keys: EagerTensor, values: EagerTensor) -> None:
        if self._initialized:
            return
        if not keys.shape.num_elements():
            raise op_error(operation, "keys and values cannot be empty tensors.")
        self._entries.insert(operation, keys, values, True)
        self._initialized = True

    @property
    def default_value(self) -> Any:
        """The value of missing keys."""
        return self._default_value

    def size(self, name: str | None = None) -> Any:
        """The number of keys."""
        if active_graph() is not None:
            from . import table_nodes

            return table_nodes.size(self._entries)
        return self._entries.size()

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of the keys, which may be a dense, sparse or ragged tensor.

        Raises TypeError if the keys are of another dtype.
        """
        self._check_keys(keys)
        dense_keys = to_tensor(_dense_keys(keys))
        if active_graph() is None:
            values = self._entries.find(dense_keys, self._default_value)
        else:
            from . import table_nodes

            values = table_nodes.find(self._entries, dense_keys, self._default_value, True)
        return _like_keys(keys, values)

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys and values, in order of insertion."""
        if active_graph() is not None:
            from . import table_nodes

            keys_and_values: tuple[Any, Any]
            keys_and_values = table_nodes.export(self._entries, self._entries.export, True)
            return keys_and_values
        return self._entries.export()


class StaticVocabularyTable(Table):
    """A table of ids, with buckets for unknown keys. Implements `tf.lookup.StaticVocabularyTable`.

    Args:
      initializer: provides int64 or string keys and int64 ids; None for an empty vocabulary.
      num_oov_buckets: the number of buckets for out-of-vocabulary keys, which are assigned by hash
        and follow the ids of the vocabulary.
      lookup_key_dtype: the dtype of keys passed to `lookup`, if it is another integer dtype.

    Raises:
      ValueError: if `num_oov_buckets` is not positive.
      TypeError: if the dtypes are not supported.
    """

    def __init__(
        self,
        initializer: Any,
        num_oov_buckets: int,
        lookup_key_dtype: Any = None,
        name: str | None = None,
        experimental_is_anonymous: bool = False,
    ) -> None:
        if num_oov_buckets <= 0:
            raise ValueError("`num_oov_buckets` must be > 0; use StaticHashTable.")
        self._table: StaticHashTable | None = None
        lookup_dtype = STRING if initializer is None else initializer.key_dtype
        if initializer is not None:
            if lookup_key_dtype is not None:
                lookup_dtype = as_dtype(lookup_key_dtype)
            key_dtype = initializer.key_dtype
            if key_dtype not in (INT64, STRING):
                raise TypeError(
                    f"Invalid `key_dtype`, expected one of {(INT64, STRING)}, but got "
                    f"{key_dtype!r}."
                )
            if key_dtype.is_integer != lookup_dtype.is_integer:
                expected = "integer" if lookup_dtype.is_integer else "non-integer"
                raise TypeError(f"Invalid `key_dtype`, expected {expected} but got {key_dtype!r}.")
            if initializer.value_dtype != INT64:
                raise TypeError(
                    f"Invalid `value_dtype`, expected {INT64!r} but got "
                    f"{initializer.value_dtype!r}."
                )
            self._table = StaticHashTable(initializer, -1)
        if not lookup_dtype.is_integer and lookup_dtype != STRING:
            raise TypeError(
                f"Invalid `key_dtype`, expected integer or string, got {lookup_dtype!r}"
            )
        self._num_oov_buckets = num_oov_buckets
        super().__init__(lookup_dtype, INT64)

    def size(self, name: str | None = None) -> Any:
        """The number of ids, including those of the buckets."""
        if self._table is None:
            return to_tensor(self._num_oov_buckets, INT64)
        with name_scope("None_Size"):
            return self._table.size() + self._num_oov_buckets

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The ids of the keys, which may be a dense, sparse or ragged tensor.

        Raises TypeError if the keys are of another dtype.
        """
        self._check_keys(keys)
        table, dense_keys = self._table, _dense_keys(keys)
        if table is not None and table.key_dtype is INT64:
            dense_keys = cast(dense_keys, INT64)
        strings = dense_keys if dense_keys.dtype == STRING else as_string(dense_keys)
        ids = to_hash_bucket_fast(strings, self._num_oov_buckets)
        if table is not None:
            with name_scope("None_Lookup"):
                known_ids = table.lookup(dense_keys)
                is_known = not_equal(known_ids, table.default_value)
                ids = where(is_known, known_ids, ids + table.size())
        return _like_keys(keys, ids)


shown_in("tensorflow.python.ops.lookup_ops", StaticHashTable, StaticVocabularyTable)
