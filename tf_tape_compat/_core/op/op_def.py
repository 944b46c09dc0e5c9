"""The definition of an operation: its name, tensor arguments, element types and rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..tensor.tensor import STRING, EagerTensor
from ..types.dtype import FROM_TORCH, DType, as_dtype
from ..types.op_types import op_types
from . import op_errors

OBJECT = np.dtype(object)  # the `dtype` of a string payload

# Groups that are a fixed element type instead of a type attribute.
FIXED_TYPES = frozenset("bool string uint8 int32 int64 float32 float64 complex64".split())

OperandPair = tuple[EagerTensor, EagerTensor]


class OpDef:
    """The definition of an operation; the parameters are those of `@op`.

    Each tensor argument has an entry in `names`, `groups` (its type attribute or fixed type),
    `lists` (whether it is a list of tensors) and `optional` (whether it may be None). Arguments of
    one group must have one element type.
    """

    def __init__(
        self,
        operation: str,
        tensors: str,
        mismatch: Callable[[DType, DType], Exception] | None = None,
        convert_pair: Callable[[Any, Any], OperandPair] | None = None,
        dtype_overloads: Mapping[str, Callable[..., Any]] | None = None,
        reflected: str | None = None,
        mixed: Callable[..., Any] | None = None,
        default: str | None = None,
        host: str = "",
    ) -> None:
        self.operation = operation
        self.default = as_dtype(default) if default else None
        self.custom_mismatch = mismatch
        self.convert_pair = convert_pair
        self.dtype_overloads = {
            _payload_dtype(name): overload for name, overload in (dtype_overloads or {}).items()
        }
        self.reflected = reflected
        self.mixed = mixed
        self.host = frozenset(host.split())
        recorded = op_types(operation)
        self.tensor_names = [name for name, _ in recorded.arguments]
        self.names: list[str] = []
        self.groups: list[str] = []
        self.lists: list[bool] = []
        self.optional: list[bool] = []
        for position, word in enumerate(tensors.split()):
            name, _, group = word.partition(":")
            self.lists.append(name.endswith("*"))
            self.optional.append(name.endswith("?"))
            self.names.append(name.rstrip("*?"))
            self.groups.append(group or recorded.arguments[position][1])
        # The element types that TensorFlow admits for each group; None if all.
        self.allowed: dict[str, tuple[DType, ...] | None] = {}
        for group in self.groups:
            fixed = group in FIXED_TYPES
            self.allowed[group] = (as_dtype(group),) if fixed else recorded.admitted.get(group)
        self._payload_dtypes: dict[str, frozenset[Any] | None] = {}  # cache of `payload_dtypes`

    def payload_dtypes(self, group: str) -> frozenset[Any] | None:
        """The payload dtypes that the kernel takes for a group; None if it takes all."""
        if group in self._payload_dtypes:
            return self._payload_dtypes[group]
        allowed = self.allowed[group]
        dtypes: frozenset[Any] | None = None
        if allowed is None and self.dtype_overloads:
            allowed = (*FROM_TORCH.values(), STRING)
        if allowed is not None:
            dtypes = frozenset(OBJECT if d is STRING else d.torch for d in allowed)
            dtypes -= self.dtype_overloads.keys()
        self._payload_dtypes[group] = dtypes
        return dtypes

    def admits_strings(self, group: str) -> bool:
        """Whether a tensor of a group may be a string tensor."""
        allowed = self.allowed[group]
        return allowed is None or STRING in allowed

    def overload(self, group: str, dtype: Any) -> Callable[..., Any]:
        """The operation to call for a payload dtype that the kernel does not take.

        Raises InvalidArgumentError if there is none.
        """
        overload = self.dtype_overloads.get(dtype) or self.dtype_overloads.get("*")
        if overload is None:
            raise self.refusal(group, dtype)
        return overload

    # -- errors ---------------------------------------------------------------------------------

    def mismatch(self, position: int, expected: Any, actual: Any) -> Exception:
        """The error for two payload dtypes in one group."""
        if self.custom_mismatch is not None:
            return self.custom_mismatch(
                FROM_TORCH.get(expected, STRING), FROM_TORCH.get(actual, STRING)
            )
        if not any(self.lists):
            name = self.names[position] if position < len(self.names) else ""
            if name in self.tensor_names:  # TensorFlow's operation may have tensors between ours
                position = self.tensor_names.index(name)
        return op_errors.mismatch(self.operation, position, expected, actual)

    def refusal(self, group: str, actual: Any) -> Exception:
        """The error for a payload dtype that the operation does not admit."""
        if group in FIXED_TYPES:
            expected = as_dtype(group).torch or OBJECT
            return self.mismatch(self.groups.index(group), expected, actual)
        return op_errors.refusal(self.operation, group, actual, self.allowed[group] or ())

    def explain(self, error: Exception, name: str | bool | None, *payloads: Any) -> BaseException:
        """TensorFlow's error for the one that torch raised on `payloads`."""
        return op_errors.explain(self.operation, error, name, payloads)


def _payload_dtype(name: str) -> Any:
    if name == "*":
        return name
    return OBJECT if name == "string" else as_dtype(name).torch
