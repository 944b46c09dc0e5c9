"""`tf.debugging.Assert` and assertions about the values of tensors.

Results and errors are those of TensorFlow's eager mode, down to the text, even where that text is
odd. The common case, that an assertion holds, does little work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..._core.tensor.convert import to_tensor
from ..._core.tensor.tensor import EagerTensor, Tensor
from .._support.arguments import invalid_argument
from .._support.operands import convert_to_first_dtype, read_operand
from ..math import arithmetic, comparison
from ..math.elementwise import abs as _abs
from .messages import describe, message_prefix

# -- Assert -------------------------------------------------------------------------------------


def _summary(tensor: EagerTensor, summarize: Any) -> str:
    """The first `summarize` elements of a tensor: 3 for None, all if negative."""
    if summarize is None:
        summarize = 3
    elif summarize < 0:
        summarize = tensor._t.size if isinstance(tensor._t, np.ndarray) else tensor._t.numel()
    if tensor.ndim == 0:
        return str(tensor.numpy()) if summarize != 0 else ""
    flat = tensor.numpy().reshape(-1)
    items = [str(item) for item in flat[:summarize]]
    return ", ".join(items if len(items) == flat.size else [*items, "..."])


def Assert(  # noqa: N802
    condition: Any, data: Any, summarize: Any = None, name: str | None = None
) -> None:
    """Checks that `condition`, a single boolean, is true. Implements `tf.debugging.Assert`.

    Args:
      condition: A boolean or a boolean scalar.
      data: A sequence of tensors that the error shows.
      summarize: The number of elements to show of each: 3 by default, all if negative.

    Raises InvalidArgumentError if the condition is false.
    """
    if condition:
        return
    if not isinstance(data, Sequence):
        raise TypeError("values must be a sequence.")
    summary = "\n".join(_summary(x, summarize) for x in [to_tensor(item) for item in data])
    raise invalid_argument(f"Expected '{condition!s}' to be true. Summarized data: {summary}")


# -- comparisons --------------------------------------------------------------------------------


def _message_text(item: Any, summarize: Any) -> str:
    """A part of the message as text; tensors show their first `summarize` elements."""
    if not isinstance(item, Tensor):
        return str(item)
    value = item.numpy()  # type: ignore[attr-defined]
    if np.isscalar(value):
        return str(value)
    flat = value.reshape(-1)
    items = [str(x) for x in flat[:summarize]]
    return str(items if len(items) == flat.size else [*items, "..."])


def _failure_details(
    symbol: str, x: EagerTensor, y: EagerTensor, summarize: Any, holds: EagerTensor
) -> list[Any]:
    """The lines of the message about a comparison that failed."""
    lines: list[Any] = [f"Condition x {symbol} y did not hold."]
    if not summarize > 0:
        return lines
    x_values, y_values = x.numpy(), y.numpy()
    if x.ndim and x._t.shape == y._t.shape:
        fails = ~holds.numpy()
        indices = np.argwhere(fails)
        count = min(summarize, len(indices))
        lines += [
            f"Indices of first {count:.0f} different values:",
            indices[:count],
            "Corresponding x values:",
            x_values[fails][:count],
            "Corresponding y values:",
            y_values[fails][:count],
        ]
    for name, values in (("x", x_values), ("y", y_values)):
        values = values.reshape(-1)
        count = min(values.size, summarize)
        lines += [f"First {count:.0f} elements of {name}:", values[:count]]
    return lines


def compare(
    symbol: str,
    operation: Callable[[Any, Any], Any],
    x: Any,
    y: Any,
    message: Any,
    summarize: Any,
    data: Sequence[Any] | None = None,
) -> None:
    """Checks a comparison of all elements; an error shows `data`, by default the elements."""
    x, y = read_operand(x), read_operand(y)
    holds = operation(x, y)
    if holds._t.all():
        return
    if summarize is None:
        summarize = 3
    elif summarize < 0:
        # A float, as in TensorFlow, where showing all elements of `data` is a TypeError.
        summarize = 1e9
    if data is None:
        data = _failure_details(symbol, x, y, summarize, holds)
    if message is not None:
        data = [message, *data]
    raise invalid_argument("\n".join(_message_text(item, summarize) for item in data))


def assert_equal(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x == y` for all elements, with broadcasting. Implements `tf.debugging.assert_equal`.

    If not, raises InvalidArgumentError with `message` and the first `summarize` (3) elements.
    """
    if x is not y:
        compare("==", comparison.equal, x, y, message, summarize)


def assert_none_equal(
    x: Any, y: Any, summarize: Any = None, message: Any = None, name: str | None = None
) -> None:
    """Checks `x != y` for all elements. Implements `tf.debugging.assert_none_equal`.

    Note that `summarize` comes before `message`. Raises InvalidArgumentError if it does not hold.
    """
    compare("!=", comparison.not_equal, x, y, message, summarize)


def assert_less(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x < y` for all elements, with broadcasting. Implements `tf.debugging.assert_less`.

    Raises InvalidArgumentError if it does not hold.
    """
    compare("<", comparison.less, x, y, message, summarize)


def assert_less_equal(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x <= y` for all elements. Implements `tf.debugging.assert_less_equal`.

    Raises InvalidArgumentError if it does not hold.
    """
    compare("<=", comparison.less_equal, x, y, message, summarize)


def assert_greater(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x > y` for all elements. Implements `tf.debugging.assert_greater`.

    Raises InvalidArgumentError if it does not hold.
    """
    compare(">", comparison.greater, x, y, message, summarize)


def assert_greater_equal(
    x: Any, y: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x >= y` for all elements. Implements `tf.debugging.assert_greater_equal`.

    Raises InvalidArgumentError if it does not hold.
    """
    compare(">=", comparison.greater_equal, x, y, message, summarize)


def _compare_with_zero(
    symbol: str,
    operation: Callable[[Any, Any], Any],
    zero_first: bool,
    x: Any,
    message: Any,
    summarize: Any,
) -> None:
    x = read_operand(x)
    zero = to_tensor(0, x.dtype)
    # One of TensorFlow's four messages has no line break here.
    line_break = "" if symbol == "<=" else "\n"
    headline = f"Condition x {symbol} 0 did not hold element-wise:{line_break}x ({describe(x)}) = "
    data = (message_prefix(message), headline, x)
    left, right = (zero, x) if zero_first else (x, zero)
    compare(symbol, operation, left, right, None, summarize, data)


def assert_positive(
    x: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x > 0` for all elements. Implements `tf.debugging.assert_positive`.

    Raises InvalidArgumentError if it does not hold.
    """
    _compare_with_zero(">", comparison.less, True, x, message, summarize)


def assert_negative(
    x: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x < 0` for all elements. Implements `tf.debugging.assert_negative`.

    Raises InvalidArgumentError if it does not hold.
    """
    _compare_with_zero("<", comparison.less, False, x, message, summarize)


def assert_non_negative(
    x: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x >= 0` for all elements. Implements `tf.debugging.assert_non_negative`.

    Raises InvalidArgumentError if it does not hold.
    """
    _compare_with_zero(">=", comparison.less_equal, True, x, message, summarize)


def assert_non_positive(
    x: Any, message: Any = None, summarize: Any = None, name: str | None = None
) -> None:
    """Checks `x <= 0` for all elements. Implements `tf.debugging.assert_non_positive`.

    Raises InvalidArgumentError if it does not hold.
    """
    _compare_with_zero("<=", comparison.less_equal, False, x, message, summarize)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: Any = None,
    summarize: Any = None,
    name: str | None = None,
) -> None:
    """Checks `|x - y| < atol + rtol * |y|` for all elements. Implements `tf.debugging.assert_near`.

    Args:
      x: Floating-point or complex numbers.
      y: Numbers of the same dtype, with broadcasting.
      rtol: The relative tolerance; ten times the dtype's machine epsilon by default.
      atol: The absolute tolerance; ten times the dtype's machine epsilon by default.
      message: The start of the error's text.
      summarize: The number of elements the error shows.

    Raises InvalidArgumentError if it does not hold, ValueError for different dtypes and for those
    without an epsilon in NumPy: integers, bool, string, bfloat16.
    """
    x, y = convert_to_first_dtype(x, y)
    dtype = x.dtype.real_dtype if x.dtype.is_complex else x.dtype
    default = 10 * np.finfo(dtype.as_numpy_dtype).eps
    rtol = to_tensor(default if rtol is None else rtol, dtype)
    atol = to_tensor(default if atol is None else atol, dtype)
    allowed = arithmetic.add(atol, arithmetic.multiply(rtol, _abs(y)))
    near = comparison.less(_abs(arithmetic.subtract(x, y)), allowed)._t.all()
    if near:
        return
    data = [
        message_prefix(message),
        f"x and y not equal to tolerance rtol = {rtol!s}, atol = {atol!s}",
        f"x ({describe(x)}) = ",
        x,
        f"y ({describe(y)}) = ",
        y,
    ]
    Assert(EagerTensor(near), data, summarize)
