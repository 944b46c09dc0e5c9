"""Concatenating, splitting, counting and mapping sparse tensors; masking slices."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ... import nest
from ..._core.op.op import op
from ..._core.recording.admission import single_op
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.static_args import flag, int_attribute
from ..._core.variables.indexed_slices import IndexedSlices
from ..._core.variables.sparse_tensor import SparseTensor
from ...errors import InvalidArgumentError
from .._support.arguments import brackets, check_minimum, invalid_argument
from .._support.gradient_rules import refuse_gradient
from ..array.gathering import gather
from ..array.shaping import reshape
from ..debugging.assertions import assert_equal
from .indices import check_parts, joined, keys, offsets, sparse, take

# -- joining and splitting ----------------------------------------------------------------------


@op("SparseConcat", "indices* values* shapes*", nondifferentiable=True)
def _concat(indices: Any, values: Any, shapes: Any, axis: int) -> Any:
    if not indices:
        raise invalid_argument("SparseConcat needs at least one input")
    parts = [check_parts(*part) for part in zip(indices, values, shapes, strict=True)]
    rank = len(parts[0])
    for number, sizes in enumerate(parts):
        if len(sizes) != rank:
            raise invalid_argument(
                f"Ranks of all input tensors must match: expected {rank} but got {len(sizes)} at "
                f"position {number}"
            )
    if not -rank <= axis < rank:
        raise invalid_argument(f"Concat dimension must be in range [{-rank}, {rank}), got {axis}")
    axis %= rank
    moved, begin = [], 0
    for number, (sizes, indices_) in enumerate(zip(parts, indices, strict=True)):
        for i, (size, first) in enumerate(zip(sizes, parts[0], strict=True)):
            if i != axis and size != first:
                raise invalid_argument(
                    f"Input shapes must match: expected {first} for dimension {i} but got {size} "
                    f"at position {number}"
                )
        step = indices_.new_zeros(rank)
        step[axis] = begin
        moved.append(indices_ + step)
        begin += sizes[axis]
    all_indices = torch.cat(moved)
    order = torch.argsort(keys(all_indices), stable=True)
    full_shape = [begin if i == axis else n for i, n in enumerate(parts[0])]
    return [all_indices[order], take(joined(values), order), shapes[0].new_tensor(full_shape)]


def concat(
    axis: Any, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None
) -> SparseTensor:
    """Concatenates sparse tensors. Implements `tf.sparse.concat`.

    There is no gradient.

    Args:
        axis: the axis to concatenate along.
        sp_inputs: a list of sparse tensors.
        expand_nonconcat_dims: whether the other sizes may differ; the largest ones are used then.
        name: ignored.

    Raises:
        TypeError: if `sp_inputs` is not a list of sparse tensors.
        InvalidArgumentError: if the shapes do not match.
    """
    if not isinstance(sp_inputs, (list, tuple)):
        raise TypeError("Inputs must be a list or tuple.")
    inputs = [sparse(item) for item in sp_inputs]
    if len(inputs) == 1:
        return inputs[0]
    shapes = [item.dense_shape for item in inputs]
    if expand_nonconcat_dims:
        listed = [shape._t.tolist() for shape in shapes]
        largest = [max(sizes) for sizes in zip(*listed, strict=True)]
        shapes = []
        for sizes in listed:
            wide = list(largest)
            wide[axis] = sizes[axis]
            shapes.append(to_tensor(wide, inputs[0].dense_shape.dtype))
    if not inputs:
        raise InvalidArgumentError(None, None, "SparseConcat needs at least one input")
    parts = _concat([x.indices for x in inputs], [x.values for x in inputs], shapes, axis)
    return SparseTensor(*parts)


@op("SparseSplit", "split_dim indices values shape")
@single_op
def _split(split_dim: Any, indices: Any, values: Any, shape: Any, count: int) -> Any:
    sizes = check_parts(indices, values, shape)
    rank, axis = len(sizes), int(split_dim)
    if not -rank <= axis < rank:
        raise invalid_argument(f"Input axis should be in range [{-rank}, {rank}), got {axis}")
    axis %= rank
    if not 1 <= count <= sizes[axis]:
        raise invalid_argument(
            "Input num_split should be between 1 and the splitting dimension size "
            f"({sizes[axis]}), got {count}"
        )
    size, larger = divmod(sizes[axis], count)
    ends = torch.tensor([size + (i < larger) for i in range(count)], device=indices.device)
    begins = ends.cumsum(0) - ends
    parts: list[Any] = []
    for begin, length in zip(begins.tolist(), ends.tolist(), strict=True):
        column = indices[:, axis]
        chosen = ((column >= begin) & (column < begin + length)).nonzero()[:, 0]
        step = indices.new_zeros(rank)
        step[axis] = begin
        part_shape = [length if i == axis else n for i, n in enumerate(sizes)]
        part_values = refuse_gradient("SparseSplit", values, take(values, chosen))
        parts += [indices[chosen] - step, part_values, shape.new_tensor(part_shape)]
    return parts


def split(
    sp_input: Any = None, num_split: Any = None, axis: Any = None, name: str | None = None
) -> list[SparseTensor]:
    """Splits a sparse tensor into parts. Implements `tf.sparse.split`.

    Computing its gradient raises LookupError, as in TensorFlow.

    Args:
        sp_input: a sparse tensor.
        num_split: the number of parts; the first ones are larger by one if need be.
        axis: the axis to split along.
        name: ignored.

    Returns:
        A list of sparse tensors.

    Raises:
        ValueError: if an argument is missing.
        InvalidArgumentError: if there are more parts than elements along the axis.
    """
    for argument, value in (("sp_input", sp_input), ("num_split", num_split), ("axis", axis)):
        if value is None:
            raise ValueError(f"{argument} is required")
    sp_input = sparse(sp_input)
    parts = _split(axis, sp_input.indices, sp_input.values, sp_input.dense_shape, num_split)
    return [SparseTensor(*parts[3 * i : 3 * i + 3]) for i in range(num_split)]


# -- elements -----------------------------------------------------------------------------------


def map_values(op: Any, *args: Any, **kwargs: Any) -> SparseTensor:
    """Applies a function to the values of sparse tensors. Implements `tf.sparse.map_values`.

    Args:
        op: the function.
        *args: its arguments; sparse tensors in them are replaced by their values.
        **kwargs: its keyword arguments, likewise.

    Returns:
        A sparse tensor with the result as its values.

    Raises:
        ValueError: if no argument is a sparse tensor.
        InvalidArgumentError: if their indices differ.
    """
    sparse_tensors: list[SparseTensor] = []

    def values(item: Any) -> Any:
        if not isinstance(item, SparseTensor):
            return item
        sparse_tensors.append(item)
        return item.values

    inner, named = nest.map_structure(values, list(args)), nest.map_structure(values, kwargs)
    if not sparse_tensors:
        raise ValueError("No SparseTensor in argument list of map_values")
    first = sparse_tensors[0]
    for other in sparse_tensors[1:]:
        assert_equal(first.dense_shape, other.dense_shape, "Mismatched shapes!")
        assert_equal(first.indices, other.indices, "Mismatched indices!")
    return SparseTensor(first.indices, op(*inner, **named), first.dense_shape)


@op("ListDiff", "x y", unregistered=True)
def list_difference(x: Any, y: Any) -> Any:
    """The elements of `x` that are not in `y`, and their indices (int32)."""
    for name, tensor in (("x", x), ("y", y)):
        if tensor.ndim != 1:
            raise invalid_argument(f"{name} should be a 1D vector.")
    if isinstance(x, np.ndarray):
        kept = np.flatnonzero(~np.isin(x, y))
        return [x[kept], torch.from_numpy(kept).to(torch.int32)]
    index = (~torch.isin(x, y)).nonzero()[:, 0]
    return [refuse_gradient("ListDiff", (x, y), x[index]), index.to(torch.int32)]


def mask(a: Any, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """Removes the slices at `mask_indices` from a `tf.IndexedSlices`.

    Implements `tf.sparse.mask`.
    """
    indices, chosen = list_difference(a.indices, mask_indices)
    shape = None if a.dense_shape is None else to_tensor(a.dense_shape)
    return IndexedSlices(gather(a.values, chosen), indices, shape)


# -- counting -----------------------------------------------------------------------------------


def _counted(
    rows: torch.Tensor,
    values: torch.Tensor,
    weights: torch.Tensor,
    sizes: list[int],
    limits: tuple[int, int],
    binary: bool,
) -> list[Any]:
    """The counts of `values` in each row; `sizes` is the shape of the rows."""
    least, most = limits
    if weights.numel() and weights.numel() != values.numel():
        raise invalid_argument(f"{weights.numel()} weights for {values.numel()} values")
    if bool((values < 0).any()):
        raise invalid_argument("Input values must all be non-negative")
    values = values.long()
    # For an empty tensor TensorFlow makes room for the integer 0.
    width = int(values.max()) + 1 if values.numel() else 1
    if most >= 0:
        kept = values < most
        rows, values = rows[kept], values[kept]
        weights = weights[kept] if weights.numel() else weights
    width = most if most >= 0 else max(width, least)
    base = max(width, 1)
    distinct, groups = torch.unique(rows * base + values, return_inverse=True)
    if binary:
        counts = torch.ones(len(distinct), dtype=weights.dtype, device=distinct.device)
    else:
        parts = weights if weights.numel() else weights.new_ones(len(groups))
        counts = parts.new_zeros(len(distinct)).index_add(0, groups, parts)
    columns = [distinct % base] + ([distinct // base] if sizes else [])
    return [torch.stack(columns[::-1], 1), counts, torch.tensor([*sizes, width])]


@op("DenseCountSparseOutput", "values weights")
@single_op
def _dense_counts(values: Any, weights: Any, limits: Any, binary: bool) -> Any:
    if values.ndim not in (1, 2):
        raise invalid_argument(
            f"Input must be a 1 or 2-dimensional tensor. Got: {brackets(values.shape)}"
        )
    if weights.numel() and weights.shape != values.shape:
        raise invalid_argument(
            "Weights and values must have the same shape. Weight shape: "
            f"{brackets(weights.shape)}; values shape: {brackets(values.shape)}"
        )
    sizes = list(values.shape[:-1])
    rows = torch.arange(sizes[0] if sizes else 1, device=values.device)
    rows = rows.repeat_interleave(values.shape[-1])
    parts = _counted(rows, values.reshape(-1), weights.reshape(-1), sizes, limits, binary)
    parts[1] = refuse_gradient("DenseCountSparseOutput", weights, parts[1])
    return parts


@op("SparseCountSparseOutput", "indices values dense_shape weights")
@single_op
def _sparse_counts(
    indices: Any, values: Any, dense_shape: Any, weights: Any, limits: Any, binary: bool
) -> Any:
    sizes = check_parts(indices, values, dense_shape)
    if len(sizes) not in (1, 2):
        raise invalid_argument(f"Input must be a 1 or 2-dimensional tensor. Got: {brackets(sizes)}")
    rows = offsets(indices[:, :-1], sizes[:-1])
    parts = _counted(rows, values, weights.reshape(-1), sizes[:-1], limits, binary)
    parts[1] = refuse_gradient("SparseCountSparseOutput", weights, parts[1])
    return parts


@op("RaggedCountSparseOutput", "splits values weights")
@single_op
def _ragged_counts(splits: Any, values: Any, weights: Any, limits: Any, binary: bool) -> Any:
    if weights.numel() and weights.shape != values.shape:
        raise invalid_argument(
            "Weights and values must have the same shape. Weight shape: "
            f"{brackets(weights.shape)}; values shape: {brackets(values.shape)}"
        )
    splits, values = splits.reshape(-1), values.reshape(-1)
    if len(splits) < 2:
        raise invalid_argument("Must provide at least 2 elements for the splits argument")
    first, last = int(splits[0]), int(splits[-1])
    if first != 0:
        raise invalid_argument(f"Splits must start with 0, not with {first}")
    if last != len(values):
        raise invalid_argument(
            f"Splits must end with the number of values, got {last} instead of {len(values)}"
        )
    ends = torch.cummax(splits, 0).values  # splits that decrease are passed over
    positions = torch.arange(len(values), device=splits.device)
    rows = torch.searchsorted(ends, positions, right=True) - 1
    parts = _counted(rows, values, weights.reshape(-1), [len(splits) - 1], limits, binary)
    parts[1] = refuse_gradient("RaggedCountSparseOutput", weights, parts[1])
    return parts


def count_sparse_output(
    kind: str, *tensors: Any, minlength: Any, maxlength: Any, binary_output: Any
) -> Any:
    """The operations `DenseCountSparseOutput`, `SparseCountSparseOutput` and
    `RaggedCountSparseOutput`: the indices, values and dense shape of counts in each row.

    The last of the `tensors` are the weights, which may be empty.
    """
    operation = f"{kind}CountSparseOutput"
    limits = int_attribute(minlength, "minlength", -1), int_attribute(maxlength, "maxlength", -1)
    for name, limit in zip(("maxlength", "minlength"), reversed(limits), strict=True):
        check_minimum(-1, name, limit, operation)
    counts = {"Dense": _dense_counts, "Sparse": _sparse_counts, "Ragged": _ragged_counts}[kind]
    return counts(*tensors, limits, flag(binary_output, "binary_output"))


def sparse_weights(values: SparseTensor, weights: Any) -> Any:
    """The values of sparse weights. Raises ValueError if the weights are not sparse."""
    if not isinstance(weights, SparseTensor):
        raise ValueError(
            "Argument `weights` must be a SparseTensor if `values` is a SparseTensor. Received "
            f"weights={weights} of type: {type(weights).__name__}"
        )
    requirement = "'weights' and 'values' must have the same"
    assert_equal(weights.dense_shape, values.dense_shape, f"{requirement} dense shape.")
    assert_equal(weights.indices, values.indices, f"{requirement} indices.")
    return weights.values


def bincount(
    values: Any,
    weights: Any = None,
    axis: Any = 0,
    minlength: Any = None,
    maxlength: Any = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """Counts integers, or sums their weights. Implements `tf.sparse.bincount`.

    Args:
        values: non-negative integers, a dense or sparse tensor.
        weights: a weight for each value.
        axis: 0 to count in the whole tensor, -1 to count in each row.
        minlength: a lower bound of the size of the result.
        maxlength: integers from this on are ignored.
        binary_output: whether integers that occur count as 1.
        name: ignored.

    Returns:
        A sparse tensor.

    Raises:
        ValueError: for another axis, and for weights with `binary_output`.
        InvalidArgumentError: for negative integers.
    """
    if not isinstance(values, SparseTensor):
        values = to_tensor(values)
    if weights is not None and not isinstance(weights, SparseTensor):
        weights = to_tensor(weights)
    if weights is not None and binary_output:
        raise ValueError(
            "Arguments `binary_output` and `weights` are mutually exclusive. Please specify only "
            "one."
        )
    axis = 0 if axis is None else axis
    if axis not in (0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are currently supported."
        )
    limits = tuple(-1 if n is None else int(n) for n in (minlength, maxlength))
    if isinstance(values, SparseTensor):
        if weights is not None:
            weights = sparse_weights(values, weights)
        if axis == -1:
            weight_values = to_tensor([], values.dtype) if weights is None else weights
            parts = _sparse_counts(
                values.indices,
                values.values,
                values.dense_shape,
                weight_values,
                limits,
                binary_output,
            )
            return SparseTensor(*parts)
        values = values.values
    elif isinstance(weights, SparseTensor):
        raise ValueError(
            "Argument `weights` must be a tf.Tensor if `values` is a tf.Tensor. Received "
            f"weights={weights} of type: {type(weights).__name__}"
        )
    if axis == 0:
        values = reshape(values, [-1])
        weights = None if weights is None else reshape(weights, [-1])
    if weights is None:
        weights = to_tensor([], values.dtype)
    return SparseTensor(*_dense_counts(values, weights, limits, binary_output))
