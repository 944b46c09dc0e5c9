"""What there is to a variable besides its methods: identity, value, and how it was made."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable
from typing import Any

import torch

from ..tensor.host_values import device_name
from ..tensor.tensor import STRING
from ..types.dtype import FROM_TORCH, DType
from ..types.shape import TensorShape

_uid = itertools.count()

# How often a storage counts as used while only one tensor and the question itself hold it.
_probe = torch.zeros(1)
_SOLE = torch._C._storage_Use_Count(_probe.untyped_storage()._cdata)


class VariableSynchronization(enum.Enum):
    """When distributed copies of a variable are synchronised; answers for the `tf` enum."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """How distributed copies of a variable are combined; answers for the `tf` enum."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3

    def __hash__(self) -> int:
        return hash(self.value)


class Handle:
    """The identity and the state of a variable; what tapes know it by.

    What assignments return has the same handle, so that all there is to a variable is in here.
    """

    __slots__ = (
        "data",
        "uid",
        "dtype",
        "shape",
        "name",
        "trainable",
        "constraint",
        "synchronization",
        "aggregation",
        "__weakref__",
    )

    data: Any
    uid: int
    dtype: DType
    shape: TensorShape
    name: str
    trainable: bool
    constraint: Callable[..., Any] | None
    synchronization: VariableSynchronization
    aggregation: VariableAggregation

    def __init__(self, data: Any) -> None:
        self.data = data
        self.uid = next(_uid)
        self.dtype = FROM_TORCH.get(data.dtype, STRING)

    def __repr__(self) -> str:
        return f'<ResourceHandle(name="Variable/{self.uid}", device="{device_name(self.data)}")>'


def sole_owner(data: torch.Tensor) -> bool:
    """Whether nobody else holds the memory of `data`."""
    return torch._C._storage_Use_Count(data.untyped_storage()._cdata) == _SOLE
