"""Names that the expressions in `operations.txt` use besides the public functions."""

from __future__ import annotations

import math
from typing import Any

import tf_tape_compat as tf

from .._ops._support.arguments import op_error
from .._ops.array.unique import unique_slices as unique_slices
from .._ops.array.unique import unique_slices_with_counts as unique_slices_with_counts
from .._ops.array.where import select as select
from .._ops.image.encoding import encode_with_quality as encode_with_quality
from .._ops.image.projective_transforms import projective_transform as projective_transform
from .._ops.image.resizing import resize_operation as resize_operation
from .._ops.math.sorting import bucketize
from .._ops.nn.activation_gradients import deep_copy as deep_copy
from .._ops.nn.activation_gradients import leaky_relu_grad as leaky_relu_grad
from .._ops.nn.activation_gradients import relu6_grad as relu6_grad
from .._ops.nn.activation_gradients import relu_grad as relu_grad
from .._ops.nn.activation_gradients import snapshot as snapshot
from .._ops.nn.activation_gradients import softsign_grad as softsign_grad
from .._ops.nn.ctc_decoding import ctc_beam_search as ctc_beam_search
from .._ops.nn.ctc_decoding import ctc_greedy as ctc_greedy
from .._ops.nn.fused_batch_norm import fused_batch_norm as fused_batch_norm
from .._ops.random.gamma import gamma_sample_derivative as gamma_sample_derivative
from .._ops.random.seeds import UNSEEDED, Seeds
from .._ops.sparse.joining import count_sparse_output as count_sparse_output
from .._ops.sparse.joining import list_difference as list_difference
from .gradients import jvp as jvp
from .gradients import vjp as vjp
from .gradients import vjp_all
from .gradients import vjp_at_shape as vjp_at_shape
from .gradients import with_unregistered_gradient as with_unregistered_gradient
from .gradients import with_zero_gradients as with_zero_gradients
from .keyed_random import from_key as from_key
from .keyed_random import integers_from_key as integers_from_key
from .keyed_random import integers_from_seed as integers_from_seed
from .keyed_random import key_and_counter as key_and_counter

_SELU_SCALE = 1.0507009873554804934193349852946
_SELU = _SELU_SCALE * 1.6732632423543772848170429916717


def _paddings(padding: Any, explicit: Any) -> Any:
    """Explicit paddings as the public functions take them: pairs instead of a flat list."""
    if padding not in ("EXPLICIT", b"EXPLICIT"):
        return padding
    return [list(pair) for pair in zip(explicit[::2], explicit[1::2], strict=True)]


def _height_and_width(values: Any, data_format: str) -> Any:
    """The entries for height and width among one entry per dimension."""
    return values[2:] if data_format == "NCHW" else values[1:3]


def _size_list(value: Any) -> list[int]:
    """A tensor of sizes as a Python list."""
    return tf.convert_to_tensor(value).numpy().tolist()


def _is_float(value: Any) -> bool:
    return not tf.convert_to_tensor(value).dtype.is_integer


def _axes_except(value: Any, axis: int) -> list[int]:
    """All axes of a tensor except `axis`."""
    rank = len(tf.convert_to_tensor(value).shape)
    return [i for i in range(rank) if i != axis % rank]


# If the vectors are not requested, TensorFlow returns scalar zeros in their place.


def _svd(input: Any, compute_uv: bool, full_matrices: bool) -> Any:
    if compute_uv:
        return tf.linalg.svd(input, full_matrices)
    values = tf.linalg.svd(input, full_matrices, compute_uv=False)
    placeholder = tf.zeros([], values.dtype)
    return values, placeholder, placeholder


def _eigh(input: Any, compute_v: bool) -> Any:
    if compute_v:
        return tf.linalg.eigh(input)
    values = tf.linalg.eigvalsh(input)
    return values, tf.zeros([], values.dtype)


def _eig(input: Any, compute_v: bool) -> Any:
    if compute_v:
        return tf.linalg.eig(input)
    values = tf.linalg.eigvals(input)
    return values, tf.zeros([], values.dtype)


def _cross_entropy(features: Any, labels: Any) -> Any:
    # The second result is differentiable with respect to the features only.
    loss = tf.nn.softmax_cross_entropy_with_logits(labels, features)
    return loss, tf.nn.softmax(features) - tf.stop_gradient(labels)


def _sparse_cross_entropy(features: Any, labels: Any) -> Any:
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, features)
    soft = tf.nn.softmax(features)
    return loss, soft - tf.one_hot(labels, soft.shape[-1], dtype=soft.dtype)


def _sparse_components(sparse: Any) -> Any:
    """The indices, values and dense shape of a sparse tensor."""
    return sparse.indices, sparse.values, tf.convert_to_tensor(sparse.dense_shape)


def _row_splits_and_values(ragged: Any) -> Any:
    """The row splits and values of a ragged tensor with one ragged dimension."""
    return ragged.row_splits, ragged.values


def _unicode_decode_with_offsets(input: Any, *options: Any) -> Any:
    characters, starts = tf.strings.unicode_decode_with_offsets(input, *options)
    return characters.row_splits, characters.values, starts.values


def _none_if_empty(weights: Any) -> Any:
    """`weights` as a tensor, or None if it is empty: the operation's way to pass no weights."""
    weights = tf.convert_to_tensor(weights)
    return None if weights.shape.num_elements() == 0 else weights


def _matching_weights(values: Any, weights: Any) -> Any:
    weights = _none_if_empty(weights)
    if weights is None or not isinstance(values, tf.SparseTensor):
        return weights
    return values.with_values(weights)


def _sparse_component_lists(tensors: Any) -> Any:
    """The indices, values and dense shapes of several sparse tensors, as three lists."""
    return [list(column) for column in zip(*map(_sparse_components, tensors), strict=True)]


def _bincount(values: Any, size: Any, weights: Any, binary_output: Any) -> Any:
    axis = None if len(values.shape) < 2 else -1
    dtype = tf.convert_to_tensor(weights).dtype
    weights = _matching_weights(values, weights)
    return tf.math.bincount(
        values, weights, size, size, dtype, axis=axis, binary_output=binary_output
    )


def _set_operation(a: Any, b: Any, operation: Any, validate: bool) -> Any:
    name = tf.compat.as_text(operation)
    if name in ("a-b", "b-a"):
        return _sparse_components(tf.sets.difference(a, b, name == "a-b", validate))
    functions = {"intersection": tf.sets.intersection, "union": tf.sets.union}
    if name not in functions:
        raise op_error("DenseToDenseSetOperation", f"Invalid set_operation {name}.")
    return _sparse_components(functions[name](a, b, validate))


def _bucketize(input: Any, boundaries: Any) -> Any:
    return bucketize(input, [float(boundary) for boundary in boundaries])


def _concat_offsets(axis: Any, shapes: Any) -> Any:
    """The offset of each tensor in the concatenation of tensors of these shapes."""
    stacked = tf.stack(shapes)
    along = tf.one_hot(int(axis) % stacked.shape[1], stacked.shape[1], dtype=stacked.dtype)
    return tf.unstack(tf.cumsum(stacked * along, exclusive=True))


def _permute_by_layout(x: Any, source: Any, target: Any) -> Any:
    """One number (or pair) per axis, reordered from the layout `source` to `target`."""
    x = tf.convert_to_tensor(x)
    source, target = map(tf.compat.as_text, (source, target))
    if x.shape[0] == len(source) - 2:  # spatial axes only
        source, target = (f.replace("N", "").replace("C", "") for f in (source, target))
    return tf.gather(x, [source.index(axis) for axis in target])


def _map_axes(x: Any, source: Any, target: Any) -> Any:
    """Axis numbers of the layout `source`, as axis numbers of the layout `target`."""
    source, target = map(tf.compat.as_text, (source, target))
    x = tf.convert_to_tensor(x)
    table = tf.constant([target.index(axis) for axis in source], x.dtype)
    return tf.gather(table, tf.where(tf.less(x, 0), x + len(source), x))


def _unpadded_shape(input: Any, paddings: Any) -> Any:
    return tf.shape(input) - tf.reduce_sum(tf.cast(tf.convert_to_tensor(paddings), tf.int32), 1)


def _shape_with_rows(grad: Any, count: Any) -> Any:
    """The shape of `count` rows like those of `grad`."""
    return [count, *grad.shape[1:]]


def _scatter_by_argmax(input: Any, grad: Any, argmax: Any, with_batch: bool) -> Any:
    """Scatters `grad` to the positions from which max pooling took its values."""
    sizes: list[int] = _size_list(tf.shape(input))
    argmax = tf.convert_to_tensor(argmax)
    if not with_batch:
        image = math.prod(sizes[1:])
        offsets = tf.range(0, sizes[0] * image, image or 1, argmax.dtype)
        argmax = tf.add(argmax, tf.reshape(offsets, [-1, 1, 1, 1]))
    positions = tf.reshape(argmax, [-1, 1])
    flat = tf.scatter_nd(positions, tf.reshape(grad, [-1]), [math.prod(sizes)])
    return tf.reshape(flat, sizes)


def _sparse_reshape(indices: Any, shape: Any, new_shape: Any) -> Any:
    values = tf.zeros([len(tf.convert_to_tensor(indices))])
    reshaped = tf.sparse.reshape(tf.SparseTensor(indices, values, shape), new_shape)
    return reshaped.indices, tf.convert_to_tensor(reshaped.dense_shape)


def _sparse_to_dense(indices: Any, shape: Any, values: Any, default: Any, validate: bool) -> Any:
    """A dense tensor; indices of rank 0 or 1 index a vector, and a scalar value is broadcast."""
    indices = tf.cast(tf.convert_to_tensor(indices), tf.int64)
    rank = len(indices.shape)
    if rank < 2:
        indices = tf.reshape(indices, [-1, 1])
    count: Any = tf.shape(indices)
    values = tf.broadcast_to(values, count[:1])
    sparse = tf.SparseTensor(indices, values, tf.cast(tf.convert_to_tensor(shape), tf.int64))
    return tf.sparse.to_dense(sparse, default, validate)


def _non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any,
    score_threshold: Any,
    soft_nms_sigma: Any,
    pad: bool,
) -> Any:
    indices, selected_scores = tf.image.non_max_suppression_with_scores(
        boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma
    )
    valid = tf.size(indices)
    if pad:
        paddings = [[0, max_output_size - valid]]
        indices, selected_scores = tf.pad(indices, paddings), tf.pad(selected_scores, paddings)
    return indices, selected_scores, valid


def _batch_norm_grad(
    grad: Any,
    x: Any,
    scale: Any,
    mean: Any,
    variance: Any,
    epsilon: Any,
    layout: Any,
    training: bool,
) -> Any:
    """The gradients of batch normalization with respect to its input, scale and offset."""

    def normalized(x: Any, scale: Any, offset: Any) -> Any:
        y, *_ = fused_batch_norm(x, scale, offset, mean, variance, epsilon, 1.0, layout, training)
        return y

    scale = tf.convert_to_tensor(scale)
    sources = [tf.convert_to_tensor(x), scale, tf.zeros_like(scale)]
    empty = tf.zeros([0], tf.float32)
    return (*vjp_all(normalized, sources, grad), empty, empty)


def _broadcast_gradient_args(s0: Any, s1: Any) -> Any:
    """For each of two shapes, the axes of the broadcast shape that its gradient sums over."""
    shapes = [_size_list(s0), _size_list(s1)]
    rank = max(map(len, shapes))
    padded = [[1] * (rank - len(shape)) + shape for shape in shapes]
    dtype = next((value.dtype for value in (s0, s1) if hasattr(value, "dtype")), tf.int32)
    axes: tuple[list[int], list[int]] = ([], [])
    for axis, (one, two) in enumerate(zip(*padded, strict=True)):
        if one != two and 1 not in (one, two):
            raise op_error(
                "BroadcastGradientArgs", f"Incompatible shapes: {shapes[0]} vs. {shapes[1]}"
            )
        if shapes[0] == shapes[1]:
            break
        if one == 1:
            axes[0].append(axis)
        if two == 1:
            axes[1].append(axis)
    return tuple(tf.constant(numbers, dtype) for numbers in axes)


def _igamma_grad_a(a: Any, x: Any) -> Any:
    a, x = tf.convert_to_tensor(a), tf.convert_to_tensor(x)
    a, x = tf.broadcast_to(a, tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(x))), x
    return vjp(lambda each: tf.math.igamma(each, x), a, tf.ones_like(a))


def _seeds(seed: Any, seed2: Any) -> Any:
    """The seed that the public random functions take for an operation's two seeds."""
    return Seeds(seed, seed2, True) if seed or seed2 else UNSEEDED


def _with_index_dtype(values_and_indices: Any, dtype: Any) -> Any:
    """A pair of values and indices, with the indices cast to `dtype`."""
    values, indices = values_and_indices
    return values, tf.cast(indices, dtype)
