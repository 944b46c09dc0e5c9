"""A value that is not made of tensors, such as a dataset, as a constant of a graph."""

from __future__ import annotations

from typing import Any

from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, variant
from .._core.types.shape import TensorShape
from .nodes import Node
from .unsupported import LoweringUnsupported


class HandleNode(Node):
    """A constant that stands for a value."""

    __slots__ = ("_tensor",)

    connects = False

    def __init__(self, tensor: EagerTensor) -> None:
        super().__init__("Const", [])
        self._tensor = tensor

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return [(variant, TensorShape([]))]

    def run(self, run: Any, values: list[EagerTensor]) -> list[EagerTensor]:
        if hasattr(run, "capture"):
            raise LoweringUnsupported("a value that is not made of tensors")
        return [self._tensor]
