"""The identity and state of a variable, shared by all objects that refer to it."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ..tensor.host_values import device_name
from ..tensor.tensor import STRING
from ..types.dtype import FROM_TORCH, DType
from ..types.shape import TensorShape

_uid = itertools.count()

# The use count of a storage that only one tensor and the question itself hold.
_probe = torch.zeros(1)
_SOLE = torch._C._storage_Use_Count(_probe.untyped_storage()._cdata)


class VariableSynchronization(enum.Enum):
    """Implements `tf.VariableSynchronization`: when copies on several devices are synchronized."""

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


class VariableAggregation(enum.Enum):
    """Implements `tf.VariableAggregation`: how copies on several devices are combined."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3

    def __hash__(self) -> int:
        return hash(self.value)


class Handle:
    """The identity and state of a variable, by which tapes know it.

    An assignment returns another object with the same handle, so the whole state of a variable is
    kept here.
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

    def store(self, value: Any) -> None:
        """Replaces the value by a copy of the payload `value`, in place if nothing else holds it.

        A graph, view or NumPy array that holds the old memory keeps the old value: that is
        TensorFlow's copy-on-write rule.
        """
        data = self.data
        if isinstance(value, np.ndarray):
            self.data = value.copy()
        elif data.shape == value.shape and sole_owner(data):
            data.copy_(value)
        else:
            self.data = value.to(data.device).clone(memory_format=torch.contiguous_format)


def sole_owner(data: torch.Tensor) -> bool:
    """Whether no other tensor, graph or array holds the memory of `data`."""
    return torch._C._storage_Use_Count(data.untyped_storage()._cdata) == _SOLE
