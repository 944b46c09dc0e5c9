"""What summaries do to a writer: now, or at each run of the graph that is being traced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._core.recording.execution_context import active_graph


def effect(
    operation: str, call: Callable[..., list[Any]], operands: Sequence[Any], dtypes: Sequence[Any]
) -> list[Any]:
    """The results of `call(*operands)`, a list of tensors of these dtypes.

    Args:
        operation: TensorFlow's name of the operation, for the graph.
        call: takes tensors with values.
        operands: tensors.
        dtypes: those of the results.
    """
    graph = active_graph()
    if graph is None:
        return call(*operands)
    from .._graph.effects import add_host_call

    return add_host_call(
        graph, operation, lambda _, tensors: call(*tensors), tuple(operands), list(dtypes)
    )
