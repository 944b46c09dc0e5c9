"""Capturing the torch calls of code that runs on tensors without values, as a program."""

from __future__ import annotations

from typing import Any

import torch
from torch._C import _functorch
from torch.utils._python_dispatch import (
    TorchDispatchMode,
    _disable_current_modes,
    _get_current_dispatch_mode_stack,
)

from .._core.tensor import value_checks
from .._ops._support import philox
from .fake_mode import count_capture
from .program import Instruction, Layout, Program, Ref, Store
from .shadows import fake_mode, is_fake
from .unsupported import LoweringUnsupported


class Capture(TorchDispatchMode):
    """A context that appends each torch call below autograd to `program`.

    It is entered inside the mode that makes tensors without values, so both the calls of operations
    and those of their gradients are seen. Ordinary tensors among the arguments are constants.
    """

    def __init__(self) -> None:
        super().__init__()
        self.program = Program()
        self.node: Any = None  # the node that runs now
        self._numbers: dict[int, int] = {}  # by id of a payload
        self._kept: list[Any] = []  # so that no id is used twice
        self._next = 0

    def __enter__(self) -> Any:
        count_capture(1)
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        count_capture(-1)

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # to switch torch's compiler off, torch would import it

    @staticmethod
    def current() -> Capture | None:
        """The capture that is active on this thread, or None."""
        for mode in reversed(_get_current_dispatch_mode_stack()):
            if isinstance(mode, Capture):
                return mode
        return None

    @property
    def is_active(self) -> bool:
        """Whether it captures now what runs on this thread."""
        return Capture.current() is self

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        if result is None and func.namespace == "aten" and not func._schema.returns:
            self.record(func, args, kwargs, (), effect=True)  # a check, such as of a factorization
            return result
        if func.namespace == "prim" or not isinstance(result, (torch.Tensor, list, tuple)):
            return result
        self.record(func, args, kwargs, result)
        return result

    def record(
        self, function: Any, args: Any, kwargs: Any, result: Any, effect: bool = False
    ) -> None:
        """Appends a call that returned `result`."""
        captured_args = self.refs(tuple(args))
        captured_kwargs = self.refs(kwargs)
        single = isinstance(result, torch.Tensor)
        results = [
            self.number(item, new=True) if isinstance(item, torch.Tensor) else None
            for item in ([result] if single else result)
        ]
        self.program.instructions.append(
            Instruction(
                function, captured_args, captured_kwargs, results, single, self.node, effect
            )
        )

    def store(self, handle: Any, payload: Any) -> None:
        """Appends an assignment to a variable."""
        instruction = Instruction(
            Store(handle), (self.ref(payload),), {}, [], False, self.node, True
        )
        self.program.instructions.append(instruction)

    # -- values -----------------------------------------------------------------------------------

    def add_input(self, payload: Any) -> None:
        """Makes a payload the next input of the program."""
        self.program.inputs.append(self.number(payload, new=True))

    def add_read(self, handle: Any, payload: Any) -> None:
        """Makes a payload the value that a variable has at the start."""
        self.program.reads.append((handle, self.number(payload, new=True)))

    def number(self, payload: Any, new: bool = False) -> int:
        """The number of a payload; an ordinary tensor that is not known becomes a constant."""
        number = self._numbers.get(id(payload))
        if number is None:
            number = self._numbers[id(payload)] = self._next
            self._next += 1
            self._kept.append(payload)
            self.program.layouts[number] = Layout.of(payload)
            if not new:
                if is_fake(payload):
                    raise LoweringUnsupported("a tensor that was kept from another run")
                if _functorch.is_functorch_wrapped_tensor(payload):
                    raise LoweringUnsupported("a constant in a vectorized gradient")
                self.program.constants[number] = payload  # detached by `_finished`, outside
        return number

    def begin(self, node: Any, payloads: list[Any]) -> None:
        """Called before a node is run on these payloads."""
        self.node = node
        self.program.node_inputs[id(node)] = [self._numbers.get(id(x), -1) for x in payloads]

    def ref(self, payload: Any) -> Ref:
        """A payload as an argument."""
        return Ref(self.number(payload))

    def refs(self, value: Any) -> Any:
        """Arguments with a reference for each payload."""
        if isinstance(value, torch.Tensor):
            return self.ref(value)
        if isinstance(value, (list, tuple)):
            return type(value)([self.refs(item) for item in value])
        if isinstance(value, dict):
            return {key: self.refs(item) for key, item in value.items()}
        return value


def _postpone(check: Any, payloads: tuple[Any, ...]) -> bool:
    """Captures a check of values (value_checks.py); while only tracing, there is nothing to do."""
    if not any(map(is_fake, payloads)):
        if not torch._C._len_torch_dispatch_stack():
            return False
        with _disable_current_modes():  # known values, among tensors without values
            check(*payloads)
        return True
    capture = Capture.current()
    if capture is not None:
        capture.record(check, payloads, {}, [], effect=True)
    return True


value_checks.postpone = _postpone


def _only_sizes() -> bool:
    """Whether operations run on tensors without values, and are not captured."""
    if not torch._C._len_torch_dispatch_stack():
        return False
    modes = _get_current_dispatch_mode_stack()
    return modes[-1] is fake_mode


philox.only_sizes = _only_sizes


class _Kernel:
    """What `Instruction.function` is for a kernel that reads values (value_checks.py)."""

    __slots__ = ("kernel",)

    def __init__(self, kernel: Any) -> None:
        self.kernel = kernel

    def __call__(self, *payloads: Any) -> Any:
        with torch.no_grad():
            result = self.kernel(*payloads)
        if isinstance(result, torch.Tensor):
            return result.contiguous()
        return [item.contiguous() for item in result]  # the layout that the program was made for


def _postpone_kernel(kernel: Any, results: Any, payloads: tuple[Any, ...]) -> Any:
    """Captures a call of a kernel; while only tracing, its results are examples."""
    if not any(map(is_fake, payloads)):
        if not torch._C._len_torch_dispatch_stack():
            return kernel(*payloads)
        with _disable_current_modes():
            return kernel(*payloads)
    with _disable_current_modes(), fake_mode:
        outputs = results()
    capture = Capture.current()
    if capture is not None:
        capture.record(_Kernel(kernel), payloads, {}, outputs)
    return outputs


value_checks.postpone_kernel = _postpone_kernel
