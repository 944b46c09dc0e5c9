"""Static shapes: `TensorShape`, whose rank and sizes may be unknown (None)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from ..._api.shown_modules import shown_in
from .dimension import Dimension, KnownDimension, size_of

_NO_PROTO = {"as_proto", "experimental_as_proto", "experimental_from_proto"}


def _sizes(dims: Any) -> tuple[int | None, ...] | None:
    """The sizes given by the argument of `TensorShape`; None if the rank is unknown."""
    if dims is None:
        return None
    if isinstance(dims, TensorShape):
        return dims._dims
    if isinstance(dims, (tuple, list)):
        return tuple([size_of(dim) for dim in dims])
    try:
        iterator = iter(dims)
    except TypeError:
        return (size_of(dims),)
    return tuple([_size_in(dims, dim) for dim in iterator])


def _size_in(dims: Any, dim: Any) -> int | None:
    try:
        return size_of(dim)
    except TypeError as error:
        raise TypeError(
            f"Failed to convert '{dims!r}' to a shape: '{dim!r}'could not be converted to a "
            "dimension. A shape should either be single dimension (e.g. 10), or an iterable "
            "of dimensions (e.g. [1, 10, None])."
        ) from error


class TensorShape:
    """Implements `tf.TensorShape`: the sizes of a tensor as far as they are known.

    `TensorShape([2, None])` has an unknown second size, `TensorShape(None)` an unknown rank. The
    argument is a sequence of integers and Nones, or a single integer. A shape equals any value
    that converts to it.

    Raises:
      TypeError: if a size is not an integer.
      ValueError: if a size is negative.
    """

    __slots__ = ("_dims",)

    _dims: tuple[int | None, ...] | None

    def __init__(self, dims: Any) -> None:
        self._dims = _sizes(dims)

    @staticmethod
    def _from_ints(dims: tuple[int | None, ...] | None) -> TensorShape:
        """A shape of valid sizes, in a tuple but not a `torch.Size`, which prints its own name."""
        shape = _new(TensorShape)
        shape._dims = dims
        return shape

    def __getattr__(self, name: str) -> NoReturn:
        if name in _NO_PROTO:
            raise AttributeError(
                f"tf.TensorShape.{name} is not available in tf_tape_compat: there are no protocol "
                "buffers here; store as_list() and read it back with tf.TensorShape"
            )
        raise AttributeError(f"'TensorShape' object has no attribute {name!r}")

    @property
    def rank(self) -> int | None:
        """The number of dimensions, or None."""
        return None if self._dims is None else len(self._dims)

    @property
    def ndims(self) -> int | None:
        """The number of dimensions, or None."""
        return self.rank

    @classmethod
    def index_dimensions(cls) -> None:
        """From now on, an index gives a `Dimension`, as in TensorFlow 1."""
        cls.__getitem__ = _dimension_at  # type: ignore[method-assign]
        cls.__str__ = _shown_unknown  # type: ignore[method-assign]

    @property
    def dims(self) -> list[Dimension] | None:
        """The sizes as `tf.compat.v1.Dimension` objects; None if the rank is unknown."""
        return None if self._dims is None else [Dimension(dim) for dim in self._dims]

    def as_list(self) -> list[int | None]:
        """The sizes, None where unknown. Raises ValueError if the rank is unknown."""
        if self._dims is None:
            raise ValueError("as_list() is not defined on an unknown TensorShape.")
        return list(self._dims)

    def num_elements(self) -> int | None:
        """The product of the sizes, or None if one of them is unknown."""
        if not self.is_fully_defined():
            return None
        return math.prod(self._dims)  # type: ignore[arg-type]

    def is_fully_defined(self) -> bool:
        """Whether rank and sizes are all known."""
        return self._dims is not None and None not in self._dims

    def assert_is_fully_defined(self) -> None:
        """Raises ValueError unless `is_fully_defined()`."""
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether some tensor could have both shapes."""
        dims, others = self._dims, as_shape(other)._dims
        if dims is None or others is None:
            return True
        return len(dims) == len(others) and all(
            a == b or a is None or b is None for a, b in zip(dims, others, strict=True)
        )

    def assert_is_compatible_with(self, other: Any) -> None:
        """Raises ValueError unless `is_compatible_with(other)`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def assert_same_rank(self, other: Any) -> None:
        """Raises ValueError if both ranks are known and differ."""
        other = as_shape(other)
        if self.rank is not None and other.rank is not None and self.rank != other.rank:
            raise ValueError(f"Shapes {self} and {other} must have the same rank")

    def assert_has_rank(self, rank: Any) -> None:
        """Raises ValueError if the rank is known and is not `rank`."""
        if self.rank not in (None, rank):
            raise _wrong_rank(self, "", rank)

    def with_rank(self, rank: Any) -> TensorShape:
        """This shape, given `rank` if its own is unknown. Raises ValueError on another rank."""
        try:
            return self.merge_with(unknown_shape(rank))
        except ValueError:
            raise _wrong_rank(self, "", rank) from None

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """This shape. Raises ValueError if its rank is known and lower than `rank`."""
        if self.rank is not None and self.rank < rank:
            raise _wrong_rank(self, "at least ", rank)
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """This shape. Raises ValueError if its rank is known and higher than `rank`."""
        if self.rank is not None and self.rank > rank:
            raise _wrong_rank(self, "at most ", rank)
        return self

    def merge_with(self, other: Any) -> TensorShape:
        """Combines what is known from both shapes. Raises ValueError if they contradict."""
        shape = as_shape(other)
        if self._dims is None:
            return shape
        if shape._dims is None:
            return self
        if not self.is_compatible_with(shape):
            raise ValueError(f"Shapes {self} and {shape} are not compatible")
        pairs = zip(self._dims, shape._dims, strict=True)
        return self._from_ints(tuple(b if a is None else a for a, b in pairs))

    def concatenate(self, other: Any) -> TensorShape:
        """The sizes of this shape and then those of `other`; unknown if one of them is."""
        other = as_shape(other)
        if self._dims is None or other._dims is None:
            return unknown_shape()
        return self._from_ints(self._dims + other._dims)

    def most_specific_compatible_shape(self, other: Any) -> TensorShape:
        """The sizes that the two agree on, unknown where they differ."""
        other = as_shape(other)
        if self._dims is None or other._dims is None or self.rank != other.rank:
            return unknown_shape()
        pairs = zip(self._dims, other._dims, strict=True)
        return self._from_ints(tuple(a if a == b else None for a, b in pairs))

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this shape is also of the `TensorShape` `other`."""
        if not isinstance(other, TensorShape):
            return False
        if other._dims is None:
            return True
        if self._dims is None or len(self._dims) != len(other._dims):
            return False
        return all(b is None or a == b for a, b in zip(self._dims, other._dims, strict=True))

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TensorShape | None:
        """The sizes that this and all `others` agree on; None if one is not a `TensorShape`."""
        if any(not isinstance(other, TensorShape) for other in others):
            return None
        shape = self
        for other in others:
            shape = shape.most_specific_compatible_shape(other)
        return shape

    def __len__(self) -> int:
        if self._dims is None:
            raise ValueError("Cannot take the length of shape with unknown rank.")
        return len(self._dims)

    def __bool__(self) -> bool:
        return self._dims is not None

    def __iter__(self) -> Iterator[int | None]:
        if self._dims is None:
            raise ValueError("Cannot iterate over a shape with unknown rank.")
        return iter(self._dims)

    def __getitem__(self, key: Any) -> Any:
        if self._dims is not None:
            item = self._dims[key]
            return self._from_ints(item) if isinstance(key, slice) else item
        if not isinstance(key, slice):
            return None
        if key.step is not None:
            raise ValueError("Steps are not yet handled")
        start = 0 if key.start is None else key.start
        if key.stop is None or start < 0 or key.stop < 0:
            return unknown_shape()
        return unknown_shape(key.stop - start)

    def __add__(self, other: Any) -> TensorShape:
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:
        return as_shape(other).concatenate(self)

    def __eq__(self, other: object) -> bool:
        try:
            return self._dims == _sizes(other)
        except TypeError:
            return NotImplemented

    def __hash__(self) -> int:
        return hash(self._dims)

    def __reduce__(self) -> tuple[Any, ...]:
        return TensorShape, (self._dims,)

    def __repr__(self) -> str:
        return f"TensorShape({None if self._dims is None else list(self._dims)})"

    def __str__(self) -> str:
        return "<unknown>" if self._dims is None else str(self._dims)


_new = TensorShape.__new__


def as_shape(shape: Any) -> TensorShape:
    """Converts `shape` to a `TensorShape`, unless it is one."""
    return shape if isinstance(shape, TensorShape) else TensorShape(shape)


def unknown_shape(rank: Any = None) -> TensorShape:
    """A shape with unknown sizes; without `rank`, the rank is unknown too."""
    return TensorShape._from_ints(None if rank is None else (None,) * rank)


def _wrong_rank(shape: TensorShape, bound: str, rank: Any) -> ValueError:
    # With %d, a rank that is not a number raises TypeError, as in TensorFlow.
    return ValueError("Shape %s must have rank %s%d" % (shape, bound, rank))  # noqa: UP031


def brackets(shape: Any) -> str:
    """A shape as TensorFlow's errors write it: [2,3]."""
    return "[" + ",".join(str(n) for n in shape) + "]"


_size_at = TensorShape.__getitem__


def _dimension_at(shape: TensorShape, key: Any) -> Any:
    item = _size_at(shape, key)
    if isinstance(item, TensorShape):
        return item
    return Dimension(None) if item is None else KnownDimension(item)


def _shown_unknown(shape: TensorShape) -> str:
    return "<unknown>" if shape._dims is None else brackets_of(shape._dims)


def brackets_of(dims: tuple[int | None, ...]) -> str:
    """Sizes as TensorFlow 1 prints them."""
    texts = ["?" if dim is None else str(dim) for dim in dims]
    return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"


shown_in("tensorflow.python.framework.tensor_shape", TensorShape)
