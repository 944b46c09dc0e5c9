"""`tf.SparseTensor`: the nonzero elements of a tensor and their positions."""

from __future__ import annotations

import copyreg
from typing import Any, NamedTuple

import numpy as np

from ..._api.shown_modules import shown_in
from ..op import dispatch
from ..tensor.convert import to_tensor
from ..tensor.host_values import to_numpy
from ..tensor.tensor import EagerTensor
from ..types.dtype import DType, as_dtype
from ..types.shape import TensorShape
from ..types.tensor_spec import TensorSpec
from ..types.type_spec import CompositeSpec, describers, reduce_by_spec
from .dense_shapes import static_shape

_float32, _int64 = as_dtype("float32"), as_dtype("int64")

# The operations behind the operators, functions of the three components and a dense tensor, set by
# `_ops/sparse/math.py`.
operators: dict[str, Any] = {}


class SparseTensorValue(NamedTuple):
    """Implements `tf.compat.v1.SparseTensorValue`: the parts of a sparse tensor as arrays."""

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensor:
    """Implements `tf.SparseTensor` and `tf.sparse.SparseTensor`: a tensor that is mostly zeros.

    Args:
      indices: an int64 tensor `[n, rank]`; row i is the position of element i. Operations expect
        them in the order of `tf.sparse.reorder`, without repetitions.
      values: a tensor `[n]`, the elements.
      dense_shape: an int64 tensor `[rank]`, the shape of the dense tensor.

    Raises:
      ValueError: if the tensors have other ranks, or lengths that do not match.
      TypeError: if `dense_shape` is not a vector.
    """

    __slots__ = ("_indices", "_values", "_dense_shape", "_shape", "__dict__", "__weakref__")

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        self._indices = to_tensor(indices, _int64)
        self._values = to_tensor(values)
        self._dense_shape = to_tensor(dense_shape, _int64)
        self._shape = static_shape(self._dense_shape)
        dispatch.activate(SparseTensor)
        rows, columns = self._indices.shape.with_rank(2)
        count = self._values.shape.with_rank(1)[0]
        if rows != count and None not in (rows, count):
            raise ValueError(f"{count} values for {rows} positions")
        rank = self._dense_shape.shape.with_rank(1)[0]
        if columns != rank and None not in (columns, rank):
            raise ValueError(f"Positions of {columns} coordinates for {rank} dimensions")

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """A new sparse tensor with the same components. Raises TypeError if it is not one."""
        if isinstance(sparse_tensor_value, SparseTensorValue):
            return SparseTensor(*sparse_tensor_value)
        if not isinstance(sparse_tensor_value, SparseTensor):
            raise TypeError(
                f"Argument sparse_tensor_value={sparse_tensor_value} is neither a SparseTensor nor "
                "SparseTensorValue."
            )
        return SparseTensor(*sparse_tensor_value._components())

    @property
    def indices(self) -> Any:
        """The positions of the elements, a tensor `[n, rank]`."""
        return self._indices

    @property
    def values(self) -> Any:
        """The elements, a tensor `[n]`."""
        return self._values

    @property
    def dense_shape(self) -> Any:
        """The shape of the dense tensor, as a tensor."""
        return self._dense_shape

    @property
    def shape(self) -> TensorShape:
        """The shape of the dense tensor."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """The shape of the dense tensor; the same as `shape`."""
        return self._shape

    def set_shape(self, shape: Any) -> None:
        """Narrows the known shape. Raises ValueError if `shape` is not compatible with it."""
        self._shape = self._shape.merge_with(TensorShape(shape))

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._values.dtype

    @property
    def op(self) -> Any:
        """Undefined in eager execution. Raises AttributeError."""
        return self._values.op

    @property
    def graph(self) -> Any:
        """Undefined in eager execution. Raises AttributeError."""
        return self._indices.graph

    def consumers(self) -> Any:
        """Undefined in eager execution. Raises NotImplementedError."""
        return self._values.consumers()

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """Undefined in eager execution. Raises AttributeError."""
        return self.graph

    def with_values(self, new_values: Any) -> SparseTensor:
        """The sparse tensor with `new_values` at the same positions."""
        return SparseTensor(self._indices, new_values, self._dense_shape)

    def _numpy(self) -> np.ndarray:
        array = np.zeros(to_numpy(self._dense_shape._t), self.dtype.as_numpy_dtype)
        array[tuple(to_numpy(self._indices._t).T)] = to_numpy(self._values._t)
        return array

    @property
    def _parts(self) -> tuple[Any, Any, Any]:
        return self._indices, self._values, self._dense_shape

    def _components(self) -> tuple[Any, ...]:
        return self._parts

    def _with_components(self, components: Any) -> SparseTensor:
        return self._type_spec._from_components(components)

    @property
    def _type_spec(self) -> SparseTensorSpec:
        return SparseTensorSpec(self._shape, self.dtype)

    def __tf_tracing_type__(self, context: Any) -> SparseTensorSpec:
        return self._type_spec

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self._indices!s}, values={self._values!s}, "
            f"dense_shape={self._dense_shape!s})"
        )

    # -- operators, on the stored elements ------------------------------------------------

    def __mul__(self, y: Any) -> SparseTensor:
        return self._combined("multiply", y)

    def __rmul__(self, x: Any) -> Any:
        return self * x if isinstance(x, EagerTensor) else NotImplemented

    def __div__(self, y: Any) -> SparseTensor:
        return self._combined("divide", y)

    def __truediv__(self, y: Any) -> SparseTensor:
        return self._combined("true_divide", y)

    def _combined(self, operator: str, y: Any) -> SparseTensor:
        return self.with_values(operators[operator](*self._parts, to_tensor(y, self.dtype)))


class SparseTensorSpec(CompositeSpec):
    """Implements `tf.SparseTensorSpec`: describes a sparse tensor."""

    __slots__ = ("_shape", "_dtype")

    value_type = SparseTensor

    def __init__(self, shape: Any = None, dtype: Any = _float32) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)

    @property
    def shape(self) -> TensorShape:
        """The shape of the dense tensor, perhaps partly unknown."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """The spec that describes `value`. Raises TypeError if it is not a sparse tensor."""
        if isinstance(value, SparseTensorValue):
            value = SparseTensor(*value)
        if not isinstance(value, SparseTensor):
            raise TypeError(
                f"Expected SparseTensor or SparseTensorValue. Received: {value} of type "
                f"{type(value).__name__}."
            )
        return cls(value.shape, value.dtype)

    def _serialize(self) -> tuple[Any, ...]:
        return self._shape, self._dtype

    @property
    def _component_specs(self) -> list[TensorSpec]:
        rank = self._shape.rank
        return [
            TensorSpec([None, rank], _int64),
            TensorSpec([None], self._dtype),
            TensorSpec([rank], _int64),
        ]

    def _to_components(self, value: SparseTensor) -> list[Any]:
        return list(value._components())

    def _from_components(self, components: Any) -> SparseTensor:
        sparse = SparseTensor(*components)
        sparse.set_shape(self._shape)
        return sparse

    def _batch(self, batch_size: Any) -> SparseTensorSpec:
        return SparseTensorSpec(TensorShape([batch_size]).concatenate(self._shape), self._dtype)

    def _unbatch(self) -> SparseTensorSpec:
        if self._shape.rank == 0:
            raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        return SparseTensorSpec(self._shape[1:], self._dtype)


# Libraries know the class by its module.
SparseTensor.__module__ = "tensorflow.python.framework.sparse_tensor"
copyreg.pickle(SparseTensor, reduce_by_spec)


describers[SparseTensorValue] = SparseTensorSpec.from_value


shown_in("tensorflow.python.framework.sparse_tensor", SparseTensorSpec)
