"""Tables of keys and values that are looked up by tensors of keys."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._core.tensor.convert import c_name, to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.python_values import wrap_array
from .._core.tensor.tensor import STRING, EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.types.dtype import DType, as_dtype
from .._core.variables.sparse_tensor import SparseTensor
from .._ops._support.arguments import brackets, failure
from .._ops.array.masking import where
from .._ops.math.casting import cast
from .._ops.math.comparison import not_equal
from .._ops.strings.hashing import to_hash_bucket_fast
from .._ops.strings.text import as_string
from .._ragged.factories import is_ragged
from ..errors import FailedPreconditionError, InvalidArgumentError, NotFoundError

INT64 = as_dtype("int64")
_FLOATS = "float32 float64".split()

# The types of values that there are for each type of keys.
_MUTABLE = {
    "int32": [*_FLOATS, "int32"],
    "int64": [*_FLOATS, "int32", "int64", "string"],
    "string": [*_FLOATS, "int32", "int64", "bool"],
}
_STATIC = {
    "int32": [*_MUTABLE["int32"], "string"],
    "int64": _MUTABLE["int64"],
    "string": [*_MUTABLE["string"], "string"],
}
_DENSE = {**_MUTABLE, "int64": [*_FLOATS, "int32", "int64", "bool"]}


def _shape(tensor: EagerTensor) -> tuple[int, ...]:
    return tuple(tensor._t.shape)


def _tensor(array: np.ndarray, dtype: DType) -> EagerTensor:
    return EagerTensor(wrap_array(array, dtype))


class Entries:
    """The keys and values of a table, on the host whatever the device, as TensorFlow's are."""

    def __init__(
        self,
        operation: str,
        kinds: dict[str, list[str]],
        key_dtype: DType,
        value_dtype: DType,
        key_shape: tuple[int, ...] = (),
        value_shape: tuple[int, ...] = (),
    ) -> None:
        if value_dtype.name not in kinds.get(key_dtype.name, ()):
            raise NotFoundError(
                None,
                None,
                f"Could not find a kernel of {operation} with key_dtype={c_name(key_dtype)} and "
                f"value_dtype={c_name(value_dtype)}",
            )
        self.key_dtype, self.value_dtype = key_dtype, value_dtype
        self.key_shape, self.value_shape = key_shape, value_shape
        self.found: dict[Any, Any] = {}
        self.reserved: dict[Any, str] = {}  # keys that are not allowed, and what they are for

    def read(self, operation: str, keys: EagerTensor) -> tuple[list[Any], tuple[int, ...]]:
        """The keys one by one, and the shape that they have."""
        shape = _shape(keys)
        size = len(self.key_shape)
        rows = (shape[:1] or (1,))[0]
        if self.reserved and np.prod(shape) != rows * np.prod(self.key_shape):
            expected = brackets((rows, *self.key_shape))
            raise failure(operation, f"Expected key shape {expected} got {brackets(shape)}")
        array = to_numpy(keys._t)
        if not size:
            listed = array.reshape(-1).tolist()
        else:
            listed = list(map(tuple, array.reshape(-1, int(np.prod(self.key_shape))).tolist()))
        for key in self.reserved.keys() & set(listed):
            raise failure(
                operation, f"Using the {self.reserved[key]} as a table key is not allowed"
            )
        return listed, shape[: len(shape) - size]

    def _check_type(self, tensor: EagerTensor) -> None:
        if tensor.dtype is not self.value_dtype:
            key, own, got = map(c_name, (self.key_dtype, self.value_dtype, tensor.dtype))
            raise InvalidArgumentError(
                None,
                None,
                f"Signature mismatch, have: resource, {key}, {got}->{got} expected: resource, "
                f"{key}, {own}->{own} [Op:LookupTableFindV2] name: ",
            )

    def find(self, keys: EagerTensor, default: EagerTensor) -> EagerTensor:
        """The value of each key, or the default, of which there may be one for each."""
        self._check_type(default)
        listed, shape = self.read("LookupTableFindV2", keys)
        full = (*shape, *self.value_shape)
        if _shape(default) not in (self.value_shape, full):
            raise failure(
                "LookupTableFindV2",
                f"Expected shape {brackets(self.value_shape)} or {brackets(full)} for default "
                f"value, got {brackets(_shape(default))}",
            )
        out = np.broadcast_to(to_numpy(default._t), full).copy()
        rows = out.reshape(len(listed), *self.value_shape)
        for place, key in enumerate(listed):
            if key in self.found:
                rows[place] = self.found[key]
        return _tensor(rows.reshape(full), self.value_dtype)

    def insert(
        self, operation: str, keys: EagerTensor, values: EagerTensor, constant: bool = False
    ) -> None:
        """Adds the keys with their values; if `constant`, none may have had another before.

        Nothing is added if an error is raised.
        """
        listed, shape = self.read(operation, keys)
        full = (*shape, *self.value_shape)
        if _shape(values) != full:
            raise failure(
                operation,
                f"Expected shape {brackets(full)} for value, got {brackets(_shape(values))}",
            )
        rows = to_numpy(values._t).reshape(len(listed), *self.value_shape).copy()
        self.insert_all(listed, list(rows), constant)

    def insert_all(self, keys: list[Any], values: list[Any], constant: bool) -> None:
        """As `insert`, for keys and values one by one."""
        if constant:
            known: dict[Any, Any] = {}
            for key, value in zip(keys, values, strict=True):
                if known.setdefault(key, value) != value:
                    shown = key.decode("utf-8", "replace") if isinstance(key, bytes) else key
                    raise FailedPreconditionError(
                        None,
                        None,
                        f"HashTable has different value for same key. Key {shown} has "
                        f"{known[key]} and trying to add value {value}",
                    )
        self.found.update(zip(keys, values, strict=True))

    def remove(self, keys: EagerTensor) -> None:
        """Takes away the keys that are there."""
        for key in self.read("LookupTableRemoveV2", keys)[0]:
            self.found.pop(key, None)

    def size(self) -> EagerTensor:
        """How many keys there are."""
        return to_tensor(len(self.found), INT64)

    def export(self) -> tuple[EagerTensor, EagerTensor]:
        """All keys and values."""
        count = len(self.found)
        keys = np.empty((count, *self.key_shape), self.key_dtype.as_numpy_dtype)
        values = np.empty((count, *self.value_shape), self.value_dtype.as_numpy_dtype)
        for place, (key, value) in enumerate(self.found.items()):
            keys[place] = np.reshape(key, self.key_shape) if self.key_shape else key
            values[place] = value
        return _tensor(keys, self.key_dtype), _tensor(values, self.value_dtype)


def values_of(keys: Any) -> Any:
    """The keys of a sparse or ragged tensor one after another; of others, themselves."""
    return keys.values if isinstance(keys, SparseTensor) or is_ragged(keys) else keys


def in_place_of(keys: Any, values: Any) -> Any:
    """The values where a sparse or ragged tensor had its keys."""
    if isinstance(keys, SparseTensor) or is_ragged(keys):
        return keys.with_values(values)
    return values


class Table(Trackable):
    """What all tables have; `table[keys]` looks up."""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype, self._value_dtype = as_dtype(key_dtype), as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The type of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The type of the values."""
        return self._value_dtype

    @property
    def name(self) -> str | None:
        """None: tables have names in graphs only."""
        return None

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys."""
        raise NotImplementedError

    def __getitem__(self, keys: Any) -> Any:
        return self.lookup(keys)

    def _check_keys(self, keys: Any) -> None:
        # As TensorFlow: what has no type of its own, as a list, is no tensor of keys.
        if keys.dtype.base_dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype!r}, received: {keys.dtype!r}"
            )


class StaticHashTable(Table):
    """A table that never changes; answers for `tf.lookup.StaticHashTable`.

    `initializer` says what is in it. `lookup` gives `default_value` for other keys. Keys are int32,
    int64 or strings; NotFoundError is raised for types that TensorFlow has no tables of.
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
        self._entries = Entries("HashTableV2", _STATIC, self._key_dtype, self._value_dtype)
        self._ready = False
        initializer.initialize(self)

    def _fill(self, operation: str, keys: EagerTensor, values: EagerTensor) -> None:
        if self._ready:  # a table is filled once
            return
        if not keys.shape.num_elements():
            raise failure(operation, "keys and values cannot be empty tensors.")
        self._entries.insert(operation, keys, values, True)
        self._ready = True

    @property
    def default_value(self) -> Any:
        """The value of keys that are not in the table."""
        return self._default_value

    def size(self, name: str | None = None) -> Any:
        """How many keys there are."""
        return self._entries.size()

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The values of keys: a tensor of the table's type, or a sparse or ragged one.

        Raises TypeError for keys of another type.
        """
        self._check_keys(keys)
        found = self._entries.find(to_tensor(values_of(keys)), self._default_value)
        return in_place_of(keys, found)

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys and all values, in the order in which they came."""
        return self._entries.export()


class StaticVocabularyTable(Table):
    """A table of numbers, with buckets for keys that it lacks.

    Answers for `tf.lookup.StaticVocabularyTable`. `initializer` has int64 or string keys and int64
    values, or is None; other keys are spread by their fingerprints over the `num_oov_buckets`
    numbers behind. Keys may be of another integer type `lookup_key_dtype`. Raises ValueError
    without buckets, TypeError for other types.
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
        wanted = STRING if initializer is None else initializer.key_dtype
        if initializer is not None:
            wanted = wanted if lookup_key_dtype is None else as_dtype(lookup_key_dtype)
            own = initializer.key_dtype
            if own not in (INT64, STRING):
                raise TypeError(
                    f"Invalid `key_dtype`, expected one of {(INT64, STRING)}, but got {own!r}."
                )
            if own.is_integer != wanted.is_integer:
                kind = "integer" if wanted.is_integer else "non-integer"
                raise TypeError(f"Invalid `key_dtype`, expected {kind} but got {own!r}.")
            if initializer.value_dtype != INT64:
                raise TypeError(
                    f"Invalid `value_dtype`, expected {INT64!r} but got "
                    f"{initializer.value_dtype!r}."
                )
            self._table = StaticHashTable(initializer, -1)
        if not wanted.is_integer and wanted != STRING:
            raise TypeError(f"Invalid `key_dtype`, expected integer or string, got {wanted!r}")
        self._num_oov_buckets = num_oov_buckets
        super().__init__(wanted, INT64)

    def size(self, name: str | None = None) -> Any:
        """How many numbers there are, those of the buckets included."""
        known = 0 if self._table is None else int(self._table.size())
        return to_tensor(known + self._num_oov_buckets, INT64)

    def lookup(self, keys: Any, name: str | None = None) -> Any:
        """The numbers of keys: of a tensor, or a sparse or ragged one.

        Raises TypeError for keys of another type.
        """
        self._check_keys(keys)
        table, values = self._table, values_of(keys)
        if table is not None and table.key_dtype is INT64:
            values = cast(values, INT64)
        texts = values if values.dtype == STRING else as_string(values)
        found = to_hash_bucket_fast(texts, self._num_oov_buckets)
        if table is not None:
            ids = table.lookup(values)
            found = where(not_equal(ids, table.default_value), ids, found + table.size())
        return in_place_of(keys, found)


_SAVED = ("table-keys", "table-values")  # what checkpoints call the two


class MutableHashTable(Table):
    """A table that can be changed; answers for `tf.lookup.experimental.MutableHashTable`.

    Keys are int32, int64 or strings, values have the shape of `default_value`, which keys have that
    are not there. Values have no gradient. Raises NotFoundError for types that TensorFlow has no
    tables of.
    """

    _operation, _kinds = "MutableHashTableV2", _MUTABLE

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
        self._make(())

    def _make(self, key_shape: tuple[int, ...]) -> None:
        types = (self._key_dtype, self._value_dtype)
        shape = _shape(self._default_value)
        self._entries = Entries(self._operation, self._kinds, *types, key_shape, shape)

    def _fill(self, operation: str, keys: EagerTensor, values: EagerTensor) -> None:
        self._entries.found.clear()
        self._entries.insert(operation, keys, values)

    def size(self, name: str | None = None) -> Any:
        """How many keys there are."""
        return self._entries.size()

    def lookup(  # type: ignore[override]
        self, keys: Any, dynamic_default_values: Any = None, name: str | None = None
    ) -> Any:
        """The values of keys; those of `dynamic_default_values`, one or all, for keys that lack."""
        keys = to_tensor(keys, self._key_dtype)
        if dynamic_default_values is None:
            return self._entries.find(keys, self._default_value)
        return self._entries.find(keys, to_tensor(dynamic_default_values))

    def insert(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Adds keys, or gives them other values. Raises InvalidArgumentError for other shapes."""
        keys = to_tensor(keys, self._key_dtype)
        values = to_tensor(values, self._value_dtype)
        self._entries.insert("LookupTableInsertV2", keys, values)

    def remove(self, keys: Any, name: str | None = None) -> None:
        """Takes keys away, tensors of the table's type. Raises TypeError for another."""
        self._check_removed(keys)
        self._entries.remove(keys)

    def _check_removed(self, keys: Any) -> None:
        if keys.dtype != self._key_dtype:
            raise TypeError(
                f"Dtype of argument `keys` must be {self._key_dtype!r}, received: {keys.dtype!r}"
            )

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All keys and all values, in the order in which they came."""
        return self._entries.export()

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return dict(zip(_SAVED, self.export(), strict=True))

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        self._fill("LookupTableImportV2", *map(restored_tensors.__getitem__, _SAVED))


class DenseHashTable(MutableHashTable):
    """A table of buckets; answers for `tf.lookup.experimental.DenseHashTable`.

    As `MutableHashTable`, but `empty_key` and `deleted_key` may not be keys; where they are
    vectors, so are the keys. Raises InvalidArgumentError for one of the two where a key is wanted,
    and if they are equal.
    """

    _operation, _kinds = "MutableDenseHashTableV2", _DENSE

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
        self._make(_shape(empty))
        self._buckets = 131072 if initial_num_buckets is None else initial_num_buckets
        if self._buckets < 4 or self._buckets & (self._buckets - 1):
            raise failure(
                self._operation,
                f"Number of buckets must be at least 4 and a power of 2, got: {self._buckets}",
            )
        if _shape(empty) != _shape(deleted):
            raise failure(
                self._operation,
                "Empty and deleted keys must have same shape, got shapes: "
                f"{brackets(_shape(empty))} and {brackets(_shape(deleted))}",
            )
        keys = [
            tuple(key.numpy().tolist()) if key._t.ndim else key.numpy() for key in (empty, deleted)
        ]
        if keys[0] == keys[1]:
            raise failure(self._operation, "Empty and deleted keys cannot be equal")
        self._entries.reserved = dict(zip(keys, ("empty_key", "deleted_key"), strict=True))
        self._empty = empty

    def lookup(self, keys: Any, name: str | None = None) -> Any:  # type: ignore[override]
        """The values of keys."""
        return super().lookup(keys)

    def insert_or_assign(self, keys: Any, values: Any, name: str | None = None) -> None:
        """Adds keys, or gives them other values."""
        self.insert(keys, values)

    def erase(self, keys: Any, name: str | None = None) -> None:
        """Takes keys away, tensors of the table's type. Raises TypeError for another."""
        self.remove(keys)

    def _check_removed(self, keys: Any) -> None:
        if keys.dtype != self._key_dtype:
            raise TypeError(
                f"Signature mismatch. Keys must be dtype {self._key_dtype!r}, got {keys.dtype!r}."
            )

    def export(self, name: str | None = None) -> tuple[Any, Any]:
        """All buckets, of keys and of values: a matrix of each, the empty key where nothing is.

        Those with something come first, in the order in which they came.
        """
        keys, values = (to_numpy(part._t) for part in super().export())
        while self._buckets * 0.8 < len(keys):
            self._buckets *= 2
        rest = self._buckets - len(keys)
        empty = np.broadcast_to(to_numpy(self._empty._t), (rest, *keys.shape[1:]))
        nothing = np.zeros((rest, *values.shape[1:]), values.dtype)
        if self._value_dtype is STRING:
            nothing[...] = b""
        keys = np.concatenate([keys, empty]).reshape(self._buckets, -1)
        values = np.concatenate([values, nothing]).reshape(self._buckets, -1)
        return _tensor(keys, self._key_dtype), _tensor(values, self._value_dtype)

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        keys, values = (to_numpy(restored_tensors[name]._t) for name in _SAVED)
        entries = self._entries
        listed = keys.reshape(len(keys), -1).tolist()
        plain = [tuple(key) if entries.key_shape else key[0] for key in listed]
        kept = [place for place, key in enumerate(plain) if key not in entries.reserved]
        self._buckets = max(self._buckets, len(keys))
        self._fill(
            "LookupTableImportV2",
            _tensor(keys[kept].reshape(-1, *entries.key_shape), self._key_dtype),
            _tensor(values[kept].reshape(-1, *entries.value_shape), self._value_dtype),
        )
