"""`tf.debugging.enable_check_numerics`: checks the result of each operation, on one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import torch

from ... import nest
from ..._core.gradients.engine import CUSTOM_GRADIENT_NODE
from ..._core.op import op_observer
from ..._core.tensor.convert import operand_readers, to_tensor
from ..._core.tensor.tensor import EagerTensor
from ...errors import InvalidArgumentError
from .._support.arguments import op_error

# Operations that TensorFlow does not check: they compute nothing.
_UNCHECKED = frozenset(
    "Concat ConcatV2 ExpandDims Fill Gather Maximum Minimum Reshape Slice Squeeze Stack "
    "StridedSlice StridedSliceGrad Transpose Unpack".split()
)


class _State(threading.local):
    enabled = False


_state = _State()
_enabled_threads = 0
_lock = threading.Lock()


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Implements `tf.debugging.enable_check_numerics`.

    From now on, each operation on this thread whose result contains an infinity or NaN raises
    InvalidArgumentError. Gradients are checked too. The error names the operation, its type, shape
    and arguments. An operation that corresponds to several of TensorFlow's is checked as one.

    Args:
      stack_height_limit: for the stack traces of graphs; ignored.
      path_length_limit: for the stack traces of graphs; ignored.
    """
    global _enabled_threads
    with _lock:
        if not _state.enabled:
            _state.enabled = True
            _enabled_threads += 1
            if _enabled_threads == 1:
                op_observer.add(_observer)


def disable_check_numerics() -> None:
    """Implements `tf.debugging.disable_check_numerics`.

    Ends the checks on this thread; does nothing if they are not enabled.
    """
    global _enabled_threads
    with _lock:
        if _state.enabled:
            _state.enabled = False
            _enabled_threads -= 1
            if not _enabled_threads:
                op_observer.remove(_observer)


class _NumericsObserver:
    """Checks the operations and gradients of the threads that enabled it."""

    def op_called(
        self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        if not _state.enabled:
            return
        operands = nest.flatten([list(args), list(kwargs.values())])
        for value in operands:
            if type(value) in operand_readers:
                _check("ReadVariableOp", [value._handle.data], [value._handle])
        if operation in _UNCHECKED:
            return
        results = [item._t for item in nest.flatten(result) if isinstance(item, EagerTensor)]
        if operation == "Identity":  # an alias computes nothing, a copy to another device does
            addresses = {
                x._t.data_ptr() for x in operands if isinstance(x, EagerTensor) and _is_real(x._t)
            }
            results = [x for x in results if not (_is_real(x) and x.data_ptr() in addresses)]
        _check(operation, results, _shown_operands(operands))

    def observes_backward(self) -> bool:
        return _state.enabled

    def watch_backward(self, roots: Iterable[torch.Tensor]) -> list[Any]:
        handles = []
        seen = set()
        stack = [root.grad_fn for root in roots if root.grad_fn is not None]
        while stack:
            node = stack.pop()
            if node in seen or hasattr(node, "variable"):
                continue
            seen.add(node)
            stack.extend(below for below, _ in node.next_functions if below is not None)
            if (
                node.name() != CUSTOM_GRADIENT_NODE
            ):  # consists of operations that are checked themselves
                handles.append(node.register_hook(_gradient_check(node.name())))
        return handles


_observer = _NumericsObserver()


def _gradient_check(node: str) -> Callable[[Any, Any], None]:
    operation = node.split("Backward")[0].lstrip("_") + "Grad"

    def check(input_gradients: Any, output_gradients: Any) -> None:
        results = [x for x in input_gradients if x is not None]
        operands = [EagerTensor(x.detach()) for x in output_gradients if x is not None]
        _check(operation, results, operands)

    return check


def _shown_operands(operands: list[Any]) -> list[Any]:
    return [
        to_tensor(value)
        for value in operands
        if isinstance(value, (EagerTensor, int, float)) and not isinstance(value, bool)
    ]


def _is_real(payload: Any) -> bool:
    return isinstance(payload, torch.Tensor) and payload.is_floating_point()


def _check(operation: str, results: list[Any], operands: list[Any]) -> None:
    """Raises InvalidArgumentError if one of the result payloads is not finite."""
    for number, payload in enumerate(results):
        if _is_real(payload) and not bool(torch.isfinite(payload).all()):
            raise _error(operation, number, len(results), payload.detach(), operands)


def _error(
    operation: str, number: int, count: int, values: torch.Tensor, operands: list[Any]
) -> InvalidArgumentError:
    infinite = torch.isinf(values)
    counts = {
        "-Inf": int((infinite & (values < 0)).sum()),
        "+Inf": int((infinite & (values > 0)).sum()),
        "NaN": int(torch.isnan(values).sum()),
    }
    present = [name for name, occurrences in counts.items() if occurrences]
    lines = [
        f"!!! Detected Infinity or NaN in output {number} of eagerly-executing op "
        f'"{operation}" (# of outputs: {count}) !!!',
        f"  dtype: {EagerTensor(values).dtype}",
        f"  shape: {EagerTensor(values).shape}",
        *(f"  # of {'+' * (k == 'NaN')}{k} elements: {n}" for k, n in counts.items() if n),
    ]
    if len(operands) > 1:
        lines += ["", f"  Input tensors ({len(operands)}):"]
        lines += [f"         {i}: {x!s}" for i, x in enumerate(operands)]
    elif operands:
        lines += ["", f"  Input tensor: {operands[0]!s}"]
    text = "\n".join(lines)
    message = f"\n\n{text}\n\n : Tensor had {_enumeration(present)} values"
    return op_error("CheckNumericsV2", message)


def _enumeration(names: list[str]) -> str:
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"
