"""Unexpected errors of torch inside an operation are described in terms of the operation."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import tf_tape_compat as tf
from tests.parity.encoding import TORCH_TEXT
from tf_tape_compat._core.op.op import op


def _runtime_error(x: torch.Tensor) -> Any:
    return torch.mm(x, x)


def _index_error(x: torch.Tensor) -> Any:
    return x.sum(7)


def _type_error(x: torch.Tensor) -> Any:
    return torch.sum(x, "axis")  # type: ignore[call-overload]


def _not_implemented(x: torch.Tensor) -> Any:
    return torch.linalg.cholesky(x.half()[:, :2])


@pytest.mark.parametrize(
    ("kernel", "error_type"),
    [
        (_runtime_error, tf.errors.InvalidArgumentError),
        (_index_error, tf.errors.InvalidArgumentError),
        (_type_error, TypeError),
        (_not_implemented, tf.errors.UnimplementedError),
    ],
)
def test_words_of_torch_do_not_reach_the_caller(kernel: Any, error_type: Any) -> None:
    @op("Square", "x", kernel)
    def operation(x: Any, name: str | None = None) -> Any:
        """An operation whose kernel fails."""

    with pytest.raises(error_type) as caught:
        operation(tf.ones([2, 3]))
    text = str(caught.value)
    assert "Square" in text
    assert "float[2,3]" in text
    assert not TORCH_TEXT.search(text)
    assert caught.value.__context__ is not None, "torch's error stays for a debugger"


def test_the_name_of_the_call_is_in_the_message() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[Op:AddN\] name: total$"):
        tf.add_n([tf.ones([2]), tf.ones([3])], name="total")
