"""`tensorflow.python.ops.array_ops`."""

from __future__ import annotations

from typing import Any, NoReturn

from ..._core.gradients.custom_gradient import custom_gradient
from ..._ops.array.conversion import convert_to_tensor
from ..._ops.array.identity import identity


def prevent_gradient(input: Any, message: str = "", name: str | None = None) -> Any:
    """The value of `input`, whose gradient raises LookupError."""

    @custom_gradient
    def prevented(x: Any) -> Any:
        def gradient(_: Any) -> NoReturn:
            raise LookupError(f"Gradient explicitly disabled. Reason: {message.encode()!r}")

        return identity(x), gradient

    return prevented(convert_to_tensor(input))
