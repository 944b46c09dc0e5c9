"""Lookup tables that are filled from datasets."""

from __future__ import annotations

from typing import Any

from .._core.types.dtype import as_dtype
from .._core.types.tensor_spec import TensorSpec
from .._lookup.initializers import Initializer
from .._lookup.tables import StaticHashTable, StaticVocabularyTable
from .._ops.array.joining import stack
from .arguments import STRING
from .buffering import AssertCardinalityDataset
from .ordering import TakeDataset

_FORM = (
    "Datasets used to initialize lookup tables must produce elements in the form (key, value), "
    "where the keys and values are scalar tensors. "
)


def _check_spec(spec: Any) -> None:
    """Raises ValueError unless the elements are pairs of scalars."""
    if len(spec) != 2:
        raise ValueError(
            f"{_FORM}However, the given dataset produces {len(spec)} components instead of two "
            f"(key, value) components. Full dataset element spec: {spec}."
        )
    for item, what in zip(spec, ("key", "value"), strict=True):
        if not isinstance(item, TensorSpec):
            raise ValueError(
                f"{_FORM}However, the given dataset produces non-Tensor {what}s of type "
                f"{type(item)}."
            )
    for item, what in zip(spec, ("key", "value"), strict=True):
        if item.shape.rank not in (None, 0):
            raise ValueError(
                f"{_FORM}However, the given dataset produces non-scalar {what} Tensors of rank "
                f"{item.shape.rank}."
            )


class DatasetInitializer(Initializer):
    """Keys and values from a dataset. Implements `tf.data.experimental.DatasetInitializer`.

    Args:
      dataset: its elements are pairs of a key and a value, which are scalars.

    Raises ValueError if they are not.
    """

    def __init__(self, dataset: Any) -> None:
        self.dataset = dataset
        spec = dataset.element_spec
        _check_spec(spec)
        super().__init__(spec[0].dtype, spec[1].dtype)

    def initialize(self, table: Any) -> None:
        """Fills a table. Raises TypeError if it has other dtypes."""
        self._check_table(table)
        pairs = list(self.dataset)
        if pairs:
            keys, values = zip(*pairs, strict=True)
            table._fill("InitializeTableFromDataset", stack(list(keys)), stack(list(values)))


def table_from_dataset(
    dataset: Any = None,
    num_oov_buckets: Any = 0,
    vocab_size: Any = None,
    default_value: Any = None,
    hasher_spec: Any = None,
    key_dtype: Any = STRING,
    name: str | None = None,
) -> Any:
    """A lookup table of the pairs in a dataset.

    Implements `tf.data.experimental.table_from_dataset`.

    Args:
      dataset: pairs of a key and a value.
      num_oov_buckets: how many buckets there are for unknown keys.
      vocab_size: the number of pairs to read.
      default_value: the value of unknown keys; -1 by default.
      hasher_spec: the fast hash, which is the default.
      key_dtype: the dtype of the keys of look-ups.

    Raises:
      ValueError, TypeError: if the elements are not pairs of scalars, or an argument is invalid.
    """
    spec = dataset.element_spec
    _check_spec(spec)
    value_dtype = spec[1].dtype
    if default_value is None:
        default_value = -1
        if not (value_dtype.is_integer or value_dtype.is_floating):
            raise ValueError(
                "`default_value` must be specified when creating a table from a dataset that "
                f"produces values of type {value_dtype}."
            )
    if num_oov_buckets < 0:
        raise ValueError(
            f"`num_oov_buckets` must be greater than or equal to 0, got {num_oov_buckets}."
        )
    if vocab_size is not None and vocab_size < 1:
        raise ValueError(f"`vocab_size` must be greater than 0, got {vocab_size}.")
    key_dtype = as_dtype(key_dtype)
    if not key_dtype.is_integer and key_dtype is not STRING:
        raise TypeError(
            f"`key_dtype` must be either an integer or string type, but got {key_dtype}"
        )
    if vocab_size is not None:
        dataset = AssertCardinalityDataset(TakeDataset(dataset, int(vocab_size)), int(vocab_size))
    initializer = DatasetInitializer(dataset)
    if num_oov_buckets:
        return StaticVocabularyTable(initializer, num_oov_buckets, key_dtype)
    return StaticHashTable(initializer, default_value)


def index_table_from_dataset(
    dataset: Any = None,
    num_oov_buckets: Any = 0,
    vocab_size: Any = None,
    default_value: Any = -1,
    hasher_spec: Any = None,
    key_dtype: Any = STRING,
    name: str | None = None,
) -> Any:
    """A lookup table of the positions of keys in a dataset.

    Implements `tf.data.experimental.index_table_from_dataset`. The arguments are those of
    `table_from_dataset`; elements of `dataset` are keys.
    """
    pairs = dataset.enumerate().map(lambda place, key: (key, place))
    return table_from_dataset(
        pairs, num_oov_buckets, vocab_size, default_value, hasher_spec, key_dtype, name
    )
