"""`tf.foldl`, `tf.foldr` and `tf.scan`: functions that accumulate along the first axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import nest
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor
from .map_fn import common_length, leading_size, set_leading_size, unstacked_array
from .tensor_array import TensorArray
from .while_loop import while_loop


def _require_callable(fn: Any) -> None:
    if not callable(fn):
        raise TypeError(f"{fn.__name__} is not callable. Please provide a callable function.")


def foldl(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Implements `tf.foldl`: `fn(accumulated, slice)` over the slices of `elems`, from the first.

    `elems` may be a nested structure of tensors. The accumulator starts as `initializer`, or as the
    first slice.
    """
    size, read = _slice_reader(fn, elems)
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
    """Implements `tf.foldr`: `fn(accumulated, slice)` over the slices of `elems`, from the last.

    `elems` may be a nested structure of tensors. The accumulator starts as `initializer`, or as the
    last slice.
    """
    size, read = _slice_reader(fn, elems)
    start, value = (size - 1, read(size - 1)) if initializer is None else (size, initializer)
    _, value = while_loop(
        lambda index, _: index > 0,
        lambda index, value: [index - 1, fn(value, read(index - 1))],
        [start, value],
        parallel_iterations=parallel_iterations,
        maximum_iterations=size,
    )
    return value


def _slice_reader(fn: Any, elems: Any) -> tuple[Any, Callable[[Any], Any]]:
    """The length of the first axis, and a function that reads the slices at an index."""
    _require_callable(fn)
    elems = nest.map_structure(to_tensor, elems)
    size = leading_size(nest.flatten(elems)[0])
    arrays = nest.map_structure(lambda tensor: unstacked_array(tensor, size), elems)
    return size, lambda index: nest.map_structure(lambda array: array.read(index), arrays)


def _result_array(value: EagerTensor, size: Any, infer_shape: bool) -> TensorArray:
    element_shape = value.shape if infer_shape else None
    return TensorArray(value.dtype, size, element_shape=element_shape, infer_shape=infer_shape)


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
    """Implements `tf.scan`: all intermediate values of `fn(accumulated, slice)`, stacked.

    Args:
      fn: a function of the accumulator and a slice, returning the new accumulator.
      elems: a tensor, or a nested structure of them, with first axes of one length.
      initializer: the first accumulator; by default the first slice, which is then the first
        value of the result.
      parallel_iterations: ignored.
      back_prop: ignored.
      swap_memory: ignored.
      infer_shape: whether the accumulator must keep its shape.
      reverse: whether to start from the last slice.
      name: ignored.

    Raises:
      ValueError, TypeError: if structures, lengths or shapes do not fit.
    """
    _require_callable(fn)
    tensors = [to_tensor(item) for item in nest.flatten(elems)]
    size = leading_size(tensors[0])
    sources = [TensorArray(t.dtype, size, element_shape=t.shape[1:]).unstack(t) for t in tensors]
    first = size - 1 if reverse else 0
    structure = elems if initializer is None else initializer
    if initializer is None:
        values = [source.read(first) for source in sources]
    else:
        values = [to_tensor(item) for item in nest.flatten(initializer)]
    results = [_result_array(value, size, infer_shape) for value in values]
    step_by = -1 if reverse else 1
    if initializer is None:
        results = [r.write(first, value) for r, value in zip(results, values, strict=True)]
        first += step_by

    def step(index: int, values: list[Any], arrays: list[TensorArray]) -> Any:
        slices = nest.pack_sequence_as(elems, [source.read(index) for source in sources])
        result = fn(nest.pack_sequence_as(structure, values), slices)
        nest.assert_same_structure(structure, result)
        new_values = nest.flatten(result)
        return (
            index + step_by,
            new_values,
            [a.write(index, v) for a, v in zip(arrays, new_values, strict=False)],
        )

    _, _, results = while_loop(
        (lambda index, *_: index >= 0) if reverse else (lambda index, *_: index < size),
        step,
        (first, values, results),
        parallel_iterations=parallel_iterations,
        maximum_iterations=size,
    )
    stacked = [result.stack() for result in results]
    common_length(tensors)
    for result in stacked:
        set_leading_size(result, size)
    return nest.pack_sequence_as(structure, stacked)
