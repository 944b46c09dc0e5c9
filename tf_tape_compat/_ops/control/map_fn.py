"""`tf.map_fn`: a function mapped over the first axis of tensors.

As in TensorFlow it is composed of `tf.TensorArray` and `tf.while_loop`, so that tapes record every
call of the function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nest
from ..._core.op.dispatch import composite_handlers
from ..._core.recording.execution_context import active_graph
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape
from ..._core.types.tensor_spec import TensorSpec
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.sparse_tensor import SparseTensor, SparseTensorSpec
from ..._logging import warn_first_n
from ..array.shaping import shape
from .tensor_array import TensorArray
from .while_loop import while_loop, without_variables


def unstacked_array(tensor: EagerTensor, size: Any) -> TensorArray:
    """A TensorArray of the slices of `tensor` along its first axis."""
    return TensorArray(tensor.dtype, size).unstack(tensor)


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """Implements `tf.map_fn`: applies `fn` to each slice along the first axis, and stacks.

    Args:
      fn: a function of a slice, or of a nested structure of slices if `elems` is one.
      elems: a tensor, or a nested structure of tensors with first axes of one length.
      dtype: an older name of `fn_output_signature`.
      parallel_iterations: ignored; more than 1 causes a warning.
      back_prop: ignored.
      swap_memory: ignored.
      infer_shape: whether all results must have the same shape.
      name: ignored.
      fn_output_signature: the structure that `fn` returns, made of dtypes or `tf.TensorSpec`s; by
        default that of `elems`.

    Raises:
      ValueError, TypeError: if structures, lengths or shapes do not fit.
      InvalidArgumentError: if dtypes do not fit.
    """
    if fn_output_signature is None:
        fn_output_signature = dtype
    _check_arguments(fn, parallel_iterations)
    elems = without_variables(elems)
    flat = _flat_elements(elems)
    if any(isinstance(item, SparseTensor) for item in flat):
        from .sparse_rows import numbers_of_rows

        if fn_output_signature is None:
            fn_output_signature = nest.map_structure(_row_signature, elems)
        fn, elems = numbers_of_rows(fn, elems)
        flat = nest.flatten(elems)
    map_rows = _composite_map([*flat, *nest.flatten(fn_output_signature)])
    if map_rows is not None:
        return map_rows(fn, elems, fn_output_signature)
    tensors = [to_tensor(item) for item in flat]
    if fn_output_signature is None:
        specs = [TensorSpec(None, tensor.dtype) for tensor in tensors]
    else:
        specs = [_spec(item) for item in nest.flatten(fn_output_signature)]
    if tensors[0].shape.rank == 0:
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    size = common_length(tensors)
    if size is None:
        size = leading_size(tensors[0])
    sources = [unstacked_array(tensor, size) for tensor in tensors]
    columns = [_column(spec, size, infer_shape) for spec in specs]
    structure = fn_output_signature or elems

    def step(index: int, arrays: list[list[TensorArray]]) -> Any:
        result = fn(nest.pack_sequence_as(elems, [source.read(index) for source in sources]))
        nest.assert_same_structure(structure, result)
        rows = zip(columns, arrays, nest.flatten(result), strict=False)
        return index + 1, [column.written(a, index, value) for column, a, value in rows]

    _, arrays = while_loop(
        lambda index, _: index < size,
        step,
        (0, [column.arrays for column in columns]),
        maximum_iterations=size,
    )
    return nest.pack_sequence_as(
        elems if fn_output_signature is None else fn_output_signature,
        [column.stacked(a, size) for column, a in zip(columns, arrays, strict=True)],
    )


class _Column:
    """The results of the rows that are tensors, which are collected in an array."""

    def __init__(self, spec: TensorSpec, size: Any, infer_shape: bool) -> None:
        array = TensorArray(spec.dtype, size, infer_shape=infer_shape, element_shape=spec.shape)
        self.arrays = [array]

    def written(self, arrays: list[TensorArray], index: Any, value: Any) -> list[TensorArray]:
        """The array with the result of a row."""
        return [arrays[0].write(index, value)]

    def stacked(self, arrays: list[TensorArray], size: Any) -> EagerTensor:
        """The rows as one tensor."""
        result = arrays[0].stack()
        set_leading_size(result, size)
        return result


def _column(spec: Any, size: Any, infer_shape: bool) -> Any:
    if not isinstance(spec, SparseTensorSpec):
        return _Column(spec, size, infer_shape)
    from .sparse_rows import SparseColumn

    return SparseColumn(spec, size)


def _row_signature(item: Any) -> Any:
    """What describes a result that is like a row of `item`."""
    if isinstance(item, SparseTensor):
        return SparseTensorSpec(None, item.dtype)
    return item.dtype if isinstance(item, EagerTensor) else to_tensor(item).dtype


def _check_arguments(fn: Any, parallel_iterations: int | None) -> None:
    if not callable(fn):
        raise TypeError(f"The provided function {fn.__name__} is not callable.fn must be callable.")
    if parallel_iterations and parallel_iterations > 1 and active_graph() is None:
        warn_first_n(
            "Setting parallel_iterations > 1 has no effect when executing eagerly. Consider "
            "calling map_fn with tf.function to execute fn in parallel.",
            1,
        )


def _flat_elements(elems: Any) -> list[Any]:
    flat = nest.flatten(elems)
    if not flat:
        raise ValueError(
            "elems must be a Tensor or (possibly nested) sequence of Tensors. Got "
            f"{elems}, which does not contain any Tensors."
        )
    if any(isinstance(item, IndexedSlices) for item in flat):
        # TensorFlow fails here when it asks the spec for that of one slice.
        raise AttributeError("'IndexedSlicesSpec' object has no attribute '_unbatch'")
    return flat


def _composite_map(elements_and_specs: list[Any]) -> Callable[..., Any] | None:
    """The registered `map_fn` for the composite tensors among these; None if there is none."""
    if any(type(item) in composite_handlers for item in elements_and_specs):
        for applies, map_rows in composite_mappers:
            if any(map(applies, elements_and_specs)):
                return map_rows
    return None


# For composite tensors: a test of elements and specs, and the `map_fn` for those that pass it.
composite_mappers: list[tuple[Callable[[Any], bool], Callable[..., Any]]] = []


def _spec(signature: Any) -> Any:
    if isinstance(signature, (TensorSpec, SparseTensorSpec)):
        return signature
    if hasattr(type(signature), "value_type"):
        raise TypeError(f"map_fn can not generate {signature} outputs")
    return TensorSpec(None, signature)


def common_length(tensors: list[EagerTensor]) -> int | None:
    """The common length of the first axes; None if it is not known statically.

    Raises ValueError if they differ.
    """
    size: int | None = None
    for tensor in tensors:
        other = tensor.shape.with_rank_at_least(1)[0]
        if size is not None and other is not None and other != size:
            raise ValueError(f"Dimensions {size} and {other} are not compatible")
        size = other if size is None else size
    return size


def leading_size(tensor: EagerTensor) -> Any:
    """The length of the first axis; a tensor if it is not known statically."""
    size = tensor.shape[0]
    return shape(tensor)[0] if size is None else size  # type: ignore[index]


def set_leading_size(tensor: EagerTensor, size: Any) -> None:
    """Notes that the first axis has this length."""
    static = None if isinstance(size, EagerTensor) else size
    tensor.set_shape(TensorShape([static]).concatenate(tensor.shape[1:]))
