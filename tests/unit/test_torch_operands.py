"""Python's operators with a torch tensor on one side follow TensorFlow's rules."""

from __future__ import annotations

import operator
from typing import Any

import pytest
import torch

import tf_tape_compat as tf

_BINARY = "add sub mul truediv floordiv mod pow matmul lt le gt ge eq ne".split()


@pytest.mark.parametrize("name", _BINARY)
def test_either_side(name: str) -> None:
    """The result is the same as for two of our tensors."""
    function: Any = getattr(operator, name)
    left = torch.tensor([[1.5, 2.0], [-3.0, 4.0]])
    right = torch.tensor([[2.0, 2.0], [0.5, -1.0]])
    expected = function(tf.convert_to_tensor(left), tf.convert_to_tensor(right))
    for x, y in (
        (left, tf.convert_to_tensor(right)),
        (tf.convert_to_tensor(left), right),
    ):
        result: Any = function(x, y)
        assert not isinstance(result, torch.Tensor)
        assert result.dtype is expected.dtype
        torch.testing.assert_close(
            torch.as_tensor(result.numpy()), torch.as_tensor(expected.numpy()), equal_nan=True
        )


@pytest.mark.parametrize("name", _BINARY)
def test_types_are_not_promoted(name: str) -> None:
    """Two dtypes raise the same error as for two of our tensors."""
    function: Any = getattr(operator, name)
    whole = torch.tensor([[1, 2], [3, 4]])
    real = tf.convert_to_tensor(torch.ones(2, 2))
    with pytest.raises((tf.errors.InvalidArgumentError, TypeError)):
        function(whole, real)
    with pytest.raises((tf.errors.InvalidArgumentError, TypeError)):
        function(real, whole)


def test_gradient_through_a_torch_operand() -> None:
    """A torch tensor on the left is a constant to the tape."""
    x: Any = tf.convert_to_tensor(torch.tensor([3.0, 4.0]))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y: Any = torch.tensor([2.0, 5.0]) * x - torch.tensor([1.0, 1.0]) / x
    result = torch.as_tensor(tape.gradient(y, x).numpy())
    torch.testing.assert_close(result, torch.tensor([2 + 1 / 9, 5 + 1 / 16]))
