"""Nodes of graphs here as functions of operations that TensorFlow has.

A function is one node here if it is defined as one operation, or if it needs a size or value that
is not known while tracing. Functions here have the parameters of that function, and are traced when
the node is saved. A key is the type of the node; with several functions of one type, the name of
the function's definition follows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import tf_tape_compat

from .._ops.array import joining

# Its functions take symbolic tensors, whose operators are not those of eager ones to mypy.
tf: Any = tf_tape_compat

DECOMPOSITIONS: dict[str, Callable[..., Any]] = {}


def _decomposes(*operations: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        for operation in operations:
            DECOMPOSITIONS[operation] = function
        return function

    return register


def _number(value: Any, like: Any) -> Any:
    return tf.constant(value, like.dtype)


# -- element-wise ----------------------------------------------------------------------------------


@_decomposes("Erfc:_gelu")
def _gelu(features: Any, approximate: bool) -> Any:
    half, one = _number(0.5, features), _number(1.0, features)
    if approximate:
        scale = _number(math.sqrt(2 / math.pi), features)
        cubic = _number(0.044715, features) * features * features * features
        return half * features * (one + tf.tanh(scale * (features + cubic)))
    return half * features * (one + tf.math.erf(features * _number(math.sqrt(0.5), features)))


@_decomposes("Sigmoid:_silu_op")
def _silu(features: Any) -> Any:
    return features * tf.sigmoid(features)


@_decomposes("Sigmoid:_swish_op")
def _swish(features: Any, beta: Any) -> Any:
    return features * tf.sigmoid(features * tf.cast(beta, features.dtype))


@_decomposes("Softplus:log_sigmoid")
def _log_sigmoid(x: Any, name: Any = None) -> Any:
    return -tf.math.softplus(-x)


@_decomposes("SigmoidCrossEntropyWithLogits")
def _sigmoid_cross_entropy(labels: Any = None, logits: Any = None, name: Any = None) -> Any:
    return _logistic_loss(logits, labels)


@_decomposes("Softplus:_logistic_loss")
def _logistic_loss(logits: Any, labels: Any) -> Any:
    is_positive = logits >= 0
    positive = tf.where(is_positive, logits, tf.zeros_like(logits))
    size = tf.where(is_positive, -logits, logits)
    return positive - logits * labels + tf.math.log1p(tf.exp(size))


@_decomposes("WeightedCrossEntropyWithLogits")
def _weighted_cross_entropy(labels: Any, logits: Any, pos_weight: Any, name: Any = None) -> Any:
    return _weighted_loss(logits, labels, pos_weight)


@_decomposes("Softplus:_weighted_loss")
def _weighted_loss(logits: Any, labels: Any, weight: Any) -> Any:
    one = _number(1.0, logits)
    factor = one + (weight - one) * labels
    positive = tf.maximum(-logits, tf.zeros_like(logits))
    return (one - labels) * logits + factor * (tf.math.softplus(-tf.abs(logits)) + positive)


@_decomposes("OnesLike:")
def _ones_of_type(input: Any, dtype: Any = None, name: Any = None, layout: Any = None) -> Any:
    return _full_like(1, input, dtype)


@_decomposes("ZerosLike:")
def _zeros_of_type(input: Any, dtype: Any = None, name: Any = None, layout: Any = None) -> Any:
    return _full_like(0, input, dtype)


def _full_like(number: int, tensor: Any, dtype: Any) -> Any:
    item = np.array(number, tf.as_dtype(dtype or tensor.dtype).as_numpy_dtype)
    return tf.broadcast_to(tf.constant(item), tf.shape(tensor))


@_decomposes("DivNoNan:_reciprocal_no_nan")
def _reciprocal_no_nan(x: Any, name: Any = None) -> Any:
    return tf.math.divide_no_nan(tf.ones_like(x), x)


@_decomposes("LogicalOr:logical_xor", "LogicalOr:bitwise_xor")
def _logical_xor(x: Any, y: Any, name: Any = None) -> Any:
    return tf.logical_and(tf.logical_or(x, y), tf.logical_not(tf.logical_and(x, y)))


@_decomposes("Mul:_multiply_booleans")
def _multiply_booleans(x: Any, y: Any) -> Any:
    return tf.logical_and(x, y)


@_decomposes("RealDiv:_quotient_of_integers")
def _quotient_of_integers(x: Any, y: Any, name: Any = None) -> Any:
    dtype = tf.float32 if x.dtype.size <= 2 else tf.float64
    return tf.cast(x, dtype) / tf.cast(y, dtype)


@_decomposes("Ndtri:_erfcinv")
def _erfcinv(x: Any, name: Any = None) -> Any:
    return -tf.math.ndtri(_number(0.5, x) * x) * _number(math.sqrt(0.5), x)


@_decomposes("Minimum:_clip_to_numbers")
def _clip(t: Any, low: Any, high: Any, name: Any = None) -> Any:
    return tf.maximum(tf.minimum(t, tf.cast(high, t.dtype)), tf.cast(low, t.dtype))


@_decomposes("SelectV2:_where_kept")
def _where_kept(x: Any, mask: Any) -> Any:
    return tf.where(mask, x, tf.zeros([], x.dtype))


# -- along axes ------------------------------------------------------------------------------------


@_decomposes("SoftmaxCrossEntropyWithLogits:_distribution_loss")
def _distribution_loss(logits: Any, labels: Any, axis: Any = -1) -> Any:
    return -tf.reduce_sum(labels * tf.nn.log_softmax(logits, axis), axis)


@_decomposes("SoftmaxCrossEntropyWithLogits")
def _softmax_cross_entropy(labels: Any, logits: Any, axis: Any = -1, name: Any = None) -> Any:
    return _distribution_loss(logits, labels, axis)


@_decomposes("SparseSoftmaxCrossEntropyWithLogits")
def _sparse_cross_entropy(labels: Any, logits: Any, name: Any = None) -> Any:
    return _sparse_loss(labels, logits)


@_decomposes("SparseSoftmaxCrossEntropyWithLogits:_sparse_loss")
def _sparse_loss(labels: Any, logits: Any) -> Any:
    rank = labels.shape.rank
    return -tf.gather(tf.nn.log_softmax(logits), labels, axis=rank, batch_dims=rank)


@_decomposes("Max:reduce_logsumexp")
def _logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None
) -> Any:
    x = input_tensor
    largest = tf.stop_gradient(tf.reduce_max(x, axis, keepdims=True))
    finite = tf.where(tf.math.is_finite(largest), largest, tf.zeros_like(largest))
    total = tf.math.log(tf.reduce_sum(tf.exp(x - finite), axis, keepdims=True)) + finite
    return total if keepdims else _squeezed(total, axis)


def _squeezed(x: Any, axis: Any) -> Any:
    if axis is not None:
        return tf.squeeze(x, axis)
    return tf.reshape(x, [])


@_decomposes("Mean:reduce_variance")
def _variance(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> Any:
    mean = tf.reduce_mean(input_tensor, axis, keepdims=True)
    difference = input_tensor - mean
    return tf.reduce_mean(tf.square(difference), axis, keepdims=keepdims)


@_decomposes("Mean:reduce_std")
def _std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> Any:
    return tf.sqrt(_variance(input_tensor, axis, keepdims))


@_decomposes("Square:l2_normalize")
def _l2_normalize(
    x: Any, axis: Any = None, epsilon: Any = 1e-12, name: Any = None, dim: Any = None
) -> Any:
    axis = dim if axis is None else axis
    total = tf.reduce_sum(tf.square(x), axis, keepdims=True)
    return x * tf.math.rsqrt(tf.maximum(total, tf.cast(epsilon, x.dtype)))


@_decomposes("Identity:norm")
def _norm(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, keepdims: Any = None, name: Any = None
) -> Any:
    keepdims = bool(keepdims)
    x = tf.abs(tensor)
    if isinstance(axis, (list, tuple)) and len(axis) == 2 and ord not in ("euclidean", "fro"):
        raise NotImplementedError("tf.saved_model.save: the norm of a matrix")
    if ord in ("euclidean", "fro", 2):
        return tf.sqrt(tf.reduce_sum(x * x, axis, keepdims=keepdims))
    if ord == 1:
        return tf.reduce_sum(x, axis, keepdims=keepdims)
    if ord == math.inf:
        return tf.reduce_max(x, axis, keepdims=keepdims)
    order = _number(float(ord), x)
    return tf.pow(tf.reduce_sum(tf.pow(x, order), axis, keepdims=keepdims), 1.0 / order)


@_decomposes("Sqrt:_clip_by_norm")
def _clip_by_norm(values: Any, clip_norm: Any, axes: Any, name: Any = None) -> Any:
    total = tf.reduce_sum(values * values, axes, keepdims=True)
    norm = tf.sqrt(tf.where(total > 0, total, tf.ones_like(total)))
    norm = tf.where(total > 0, norm, total)
    limit = tf.cast(clip_norm, values.dtype)
    return values * limit / tf.maximum(norm, limit)


@_decomposes("NotEqual:count_nonzero")
def _count_nonzero(
    input: Any, axis: Any = None, keepdims: Any = None, dtype: Any = tf.int64, name: Any = None
) -> Any:
    counted = tf.cast(tf.not_equal(input, tf.zeros([], input.dtype)), tf.int64)
    return tf.cast(tf.reduce_sum(counted, axis, keepdims=bool(keepdims)), dtype)


@_decomposes("NotEqual:zero_fraction")
def _zero_fraction(value: Any, name: Any = None) -> Any:
    zeros = tf.cast(tf.equal(value, tf.zeros([], value.dtype)), tf.float32)
    return tf.reduce_mean(zeros)


# -- matrices --------------------------------------------------------------------------------------


@_decomposes("MatMul:matvec")
def _matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: Any = None,
) -> Any:
    column = tf.expand_dims(b, -1)
    return tf.squeeze(tf.matmul(a, column, transpose_a=transpose_a, adjoint_a=adjoint_a), [-1])


@_decomposes("MatMul:_tensordot", "BatchMatMulV2:_tensordot")
def _contract(a: Any, b: Any, left: Any, right: Any) -> Any:
    left = [axis % a.shape.rank for axis in left]
    right = [axis % b.shape.rank for axis in right]
    free_a = [i for i in range(a.shape.rank) if i not in left]
    free_b = [i for i in range(b.shape.rank) if i not in right]
    sizes_a, sizes_b = tf.shape(a), tf.shape(b)
    count = tf.reduce_prod(_selected(sizes_a, left))
    rows = tf.reshape(tf.transpose(a, free_a + left), tf.stack([-1, count]))
    columns = tf.reshape(tf.transpose(b, right + free_b), tf.stack([count, -1]))
    shape = tf.concat([_selected(sizes_a, free_a), _selected(sizes_b, free_b)], 0)
    return tf.reshape(tf.matmul(rows, columns), shape)


def _selected(sizes: Any, axes: list[int]) -> Any:
    return tf.gather(sizes, tf.constant(axes, tf.int32))


@_decomposes("Tensordot")
def _tensordot(a: Any, b: Any, axes: Any, name: Any = None) -> Any:
    a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
    return _contract(a, b, *_contracted(a, axes))


def _contracted(a: Any, axes: Any) -> tuple[list[int], list[int]]:
    if isinstance(axes, int):
        return list(range(a.shape.rank - axes, a.shape.rank)), list(range(axes))
    left, right = ([x] if isinstance(x, int) else list(x) for x in axes)
    return left, right


@_decomposes("Transpose:matrix_transpose")
def _matrix_transpose(a: Any, name: Any = None, conjugate: bool = False) -> Any:
    rank = a.shape.rank
    order = [*range(rank - 2), rank - 1, rank - 2]
    transposed = tf.transpose(a, order)
    return tf.math.conj(transposed) if conjugate else transposed


@_decomposes("Transpose:adjoint")
def _adjoint(matrix: Any, name: Any = None) -> Any:
    return _matrix_transpose(matrix, conjugate=True)


@_decomposes("Sum:trace")
def _trace(x: Any, name: Any = None) -> Any:
    return tf.reduce_sum(tf.linalg.diag_part(x), -1)


@_decomposes("Cholesky:logdet")
def _logdet(matrix: Any, name: Any = None) -> Any:
    diagonal = tf.math.real(tf.linalg.diag_part(tf.linalg.cholesky(matrix)))
    return _number(2.0, diagonal) * tf.reduce_sum(tf.math.log(diagonal), -1)


@_decomposes("MatrixTriangularSolve:cholesky_solve")
def _cholesky_solve(chol: Any, rhs: Any, name: Any = None) -> Any:
    return tf.linalg.triangular_solve(chol, tf.linalg.triangular_solve(chol, rhs), adjoint=True)


# -- the elements of arrays ------------------------------------------------------------------------


@_decomposes("Stack")
def _stack(values: Any, axis: Any = 0, name: Any = None) -> Any:
    return joining._pack(list(values), axis)


@_decomposes("BooleanMask", "GatherV2:_boolean_mask")
def _boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: Any = None) -> Any:
    axis = axis or 0
    rank = mask.shape.rank
    sizes = tf.shape(tensor)
    shape = tf.concat([sizes[:axis], tf.constant([-1]), sizes[axis + rank :]], 0)
    flat = tf.reshape(tensor, shape)
    return tf.gather(flat, tf.squeeze(tf.where(tf.reshape(mask, [-1])), [1]), axis=axis)


@_decomposes("Less:_sequence_mask")
def _sequence_mask(lengths: Any, maxlen: Any) -> Any:
    if maxlen is None:
        maxlen = tf.maximum(tf.reduce_max(lengths), tf.zeros([], lengths.dtype))
    row = tf.range(tf.zeros([], lengths.dtype), tf.cast(maxlen, lengths.dtype))
    return row < tf.expand_dims(lengths, -1)


@_decomposes("Tile:_repeat", "Repeat")
def _repeat(input: Any, repeats: Any, axis: Any = None, name: Any = None) -> Any:
    input = tf.convert_to_tensor(input)
    if axis is None:
        input, axis = tf.reshape(input, [-1]), 0
    axis = axis % input.shape.rank
    size = tf.shape(input)[axis]
    counts = tf.broadcast_to(tf.cast(repeats, tf.int32), tf.stack([size]))
    ends = tf.cumsum(counts)
    positions = tf.range(tf.reduce_sum(counts))
    indices = tf.searchsorted(ends, positions, side="right")
    return tf.gather(input, indices, axis=axis)


def _sorted(values: Any, axis: int, descending: bool) -> tuple[Any, Any]:
    """The values in order along an axis, and their indices."""
    axis = axis % values.shape.rank

    def sort(x: Any) -> tuple[Any, Any]:
        size = tf.shape(x)[-1]
        if descending:
            return tuple(tf.math.top_k(x, size))
        if x.dtype.is_integer:
            top, indices = tf.math.top_k(tf.bitwise.invert(x), size)
            return tf.bitwise.invert(top), indices
        top, indices = tf.math.top_k(-x, size)
        return -top, indices

    rank = values.shape.rank
    order = [i for i in range(rank) if i != axis] + [axis]
    if order == list(range(rank)):
        return sort(values)
    inverse = [order.index(i) for i in range(rank)]
    ordered, indices = sort(tf.transpose(values, order))
    return tf.transpose(ordered, inverse), tf.transpose(indices, inverse)


@_decomposes("TopKV2:_sort")
def _sort(values: Any, axis: int, descending: bool) -> Any:
    return _sorted(values, axis, descending)[0]


@_decomposes("TopKV2:_sort_with_indices")
def _sort_with_indices(values: Any, axis: int, descending: bool) -> Any:
    return _sorted(values, axis, descending)


@_decomposes("Argsort")
def _argsort(
    values: Any, axis: int = -1, direction: str = "ASCENDING", stable: Any = False, name: Any = None
) -> Any:
    return _sorted(values, axis, direction == "DESCENDING")[1]


@_decomposes("Sub:_linspace", "Linspace")
def _linspace(
    start: Any, stop: Any, delta: Any = 50, count: Any = None, axis: Any = 0, name: Any = None
) -> Any:
    count = delta if count is None else count
    start, stop = tf.convert_to_tensor(start), tf.convert_to_tensor(stop)
    if start.shape.rank or stop.shape.rank or axis not in (0, -1):
        raise NotImplementedError("tf.saved_model.save: tf.linspace of tensors")
    steps = tf.cast(tf.range(count), start.dtype)
    divisor = tf.cast(tf.maximum(tf.convert_to_tensor(count) - 1, 1), start.dtype)
    return start + (stop - start) / divisor * steps


@_decomposes("RaggedToTensor")
def _ragged_to_tensor(
    ragged: Any, default_value: Any = None, name: Any = None, shape: Any = None
) -> Any:
    if ragged.ragged_rank != 1 or ragged.flat_values.shape.rank != 1:
        raise NotImplementedError("tf.saved_model.save: RaggedTensor.to_tensor of several ranks")
    values, splits = ragged.flat_values, ragged.row_splits
    lengths = splits[1:] - splits[:-1]
    width = tf.reduce_max(tf.concat([lengths, tf.zeros([1], lengths.dtype)], 0))
    if shape is not None:
        raise NotImplementedError("tf.saved_model.save: RaggedTensor.to_tensor with a shape")
    columns = tf.range(width)
    places = tf.expand_dims(splits[:-1], 1) + columns
    inside = columns < tf.expand_dims(lengths, 1)
    padded = tf.concat([values, tf.zeros([1], values.dtype)], 0)
    taken = tf.gather(padded, tf.where(inside, places, tf.zeros_like(places)))
    default = tf.zeros([], values.dtype) if default_value is None else default_value
    return tf.where(inside, taken, tf.cast(default, values.dtype))


# -- signals ---------------------------------------------------------------------------------------


@_decomposes("GatherV2:_frames")
def _frames(signal: Any, length: int, step: int, count: int, axis: int) -> Any:
    starts = step * tf.range(count)
    return tf.gather(signal, starts[:, tf.newaxis] + tf.range(length), axis=axis)
