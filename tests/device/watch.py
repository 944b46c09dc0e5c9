"""Watches what an operation does besides computing: values it reads, and copies between devices.

Both make a GPU wait for the host. A read of values is *hidden* if the operation that reads is not
one that TensorFlow lets read values (`reads_values.txt`). A copy is *silent* if a kernel makes it;
copies of arguments to where the operation runs, and those that a program asks for, are not.
"""

from __future__ import annotations

import collections
import fnmatch
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import torch

from .memory import NAME

MODES = ("off", "collect", "fail")
mode = os.environ.get("TF_TAPE_COMPAT_TEST_WATCH", "off")
"""What becomes of hidden reads and silent copies: nothing, a report, or an error."""

reads: collections.Counter[tuple[Site, str]] = collections.Counter()
"""How often an operation (or a function of the package, if none is on the stack) read values."""
copies: collections.Counter[Site] = collections.Counter()
"""How often the kernel of an operation copied to the device."""

ALLOWED = Path(__file__).with_name("reads_values.txt")

_READERS = frozenset(
    "_local_scalar_dense equal is_nonzero nonzero nonzero_static masked_select _unique _unique2 "
    "unique_dim unique_consecutive unique_dim_consecutive repeat_interleave bincount "
    "_assert_async".split()
)
_PACKAGE = f"{os.sep}tf_tape_compat{os.sep}"
# What converts arguments, places tensors and hands values to the program is not a kernel.
_ARGUMENTS = tuple(f"{_PACKAGE}_core{os.sep}{part}{os.sep}" for part in ("devices", "tensor", "op"))


class HiddenReadError(AssertionError):
    """An operation read values of a device tensor that TensorFlow would not read."""


class SilentCopyError(AssertionError):
    """A kernel copied between devices."""


def reads_values(op: Any) -> bool:
    """Whether a kernel of an operator makes the host wait for values."""
    name = op._schema.name.removeprefix("aten::")
    return name in _READERS or name in ("index", "index_put_", "_index_put_impl_")


def reading(op: Any, kernel: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that reports that it reads values."""
    name = op._schema.name.removeprefix("aten::")
    masks_only = name not in _READERS

    def watched(*args: Any, **kwargs: Any) -> Any:
        if mode != "off" and (not masks_only or _has_mask(args[1])):
            _read(name)
        return kernel(*args, **kwargs)

    return watched


def _has_mask(indices: Any) -> bool:
    return any(
        isinstance(i, torch.Tensor) and not i.is_cpu and i.dtype in (torch.bool, torch.uint8)
        for i in indices
    )


def copied(source: torch.Tensor, target: torch.Tensor) -> None:
    """Notes a copy between this device and another."""
    if mode == "off" or source.is_cpu is target.is_cpu or not source.numel():
        return
    if target.is_cpu:
        _read("a copy to the host")
        return
    site = _site()
    if site is not None:
        copies[site] += 1
        if mode == "fail":
            raise SilentCopyError(f"{site} copies to {NAME}")


def _read(how: str) -> None:
    site = _site()
    if site is None or is_allowed(site.operation):
        return
    reads[site, how] += 1
    if mode == "fail":
        raise HiddenReadError(f"{site} reads the values of a tensor on {NAME} ({how})")


class Site(NamedTuple):
    """What ran: an operation, "Unique array.unique.unique", or a function; and the line."""

    operation: str
    line: str

    def __str__(self) -> str:
        return f"{self.operation} ({self.line})"


def _site() -> Site | None:
    """The innermost operation on the stack, if its kernel is what runs.

    None if nothing of the package runs, or what converts and places arguments, or hands values to
    the program. A function of `_ops` counts if no operation called it: it is named by its module.
    """
    frame: FrameType | None = sys._getframe(2)
    line = function = None
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<op "):
            return Site(file[4:-1].replace("tf_tape_compat._ops.", ""), line or "its conversion")
        if _PACKAGE in file:
            if line is None:
                if any(part in file for part in _ARGUMENTS):
                    return None
                line = f"{file.rpartition(_PACKAGE)[2]}:{frame.f_lineno}"
            if function is None and f"{_PACKAGE}_ops{os.sep}" in file:
                module = file.rpartition(f"{_PACKAGE}_ops{os.sep}")[2].removesuffix(".py")
                function = f"{module.replace(os.sep, '.')}:{frame.f_code.co_name}"
        frame = frame.f_back
    return None if function is None else Site(function, line or "")


@functools.cache
def _allowed() -> list[str]:
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    return [line.split("|")[0].strip() for line in lines if line and not line.startswith("#")]


@functools.cache
def is_allowed(operation: str) -> bool:
    """Whether TensorFlow lets an operation read values: it, or its function, is listed."""
    names = (operation, *operation.split(" ")[:2])
    return any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in _allowed())


def report() -> list[str]:
    """What was collected, the most frequent first."""
    lines = [f"{count:7} {site} reads values: {how}" for (site, how), count in reads.most_common()]
    return lines + [f"{count:7} {site} copies to {NAME}" for site, count in copies.most_common()]
