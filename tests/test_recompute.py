"""A tape keeps nothing of what a function under `tf.recompute_grad` computes on the way."""

import weakref

import torch
from torch.utils._python_dispatch import TorchDispatchMode

import tf_tape_compat as tf

SIZE = 1000


class LiveStorage(TorchDispatchMode):
    """The storages that operations made, as far as somebody still holds them."""

    def __init__(self):
        super().__init__()
        self.made = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        for item in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(item, torch.Tensor):
                self.made.append(weakref.ref(item.untyped_storage()))
        return result

    def number(self):
        alive = {s.data_ptr(): s.nbytes() for r in self.made if (s := r()) is not None}
        return sum(size >= SIZE * 4 for size in alive.values())


def block(x):
    for _ in range(10):
        x = tf.sin(tf.exp(-x * x))
    return x


def kept(function):
    """How many large storages are alive after the forward pass, and the gradient."""
    x = tf.ones([SIZE])
    with LiveStorage() as live, tf.GradientTape() as tape:
        tape.watch(x)
        y = function(function(x))
        number = live.number()
    return number, tape.gradient(y, x)


def test_activations_are_not_kept():
    plain, expected = kept(block)
    recomputed, gradient = kept(tf.recompute_grad(block))
    assert plain > 40  # the count sees what a tape keeps
    assert recomputed <= 3  # the result of each block, and perhaps the input
    torch.testing.assert_close(torch.from_dlpack(gradient), torch.from_dlpack(expected))
