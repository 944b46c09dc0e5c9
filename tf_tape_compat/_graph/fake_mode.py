"""torch's mode in which tensors have no values, for several threads at once."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from functools import cached_property
from types import CellType, FunctionType, MappingProxyType, ModuleType
from typing import Any

import torch
import torch._refs
from torch._C import _functorch
from torch._decomp import decomposition_table, meta_table
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorConverter, FakeTensorMode
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import _disable_current_modes

from .._core.recording import payloads
from .meta_kernels import result_of
from .unsupported import LoweringUnsupported

_POWER = torch.ops.aten.pow.Tensor_Scalar
_CLONE = torch.ops.aten.clone.default
_EMPTY_LIKE = torch.ops.aten.empty_like.default
_UNINITIALIZED = frozenset(
    (_EMPTY_LIKE, torch.ops.aten.new_empty.default, torch.ops.aten.new_empty_strided.default)
)
_SCALAR = torch.ops.aten.scalar_tensor.default
_NO_KWARGS = MappingProxyType[str, Any]({})


class _State(threading.local):
    """What a thread does in the mode."""

    def __init__(self) -> None:
        self.in_kernel_invocation = False
        self.enter_stack: list[Any] = []
        self.captures = 0  # that are active


_state = _State()


def count_capture(change: int) -> None:
    """Called where a capture (capture.py) begins and ends. Within, small known tensors keep values.

    While a function is only traced they do not: TensorFlow's shapes and errors are not those of
    kernels that know all values.
    """
    _state.captures += change


class _Converter(FakeTensorConverter):
    """Makes tensors without values of ordinary ones: quickly, and without torch's compiler."""

    def from_real_tensor(  # type: ignore[override]
        self, fake_mode: FakeTensorMode, t: torch.Tensor, make_constant: bool = False, **kw: Any
    ) -> FakeTensor:
        """A tensor without values of the type of `t`; `make_constant` says that it keeps `t`."""
        if not _is_plain(t):
            return super().from_real_tensor(fake_mode, t, make_constant, **kw)
        known = self._get_memo(t)
        if known is not None and (known.constant is not None or not _may_be_read(t)):
            return known
        with no_dispatch():
            meta = torch.empty_strided(t.shape, t.stride(), dtype=t.dtype, device="meta")
            constant = t if make_constant else None
            if constant is None and _may_be_read(t):
                constant = t.clone()  # which operations in place may change
            fake = FakeTensor(fake_mode, meta, t.device, constant=constant)
        if constant is not None:
            self.add_constant_storage_mapping(fake)
        self.set_tensor_memo(t, fake)
        return fake


def _is_plain(tensor: torch.Tensor) -> bool:
    """Whether its dtype, device and memory layout say all of a tensor that counts."""
    return (
        type(tensor) is torch.Tensor
        and tensor.layout is torch.strided
        and not (tensor.requires_grad or tensor.is_conj() or tensor.is_neg())
        and not (tensor.is_quantized or tensor.is_nested or tensor.is_meta)
        and not _functorch.is_functorch_wrapped_tensor(tensor)
    )


# How many known numbers at most keep their values, and how many if they are no integers.
_MOST_INTEGERS = 256
_MOST_NUMBERS = 8


def _may_be_read(tensor: torch.Tensor) -> bool:
    """Whether an operation may read the values of a known tensor: ids, axes, sizes, a range."""
    if not _state.captures:
        return False
    is_exact = not (tensor.is_floating_point() or tensor.is_complex())
    most = _MOST_INTEGERS if is_exact else _MOST_NUMBERS
    return tensor.device.type == "cpu" and tensor.numel() <= most


class _ThreadedFakeMode(FakeTensorMode):
    """The mode of all tensors without values. Threads that trace at once do not see each other."""

    # Without its wrapper, which imports torch's compiler only to switch it off.
    __torch_dispatch__ = inspect.unwrap(FakeTensorMode.__torch_dispatch__)

    def __init__(self) -> None:
        super().__init__(allow_non_fake_inputs=True)
        self.fake_tensor_converter = _Converter()

    def dispatch(self, func: Any, types: Any, args: Any = (), kwargs: Any = _NO_KWARGS) -> Any:
        """Computes one operation."""
        found = result_of(self, func, args, kwargs, lambda: self._find(func, types, args, kwargs))
        return self._find(func, types, args, kwargs) if found is NotImplemented else found

    def _find(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Lets torch find a result.

        Copies are as new tensors without values are: torch first imports its tensors of several
        machines, to copy one.
        """
        if func is _POWER and args[1] == 1 and args[0].is_floating_point():
            func, args = _CLONE, args[:1]
        if func is _CLONE and type(args[0]) is FakeTensor and args[0].constant is None:
            func = _EMPTY_LIKE
        if func is _SCALAR and type(args[0]) is int:
            with no_dispatch():
                value = func(*args, **kwargs)
            if _may_be_read(value):
                return self.fake_tensor_converter.from_real_tensor(self, value, make_constant=True)
        if _state.captures and func._schema.is_mutable:
            return self._change(func, types, args, kwargs)
        result: Any = super().dispatch(func, types, args, kwargs)
        if func in _UNINITIALIZED:
            result.constant = None
        return result

    def _change(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """Computes an operation in place. What it changes is not known any more."""
        for x in (*args, *kwargs.values()):
            if type(x) is FakeTensor and x.constant is not None:  # with all views of it
                self.fake_tensor_converter.invalidate_constant_aliases(x.constant)
                x.constant = None
        captures, _state.captures = _state.captures, 0
        try:
            return super().dispatch(func, types, args, kwargs)
        finally:
            _state.captures = captures

    def may_turn_const(self, t: torch.Tensor) -> bool:
        """Whether a result that follows from known values stays known."""
        return super().may_turn_const(t) or (_is_plain(t) and _may_be_read(t))

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False

    @cached_property
    def avoid_device_init(self) -> bool:
        """Whether there is no accelerator, which torch looks up at every operation."""
        return not torch.accelerator.is_available()

    @property
    def in_kernel_invocation(self) -> bool:
        """Whether torch computes the sizes of a result on this thread."""
        return _state.in_kernel_invocation

    @in_kernel_invocation.setter
    def in_kernel_invocation(self, value: bool) -> None:
        _state.in_kernel_invocation = value

    @property
    def enter_stack(self) -> list[Any]:
        """The contexts of the mode that this thread is in."""
        return _state.enter_stack

    @enter_stack.setter
    def enter_stack(self, value: list[Any]) -> None:
        _state.enter_stack = value


# -- without torch's compiler --------------------------------------------------------------------

_COMPILER = "torch._dynamo"


class _Compiler(ModuleType):
    """Stands for torch's compiler as an attribute of torch, until something else imports that.

    Tensors without values read three of its settings, and importing all of it takes a second.
    """

    def __init__(self) -> None:
        super().__init__(_COMPILER)
        self.config = _Settings()

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(_COMPILER), name)


class _Settings:
    """The settings that are read, as they are unless the compiler is there. Others import it."""

    fake_tensor_cache_enabled = True
    fake_tensor_cache_crosscheck_enabled = False
    _custom_ops_profile = None

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(f"{_COMPILER}.config"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(importlib.import_module(f"{_COMPILER}.config"), name, value)


def _skip_compiler_switches() -> None:
    """Makes torch's operators in Python, which compute sizes, not switch the compiler off.

    They would import it for that. torch keeps what calls a function without the compiler as an
    attribute of the function; here that is the function itself.
    """
    switch = torch._disable_dynamo(_nothing).__code__
    functions: list[Any] = [*decomposition_table.values(), *meta_table.values()]
    functions += vars(torch._refs).values()
    seen: set[int] = set()
    while functions:
        function = functions.pop()
        if not isinstance(function, FunctionType) or id(function) in seen:
            continue
        seen.add(id(function))
        inside = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
        if function.__code__ is switch:
            for wrapped in inside:
                if isinstance(wrapped, FunctionType):
                    vars(wrapped).setdefault("__dynamo_disable", wrapped)
        functions += inside


def _nothing() -> None:
    """A function that is wrapped to learn the code of the wrapper."""


def _is_filled(cell: CellType) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _make() -> FakeTensorMode:
    """The mode. Making it imports the settings."""
    modules: Any = sys.modules
    if _COMPILER in modules:
        return _ThreadedFakeMode()
    _skip_compiler_switches()
    compiler = torch._dynamo = _Compiler()
    modules[_COMPILER], modules[f"{_COMPILER}.config"] = compiler, compiler.config
    try:
        return _ThreadedFakeMode()
    finally:
        del modules[_COMPILER], modules[f"{_COMPILER}.config"]


fake_mode = _make()


def _detach(payload: Any) -> Any:
    """Detaches in the mode. Outside of it, torch first imports its tensors of several machines."""
    if not isinstance(payload, FakeTensor):
        return payload.detach()
    try:
        with fake_mode:
            return payload.detach()
    except LoweringUnsupported:  # a tape of another run is collected while this one is captured
        with _disable_current_modes(), fake_mode:
            return payload.detach()


payloads.detach_other = _detach
