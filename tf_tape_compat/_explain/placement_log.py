"""The log of devices: `tf.debugging.set_log_device_placement`.

As TensorFlow does, it prints where the inputs, the kernel and the results of an operation are when
an operation is first called with some types. The reads and assignments of variables are not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import Any, cast

import torch

from .. import nest
from .._core.op import op_observer
from .._core.op.interception import TracedCode
from .._core.op.op_defs import OpSignature, op_signature
from .._core.tensor.tensor import EagerTensor
from .._ops.array.conversion import constant

# Types and names of inputs that kernels take in the memory of the host.
_HOST_TYPES = frozenset("Tidx Index Tshape Tperm Tmultiples Tpaddings Taxis int32".split())
_HOST_NAMES = frozenset("shape dims size".split())

_CONSTANT = OpSignature({"input": "T"}, {"output": "T"}, {"T": "type"}, {})


class _PlacementLog:
    """Prints the placement of the operations that it observes."""

    def __init__(self) -> None:
        self._seen: set[tuple[Any, ...]] = set()

    def op_called(
        self, operation: str, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
    ) -> None:
        signature = _CONSTANT if operation == "_EagerConst" else op_signature(operation)
        results = [x for x in nest.flatten(result) if type(x) in _EAGER]
        if signature is None or not results:
            return
        operands = list(args) + list(kwargs.values())
        types = [x.dtype for x in nest.flatten(operands) if type(x) in _EAGER]
        types += [x.dtype for x in results]
        key = operation, frozenset(types), results[0].device
        if key in self._seen:
            return
        self._seen.add(key)
        lines = [*_inputs(signature, operands), f"{operation}: ({operation})"]
        names = _names(signature.outputs, [len(results)] * len(signature.outputs))
        lines += [f"{name}_RetVal: (_Retval)" for name in names]
        print(*(f"{line}: {results[0].device}" for line in lines), sep="\n")

    def constant_called(self, result: Any) -> None:
        self.op_called("_EagerConst", (result,), {}, result)

    def observes_backward(self) -> bool:
        return False

    def watch_backward(self, roots: Iterable[torch.Tensor]) -> list[Any]:
        return []


def _inputs(signature: OpSignature, operands: list[Any]) -> Iterable[str]:
    counts = [len(x) if isinstance(x, (list, tuple)) else 1 for x in operands]
    counts += [1] * len(signature.inputs)
    for (name, kind), count in zip(signature.inputs.items(), counts, strict=False):
        is_on_host = kind in _HOST_TYPES or name in _HOST_NAMES
        for shown in _names({name: kind}, [count]):
            yield f"{shown}: ({'_DeviceArg' if is_on_host else '_Arg'})"


def _names(arguments: dict[str, str], counts: list[int]) -> Iterable[str]:
    for (name, kind), count in zip(arguments.items(), counts, strict=False):
        escaped = name.replace("_", "__")
        if "*" in kind:
            yield from (f"{escaped}_{number}" for number in range(count))
        else:
            yield escaped


_EAGER = frozenset((EagerTensor, *EagerTensor.__subclasses__()))


def _observed(log: _PlacementLog) -> TracedCode:
    def wrapper(function: Any, call: Any, signature: Any) -> Any:
        def observed(*args: Any, **kwargs: Any) -> Any:
            result = call(*args, **kwargs)
            if type(result) in _EAGER:
                log.constant_called(result)
            return result

        return observed

    return TracedCode(cast(FunctionType, constant), wrapper)


class _Log:
    """The log that is on, if any."""

    current: _PlacementLog | None = None
    constants: TracedCode | None = None


def get_log_device_placement() -> bool:
    """Whether devices are logged. Implements `tf.debugging.get_log_device_placement`."""
    return _Log.current is not None


def set_log_device_placement(enabled: bool) -> None:
    """Prints the device of each operation when it is first called with some types.

    Implements `tf.debugging.set_log_device_placement`. Operations of traced functions and of
    variables are not told.
    """
    if enabled == get_log_device_placement():
        return
    if enabled:
        _Log.current = _PlacementLog()
        _Log.constants = _observed(_Log.current)
        _Log.constants.begin()
        op_observer.add(_Log.current)
    else:
        assert _Log.current is not None and _Log.constants is not None
        op_observer.remove(_Log.current)
        _Log.constants.end()
        _Log.current = None
