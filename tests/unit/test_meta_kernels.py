"""Results without values that are found directly are those that torch's mode finds."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import tf_tape_compat as tf
from tf_tape_compat._graph import fake_mode, meta_kernels
from tf_tape_compat._ops._support import philox


def _layout(result: Any) -> Any:
    """What is known of a result. Strides of dimensions of size 1 have no meaning."""
    if isinstance(result, (list, tuple)):
        return [_layout(item) for item in result]
    if not isinstance(result, torch.Tensor):
        return result
    strides = [s for n, s in zip(result.shape, result.stride(), strict=True) if n > 1]
    return result.shape, strides, result.dtype, result.device, result.storage_offset()


def _classifier(x: tf.Tensor, w: tf.Tensor, labels: tf.Tensor) -> Any:
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        hidden = tf.nn.relu(tf.reshape(x, [4, 6]) @ w)
        scores = tf.nn.leaky_relu(hidden - tf.reduce_mean(hidden, 1, keepdims=True))
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, scores)
    return tape.gradient(loss, [x, w])


def _attention(x: tf.Tensor, w: tf.Tensor, labels: tf.Tensor) -> Any:
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        keys = tf.transpose(tf.einsum("abc,dc->abd", x, w[:, :3]), [0, 2, 1])
        seen = tf.nn.softmax(x @ keys[:, :3], -1) * 0.5
        parts = tf.split(tf.concat([seen, tf.math.tanh(x)[..., 1:]], -1), 2, -1)
        result = tf.stack(parts)[0, ..., tf.newaxis]
    return tape.gradient(result, [x, w])


def _mixed(x: tf.Tensor, w: tf.Tensor, labels: tf.Tensor) -> Any:
    counts = tf.cast(labels, tf.float32) / 3 + tf.cast(labels % 2 == 0, tf.float32)
    c = tf.complex(x, -x)
    outer = tf.squeeze(x[:, :1, 0]) * counts + tf.zeros([0, 4])
    return counts[::-1], tf.abs(c), tf.math.conj(c) * 2, tf.where(x > 0, x, 1.0), outer


@pytest.mark.parametrize("function", [_classifier, _attention, _mixed])
def test_results_are_those_of_torch(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = set()
    find_directly = meta_kernels.result_of

    def result_of(mode: Any, func: Any, args: Any, kwargs: Any, find: Any) -> Any:
        result = find_directly(mode, func, args, kwargs, find)
        if result is not NotImplemented and not func._schema.is_mutable:
            expected = find()
            assert _layout(result) == _layout(expected), func
            compared.add(func)
        return result

    monkeypatch.setattr(fake_mode, "result_of", result_of)
    x = tf.reshape(tf.range(24.0), [4, 2, 3]) / 24
    tf.function(function)(x, tf.reshape(tf.range(36.0), [6, 6]) / 36, tf.constant([0, 1, 2, 3]))
    assert len(compared) > 10


def test_random_numbers_are_not_computed_while_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    @tf.function
    def draw(seed: tf.Tensor) -> tf.Tensor:
        return tf.random.stateless_uniform([100], seed)

    computed = []
    blocks = philox._Workspace.blocks

    def count(self: Any, *arguments: Any) -> Any:
        computed.append(arguments)
        return blocks(self, *arguments)

    monkeypatch.setattr(philox._Workspace, "blocks", count)
    seed = tf.constant([1, 2])
    traced = draw.get_concrete_function(seed)
    assert not computed
    assert traced(seed).shape == [100]
    assert computed
