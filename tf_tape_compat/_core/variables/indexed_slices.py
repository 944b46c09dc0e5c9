"""`tf.IndexedSlices`: the sliced gradient of a gather, in place of a mostly zero tensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ..._api.shown_modules import shown_in
from ..tensor.convert import to_tensor
from ..tensor.tensor import EagerTensor
from ..types.dtype import DType, as_dtype
from ..types.shape import TensorShape
from ..types.tensor_spec import TensorSpec
from ..types.type_spec import CompositeSpec
from .dense_shapes import static_shape

_float32, _int64 = as_dtype("float32"), as_dtype("int64")


class IndexedSlices:
    """Implements `tf.IndexedSlices`: slices `values[i]` that belong at `indices[i]` of a tensor.

    Args:
      values: a tensor of shape `[n, ...]`.
      indices: an integer tensor of shape `[n]`; a repeated index means a sum.
      dense_shape: an integer tensor, the shape of the dense tensor, or None if unknown.
    """

    __slots__ = ("_values", "_indices", "_dense_shape", "__weakref__")

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None) -> None:
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    @property
    def values(self) -> Any:
        """The slices."""
        return self._values

    @property
    def indices(self) -> Any:
        """The index of each slice in the dense tensor."""
        return self._indices

    @property
    def dense_shape(self) -> Any:
        """The shape of the dense tensor, as a tensor, or None."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The shape of the dense tensor, as far as it is known."""
        if self._dense_shape is None:
            return TensorShape(None)
        return static_shape(to_tensor(self._dense_shape))

    @property
    def dtype(self) -> DType:
        """The element type of the slices."""
        dtype: DType = self._values.dtype
        return dtype

    @property
    def device(self) -> str:
        """TensorFlow's name of the device that holds the slices."""
        device: str = self._values.device
        return device

    @property
    def name(self) -> Any:
        """Undefined in eager execution. Raises AttributeError."""
        return self._values.name

    @property
    def op(self) -> Any:
        """Undefined in eager execution. Raises AttributeError."""
        return self._values.op

    @property
    def graph(self) -> Any:
        """Undefined in eager execution. Raises AttributeError."""
        return self._values.graph

    def consumers(self) -> Any:
        """Undefined in eager execution. Raises NotImplementedError."""
        return self._values.consumers()

    def _components(self) -> tuple[Any, ...]:
        """The component tensors, for `tf.nest` with `expand_composites`."""
        parts = (self._values, self._indices)
        return parts if self._dense_shape is None else (*parts, self._dense_shape)

    def _with_components(self, components: Any) -> IndexedSlices:
        return IndexedSlices(*components)

    @property
    def _type_spec(self) -> IndexedSlicesSpec:
        rows = self._indices.shape.merge_with(self._values.shape[:1])
        shape = TensorShape([None]).concatenate(self._values.shape[1:])
        if self._dense_shape is None:
            return IndexedSlicesSpec(shape, self.dtype, self._indices.dtype, None, rows)
        shape = shape.merge_with(self.shape)
        shape_dtype = self._dense_shape.dtype
        return IndexedSlicesSpec(shape, self.dtype, self._indices.dtype, shape_dtype, rows)

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __str__(self) -> str:
        # !s calls str(); format() of a tensor formats its value.
        shape = "" if self._dense_shape is None else f", dense_shape={self._dense_shape!s}"
        return f"IndexedSlices(indices={self._indices!s}, values={self._values!s}{shape})"


class IndexedSlicesSpec(CompositeSpec):
    """Implements `tf.IndexedSlicesSpec`: describes `tf.IndexedSlices`.

    Args:
      shape: the shape of the dense tensor.
      dtype: the element type of the slices.
      indices_dtype: the element type of the indices.
      dense_shape_dtype: the element type of the tensor `dense_shape`, or None if that is None.
      indices_shape: the shape of the indices.
    """

    __slots__ = ("_shape", "_dtype", "_indices_dtype", "_dense_shape_dtype", "_indices_shape")

    value_type = IndexedSlices

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = _float32,
        indices_dtype: Any = _int64,
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = TensorShape(indices_shape).with_rank(1)

    def _serialize(self) -> tuple[Any, ...]:
        return (
            self._shape,
            self._dtype,
            self._indices_dtype,
            self._dense_shape_dtype,
            self._indices_shape,
        )

    @property
    def _component_specs(self) -> tuple[TensorSpec, ...]:
        rows = self._indices_shape.concatenate(self._shape[1:])
        specs = (
            TensorSpec(rows, self._dtype),
            TensorSpec(self._indices_shape, self._indices_dtype),
        )
        if self._dense_shape_dtype is None:
            return specs
        return (*specs, TensorSpec([self._shape.rank], self._dense_shape_dtype))

    def _to_components(self, value: IndexedSlices) -> tuple[Any, ...]:
        return value._components()

    def _from_components(self, components: Any) -> IndexedSlices:
        return IndexedSlices(*components)


def make_indexed_slices(values: EagerTensor, indices: Any, shape: Any) -> IndexedSlices:
    """Makes slices from a payload of indices; `shape` is a torch shape, or the dense shape."""
    if isinstance(shape, torch.Size):
        # From NumPy, so that it is a value also among tensors without values.
        shape = EagerTensor(torch.from_numpy(np.array(shape, np.int32)))
    return IndexedSlices(values, EagerTensor(indices), shape)


shown_in("tensorflow.python.framework.indexed_slices", IndexedSlices, IndexedSlicesSpec)
