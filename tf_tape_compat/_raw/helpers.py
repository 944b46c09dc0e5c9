"""What the expressions in operations.txt need besides the public functions."""

from __future__ import annotations

import math
from typing import Any

import tf_tape_compat as tf

from .._ops.nn.activation_gradients import deep_copy as deep_copy
from .._ops.nn.activation_gradients import leaky_relu_grad as leaky_relu_grad
from .._ops.nn.activation_gradients import relu6_grad as relu6_grad
from .._ops.nn.activation_gradients import relu_grad as relu_grad
from .._ops.nn.activation_gradients import snapshot as snapshot
from .._ops.nn.activation_gradients import softsign_grad as softsign_grad
from .._ops.nn.ctc_decoding import ctc_greedy as ctc_greedy
from .._ops.nn.ctc_decoding import ctc_searched as ctc_searched
from .._ops.nn.fused_batch_norm import fused_batch_norm as fused_batch_norm
from .._ops.random.seeds import UNSEEDED, Seeds
from .._ops.sparse.joining import list_difference as list_difference
from .keyed import from_key as from_key
from .keyed import integers_from_key as integers_from_key
from .keyed import key_and_counter as key_and_counter
from .pulling import linked as linked
from .pulling import pull as pull
from .pulling import pull_all
from .pulling import pull_at as pull_at
from .pulling import push as push
from .pulling import unregistered as unregistered

_SELU_SCALE = 1.0507009873554804934193349852946
_SELU = _SELU_SCALE * 1.6732632423543772848170429916717


def _paddings(padding: Any, explicit: Any) -> Any:
    """A padding as the public functions take it: pairs in place of a row of numbers."""
    if padding not in ("EXPLICIT", b"EXPLICIT"):
        return padding
    return [list(pair) for pair in zip(explicit[::2], explicit[1::2], strict=True)]


def _inner(values: Any, data_format: str) -> Any:
    """Of four numbers those of the height and the width."""
    return values[2:] if data_format == "NCHW" else values[1:3]


def _list(value: Any) -> list[int]:
    """A tensor of sizes as a list."""
    return tf.convert_to_tensor(value).numpy().tolist()


def _is_float(value: Any) -> bool:
    return not tf.convert_to_tensor(value).dtype.is_integer


def _all_but(value: Any, axis: int) -> list[int]:
    """The axes of a tensor but for one."""
    rank = len(tf.convert_to_tensor(value).shape)
    return [i for i in range(rank) if i != axis % rank]


# Where no vectors are asked for, TensorFlow's tensors in their place are scalars.


def _svd(input: Any, compute_uv: bool, full_matrices: bool) -> Any:
    if compute_uv:
        return tf.linalg.svd(input, full_matrices)
    values = tf.linalg.svd(input, full_matrices, compute_uv=False)
    nothing = tf.zeros([], values.dtype)
    return values, nothing, nothing


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
    # The second result has a gradient by the features alone.
    loss = tf.nn.softmax_cross_entropy_with_logits(labels, features)
    return loss, tf.nn.softmax(features) - tf.stop_gradient(labels)


def _sparse_cross_entropy(features: Any, labels: Any) -> Any:
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, features)
    soft = tf.nn.softmax(features)
    return loss, soft - tf.one_hot(labels, soft.shape[-1], dtype=soft.dtype)


def _parts(sparse: Any) -> Any:
    """The three tensors of a sparse one."""
    return sparse.indices, sparse.values, tf.convert_to_tensor(sparse.dense_shape)


def _split_values(ragged: Any) -> Any:
    """The splits and the values of a ragged tensor of one ragged axis."""
    return ragged.row_splits, ragged.values


def _decoded_with_offsets(input: Any, *options: Any) -> Any:
    characters, starts = tf.strings.unicode_decode_with_offsets(input, *options)
    return characters.row_splits, characters.values, starts.values


def _weights(weights: Any) -> Any:
    """Weights, of which none may be given by an empty tensor."""
    weights = tf.convert_to_tensor(weights)
    return weights if tf.size(weights) else None


def _bound(length: Any) -> Any:
    return None if length < 0 else length


def _given_weights(values: Any, weights: Any) -> Any:
    given = _weights(weights)
    if given is None or not isinstance(values, tf.SparseTensor):
        return given
    return values.with_values(given)


def _counted(
    values: Any, weights: Any, least: Any, most: Any, binary_output: Any, operation: str
) -> Any:
    """Counts for each row, in the type of the weights, which may be none."""
    given = _given_weights(values, weights)
    axis = -1 if len(values.shape) > 1 else 0
    counts = tf.sparse.bincount(values, given, axis, _bound(least), _bound(most), binary_output)
    found = tf.cast(counts.values, tf.convert_to_tensor(weights).dtype)
    shape = tf.convert_to_tensor(counts.dense_shape)
    return counts.indices, unregistered(operation, found, weights), shape


def _in_lists(parts: Any) -> Any:
    return [list(column) for column in zip(*map(_parts, parts), strict=True)]


def _bincount(values: Any, size: Any, weights: Any, binary_output: Any) -> Any:
    given = _given_weights(values, weights)
    axis = None if len(values.shape) < 2 else -1
    kind = tf.convert_to_tensor(weights).dtype
    return tf.math.bincount(values, given, size, size, kind, axis=axis, binary_output=binary_output)


def _set_operation(a: Any, b: Any, operation: Any, validate: bool) -> Any:
    name = tf.compat.as_text(operation)
    if name in ("a-b", "b-a"):
        return _parts(tf.sets.difference(a, b, name == "a-b", validate))
    functions = {"intersection": tf.sets.intersection, "union": tf.sets.union}
    if name not in functions:
        raise tf.errors.InvalidArgumentError(None, None, f"Invalid set_operation {name}.")
    return _parts(functions[name](a, b, validate))


def _selected(condition: Any, x: Any, y: Any) -> Any:
    """A vector of conditions selects rows."""
    condition, x = tf.convert_to_tensor(condition), tf.convert_to_tensor(x)
    missing = len(x.shape) - len(condition.shape)
    if len(condition.shape) == 1 and missing > 0:
        condition = tf.reshape(condition, [-1] + [1] * missing)
    return tf.where(condition, x, y)


def _bucketized(input: Any, boundaries: Any) -> Any:
    input = tf.convert_to_tensor(input)
    places = tf.cast(tf.reshape(input, [-1]), tf.float64)
    found = tf.searchsorted(tf.constant(boundaries, tf.float64, [len(boundaries)]), places, "right")
    return tf.reshape(found, tf.shape(input))


def _concat_offsets(axis: Any, shapes: Any) -> Any:
    """Where each of the tensors of these shapes begins in what they are joined to."""
    stacked = tf.stack(shapes)
    along = tf.one_hot(int(axis) % stacked.shape[1], stacked.shape[1], dtype=stacked.dtype)
    return tf.unstack(tf.cumsum(stacked * along, exclusive=True))


def _permuted_vector(x: Any, source: Any, target: Any) -> Any:
    """Numbers for each axis, or pairs of them, in another order of the axes."""
    x = tf.convert_to_tensor(x)
    source, target = map(tf.compat.as_text, (source, target))
    if x.shape[0] == len(source) - 2:  # of the spatial axes alone
        source, target = (f.replace("N", "").replace("C", "") for f in (source, target))
    return tf.gather(x, [source.index(axis) for axis in target])


def _mapped_axes(x: Any, source: Any, target: Any) -> Any:
    """Numbers of axes in one order, as numbers of the same axes in another."""
    source, target = map(tf.compat.as_text, (source, target))
    x = tf.convert_to_tensor(x)
    table = tf.constant([target.index(axis) for axis in source], x.dtype)
    return tf.gather(table, tf.where(tf.less(x, 0), x + len(source), x))


def _unpadded(input: Any, paddings: Any) -> Any:
    return tf.shape(input) - tf.reduce_sum(tf.cast(tf.convert_to_tensor(paddings), tf.int32), 1)


def _rows(grad: Any, count: Any) -> Any:
    """The shape of rows like those of `grad`, as many as said."""
    return [count, *grad.shape[1:]]


def _by_argmax(input: Any, grad: Any, argmax: Any, with_batch: bool) -> Any:
    """What reaches the places that pooling took its largest values from."""
    sizes: list[int] = _list(tf.shape(input))
    argmax = tf.convert_to_tensor(argmax)
    if not with_batch:
        image = math.prod(sizes[1:])
        begins = tf.range(0, sizes[0] * image, image or 1, argmax.dtype)
        argmax = tf.add(argmax, tf.reshape(begins, [-1, 1, 1, 1]))
    places = tf.reshape(argmax, [-1, 1])
    found = tf.scatter_nd(places, tf.reshape(grad, [-1]), [math.prod(sizes)])
    return tf.reshape(found, sizes)


def _reshaped_places(indices: Any, shape: Any, new_shape: Any) -> Any:
    values = tf.zeros([len(tf.convert_to_tensor(indices))])
    found = tf.sparse.reshape(tf.SparseTensor(indices, values, shape), new_shape)
    return found.indices, tf.convert_to_tensor(found.dense_shape)


def _densified(indices: Any, shape: Any, values: Any, default: Any, validate: bool) -> Any:
    """A dense tensor; a vector of indices is of a vector, and one value may stand for all."""
    indices = tf.cast(tf.convert_to_tensor(indices), tf.int64)
    rank = len(indices.shape)
    if rank < 2:
        indices = tf.reshape(indices, [-1, 1])
    values = tf.broadcast_to(values, [len(indices)])
    sparse = tf.SparseTensor(indices, values, tf.cast(tf.convert_to_tensor(shape), tf.int64))
    return tf.sparse.to_dense(sparse, default, validate)


def _scored_selection(
    boxes: Any, scores: Any, count: Any, most: Any, least: Any, sigma: Any, pad: bool
) -> Any:
    chosen, kept = tf.image.non_max_suppression_with_scores(
        boxes, scores, count, most, least, sigma
    )
    valid = tf.size(chosen)
    if pad:
        missing = [[0, count - valid]]
        chosen, kept = tf.pad(chosen, missing), tf.pad(kept, missing)
    return chosen, kept, valid


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
    """The gradients of batch normalization by its input, scale and offset."""

    def normalized(x: Any, scale: Any, offset: Any) -> Any:
        y, *_ = fused_batch_norm(x, scale, offset, mean, variance, epsilon, 1.0, layout, training)
        return y

    scale = tf.convert_to_tensor(scale)
    sources = [tf.convert_to_tensor(x), scale, tf.zeros_like(scale)]
    nothing = tf.zeros([0], tf.float32)
    return (*pull_all(normalized, sources, grad), nothing, nothing)


def _seeds(seed: Any, seed2: Any) -> Any:
    """What the public random functions take for both seeds of an operation."""
    return Seeds(seed, seed2, True) if seed or seed2 else UNSEEDED


def _with_places(found: Any, dtype: Any) -> Any:
    """Elements and their places, these in the type asked for."""
    return found[0], tf.cast(found[1], dtype)
