"""Traced functions for certain values of their integers, such as of a size that is an argument.

A graph that cannot be lowered for want of these values is lowered for each of a few: first the
scalars among the arguments are taken for known, and then short vectors, such as shapes, too.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch

from .._core.tensor.tensor import EagerTensor
from .graph import FuncGraph

if TYPE_CHECKING:
    from .traced_function import TracedFunction

_INTEGERS = (torch.int32, torch.int64)
_MAX_RANK = 1
_MAX_LENGTH = 8  # of a vector
_MAX_FUNCTIONS = 16
# Values that are new at each of so many calls are those of a counter.
_MAX_NEW_IN_ROW = 4


class KnownArguments:
    """The functions that take the place of one, by the values of its integers.

    Attributes:
      reason: why the function itself cannot be lowered.
      is_over: whether there are no more of them, as values do not help or are too many.
    """

    def __init__(self, reason: Exception) -> None:
        self.reason = reason
        self.is_over = False
        self._rank = 0  # up to which arguments are taken for known
        self._functions: dict[Any, TracedFunction] = {}
        self._new_in_row = 0

    @staticmethod
    def can_help(args: list[EagerTensor]) -> bool:
        """Whether there are arguments to take for known."""
        return any(_is_short(x, _MAX_RANK) for x in args)

    def function(
        self, function: TracedFunction, args: list[EagerTensor]
    ) -> tuple[TracedFunction, list[EagerTensor]] | None:
        """The function for these values, and its arguments; None if the graph is interpreted."""
        while not self.is_over:
            places = [i for i, x in enumerate(args) if _is_short(x, self._rank)]
            if places:
                key = tuple((i, tuple(args[i]._t.shape), args[i]._t.tolist()) for i in places)
                found = self._find(function, repr(key), {i: args[i] for i in places})
                if found is None:
                    break
                if not found.not_lowered:
                    return found, [x for i, x in enumerate(args) if i not in places]
            self._rank += 1
            self._functions.clear()
            self.is_over = self._rank > _MAX_RANK
        return None

    def _find(
        self, function: TracedFunction, key: str, known: dict[int, EagerTensor]
    ) -> TracedFunction | None:
        found = self._functions.get(key)
        if found is not None:
            self._new_in_row = 0
            return found
        self._new_in_row += 1
        if self._new_in_row > _MAX_NEW_IN_ROW or len(self._functions) >= _MAX_FUNCTIONS:
            self.is_over = True
            self._functions.clear()
            return None
        found = self._functions[key] = function.with_graph(_with_constants(function.graph, known))
        found.specializes, found.is_specialized = False, True
        return found


def _is_short(tensor: EagerTensor, max_rank: int) -> bool:
    payload = tensor._t
    return (
        isinstance(payload, torch.Tensor)
        and payload.dtype in _INTEGERS
        and payload.dim() <= max_rank
        and payload.numel() <= _MAX_LENGTH
        and payload.device.type == "cpu"
    )


def _with_constants(graph: FuncGraph, known: dict[int, EagerTensor]) -> FuncGraph:
    """A copy of a graph that has captured some of its arguments, by their positions.

    Its symbolic tensors are those of `graph`.
    """
    result = copy.copy(graph)
    result.inputs = [x for i, x in enumerate(graph.inputs) if i not in known]
    constants = {i: EagerTensor(x._t.detach().clone()) for i, x in known.items()}
    result.captures = {
        **graph.captures,
        **{id(value): (value, graph.inputs[i]) for i, value in constants.items()},
    }
    return result
