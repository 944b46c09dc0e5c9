"""The state that the current gradient call shares with the backward functions it runs.

torch's engine passes only the incoming gradients to a backward function. Those of `tf.gather` and
`tf.custom_gradient` need more: which sources accept sparse cotangents, and which nodes the recorder
did not record. They find it here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import torch


class BackwardState(threading.local):
    """The state of the current thread's gradient call."""

    # By id of an input, the sparse cotangents delivered to it. None outside of a gradient call,
    # and in a call that cannot take them.
    delivered: dict[int, list[Any]] | None = None
    inputs: list[torch.Tensor] = []
    cut_nodes: frozenset[Any] = frozenset()  # nodes that the recorder did not record
    # The number of the first node that the call makes. None: all who record track its results.
    first_node: int | None = None
    separate_constants = False  # whether gradients that are constant get a leaf of their own
    watches_leaf: Callable[[torch.Tensor], bool]  # whether the recorder watches a leaf
    # The sparse cotangents that wait at the outputs of custom gradients: by node and output number.
    pending: dict[Any, dict[int, list[Any]]]
    # By key of a source whose dtype has no gradients in torch's graph, the gradients for it.
    nontrainable: dict[int, list[Any]]

    def within(self, **values: Any) -> _Within:
        """A context in which these attributes have these values."""
        return _Within(vars(self), values)

    def deliver(self, source: torch.Tensor, cotangent: Any) -> None:
        """Delivers a sparse cotangent, if `source` is an input of the call."""
        assert self.delivered is not None
        cotangents = self.delivered.get(id(source))
        if cotangents is not None:
            cotangents.append(cotangent)

    def inputs_at(self, node: Any, number: int) -> list[torch.Tensor]:
        """The inputs of the call at an edge of torch's graph, each once."""
        inputs = {id(x): x for x in self.inputs if x.grad_fn is node and x.output_nr == number}
        return list(inputs.values())

    def pending_at(self, node: Any, number: int) -> list[Any]:
        """The sparse cotangents that wait at an output of a custom gradient."""
        return self.pending.setdefault(node, {}).setdefault(number, [])


class _Within:
    """Changes attributes for the length of a context, and then restores all of them."""

    __slots__ = ("_attributes", "_values", "_before")

    def __init__(self, attributes: dict[str, Any], values: dict[str, Any]) -> None:
        self._attributes = attributes
        self._values = values

    def __enter__(self) -> None:
        self._before = dict(self._attributes)
        self._attributes.update(self._values)

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._attributes.clear()
        self._attributes.update(self._before)


backward_state = BackwardState()


def shape_and_dtype(node: Any, number: int) -> tuple[torch.Size, torch.dtype]:
    """The shape and dtype of the tensor at an edge of torch's graph."""
    leaf = getattr(node, "variable", None)
    meta = leaf if leaf is not None else node._input_metadata[number]
    return meta.shape, meta.dtype
