"""`tf.debugging.enable_check_numerics`: each operation's result is checked, on one thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import torch

from ... import nest
from ...errors import InvalidArgumentError
from ..gradients.sparse_cotangents import CUSTOM
from ..tensor.convert import operand_readers, to_tensor
from ..tensor.tensor import EagerTensor
from .op import Watch

# TensorFlow does not check them: they compute nothing.
_SAFE = frozenset(
    "Concat ConcatV2 ExpandDims Fill Gather Maximum Minimum Reshape Slice Squeeze Stack "
    "StridedSlice StridedSliceGrad Transpose Unpack".split()
)


class _State(threading.local):
    enabled = False


_state = _State()
_threads = 0  # how many have it enabled
_lock = threading.Lock()


def enable_check_numerics(stack_height_limit: int = 30, path_length_limit: int = 50) -> None:
    """Has each operation on this thread raise where its result is infinite or NaN.

    Answers for `tf.debugging.enable_check_numerics`. Results of floating-point types are checked,
    gradients included; the error is InvalidArgumentError, and names the operation, its type, shape
    and arguments. Where one operation here is several of TensorFlow's, it is checked as a whole.
    The limits are for the stack traces of graphs.
    """
    global _threads
    with _lock:
        if not _state.enabled:
            _state.enabled = True
            _threads += 1
            Watch.observe(_observe)


def disable_check_numerics() -> None:
    """Ends what `enable_check_numerics` began on this thread.

    Answers for `tf.debugging.disable_check_numerics`; without the other, it does nothing.
    """
    global _threads
    with _lock:
        if _state.enabled:
            _state.enabled = False
            _threads -= 1
            if not _threads:
                Watch.observe(None)


def checking() -> bool:
    """Whether results are checked on this thread."""
    return _threads > 0 and _state.enabled


def _observe(
    operation: str, function: Callable[..., Any], args: Any, kwargs: Any, result: Any
) -> None:
    if not _state.enabled:
        return
    given = nest.flatten([list(args), list(kwargs.values())])
    for value in given:
        if type(value) in operand_readers:
            _check("ReadVariableOp", [value._handle.data], [value._handle])
    if operation in _SAFE:
        return
    results = [item._t for item in nest.flatten(result) if isinstance(item, EagerTensor)]
    if operation == "Identity":
        own = {x._t.data_ptr() for x in given if isinstance(x, EagerTensor) and _is_real(x._t)}
        results = [x for x in results if not (_is_real(x) and x.data_ptr() in own)]
    _check(operation, results, _operands(given))


def _operands(given: list[Any]) -> list[Any]:
    return [
        to_tensor(value)
        for value in given
        if isinstance(value, (EagerTensor, int, float)) and not isinstance(value, bool)
    ]


def _is_real(payload: Any) -> bool:
    return isinstance(payload, torch.Tensor) and payload.is_floating_point()


def _check(operation: str, results: list[Any], operands: list[Any]) -> None:
    for number, payload in enumerate(results):
        if not _is_real(payload) or bool(torch.isfinite(payload).all()):
            continue
        values = payload.detach()
        infinite = torch.isinf(values)
        counts = {
            "-Inf": int((infinite & (values < 0)).sum()),
            "+Inf": int((infinite & (values > 0)).sum()),
            "NaN": int(torch.isnan(values).sum()),
        }
        there = [name for name, count in counts.items() if count]
        lines = [
            f"!!! Detected Infinity or NaN in output {number} of eagerly-executing op "
            f'"{operation}" (# of outputs: {len(results)}) !!!',
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
        raise InvalidArgumentError(
            None,
            None,
            "{{function_node __wrapped__CheckNumericsV2_device_/job:localhost/replica:0/task:0/"
            f"device:CPU:0}}}} \n\n{text}\n\n : Tensor had {_listed(there)} values "
            "[Op:CheckNumericsV2] name: ",
        )


def _listed(names: list[str]) -> str:
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


def watch_backward(roots: Iterable[torch.Tensor]) -> list[Any]:
    """Checks what each node below `roots` makes, until the returned handles are removed."""
    handles = []
    seen = set()
    stack = [root.grad_fn for root in roots if root.grad_fn is not None]
    while stack:
        node = stack.pop()
        if node in seen or hasattr(node, "variable"):
            continue
        seen.add(node)
        stack.extend(below for below, _ in node.next_functions if below is not None)
        if node.name() != CUSTOM:  # made of operations that are checked themselves
            handles.append(node.register_hook(_gradient_check(node.name())))
    return handles


def _gradient_check(node: str) -> Callable[[Any, Any], None]:
    operation = node.split("Backward")[0].lstrip("_") + "Grad"

    def check(made: Any, given: Any) -> None:
        results = [x for x in made if x is not None]
        _check(operation, results, [EagerTensor(x.detach()) for x in given if x is not None])

    return check
