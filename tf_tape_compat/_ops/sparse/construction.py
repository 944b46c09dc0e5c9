"""Sparse tensors made, made dense, and brought into other shapes and orders."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.tensor.convert import INT32, INT64, to_tensor
from ..._core.tensor.static_args import static
from ..._core.tensor.tensor import EagerTensor
from ..._core.types.dtype import as_dtype
from ..._core.variables.sparse_tensor import SparseTensor
from .._support.arguments import brackets, invalid
from .._support.gradient_rules import refuse_gradient, with_gradient
from .._support.unsigned import modular
from ..array.creation import fill, ones, zeros, zeros_like
from ..array.gathering import gather, gather_nd
from ..array.identity import identity
from ..array.joining import concat as concat_dense
from ..array.joining import stack
from ..array.masking import where
from ..array.ranges import range as count_up
from ..array.shaping import shape as shape_of
from ..array.slicing import slice as slice_dense
from ..math.casting import cast
from ..math.comparison import not_equal
from ..math.elementwise import maximum, minimum
from ..math.reductions import reduce_max
from .indices import check_bounds, check_order, check_parts, joined, keys, offsets, sparse, take

_FLOAT32 = as_dtype("float32")
_INTEGRAL = (int, np.integer)


def _int64(value: Any, name: str) -> Any:
    if isinstance(value, _INTEGRAL):
        return to_tensor(value, INT64)
    if not isinstance(value, EagerTensor):
        raise TypeError(f"{name} must be an integer value")
    return value if value.dtype is INT64 else cast(value, INT64)


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """The sparse tensor of the elements that are not 0; answers for `tf.sparse.from_dense`.

    Of strings those that are not empty, of booleans those that are True.
    """
    tensor = to_tensor(tensor)
    indices = where(not_equal(tensor, zeros_like(tensor)))
    return SparseTensor(indices, gather_nd(tensor, indices), shape_of(tensor, out_type=INT64))


def eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = _FLOAT32, name: str | None = None
) -> SparseTensor:
    """A sparse matrix with ones on its diagonal; answers for `tf.sparse.eye`.

    Square unless `num_columns` is given. Raises TypeError for sizes that are no integers.
    """
    num_rows = _int64(num_rows, "num_rows")
    num_columns = num_rows if num_columns is None else _int64(num_columns, "num_columns")
    size = minimum(num_rows, num_columns)
    along = count_up(size, dtype=INT64)
    return SparseTensor(
        stack([along, along], axis=1), ones([size], dtype=dtype), [num_rows, num_columns]
    )


# -- to dense -----------------------------------------------------------------------------------


def _to_dense_gradient(
    grad: torch.Tensor,
    y: torch.Tensor,
    values: torch.Tensor,
    default: torch.Tensor,
    where_to: torch.Tensor,
    *_: Any,
) -> tuple[torch.Tensor, torch.Tensor, None]:
    # Of elements that were overwritten, too.
    chosen = grad.reshape(-1)[where_to]
    return chosen, grad.sum() - chosen.sum(), None


@modular
@with_gradient(_to_dense_gradient)
def _filled(values: Any, default: Any, where_to: torch.Tensor, sizes: Any) -> Any:
    out = default.new_empty(math.prod(sizes)).copy_(default)
    if not _repeated(where_to):
        return out.index_put((where_to,), values).reshape(sizes)
    # The last one counts.
    last = torch.zeros_like(out, dtype=torch.int64)
    last.scatter_reduce_(0, where_to, torch.arange(len(where_to), device=out.device), "amax")
    return out.index_put((where_to,), values[last[where_to]]).reshape(sizes)


def _repeated(where_to: torch.Tensor) -> bool:
    return len(torch.unique(where_to)) < len(where_to)


@op(
    "SparseToDense", "sparse_indices:Tindices output_shape:Tindices sparse_values:T default_value:T"
)
def _to_dense(
    sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any, validate: bool
) -> Any:
    sizes = output_shape.tolist()
    if default_value.ndim:
        raise invalid("default_value should be a scalar.")
    if any(size < 0 for size in sizes):
        raise invalid(f"Dimension {min(sizes)} must be >= 0")
    check_bounds(sparse_indices, sizes)
    if validate:
        check_order(sparse_indices)
    where_to = offsets(sparse_indices, sizes)
    if isinstance(sparse_values, np.ndarray):
        out = np.full(math.prod(sizes), default_value[()], object)
        out[where_to.numpy()] = sparse_values
        return out.reshape(sizes)
    return _filled(sparse_values, default_value, where_to, sizes)


def to_dense(
    sp_input: Any,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> Any:
    """The tensor with `default_value`, or 0, where there is no element.

    Answers for `tf.sparse.to_dense`. Raises InvalidArgumentError for positions outside of the
    shape and, with `validate_indices`, for those that are repeated or not in order.
    """
    sp_input = sparse(sp_input)
    if default_value is None:
        default_value = zeros([], dtype=sp_input.dtype)
    return _to_dense(
        sp_input.indices, sp_input.dense_shape, sp_input.values, default_value, validate_indices
    )


def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Any:
    """A boolean tensor, True where the last coordinate is one of the row's ids.

    The values are the ids; `[..., n]` becomes `[..., vocab_size]`. Answers for
    `tf.sparse.to_indicator`. Raises InvalidArgumentError for ids outside of the vocabulary.
    """
    sp_input = sparse(sp_input)
    if not isinstance(vocab_size, (EagerTensor, *_INTEGRAL)):
        raise TypeError(f"vocab_size has to be a Tensor or Python int. Found {type(vocab_size)}")
    ids = cast(sp_input.values, INT64)
    indices = concat_dense([sp_input.indices[:, :-1], ids[:, None]], 1)
    shape = concat_dense([sp_input.dense_shape[:-1], [cast(vocab_size, INT64)]], 0)
    found = reorder(SparseTensor(indices, fill([ids._t.shape[0]], True), shape))
    return to_dense(found, False, False)


# -- order and shape ----------------------------------------------------------------------------


@op("SparseReorder", "input_indices input_values input_shape")
def _reorder(input_indices: Any, input_values: Any, input_shape: Any) -> Any:
    check_parts(input_indices, input_values, input_shape)
    order = torch.argsort(keys(input_indices), stable=True)
    return [input_indices[order], take(input_values, order)]


def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The elements in row-major order of their positions; answers for `tf.sparse.reorder`."""
    sp_input = sparse(sp_input)
    indices, values = _reorder(*sp_input._parts)
    return SparseTensor(indices, values, identity(sp_input.dense_shape))


@op("SparseReshape", "input_indices input_shape new_shape", unrecorded=True)
def _reshape(input_indices: Any, input_shape: Any, new_shape: Any) -> Any:
    if new_shape.ndim != 1:
        raise invalid(
            f"Target shape should be a vector but received shape {brackets(new_shape.shape)}"
        )
    sizes = check_parts(input_indices, None, input_shape)
    wanted = new_shape.tolist()
    unknown = [i for i, size in enumerate(wanted) if size == -1]
    if len(unknown) > 1:
        raise invalid(
            f"only one output dimension may be -1, not both {unknown[0]} and {unknown[1]}"
        )
    for i, size in enumerate(wanted):
        if size < -1:
            raise invalid(f"size {i} must be non-negative, not {size}")
    total = math.prod(sizes)
    if unknown:
        known = math.prod(size for size in wanted if size != -1)
        if known == 0:
            raise invalid(
                "reshape cannot infer the missing input size for an empty tensor unless all "
                "specified input sizes are non-zero"
            )
        if total % known:
            raise invalid(
                f"Input to reshape is a SparseTensor with {total} dense values, but the requested "
                f"shape requires a multiple of {known}. input_shape={brackets(sizes)} "
                f"output_shape= {brackets(wanted)}"
            )
        wanted[unknown[0]] = total // known
    if math.prod(wanted) != total:
        raise invalid(
            f"Input to reshape is a tensor with {total} dense values, but the requested shape has "
            f"{math.prod(wanted)}. input_shape={brackets(sizes)} output_shape={brackets(wanted)}"
        )
    flat = offsets(input_indices, sizes)
    found = []
    for size in wanted[::-1]:
        found.append(flat % max(size, 1))
        flat = flat // max(size, 1)
    indices = torch.stack(found[::-1], 1) if found else flat.new_zeros(len(flat), 0)
    return [indices, new_shape.new_tensor(wanted)]


def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same elements in another shape, of which one size may be -1.

    Answers for `tf.sparse.reshape`. Raises InvalidArgumentError if the numbers of elements differ.
    """
    sp_input = sparse(sp_input)
    shape = cast(shape, INT64)
    indices, sizes = _reshape(sp_input.indices, sp_input.dense_shape, shape)
    return SparseTensor(indices, identity(sp_input.values), sizes)


def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The dimensions in the order `perm`, or in reverse; answers for `tf.sparse.transpose`."""
    if perm is None:
        perm = list(range(sp_input.shape.rank))[::-1]
    indices = gather(sp_input.indices, perm, axis=1)
    sizes = sp_input.shape.as_list()
    moved = [sizes[axis] for axis in static(perm)]
    moved += sizes[len(moved) :]
    return reorder(SparseTensor(indices, sp_input.values, moved))


def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """A dimension of size 1 put in before `axis`, or at the end; for `tf.sparse.expand_dims`.

    Raises TypeError for an axis that is no integer.
    """
    rank = sp_input.dense_shape._t.shape[0]
    axis = -1 if axis is None else axis
    if isinstance(axis, _INTEGRAL):
        axis = to_tensor(int(axis), INT32)
    elif not isinstance(axis, EagerTensor):
        raise TypeError(
            "axis must be an integer value in range [-rank(sp_input) - 1, rank(sp_input)]"
        )
    axis = where(axis >= 0, axis, axis + rank + 1)
    indices, shape = sp_input.indices, sp_input.dense_shape
    column = zeros([indices._t.shape[0], 1], dtype=INT64)
    before = slice_dense(indices, [0, 0], [-1, axis])
    after = slice_dense(indices, [0, axis], [-1, -1])
    sizes = [
        slice_dense(shape, [0], [axis]),
        to_tensor([1], INT64),
        slice_dense(shape, [axis], [-1]),
    ]
    return SparseTensor(
        concat_dense([before, column, after], 1), sp_input.values, concat_dense(sizes, 0)
    )


# -- choice of elements -------------------------------------------------------------------------


def _chosen_gradient(
    grad: torch.Tensor, y: torch.Tensor, values: torch.Tensor, index: torch.Tensor, operation: str
) -> tuple[torch.Tensor, None]:
    found = torch.zeros_like(values).index_put((index,), grad)
    return refuse_gradient(operation, grad, found), None


@with_gradient(_chosen_gradient)
def _chosen(values: Any, index: torch.Tensor, operation: str) -> Any:
    """Elements, none of them twice; `operation` is their gradient's, which has none itself."""
    return take(values, index)


def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which the vector `to_retain` is True; answers for `tf.sparse.retain`.

    Raises ValueError if its length is not the number of elements.
    """
    sp_input = sparse(sp_input)
    to_retain = to_tensor(to_retain)
    to_retain.shape.assert_has_rank(1)
    count = sp_input.values.shape.dims[0]
    count.assert_is_compatible_with(to_retain.shape.dims[0])
    chosen = where(to_retain)[:, 0]
    return SparseTensor(
        gather(sp_input.indices, chosen),
        gather(sp_input.values, chosen),
        identity(sp_input.dense_shape),
    )


def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a larger shape, or the smallest that holds them.

    Answers for `tf.sparse.reset_shape`. Raises ValueError for a shape that is smaller.
    """
    sp_input = sparse(sp_input)
    indices, values = identity(sp_input.indices), identity(sp_input.values)
    if new_shape is None:
        size = maximum(to_tensor(0, INT64), reduce_max(indices, axis=0) + to_tensor(1, INT64))
        return SparseTensor(indices, values, size)
    new_shape = to_tensor(new_shape)
    new_shape.shape.assert_has_rank(1)
    new_shape = cast(new_shape, INT64)
    rank = sp_input.dense_shape.shape.dims[0]
    new_shape.shape.dims[0].assert_is_compatible_with(rank)
    old, new = sp_input.shape.as_list(), static(new_shape)
    if any(a > b for a, b in zip(old, new, strict=True)):
        raise ValueError(
            "Requested new_shape should have dimension sizes >= sp_input.shape.  Found new_shape "
            f"({old}), sp_input.shape ({new})."
        )
    return SparseTensor(indices, values, new_shape)


@op("SparseSlice", "indices values shape start size")
def _slice(indices: Any, values: Any, shape: Any, start: Any, size: Any) -> Any:
    sizes = check_parts(indices, values, shape)
    for what, given in (("start", start), ("size", size)):
        if given.ndim != 1:
            raise invalid(
                f"Input {what} should be a vector but received shape {brackets(given.shape)}"
            )
        if len(given) != len(sizes):
            raise invalid(
                f"Expected {what} to be a vector of length {len(sizes)} but got length {len(given)}"
            )
    if bool((size < 0).any()):
        raise invalid(f"size must not be negative: {size.tolist()}")
    end = start + size
    chosen = ((indices >= start) & (indices < end)).all(1).nonzero()[:, 0]
    left = torch.minimum(size, (shape - start).clamp(min=0))
    return [indices[chosen] - start, _chosen(values, chosen, "SparseSliceGrad"), left]


def slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The block of `size` that begins at `start`; answers for `tf.sparse.slice`."""
    sp_input = sparse(sp_input)
    start, size = to_tensor(start, INT64), to_tensor(size, INT64)
    return SparseTensor(
        *_slice(sp_input.indices, sp_input.values, sp_input.dense_shape, start, size)
    )


@op("SparseFillEmptyRows", "indices values dense_shape default_value")
def _fill_empty_rows(indices: Any, values: Any, dense_shape: Any, default_value: Any) -> Any:
    sizes = check_parts(indices, values, dense_shape)
    if default_value.ndim:
        raise invalid(f"default_value must be a scalar, got {brackets(default_value.shape)}")
    if not sizes:
        raise invalid("Dense shape cannot be empty.")
    rows, where_to = sizes[0], indices[:, 0]
    if rows == 0 and len(indices):
        raise invalid(
            f"Received SparseTensor with dense_shape[0] = 0 but indices.shape[0] = {len(indices)}"
        )
    bad = (where_to < 0) | (where_to >= rows)
    if bool(bad.any()):
        row = int(bad.nonzero()[0, 0])
        raise invalid(f"indices({row}, 0) is invalid: {int(where_to[row])} >= {rows}")
    empty = torch.ones(rows, dtype=torch.bool, device=indices.device)
    empty[where_to] = False
    absent = empty.nonzero()
    added = torch.nn.functional.pad(absent, (0, len(sizes) - 1))
    order = torch.argsort(torch.cat([where_to, absent[:, 0]]), stable=True)
    if isinstance(values, np.ndarray):
        default: Any = np.full(len(absent), default_value[()], object)
    else:
        default = default_value.expand(len(absent))
    both = joined([values, default])
    found = _chosen(both, order, "SparseFillEmptyRowsGrad")
    return [torch.cat([indices, added])[order], found, empty]


def fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Any]:
    """The sparse tensor with `default_value` at the beginning of each row that has no element.

    And a boolean vector that says which rows those are. Answers for `tf.sparse.fill_empty_rows`.
    """
    sp_input = sparse(sp_input)
    default_value = to_tensor(default_value, sp_input.dtype)
    indices, values, empty = _fill_empty_rows(
        sp_input.indices, sp_input.values, sp_input.dense_shape, default_value
    )
    return SparseTensor(indices, values, sp_input.dense_shape), empty
