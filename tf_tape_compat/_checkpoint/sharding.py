"""Sharding policies: the distribution of tensors to data files."""

from __future__ import annotations

import abc
import dataclasses
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from .._core.devices.device_spec import DeviceSpec
from .._core.tensor.host_values import to_numpy
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._logging import get_logger
from . import object_graph
from .bundle_writer import Piece
from .slices import Slice

Shard = dict[str, dict[str, Any]]


@dataclasses.dataclass(frozen=True)
class ShardableTensor:
    """A tensor that a sharding callback places in a file.

    Implements `tf.train.experimental.ShardableTensor`.
    """

    _tensor_save_spec: Any
    tensor: Any
    dtype: DType
    device: DeviceSpec
    name: str
    shape: TensorShape
    slice_spec: str
    checkpoint_key: str
    trackable: Any

    def __hash__(self) -> int:
        return hash((self.name, self.dtype, str(self.device), self.checkpoint_key))


class ShardingCallback(abc.ABC):
    """Distributes tensors to data files. Implements `tf.train.experimental.ShardingCallback`.

    It is called with a list of `ShardableTensor` and returns a dictionary for each file. Such a
    dictionary maps the keys of tensors to dictionaries of what to write. The keys of these are ""
    for a whole tensor and "SHAPE START,LENGTH:START,LENGTH" for a slice, such as "4 3 0,2:0,3" for
    the first two rows of [4, 3].
    """

    @property
    @abc.abstractmethod
    def description(self) -> str:
        """A description of the policy."""

    @abc.abstractmethod
    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        """The contents of each file."""

    def __hash__(self) -> int:
        value = hash(self.description)
        for name, item in vars(self).items():
            value ^= hash(name)
            if isinstance(item, Hashable):
                value ^= hash(item)
        return value


class ShardByTaskPolicy(ShardingCallback):
    """Writes shardable file. Implements `tf.train.experimental.ShardByTaskPolicy`."""

    @property
    def description(self) -> str:
        """A description of the policy."""
        return "Split tensors into shards based on their device spec task."

    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        shard: Shard = {}
        for shardable in shardable_tensors:
            shard.setdefault(shardable.checkpoint_key, {})[shardable.slice_spec] = shardable.tensor
        return [shard]


class MaxShardSizePolicy(ShardingCallback):
    """Writes files of limited size. Implements `tf.train.experimental.MaxShardSizePolicy`.

    Larger tensors are split. A tensor that cannot be split any further gets a file of its own, with
    a warning.

    Args:
        max_shard_size: the maximum size of a file in bytes.
    """

    def __init__(self, max_shard_size: int) -> None:
        self.max_shard_size = max_shard_size

    @property
    def description(self) -> str:
        """A description of the policy."""
        return "Split tensors into shards with a max shard size."

    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        builder = _ShardBuilder(self.max_shard_size)
        for shardable in shardable_tensors:
            builder.add(shardable)
        return builder.shards()


@dataclasses.dataclass
class _Region:
    """A region of a tensor."""

    shape: list[int]  # the whole tensor's
    starts: list[int]
    lengths: list[int]

    @property
    def count(self) -> int:
        """The number of elements."""
        return math.prod(self.lengths)

    @property
    def spec(self) -> str:
        """The key of the region in what a sharding callback returns."""
        extents = (f"{s},{n}" for s, n in zip(self.starts, self.lengths, strict=True))
        return f"{' '.join(map(str, self.shape))} {':'.join(extents)}"

    def of(self, tensor: Any) -> Any:
        """The elements of the region of a tensor."""
        index = (slice(s, s + n) for s, n in zip(self.starts, self.lengths, strict=True))
        return tensor[tuple(index)]

    def split(self, axis: int, length: int) -> tuple[_Region, _Region]:
        """The first `length` along an axis, and the remaining region."""
        starts, lengths, remaining = [*self.starts], [*self.lengths], [*self.lengths]
        starts[axis] += length
        lengths[axis] = length
        remaining[axis] -= length
        return _Region(self.shape, self.starts, lengths), _Region(self.shape, starts, remaining)


class _ShardBuilder:
    """Fills files shardable after another; the last shardable has some room left."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.room = limit
        self._shards: list[Shard] = [{}]
        self._large: list[Shard] = []

    def shards(self) -> list[Shard]:
        """The contents of each file."""
        return [shard for shard in self._shards if shard] + self._large

    def _next(self) -> None:
        self._shards.append({})
        self.room = self.limit

    def _put(self, key: str, spec: str, tensor: Any, size: int) -> None:
        if size > self.limit:
            get_logger().warning(
                f"Tensor {key}: a part of {size} bytes cannot be split. It is written to a "
                f"separate file, which is larger than max_shard_size ({self.limit} bytes)."
            )
            self._large.append({key: {spec: tensor}})
            return
        self._shards[-1].setdefault(key, {})[spec] = tensor
        self.room -= size

    def add(self, shardable: ShardableTensor) -> None:
        """Places a tensor, split if necessary."""
        key, shape = shardable.checkpoint_key, shardable.tensor.shape.as_list()
        item, size = _sizes(shardable, math.prod(shape))
        if not shape:
            if self.limit >= size > self.room:
                self._next()
            self._put(key, shardable.slice_spec, shardable.tensor, size)
            return
        self._place(shardable, _Region(shape, [0] * len(shape), list(shape)), item, size)

    def _place(self, shardable: ShardableTensor, region: _Region, item: int, size: int) -> None:
        """Places a region of a tensor, split if necessary."""
        remaining = region
        while size > self.room:
            axis, length = self._cut(remaining.lengths, item)
            if length == 0 and self.room < self.limit:
                self._next()
                continue
            if length == 0:
                self._place_rows(shardable, remaining, item)
                return
            part, remaining = remaining.split(axis, length)
            self._put(
                shardable.checkpoint_key, part.spec, part.of(shardable.tensor), part.count * item
            )
            if self.room == 0:
                self._next()
            size = remaining.count * item
        if remaining.count or remaining is region:
            self._put(
                shardable.checkpoint_key, remaining.spec, remaining.of(shardable.tensor), size
            )

    def _place_rows(self, shardable: ShardableTensor, region: _Region, item: int) -> None:
        """Places the rows of a region one by one, because not even one fits into a file."""
        axis = next((n for n, length in enumerate(region.lengths) if length > 1), None)
        if axis is None:
            self._put(shardable.checkpoint_key, region.spec, region.of(shardable.tensor), item)
            return
        while region.count:
            row, region = region.split(axis, 1)
            self._place(shardable, row, item, row.count * item)

    def _cut(self, shape: list[int], item: int) -> tuple[int, int]:
        """The axis to split along, and the length that fits; 0 if none does."""
        count = math.prod(shape)
        best, axis = math.inf, 0
        for number, length in enumerate(shape):
            per_shard = self.room // (count // length * item)
            parts = math.ceil(length / per_shard) if per_shard else math.inf
            if parts < best and (number == 0 or count * item / parts <= self.room):
                best, axis = parts, number
        return axis, math.ceil(shape[axis] / best)


def _sizes(shardable: ShardableTensor, count: int) -> tuple[int, int]:
    """The size of an element and of the tensor in bytes."""
    if shardable.checkpoint_key == object_graph.KEY:
        return 0, 0
    if shardable.dtype.name != "string":
        return shardable.dtype.size, count * shardable.dtype.size
    lengths = [len(text) for text in to_numpy(shardable.tensor._t).reshape(-1)]
    return max(lengths, default=0), sum(lengths)


def pieces(shards: Sequence[Mapping[str, Mapping[str, Any]]]) -> Iterator[list[Piece]]:
    """The pieces to write, from the result of a callback.

    Raises ValueError for an invalid slice key.
    """
    for shard in shards:
        listed = []
        for key, parts in shard.items():
            for spec, tensor in parts.items():
                array = to_numpy(tensor._t)
                shape, part = _parse(spec, array.shape)
                listed.append(Piece(key, tensor.dtype, array, shape, part))
        if listed:
            yield listed


def _parse(spec: str, shape: tuple[int, ...]) -> tuple[tuple[int, ...], Slice | None]:
    """The shape of the tensor and the slice that a key describes."""
    *sizes, extents = spec.split() or [""]
    if not extents:
        return shape, None
    try:
        full = tuple(map(int, sizes))
        parts = [part.partition(",") for part in extents.split(":")]
        part = Slice(tuple((int(start), int(length)) for start, _, length in parts))
        fits = tuple(length for _, length in part.extents) == shape and all(
            start >= 0 and start + length <= size
            for (start, length), size in zip(part.extents, full, strict=True)
        )
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"{spec!r} does not describe a slice of shape {shape}")
    return full, part
