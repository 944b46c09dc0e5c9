"""Examples of integers that are unknown while tracing, for operations that need their values.

Such as of the sizes that a function takes as arguments. Values are chosen for the arguments, and
those of what the function computes of them follow, so that all that an operation reads fits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from .._core.recording.activation import stop_recording
from .._core.tensor.tensor import EagerTensor
from .._core.types.shape import TensorShape
from .shadows import (
    Result,
    count,
    fake_mode,
    is_data_dependent,
    is_fake,
    merged_results,
    ones,
    running,
    untracked,
    without_sizes,
)
from .symbolic_tensor import SymbolicTensor

if TYPE_CHECKING:
    from .nodes import Node

# The numbers that take turns as values: small and large ones, each in both places.
_CHOICES = ((2, 3), (3, 2), (1, 1), (64, 65), (65, 64))
_MAX_ELEMENTS = 64
_MAX_VALUED = 1 << 20  # elements of the operands of an operation that is run with values
_INTEGERS = (torch.int32, torch.int64)


class _Choice:
    """Values for the integers of a graph, of one choice; other tensors have none.

    `second` says whether unknown sizes are those of the second examples.
    """

    def __init__(self, numbers: tuple[int, int], second: bool) -> None:
        self._numbers = numbers
        self._second = second
        self._values: dict[int, EagerTensor] = {}
        self.count = 0  # of the tensors that values were chosen for

    def of(self, tensor: SymbolicTensor) -> EagerTensor:
        """The value of an integer tensor, or an example without values of another."""
        value = self._values.get(id(tensor))
        if value is None:
            value = self._example(tensor)
            if _is_integer(value):
                computed = self._computed(tensor)
                value = self._chosen(value) if computed is None else computed
            self._values[id(tensor)] = value
        return value

    def _example(self, tensor: SymbolicTensor) -> EagerTensor:
        shadow = tensor.shadow
        if self._second and shadow.second is not None:
            return shadow.second
        return untracked(shadow.first)

    def _computed(self, tensor: SymbolicTensor) -> EagerTensor | None:
        """The value that follows from those of other integers; None if there is none."""
        node = tensor.op.node
        if not node.inputs or not node.computes_values or len(node.outputs) > _MAX_ELEMENTS:
            return None
        examples = map(self._example, node.inputs)
        if not all(_is_integer(x) or not is_fake(x._t) for x in examples):
            return None
        try:
            outputs = node.run(tensor.graph, [self.of(x) for x in node.inputs])
        except Exception:
            return None
        value = outputs[tensor.value_index]
        return None if is_fake(value._t) else value

    def _chosen(self, example: EagerTensor) -> EagerTensor:
        payload, start = example._t, self.count
        self.count += 1
        numbers = [self._numbers[(start + k) % 2] for k in range(payload.numel())]
        return EagerTensor(torch.tensor(numbers, dtype=payload.dtype).reshape(payload.shape))


def _is_integer(example: EagerTensor) -> bool:
    """Whether a value can be chosen for a tensor."""
    payload = example._t
    return (
        isinstance(payload, torch.Tensor)
        and is_fake(payload)
        and payload.dtype in _INTEGERS
        and payload.ndim <= 1
        and payload.numel() <= _MAX_ELEMENTS
    )


def results_for_values(node: Node, graph: Any) -> list[Result] | None:
    """The dtypes and static shapes of the results of an operation that reads such integers.

    Sizes that depend on them are unknown; so are all if it runs for one choice alone. None if it
    reads none, or runs for no choice.
    """
    results: list[Result] | None = None
    runs = 0
    for number, numbers in enumerate(_CHOICES):
        choice = _Choice(numbers, second=number % 2 == 1)
        with stop_recording(), running():
            values = [choice.of(x) for x in node.inputs]
            if not choice.count:
                return None
            try:
                outputs = _outputs(node, graph, values, number)
            except Exception:
                continue
        found = [(x.dtype, TensorShape._from_ints(tuple(x._t.shape))) for x in outputs]
        if results is not None and len(found) != len(results):
            return None
        results = found if results is None else merged_results(results, found)
        runs += 1
    if runs == 1 and results is not None:
        results = without_sizes(results)
    return results


def _outputs(node: Node, graph: Any, values: list[EagerTensor], number: int) -> list[EagerTensor]:
    """The results for these examples, without values if it computes none that it reads.

    Else the other operands are ones, or 0, 1, 2, ..., by the number of the choice, so that what
    depends on them differs.
    """
    try:
        with fake_mode:
            return node.run(graph, values)
    except Exception as error:
        if not is_data_dependent(error):
            raise
        payloads = [x._t for x in values]
        if sum(x.numel() for x in payloads) > _MAX_VALUED:
            raise
    fill = count if number % 2 else ones
    return node.run(graph, [EagerTensor(fill(x) if is_fake(x) else x) for x in payloads])


def known_items(vector: Any) -> list[int | None] | None:
    """The items of a vector of integers, with None for those that are unknown while tracing.

    None if its length is unknown. It is a tensor, or a list with tensors in it.
    """
    if isinstance(vector, (list, tuple)):
        items = [_items(x) for x in vector]
        return [None if item is None or len(item) != 1 else item[0] for item in items]
    return _items(vector)


def _items(value: Any) -> list[int | None] | None:
    """The items of a tensor of numbers, or of a number; None is an unknown one."""
    if value is None:
        return [None]
    if type(value) is not SymbolicTensor:
        if not isinstance(value, EagerTensor):
            return [int(value)] if isinstance(value, int) else [int(x) for x in value]
        if is_fake(value._t):
            return [None] * value._t.numel()
        return [int(x) for x in value._t.reshape(-1).tolist()]
    if value.shape.num_elements() is None:
        return None
    found: list[list[int]] = []
    with stop_recording(), running():
        for number, numbers in enumerate(_CHOICES):
            example = _Choice(numbers, second=number % 2 == 1).of(value)
            if is_fake(example._t):
                return [None] * example._t.numel()
            found.append(example._t.reshape(-1).tolist())
    return [items[0] if len(set(items)) == 1 else None for items in zip(*found, strict=True)]
