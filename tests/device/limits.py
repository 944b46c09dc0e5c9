"""Pretended poverty: the device lacks kernels and dtypes, as Apple's GPUs do.

with limits.lacking(kernels={"linalg_qr"}, dtypes={torch.float64}):
    ...
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch

from . import memory

_missing: set[str] = set()
_dtypes: set[torch.dtype] = set()

MPS_DTYPES = frozenset((torch.float64, torch.complex128))
"""What Apple's GPUs lack."""

# Operators that only look at sizes exist for every dtype that got onto the device.
_FREE = frozenset(("_copy_from", "view", "as_strided", "_reshape_alias", "unfold"))


@contextlib.contextmanager
def lacking(kernels: Iterable[str] = (), dtypes: Iterable[torch.dtype] = ()) -> Iterator[None]:
    """Within it the device lacks kernels (names of aten without overloads) and dtypes."""
    before = _missing.copy(), _dtypes.copy()
    _change(_missing | set(kernels), _dtypes | set(dtypes))
    try:
        yield
    finally:
        _change(*before)


def _change(missing: set[str], dtypes: set[torch.dtype]) -> None:
    from . import dispatch

    # Not the sets themselves: kernels that were planned before look at them.
    _missing.clear()
    _missing.update(missing)
    _dtypes.clear()
    _dtypes.update(dtypes)
    dispatch.forget_plans()


def has_no_kernel(name: str) -> bool:
    """Whether the device pretends to lack an operator."""
    return name in _missing


def missing_kernel(op: Any) -> Callable[..., Any]:
    """The kernel of an operator that the device lacks."""

    def missing(*args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(
            f"The operator '{op._schema.name}' is not currently implemented for the "
            f"{memory.NAME.upper()} device."
        )

    return missing


def without_unsupported_dtypes(op: Any, kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that refuses to make tensors of a dtype that the device lacks."""
    if not _dtypes or op._schema.name.removeprefix("aten::") in _FREE:
        return kernel

    def checked(*args: Any, **kwargs: Any) -> Any:
        for result in (kwargs.get("dtype"), *_dtypes_of(args)):
            _check(result)
        result = kernel(*args, **kwargs)
        for dtype in _dtypes_of(result if isinstance(result, (list, tuple)) else [result]):
            _check(dtype)
        return result

    return checked


def _dtypes_of(values: Iterable[Any]) -> list[torch.dtype]:
    return [value.dtype for value in values if isinstance(value, torch.Tensor)]


def _check(dtype: torch.dtype | None) -> None:
    if dtype in _dtypes:
        device, name = memory.NAME.upper(), str(dtype).removeprefix("torch.")
        raise TypeError(
            f"Cannot convert a {device} Tensor to {name} dtype as the {device} framework doesn't "
            f"support {name}. Please use float32 instead."
        )
