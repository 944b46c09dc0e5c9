"""The weakly typed tensor, whose dtype yields to others in the modes "safe" and "all"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .._core.tensor.convert import converters
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from ..errors import InvalidArgumentError

_ALLOWED = "int32 int64 float32 float64 complex128".split()


class EagerWeakTensor:
    """A tensor whose dtype was inferred and yields to the dtype of another operand.

    Operations on Python values and weak tensors return it. `to_tensor()` is the tensor itself.
    """

    __slots__ = ("tensor", "__weakref__")

    tensor: EagerTensor
    is_tensor_like = True
    _is_tensor_like = True  # for elements of lists, and for tf.is_tensor
    __array_priority__ = 100

    def __init__(self, tensor: Any) -> None:
        if tensor.dtype.name not in _ALLOWED:
            raise TypeError(
                f"{tensor.dtype} cannot be weak. The weak types are {', '.join(_ALLOWED)}."
            )
        self.tensor = tensor

    @classmethod
    def from_tensor(cls, tensor: Any) -> EagerWeakTensor:
        """A weak tensor with the value of a tensor.

        Raises InvalidArgumentError if the argument is not a tensor.
        """
        if isinstance(tensor, EagerWeakTensor):
            return tensor
        if not isinstance(tensor, EagerTensor):
            raise InvalidArgumentError(
                None, None, f"Expected a tensor to make a weak tensor from, got {type(tensor)}."
            )
        return cls(tensor)

    def to_tensor(self) -> EagerTensor:
        """The tensor of the same dtype that is not weak."""
        return self.tensor

    @property
    def dtype(self) -> DType:
        """The dtype of the elements."""
        return self.tensor.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self.tensor.shape

    def numpy(self) -> Any:
        """The value as a new array, or a NumPy scalar."""
        return self.tensor.numpy()

    def __getattr__(self, name: str) -> Any:
        if name == "tensor":  # not initialized yet
            raise AttributeError(name)
        return getattr(self.tensor, name)

    def __repr__(self) -> str:
        return _with_weak_mark(repr(self.tensor))

    def __str__(self) -> str:
        return _with_weak_mark(str(self.tensor))

    def __format__(self, spec: str) -> str:
        return f"{format(self.tensor, spec)} weakly typed"

    def __iter__(self) -> Iterator[EagerWeakTensor]:
        return map(EagerWeakTensor, iter(self.tensor))

    def __hash__(self) -> int:
        return hash(self.tensor)

    def __len__(self) -> int:
        return len(self.tensor)

    def __bool__(self) -> bool:
        return bool(self.tensor)

    def __int__(self) -> int:
        return int(self.tensor)

    def __float__(self) -> float:
        return float(self.tensor)

    def __complex__(self) -> complex:
        return complex(self.tensor)

    def __index__(self) -> int:
        return self.tensor.__index__()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return self.tensor.__array__(dtype)

    def __copy__(self) -> EagerWeakTensor:
        return self

    def __deepcopy__(self, memo: Any) -> EagerWeakTensor:
        return self

    def __reduce__(self) -> Any:
        return EagerWeakTensor, (self.tensor,)

    # -- for tapes and nest ----------------------------------------------------------------------

    def _gradient_parts(self) -> list[EagerTensor]:
        return [self.tensor]

    def _with_gradients(self, gradients: list[Any]) -> EagerWeakTensor | None:
        return None if gradients[0] is None else EagerWeakTensor(gradients[0])

    def _components(self) -> tuple[EagerTensor]:
        return (self.tensor,)

    def _with_components(self, components: Any) -> EagerWeakTensor:
        return EagerWeakTensor(*components)


def weakened(result: Any, weak: bool) -> Any:
    """Converts a result to a weak tensor, or to a tensor that is not weak."""
    if weak:
        return EagerWeakTensor.from_tensor(result)
    return result.tensor if isinstance(result, EagerWeakTensor) else result


def _with_weak_mark(text: str) -> str:
    return f"{text[:-1]}, weak=True{text[-1]}"


def _convert(value: EagerWeakTensor, dtype: DType | None) -> EagerTensor:
    if dtype is not None and value.dtype is not dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{value.dtype.name}: {value.tensor!r}"
        )
    return value.tensor


converters[EagerWeakTensor] = _convert
