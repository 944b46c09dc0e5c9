"""Transformations that group elements by keys: windows and buckets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.tensor.convert import INT64, to_tensor
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._ops.array.gathering import gather
from .._ops.array.joining import stack
from .._ops.debugging.assertions import assert_less
from .._ops.math.arithmetic import subtract
from .._ops.math.casting import cast
from .._ops.math.comparison import less_equal
from .._ops.math.reductions import reduce_sum
from ..errors import InvalidArgumentError
from .components import payload
from .dataset import (
    DatasetV2,
    IterationContext,
    UnaryDataset,
    examples_of,
    host_function,
    method,
)
from .failures import IterationError, in_function
from .flattening import ElementsDataset
from .functions import Caller, DatasetFunction
from .mapping import function_of
from .padding import PaddedBatchDataset
from .specs import DatasetSpec
from .structure import Flat, flatten, map_structure, pack

_KEY = TensorSpec([], INT64)


def _as_int64(value: Any) -> Any:
    """A key as an int64 tensor, as a graph of TensorFlow converts it."""
    if isinstance(value, (float, str)):
        raise TypeError(f"Expected int64, but got {value} of type '{type(value).__name__}'.")
    return to_tensor(value, INT64)


class GroupByWindowDataset(UnaryDataset):
    """The elements of datasets that a function makes of elements with the same key."""

    _label = "Dataset.group_by_window()"

    def __init__(
        self, source: DatasetV2, key_func: Any, reduce_func: Any, window_size_func: Any
    ) -> None:
        super().__init__(source)
        spec = source.element_spec
        self._key = function_of(source, lambda *args: _as_int64(key_func(*args)), self._label)
        self._check(self._key, "key_func")
        examples = examples_of(source)

        def example_groups() -> Iterator[Flat]:
            key = self._key.instance()
            for element in examples():
                yield (*key(element), ElementsDataset(spec, [element]))

        self._reduce = DatasetFunction(
            reduce_func, self._label, (_KEY, DatasetSpec(spec)), example_groups
        )
        if self._reduce.has_known_output:
            self._returned_spec()
        self._window_size = DatasetFunction(
            lambda key: _as_int64(window_size_func(key)),
            self._label,
            _KEY,
            lambda: (group[:1] for group in example_groups()),
        )
        self._check(self._window_size, "window_size_func")

    @staticmethod
    def _check(function: DatasetFunction, name: str) -> None:
        if function.has_known_output and not function.output_spec.is_compatible_with(_KEY):
            raise ValueError(
                f"Invalid `{name}`. `{name}` must return a single `tf.int64` scalar tensor but its "
                f"return type is {function.output_spec}."
            )

    def _returned_spec(self) -> Any:
        spec = self._reduce.output_spec
        if not isinstance(spec, DatasetSpec):
            raise TypeError(
                "Invalid `reduce_func`. `reduce_func` must return a single `tf.data.Dataset` "
                f"object but its return type is {spec}."
            )
        return spec.element_spec

    @property
    def element_spec(self) -> Any:
        """The specs of the elements of the returned datasets."""
        return self._returned_spec()

    def _iterator(self, context: IterationContext) -> Iterator[Flat]:
        return _Grouped(self._input._start(context), self, context)


class _Grouped:
    """Iterates over what a function makes of the groups: full ones first, then the rest."""

    def __init__(
        self, source: Iterator[Flat], dataset: GroupByWindowDataset, context: IterationContext
    ) -> None:
        self._source = source
        self._context = context
        self._spec = dataset._input.element_spec
        self._key = self._caller(dataset._key, context)
        self._reduce = self._caller(dataset._reduce, context)
        self._window_size = self._caller(dataset._window_size, context)
        self._groups: dict[int, list[Flat]] = {}
        self._sizes: dict[int, int] = {}
        self._current: Iterator[Flat] | None = None
        self._ended = False

    @staticmethod
    def _caller(function: DatasetFunction, context: IterationContext) -> Caller:
        return in_function(function.instance(context), "GroupByWindowDataset", "GroupByWindow")

    def __iter__(self) -> _Grouped:
        return self

    def __next__(self) -> Flat:
        while True:
            if self._current is not None:
                try:
                    return next(self._current)
                except StopIteration:
                    self._current = None
            if self._ended:
                if not self._groups:
                    raise StopIteration
                self._open(min(self._groups))
                continue
            try:
                element = next(self._source)
            except StopIteration:
                self._ended = True
                continue
            self._add(element)

    def _add(self, element: Flat) -> None:
        (key_tensor,) = self._key(element)
        key = int(payload(key_tensor))
        if key not in self._sizes:
            (size,) = self._window_size((key_tensor,))
            window_size = int(payload(size))
            if window_size <= 0:
                raise IterationError(
                    InvalidArgumentError,
                    f"Window size must be greater than zero, but got {window_size}.",
                )
            self._sizes[key] = window_size
        group = self._groups.setdefault(key, [])
        group.append(element)
        if len(group) == self._sizes[key]:
            self._open(key)

    def _open(self, key: int) -> None:
        group = self._groups.pop(key)
        self._sizes.pop(key, None)
        (dataset,) = self._reduce((to_tensor(key, INT64), ElementsDataset(self._spec, group)))
        self._current = dataset._start(self._context)


@method
def group_by_window(
    self: DatasetV2,
    key_func: Any,
    reduce_func: Any,
    window_size: Any = None,
    window_size_func: Any = None,
    name: str | None = None,
) -> Any:
    """Makes datasets of elements with the same key. Implements `tf.data.Dataset.group_by_window`.

    Args:
      key_func: returns the key of an element, an int64 scalar.
      reduce_func: takes a key and a dataset of elements that have it, and returns a dataset.
      window_size: how many elements of a key are passed to `reduce_func` at a time.
      window_size_func: returns that number for a key.

    Raises:
      ValueError: unless one of `window_size` and `window_size_func` is given; if a function does
        not return an int64 scalar.
      TypeError: if `reduce_func` does not return a dataset.
    """
    if (window_size is not None) == bool(window_size_func):
        raise ValueError(
            "Either the `window_size` argument or the `window_size_func` argument must be "
            "specified."
        )
    if window_size is not None:
        return GroupByWindowDataset(self, key_func, reduce_func, lambda _: window_size)
    return GroupByWindowDataset(self, key_func, reduce_func, window_size_func)


# -- buckets ------------------------------------------------------------------------------------


@method
def bucket_by_sequence_length(
    self: DatasetV2,
    element_length_func: Any,
    bucket_boundaries: Any,
    bucket_batch_sizes: Any,
    padded_shapes: Any = None,
    padding_values: Any = None,
    pad_to_bucket_boundary: bool = False,
    no_padding: bool = False,
    drop_remainder: Any = False,
    name: str | None = None,
) -> Any:
    """Batches elements of similar length. Implements `tf.data.Dataset.bucket_by_sequence_length`.

    Args:
      element_length_func: returns the length of an element, an int32 scalar.
      bucket_boundaries: a list of lengths at which the next bucket begins.
      bucket_batch_sizes: the batch size of each bucket, one more than there are boundaries.
      padded_shapes, padding_values, drop_remainder: as for `padded_batch`.
      pad_to_bucket_boundary: whether sizes that are not known are padded to the longest length of
        the bucket.
      no_padding: whether elements are batched as they are.

    Raises ValueError if the numbers of boundaries and sizes do not fit.
    """
    sizes, boundaries = len(bucket_batch_sizes), len(bucket_boundaries)
    if sizes != boundaries + 1:
        raise ValueError(
            "`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but "
            f"`len(bucket_batch_sizes)={sizes}` and `len(bucket_boundaries)={boundaries}`."
        )

    limits = to_tensor(np.array(bucket_boundaries, np.int32))
    batch_sizes = to_tensor(bucket_batch_sizes, INT64)

    def bucket_of(*args: Any) -> Any:
        return reduce_sum(cast(less_equal(limits, element_length_func(*args)), INT64))

    def batched(bucket: Any, group: Any) -> Any:
        size = gather(batch_sizes, bucket)
        if no_padding:
            return group.batch(size, drop_remainder=drop_remainder)
        filler = None
        if pad_to_bucket_boundary:
            message = (
                "When pad_to_bucket_boundary=True, elements must have length < "
                "max(bucket_boundaries)."
            )
            assert_less(bucket, to_tensor(boundaries, INT64), message=message)
            filler = subtract(cast(gather(limits, bucket), INT64), 1)
        shapes = padded_shapes or map_structure(lambda spec: spec.shape, group.element_spec)
        shapes = _with_filler(shapes, filler)
        return _padded_bucket(group, size, shapes, padding_values, drop_remainder)

    return self.group_by_window(  # type: ignore[attr-defined]
        bucket_of,
        batched,
        window_size_func=lambda bucket: gather(batch_sizes, bucket),
    )


def _with_filler(shapes: Any, filler: Any) -> Any:
    """The shapes with a size for unknown dimensions, unless it is None."""

    def filled(shape: Any) -> Any:
        sizes = TensorShape(shape).as_list()
        if filler is None or None not in sizes:
            return sizes
        return stack([filler if n is None else to_tensor(n, INT64) for n in sizes])

    all_filled = [filled(shape) for shape in flatten(shapes)]
    if not isinstance(shapes, (tuple, dict)):
        return all_filled[0] if len(all_filled) == 1 else all_filled
    return pack(shapes, all_filled)


@host_function
def _padded_bucket(group: Any, size: Any, shapes: Any, values: Any, drop_remainder: Any) -> Any:
    return PaddedBatchDataset(group, size, shapes, values, drop_remainder).with_unknown_size()
