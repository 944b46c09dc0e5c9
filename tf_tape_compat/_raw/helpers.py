"""What the expressions in operations.txt need besides the public functions."""

from __future__ import annotations

from typing import Any

import tf_tape_compat as tf

from .._ops.activation_gradients import deep_copy as deep_copy
from .._ops.activation_gradients import leaky_relu_grad as leaky_relu_grad
from .._ops.activation_gradients import relu6_grad as relu6_grad
from .._ops.activation_gradients import relu_grad as relu_grad
from .._ops.activation_gradients import snapshot as snapshot
from .._ops.activation_gradients import softsign_grad as softsign_grad
from .._ops.ctc_decoding import ctc_greedy as ctc_greedy
from .._ops.ctc_decoding import ctc_searched as ctc_searched

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
