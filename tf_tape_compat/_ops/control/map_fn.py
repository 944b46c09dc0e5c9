"""Loops over the first axis of tensors: tf.map_fn, tf.scan, tf.foldl, tf.foldr.

They are written with tf.TensorArray and tf.while_loop, as in TensorFlow: a tape records what the
function given to them does, step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nest
from ..._core.op.dispatch import composites
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.shape import TensorShape
from ..._core.types.tensor_spec import TensorSpec
from ..._core.variables.indexed_slices import IndexedSlices
from ..._logging import warn_first_n
from .control_flow import while_loop, without_variables
from .tensor_array import TensorArray


def _require_callable(fn: Any) -> None:
    if not callable(fn):
        raise TypeError(f"{fn.__name__} is not callable. Please provide a callable function.")


def _unstacked(tensor: EagerTensor, size: Any) -> TensorArray:
    return TensorArray(tensor.dtype, size).unstack(tensor)


def _length(tensor: EagerTensor) -> int:
    return tensor.shape[0]


# -- map ----------------------------------------------------------------------------------------


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
    """`fn` of each slice of `elems` along the first axis, one after the other, stacked again.

    Answers for `tf.map_fn`. `elems` is a tensor or a nest of them, and so is what `fn` returns. If
    it returns another structure or other types, `fn_output_signature` (or `dtype`) says so, a nest
    of dtypes or of `tf.TensorSpec`s.

    Raises ValueError or TypeError where structures, lengths or shapes do not fit,
    InvalidArgumentError where types do not.
    """
    if fn_output_signature is None:
        fn_output_signature = dtype
    if not callable(fn):
        raise TypeError(f"The provided function {fn.__name__} is not callable.fn must be callable.")
    if parallel_iterations and parallel_iterations > 1:
        warn_first_n(
            "Setting parallel_iterations > 1 has no effect when executing eagerly. Consider "
            "calling map_fn with tf.function to execute fn in parallel.",
            1,
        )
    elems = without_variables(elems)
    flat = nest.flatten(elems)
    if not flat:
        raise ValueError(
            "elems must be a Tensor or (possibly nested) sequence of Tensors. Got "
            f"{elems}, which does not contain any Tensors."
        )
    for item in flat:
        if isinstance(item, IndexedSlices):
            # As in TensorFlow, which asks its spec for the spec of one slice.
            raise AttributeError("'IndexedSlicesSpec' object has no attribute '_unbatch'")
    described = [*flat, *nest.flatten(fn_output_signature)]
    if any(type(item) in composites for item in described):
        for applies, map_rows in map_composites:
            if any(map(applies, described)):
                return map_rows(fn, elems, fn_output_signature)
    tensors = [to_tensor(item) for item in flat]
    if fn_output_signature is None:
        specs = [TensorSpec(None, tensor.dtype) for tensor in tensors]
    else:
        specs = [_spec(item) for item in nest.flatten(fn_output_signature)]
    if tensors[0].ndim < 1:
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    size = common_length(tensors)
    sources = [_unstacked(tensor, size) for tensor in tensors]
    results = [
        TensorArray(spec.dtype, size, infer_shape=infer_shape, element_shape=spec.shape)
        for spec in specs
    ]
    structure = fn_output_signature or elems

    def step(index: int, arrays: list[TensorArray]) -> Any:
        result = fn(nest.pack_sequence_as(elems, [source.read(index) for source in sources]))
        nest.assert_same_structure(structure, result)
        values = nest.flatten(result)
        return index + 1, [a.write(index, v) for a, v in zip(arrays, values, strict=False)]

    _, results = while_loop(
        lambda index, _: index < size, step, (0, results), maximum_iterations=size
    )
    return nest.pack_sequence_as(
        elems if fn_output_signature is None else fn_output_signature,
        [_stacked(array, size) for array in results],
    )


# For what is made of tensors: whether an element or its spec is of the kind, and `map_fn` of it.
map_composites: list[tuple[Callable[[Any], bool], Callable[..., Any]]] = []


def _spec(signature: Any) -> Any:
    if isinstance(signature, TensorSpec):
        return signature
    if hasattr(type(signature), "value_type"):
        raise TypeError(f"map_fn can not generate {signature} outputs")
    return TensorSpec(None, signature)


def common_length(tensors: list[EagerTensor]) -> int:
    """The length of the first axis, which all must share. Raises ValueError if they do not."""
    size = TensorShape(tensors[0].shape.with_rank_at_least(1)[:1])
    for tensor in tensors[1:]:
        other = tensor.shape.with_rank_at_least(1)[0]
        if other != size[0]:
            raise ValueError(f"Dimensions {size[0]} and {other} are not compatible")
    return size[0]


def _stacked(array: TensorArray, size: int) -> EagerTensor:
    result = array.stack()
    result.set_shape(TensorShape([size]).concatenate(result.shape[1:]))
    return result


# -- folds --------------------------------------------------------------------------------------


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """`fn(accumulated, slice)` over the slices of `elems` from the first on; for `tf.foldl`.

    Starts with `initializer`, or without it with the first slice. `elems` may be a nest of tensors.
    """
    size, read = _sources(fn, elems)
    start, value = (1, read(0)) if initializer is None else (0, initializer)
    _, value = while_loop(
        lambda index, _: index < size,
        lambda index, value: [index + 1, fn(value, read(index))],
        [start, value],
        parallel_iterations=parallel_iterations,
        maximum_iterations=size,
    )
    return value


def foldr(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """`fn(accumulated, slice)` over the slices of `elems` from the last on; for `tf.foldr`.

    Starts with `initializer`, or without it with the last slice. `elems` may be a nest of tensors.
    """
    size, read = _sources(fn, elems)
    start, value = (size - 1, read(size - 1)) if initializer is None else (size, initializer)
    _, value = while_loop(
        lambda index, _: index > 0,
        lambda index, value: [index - 1, fn(value, read(index - 1))],
        [start, value],
        parallel_iterations=parallel_iterations,
        maximum_iterations=size,
    )
    return value


def _sources(fn: Any, elems: Any) -> tuple[int, Callable[[Any], Any]]:
    """The length of the first axis, and a function that reads the slices at an index."""
    _require_callable(fn)
    size = _length(to_tensor(nest.flatten(elems)[0]))
    arrays = nest.map_structure(lambda tensor: _unstacked(tensor, size), elems)
    return size, lambda index: nest.map_structure(lambda array: array.read(index), arrays)


# -- scan ---------------------------------------------------------------------------------------


def scan(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All values of `fn(accumulated, slice)` over the slices of `elems`, stacked; for `tf.scan`.

    Starts with `initializer`, or without it with the first slice, which is then the first value;
    with `reverse` from the last slice on. Both may be nests of tensors.

    Raises ValueError or TypeError where structures, lengths or shapes do not fit.
    """
    _require_callable(fn)
    tensors = [to_tensor(item) for item in nest.flatten(elems)]
    size = _length(tensors[0])
    sources = [TensorArray(t.dtype, size, element_shape=t.shape[1:]).unstack(t) for t in tensors]
    first = size - 1 if reverse else 0
    structure = elems if initializer is None else initializer
    if initializer is None:
        values = [source.read(first) for source in sources]
    else:
        values = [to_tensor(item) for item in nest.flatten(initializer)]
    results = [
        TensorArray(
            value.dtype,
            size,
            element_shape=value.shape if infer_shape else None,
            infer_shape=infer_shape,
        )
        for value in values
    ]
    step_by = -1 if reverse else 1
    if initializer is None:
        for result, value in zip(results, values, strict=True):
            result.write(first, value)
        first += step_by

    def step(index: int, values: list[Any], arrays: list[TensorArray]) -> Any:
        slices = nest.pack_sequence_as(elems, [source.read(index) for source in sources])
        result = fn(nest.pack_sequence_as(structure, values), slices)
        nest.assert_same_structure(structure, result)
        found = nest.flatten(result)
        return (
            index + step_by,
            found,
            [a.write(index, v) for a, v in zip(arrays, found, strict=False)],
        )

    _, _, results = while_loop(
        lambda index, *_: 0 <= index < size,
        step,
        (first, values, results),
        parallel_iterations=parallel_iterations,
        maximum_iterations=size,
    )
    stacked = [result.stack() for result in results]
    common_length(tensors)
    for result in stacked:
        result.set_shape(TensorShape([size]).concatenate(result.shape[1:]))
    return nest.pack_sequence_as(structure, stacked)
