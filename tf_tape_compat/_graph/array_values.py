"""The values of TensorArrays when a graph runs: a list of tensors, or one tensor of all entries.

Interpreted graphs have lists, which may grow and whose entries may have different shapes. Lowered
ones have a dense tensor, so that reading and writing are torch calls, with their gradients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.devices.placement import device_for
from .._core.recording.admission import admit
from .._core.recording.tape_set import EMPTY
from .._core.tensor.tensor import EagerTensor, finish
from .._core.types.dtype import DType
from .._core.types.shape import TensorShape
from .._ops.array import creation, joining, splitting
from ..errors import InvalidArgumentError
from .shadows import is_fake
from .unsupported import ValuesUnknown


class ArrayList:
    """An array as a list. It does not change: writing makes another one."""

    __slots__ = ("dtype", "items", "may_grow", "origin", "shape")

    def __init__(
        self,
        items: list[Any],
        dtype: DType,
        shape: TensorShape,
        may_grow: bool = False,
        origin: EagerTensor | None = None,
    ) -> None:
        self.items = items
        self.dtype = dtype
        self.shape = shape  # of the entries, as far as it is known
        self.may_grow = may_grow
        self.origin = origin  # the tensor that the entries are slices of, or None

    def _with(self, items: list[Any]) -> ArrayList:
        return ArrayList(items, self.dtype, self.shape, self.may_grow, self.origin)

    @property
    def _t(self) -> Any:
        """An entry's payload: one without values, if there is such an entry."""
        payloads = [item._t for item in self.items if item is not None]
        return next(filter(is_fake, payloads), payloads[0] if payloads else _NOTHING)

    _tapes = EMPTY

    @property
    def tensors(self) -> list[EagerTensor]:
        """What the array is made of."""
        if self.origin is not None:
            return [self.origin]
        return [item for item in self.items if item is not None]

    def entry_shape(self) -> TensorShape | None:
        """The one shape that all entries have; None if it is not known."""
        shape = self.shape
        for item in self.items:
            if item is not None:
                if not shape.is_compatible_with(item.shape):
                    return None
                shape = shape.merge_with(item.shape)
        return shape if shape.is_fully_defined() else None

    def length(self) -> int:
        """The number of entries."""
        return len(self.items)

    def read(self, index: EagerTensor, shape: TensorShape) -> EagerTensor:
        """The entry at an index."""
        position = self._position(index, "access")
        tensor: EagerTensor = self._filled(shape, [position])[0]
        return tensor

    def write(self, index: EagerTensor, value: EagerTensor, may_grow: bool) -> ArrayList:
        """An array with another entry at an index."""
        position = as_int(index)
        items = list(self.items)
        if may_grow and position >= len(items):
            items += [None] * (position + 1 - len(items))
        else:
            position = self._position(index, "modify")
        if not self.shape.is_compatible_with(value.shape):
            raise _invalid(
                "Tried to set a tensor with incompatible shape at a list index. Item element "
                f"shape: {_text(value.shape)} list shape: {_text(self.shape)}"
            )
        items[position] = value
        return self._with(items)

    def stack(self, shape: TensorShape, size: int | None) -> EagerTensor:
        """All entries as one tensor."""
        if size is not None and size != len(self.items):
            raise wrong_length(size, len(self.items))
        if not self.items:
            shape = shape.merge_with(self.shape)
            if not shape.is_fully_defined():
                raise _invalid(
                    "Tried to stack elements of an empty list with non-fully-defined "
                    f"element_shape: {_text(shape)}"
                )
            return creation.zeros([0, *shape.as_list()], self.dtype)
        return self.gather(range(len(self.items)), shape)

    def gather(self, positions: Any, shape: TensorShape) -> EagerTensor:
        """Some entries as one tensor."""
        return joining.stack(self._filled(shape, positions))

    def scatter(self, indices: EagerTensor, value: EagerTensor, may_grow: bool) -> ArrayList:
        """An array with the slices of `value` at `indices`."""
        array = self
        for position, item in zip(as_ints(indices), splitting.unstack(value), strict=False):
            array = array.write(EagerTensor(torch.tensor(position)), item, True)
        return array

    def concat(self, shape: TensorShape) -> EagerTensor:
        """All entries, joined along their first axis."""
        return joining.concat(self._filled(shape, range(len(self.items))), 0)

    def _position(self, index: EagerTensor, verb: str) -> int:
        position = as_int(index)
        if not 0 <= position < len(self.items):
            raise out_of_range(verb, position, len(self.items))
        return position

    def _filled(self, shape: TensorShape, positions: Any) -> list[EagerTensor]:
        """The entries at these positions, with zeros for those that were not written."""
        items = self.items
        if all(items[position] is not None for position in positions):
            return [items[position] for position in positions]
        shape = shape.merge_with(self.shape)
        for item in items:
            if item is not None:
                shape = shape.merge_with(item.shape)
        if not shape.is_fully_defined():
            raise _invalid(
                "Trying to read an uninitialized tensor but element_shape is not fully defined: "
                f"{_text(shape)} and no list element is set."
            )
        zero = creation.zeros(shape, self.dtype)
        return [zero if items[i] is None else items[i] for i in positions]


_NOTHING = torch.zeros(0)


def as_int(tensor: EagerTensor) -> int:
    """The value of a scalar that is known."""
    with _disable_current_modes():
        return int(tensor._t)


def as_ints(tensor: EagerTensor) -> list[int]:
    """The values of a vector that is known."""
    with _disable_current_modes():
        values: list[int] = tensor._t.tolist()
        return values


def dense(array: Any) -> Any:
    """An array as a tensor; anything else unchanged."""
    if type(array) is not ArrayList:
        return array
    if array.may_grow:
        raise ValuesUnknown("a tf.TensorArray of a size that is not known")
    shape = array.entry_shape()
    if shape is None:
        if any(item is not None for item in array.items):
            raise ValuesUnknown("a tf.TensorArray with entries of different shapes")
        return Unallocated(array.dtype, len(array.items))
    if any(item is not None for item in array.items):
        return array.stack(shape, None)
    sizes: Any = shape.as_list()
    return EagerTensor(_zeros([len(array.items), *sizes], array.dtype.torch))


class Unallocated(EagerTensor):
    """An array in a program whose entries have no shape yet."""

    __slots__ = ("dtype_", "size")

    def __init__(self, dtype: DType, size: int) -> None:
        super().__init__(_zeros([size, 0], dtype.torch))
        self.dtype_ = dtype
        self.size = size

    def allocated(self, shape: Any) -> EagerTensor:
        """The array, all zeros, for entries of this shape."""
        return EagerTensor(_zeros([self.size, *shape], self._t.dtype))


def refuse_unallocated(values: Any) -> None:
    """Raises LoweringUnsupported if one of the values is an array without memory."""
    if any(type(value) is Unallocated for value in values):
        raise ValuesUnknown("a tf.TensorArray whose entries have an unknown shape")


# -- operations on dense arrays -------------------------------------------------------------------


def recorded(function: Callable[..., Any], *tensors: EagerTensor) -> EagerTensor:
    """Calls a torch function on payloads, as one operation that tapes record."""
    recording, payloads = admit(tensors)
    result: EagerTensor = finish(recording, function(*payloads))
    return result


def _zeros(sizes: Any, dtype: Any) -> torch.Tensor:
    return torch.zeros(sizes, dtype=dtype, device=device_for(dtype))


def _indices(index: torch.Tensor, array: torch.Tensor) -> torch.Tensor:
    """Indices as torch takes them, where the array is."""
    return index.to(array.device, torch.int64)


def _check(index: EagerTensor, array: EagerTensor, verb: str) -> None:
    """Raises the error for an index that is known and out of range."""
    payload = index._t
    if is_fake(payload):
        return
    position = as_int(index)
    if not 0 <= position < array._t.shape[0]:
        raise out_of_range(verb, position, array._t.shape[0])


def read(array: EagerTensor, index: EagerTensor) -> EagerTensor:
    """The entry at an index."""
    _check(index, array, "access")
    return recorded(
        lambda entries, i: torch.index_select(entries, 0, _indices(i.reshape(1), entries)).squeeze(
            0
        ),
        array,
        index,
    )


def write(array: EagerTensor, index: EagerTensor, value: EagerTensor) -> EagerTensor:
    """The array with another entry at an index."""
    if type(array) is Unallocated:
        array = array.allocated(value._t.shape)
    _check(index, array, "modify")
    if array._t.shape[1:] != value._t.shape:
        raise ValuesUnknown("a tf.TensorArray with entries of different shapes")
    return recorded(
        lambda entries, i, new: torch.index_copy(
            entries, 0, _indices(i.reshape(1), entries), new.to(entries.device).unsqueeze(0)
        ),
        array,
        index,
        value,
    )


def scatter(array: EagerTensor, indices: EagerTensor, value: EagerTensor) -> EagerTensor:
    """The array with the slices of `value` at `indices`."""
    if type(array) is Unallocated:
        array = array.allocated(value._t.shape[1:])
    return recorded(
        lambda entries, i, new: torch.index_copy(
            entries, 0, _indices(i, entries), new.to(entries.device)
        ),
        array,
        indices,
        value,
    )


def gather(array: EagerTensor, indices: EagerTensor) -> EagerTensor:
    """Some entries as one tensor."""
    return recorded(
        lambda entries, i: torch.index_select(entries, 0, _indices(i, entries)), array, indices
    )


def concat(array: EagerTensor) -> EagerTensor:
    """All entries, joined along their first axis."""
    if array._t.ndim < 2:
        raise _invalid("Concat requires elements to be at least vectors, found scalars instead.")
    return recorded(lambda entries: entries.flatten(0, 1), array)


# -- errors ---------------------------------------------------------------------------------------


def out_of_range(verb: str, index: int, size: int) -> InvalidArgumentError:
    """The error for an index that an array does not have."""
    return _invalid(f"Trying to {verb} element {index} in a list with {size} elements.")


def wrong_length(expected: int, actual: int) -> InvalidArgumentError:
    """The error for an array that does not have its declared size."""
    return _invalid(
        f"Operation expected a list with {expected} elements but got a list with {actual} elements."
    )


def _text(shape: TensorShape) -> str:
    if shape.rank is None:
        return "<unknown>"
    return "[" + ",".join("?" if n is None else str(n) for n in shape.as_list()) + "]"


def _invalid(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)
