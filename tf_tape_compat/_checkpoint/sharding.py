"""`tf.train.experimental`'s policies of sharding: which tensors go into which file of data."""

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
    """A tensor that a sharding callback places.

    Answers for `tf.train.experimental.ShardableTensor`.
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
    """Decides about the files; answers for `tf.train.experimental.ShardingCallback`.

    It is called with a list of `ShardableTensor` and returns a dictionary for each file: by the
    keys of tensors, dictionaries of what to write. Their keys are "" for a whole tensor, and for a
    part "SHAPE START,LENGTH:START,LENGTH", such as "4 3 0,2:0,3" for the first two rows of [4, 3].
    """

    @property
    @abc.abstractmethod
    def description(self) -> str:
        """What it does, in words."""

    @abc.abstractmethod
    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        """What goes into each file."""

    def __hash__(self) -> int:
        value = hash(self.description)
        for name, item in vars(self).items():
            value ^= hash(name)
            if isinstance(item, Hashable):
                value ^= hash(item)
        return value


class ShardByTaskPolicy(ShardingCallback):
    """One file; answers for `tf.train.experimental.ShardByTaskPolicy`."""

    @property
    def description(self) -> str:
        """What it does, in words."""
        return "Split tensors into shards based on their device spec task."

    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        shard: Shard = {}
        for one in shardable_tensors:
            shard.setdefault(one.checkpoint_key, {})[one.slice_spec] = one.tensor
        return [shard]


class MaxShardSizePolicy(ShardingCallback):
    """Files of at most so many bytes; answers for `tf.train.experimental.MaxShardSizePolicy`.

    Tensors that are larger are cut in parts. What cannot be cut gets a file of its own, with a
    warning.
    """

    def __init__(self, max_shard_size: int) -> None:
        self.max_shard_size = max_shard_size

    @property
    def description(self) -> str:
        """What it does, in words."""
        return "Split tensors into shards with a max shard size."

    def __call__(self, shardable_tensors: Sequence[ShardableTensor]) -> Sequence[Shard]:
        filling = _Filling(self.max_shard_size)
        for one in shardable_tensors:
            filling.add(one)
        return filling.shards()


@dataclasses.dataclass
class _Region:
    """A part of a tensor."""

    shape: list[int]  # the whole tensor's
    starts: list[int]
    lengths: list[int]

    @property
    def count(self) -> int:
        """How many elements are in it."""
        return math.prod(self.lengths)

    @property
    def spec(self) -> str:
        """Its name."""
        extents = (f"{s},{n}" for s, n in zip(self.starts, self.lengths, strict=True))
        return f"{' '.join(map(str, self.shape))} {':'.join(extents)}"

    def of(self, tensor: Any) -> Any:
        """What is in it."""
        index = (slice(s, s + n) for s, n in zip(self.starts, self.lengths, strict=True))
        return tensor[tuple(index)]

    def split(self, axis: int, length: int) -> tuple[_Region, _Region]:
        """What it begins with along an axis, and the rest."""
        starts, lengths, rest = [*self.starts], [*self.lengths], [*self.lengths]
        starts[axis] += length
        lengths[axis] = length
        rest[axis] -= length
        return _Region(self.shape, self.starts, lengths), _Region(self.shape, starts, rest)


class _Filling:
    """Files that are being filled, the last one with some room left."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.room = limit
        self._shards: list[Shard] = [{}]
        self._large: list[Shard] = []

    def shards(self) -> list[Shard]:
        """What goes into each file."""
        return [shard for shard in self._shards if shard] + self._large

    def _next(self) -> None:
        self._shards.append({})
        self.room = self.limit

    def _put(self, key: str, spec: str, tensor: Any, size: int) -> None:
        if size > self.limit:
            get_logger().warning(
                f"Tensor {key}: a part of {size} bytes cannot be made smaller. It gets a file of "
                f"its own, which is larger than the {self.limit} bytes asked for."
            )
            self._large.append({key: {spec: tensor}})
            return
        self._shards[-1].setdefault(key, {})[spec] = tensor
        self.room -= size

    def add(self, one: ShardableTensor) -> None:
        """Places a tensor, in parts if need be."""
        key, shape = one.checkpoint_key, one.tensor.shape.as_list()
        item, size = _sizes(one, math.prod(shape))
        if not shape:
            if self.limit >= size > self.room:
                self._next()
            self._put(key, one.slice_spec, one.tensor, size)
            return
        self._place(one, _Region(shape, [0] * len(shape), list(shape)), item, size)

    def _place(self, one: ShardableTensor, region: _Region, item: int, size: int) -> None:
        """Places a part of a tensor, in smaller parts if need be."""
        rest = region
        while size > self.room:
            axis, length = self._cut(rest.lengths, item)
            if length == 0 and self.room < self.limit:
                self._next()
                continue
            if length == 0:
                self._place_smaller(one, rest, item)
                return
            part, rest = rest.split(axis, length)
            self._put(one.checkpoint_key, part.spec, part.of(one.tensor), part.count * item)
            if self.room == 0:
                self._next()
            size = rest.count * item
        if rest.count or rest is region:
            self._put(one.checkpoint_key, rest.spec, rest.of(one.tensor), size)

    def _place_smaller(self, one: ShardableTensor, region: _Region, item: int) -> None:
        """Places a part of which not even a row is small enough."""
        axis = next((n for n, length in enumerate(region.lengths) if length > 1), None)
        if axis is None:
            self._put(one.checkpoint_key, region.spec, region.of(one.tensor), item)
            return
        while region.count:
            row, region = region.split(axis, 1)
            self._place(one, row, item, row.count * item)

    def _cut(self, shape: list[int], item: int) -> tuple[int, int]:
        """The axis to cut along, and the length that has room; 0 where there is not enough."""
        count = math.prod(shape)
        best, axis = math.inf, 0
        for number, length in enumerate(shape):
            per_shard = self.room // (count // length * item)
            parts = math.ceil(length / per_shard) if per_shard else math.inf
            if parts < best and (number == 0 or count * item / parts <= self.room):
                best, axis = parts, number
        return axis, math.ceil(shape[axis] / best)


def _sizes(one: ShardableTensor, count: int) -> tuple[int, int]:
    """The bytes of an element, and of the tensor."""
    if one.checkpoint_key == object_graph.KEY:
        return 0, 0
    if one.dtype.name != "string":
        return one.dtype.size, count * one.dtype.size
    lengths = [len(text) for text in to_numpy(one.tensor._t).reshape(-1)]
    return max(lengths, default=0), sum(lengths)


def pieces(shards: Sequence[Mapping[str, Mapping[str, Any]]]) -> Iterator[list[Piece]]:
    """What a callback returned, as it is written. Raises ValueError for a part's wrong name."""
    for shard in shards:
        found = []
        for key, parts in shard.items():
            for spec, tensor in parts.items():
                array = to_numpy(tensor._t)
                shape, part = _parsed(spec, array.shape)
                found.append(Piece(key, tensor.dtype, array, shape, part))
        if found:
            yield found


def _parsed(spec: str, shape: tuple[int, ...]) -> tuple[tuple[int, ...], Slice | None]:
    """The shape of the whole and the part of it that a name stands for."""
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
        raise ValueError(f"{spec!r} is no name of a part of shape {shape}")
    return full, part
