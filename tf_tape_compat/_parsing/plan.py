"""What is to be parsed: the keys, types and shapes of a dictionary of features."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.host_values import to_numpy
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._logging import get_logger
from .._ops.array.shaping import reshape
from .features import (
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
    SparseFeature,
    VarLenFeature,
)

_INT64 = as_dtype("int64")
_ZEROS: dict[str, Any] = {"string": b"", "int64": 0, "float32": 0.0}


@dataclasses.dataclass
class Dense:
    """A dense feature; `shape` is that of an item if it is a sequence."""

    key: str
    dtype: DType
    shape: TensorShape
    default: Any  # as the user gave it
    is_padded: bool  # a sequence, which is filled up with the default
    may_miss: bool = False  # of a feature list: a missing one is empty

    @property
    def sizes(self) -> list[int]:
        """The sizes of the shape, all of which are known."""
        return [size if size is not None else -1 for size in self.shape.as_list()]

    @property
    def size(self) -> int:
        """The number of values, of a sequence that of an item."""
        return math.prod(self.sizes)

    def default_array(self) -> Any:
        """The default as an array of the shape, or a scalar for sequences; None if there is none.

        Raises InvalidArgumentError if it has another number of elements.
        """
        if self.is_padded and self.default is None:
            return _ZEROS.get(self.dtype.name)
        if self.default is None:
            return None
        tensor = to_tensor(self.default, self.dtype)
        if not isinstance(self.default, EagerTensor) or self.is_padded:
            tensor = reshape(tensor, [] if self.is_padded else self.sizes)
        array = to_numpy(tensor._t)
        return array if array.size else None  # TensorFlow takes an empty one for none


@dataclasses.dataclass
class Plan:
    """The features of a message, each kind in the order of its outputs."""

    sparse: dict[str, DType] = dataclasses.field(default_factory=dict)
    dense: dict[str, Dense] = dataclasses.field(default_factory=dict)
    ragged: dict[str, tuple[DType, DType]] = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sparse) + len(self.dense) + len(self.ragged)

    def add(self, key: str, feature: Any) -> None:
        """Adds a feature. Raises ValueError if it is invalid, or contradicts another one."""
        if isinstance(feature, RaggedFeature):
            value_key = key if feature.value_key is None else feature.value_key
            self._add_ragged(value_key, feature.dtype, feature.row_splits_dtype)
            for partition in feature.partitions:
                if not isinstance(partition, RaggedFeature.UniformRowLength):
                    self._add_ragged(partition.key, _INT64, feature.row_splits_dtype)
            return
        if isinstance(feature, SparseFeature):
            self._add_sparse_feature(key, feature)
            return
        if not feature.dtype:
            ending = "" if isinstance(feature, VarLenFeature) else "."
            raise ValueError(f"Missing type for feature {key}. Received feature={feature}{ending}")
        if isinstance(feature, VarLenFeature):
            self._add_sparse(key, feature.dtype)
        else:
            self._add_dense(key, feature)

    def _add_sparse(self, key: str, dtype: Any) -> None:
        known = self.sparse.setdefault(key, as_dtype(dtype))
        if known != dtype:
            raise ValueError(f"Conflicting type {known} vs {dtype} for feature {key}.")

    def _add_sparse_feature(self, key: str, feature: SparseFeature) -> None:
        for field in ("index_key", "value_key"):
            if not getattr(feature, field):
                raise ValueError(f"Missing {field} for SparseFeature {feature}.")
        if not feature.dtype:
            raise ValueError(f"Missing type for feature {key}. Received feature={feature}.")
        index_keys = feature.index_key
        if isinstance(index_keys, str):
            index_keys = [index_keys]
        elif len(index_keys) > 1:
            get_logger().warning(
                "SparseFeature is a complicated feature config and should only be used after "
                "careful consideration of VarLenFeature."
            )
        for index_key in sorted(index_keys):
            self._add_sparse(index_key, _INT64)
        self._add_sparse(feature.value_key, feature.dtype)

    def _add_dense(self, key: str, feature: Any) -> None:
        if feature.shape is None:
            raise ValueError(f"Missing shape for feature {key}. Received feature={feature}.")
        shape = TensorShape(feature.shape)
        is_padded = isinstance(feature, FixedLenSequenceFeature)
        may_miss = is_padded and bool(feature.allow_missing)
        if not is_padded:
            if feature.shape and shape.rank and shape[0] is None:
                raise ValueError(
                    f"First dimension of shape for feature {key} unknown. Consider using "
                    f"FixedLenSequenceFeature. Received feature={feature}."
                )
            if not shape.is_fully_defined():
                raise ValueError(
                    f"All dimensions of shape for feature {key} need to be known but received "
                    f"{feature.shape!s}."
                )
        dtype = as_dtype(feature.dtype)
        self.dense[key] = Dense(key, dtype, shape, feature.default_value, is_padded, may_miss)

    def _add_ragged(self, key: str, dtype: DType, splits_dtype: DType) -> None:
        known, known_splits = self.ragged.setdefault(key, (dtype, splits_dtype))
        if known != dtype:
            raise ValueError(f"Conflicting type {known} vs {dtype} for feature {key}.")
        if known_splits != splits_dtype:
            raise ValueError(
                f"Conflicting partition type {known_splits} vs {splits_dtype} for feature {key}."
            )

    def check(self) -> None:
        """Raises ValueError if a feature is of several kinds."""
        kinds = {"dense": [*self.dense], "sparse": [*self.sparse], "ragged": [*self.ragged]}
        for first, second in (("dense", "sparse"), ("dense", "ragged"), ("ragged", "sparse")):
            both = {*kinds[first]} & {*kinds[second]}
            if both:
                begin = f"{first.capitalize()} and {second} keys must not intersect; {first}_keys: "
                end = f"{kinds[first]}, {second}_keys: {kinds[second]}, intersection: {both}"
                # TensorFlow has a comma between the two halves in one of the three cases.
                is_split = (first, second) == ("dense", "ragged")
                raise ValueError(*((begin, end) if is_split else (begin + end,)))


def make_plan(features: Mapping[str, Any] | None, types: tuple[type, ...]) -> Plan:
    """The plan for features by their keys.

    Raises ValueError if one is not of these types, is invalid, or contradicts another one.
    """
    plan = Plan()
    for key in sorted(features or ()):
        feature = features[key]  # type: ignore[index]
        if not isinstance(feature, types):
            raise ValueError(f"Unsupported {type(feature).__name__} {feature} for key '{key}'")
        plan.add(key, feature)
    plan.check()
    return plan


EXAMPLE_TYPES = (
    VarLenFeature,
    SparseFeature,
    FixedLenFeature,
    FixedLenSequenceFeature,
    RaggedFeature,
)
