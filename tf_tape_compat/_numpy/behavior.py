"""`experimental_enable_numpy_behavior`: NumPy's methods, promoting operators and array indices.

They are set on the classes of tensors and variables when a program enables them, so other programs
pay nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import nest
from .._core.op.op_convert import reflected_result
from .._core.tensor.convert import operand_readers, to_tensor
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._ops.math import casting
from . import products
from .indexing import getitem
from .promotion import NumpyBehavior, result_type
from .tensor_methods import methods
from .type_promotion import PromotionMode

_logger = logging.getLogger("tf_tape_compat")

_MODES = ("off", "legacy", "safe", "all")
_PROMOTING = "add sub mul truediv div floordiv mod pow and or xor".split()
_COMPARING = "lt le gt ge".split()

# The replaced attributes of classes: (class, name) -> the value before, None if there was none.
_originals: dict[tuple[type, str], Any] = {}


def experimental_enable_numpy_behavior(
    prefer_float32: bool = False, dtype_conversion_mode: str = "legacy"
) -> None:
    """Implements `tf.experimental.numpy.experimental_enable_numpy_behavior`.

    From now on, tensors have NumPy's methods (`T`, `reshape`, `astype`...) and accept arrays as
    indices, in the whole program.

    Args:
      prefer_float32: whether Python floats are float32 instead of float64.
      dtype_conversion_mode: how operands of two types promote. "off": they do not; "legacy": by
        NumPy's rules, and only in operators; "all": by the rules in type_promotion.py, in operators
        and functions, where Python numbers are weak and take the other operand's type; "safe": the
        same, but a promotion that might lose a value raises an error.

    Raises:
      ValueError: if the mode is unknown.
    """
    if dtype_conversion_mode not in _MODES:
        raise ValueError(
            f"There is no promotion mode {dtype_conversion_mode}. The modes are "
            "'off', 'legacy', 'safe' and 'all'."
        )
    reset()
    NumpyBehavior.prefer_float32 = prefer_float32
    _replace(Tensor, "__getitem__", getitem)
    for name, value in methods().items():
        _replace(Tensor, name, value)
    if dtype_conversion_mode == "legacy":
        from .promoting_functions import intercept_composed

        NumpyBehavior.promotes = True
        intercept_composed()
        _let_operators_promote()
    elif dtype_conversion_mode != "off":
        from . import weak_behavior

        _logger.warning(
            "UserWarning: experimental_enable_numpy_behavior(dtype_conversion_mode=%r) belongs at "
            "the beginning of a program, before anything else of tf is used.",
            dtype_conversion_mode,
        )
        weak_behavior.enable(dtype_conversion_mode, _replace)


def reset() -> None:
    """Restores the behavior of tensors without any of this."""
    for (cls, name), value in _originals.items():
        if value is None:
            delattr(cls, name)
        else:
            setattr(cls, name, value)
    _originals.clear()
    NumpyBehavior.prefer_float32 = NumpyBehavior.promotes = False
    NumpyBehavior.result_type = None
    PromotionMode.name = None


def _replace(cls: type, name: str, value: Any) -> None:
    """Sets an attribute of a class until `reset`."""
    _originals[cls, name] = vars(cls).get(name)
    setattr(cls, name, value)


# -- operators ----------------------------------------------------------------------------------


def _have_same_dtype(x: Any, y: Any) -> bool:
    return isinstance(x, EagerTensor) and isinstance(y, EagerTensor) and x.dtype is y.dtype


def _typed_value(value: Any) -> Any:
    """A value that `result_type` accepts. Raises ValueError for variables, as TensorFlow does."""
    if isinstance(value, Variable):
        raise ValueError(f"Could not convert {value!r} to a NumPy dtype")
    return np.int32 if isinstance(value, TensorShape) else value


def _promoted(x: Any, y: Any) -> list[Any]:
    """The operands, converted to the type to which they promote."""
    if _have_same_dtype(x, y):
        return [x, y]
    dtype = result_type(*map(_typed_value, nest.flatten([x, y])))
    return [
        casting.cast(value, dtype) if isinstance(value, Tensor) else to_tensor(value, dtype)
        for value in (x, y)
    ]


def _promoting(operator: Callable[[Any, Any], Any], reflected: str = "") -> Any:
    """The operator with promotion; if the operands do not promote, `y` may implement it."""

    def promoting(x: Any, y: Any) -> Any:
        x = _value(x)
        try:
            first, second = _promoted(x, y)
        except (TypeError, ValueError) as error:
            return reflected_result(error, x, y, reflected)
        return operator(first, second)

    return promoting


def _value(x: Any) -> Any:
    """The value of a variable; other operands unchanged."""
    read = operand_readers.get(type(x))
    return read(x) if read else x


def _unless_none(promoting: Any, answer: bool) -> Any:
    return lambda x, y: answer if y is None else promoting(x, y)


def _let_operators_promote() -> None:
    operators = {name: vars(Tensor)[f"__{name}__"] for name in _PROMOTING}
    for name, operator in {**operators, "matmul": products.matmul}.items():
        reflected = _reflected(_promoting(operator))
        for cls in (Tensor, Variable):
            _replace(cls, f"__{name}__", _promoting(operator, f"__r{name}__"))
            _replace(cls, f"__r{name}__", reflected)
    for name in _COMPARING:
        promoting = _promoting(vars(Tensor)[f"__{name}__"])
        for cls in (Tensor, Variable):
            _replace(cls, f"__{name}__", promoting)
    for name, answer in (("eq", False), ("ne", True)):  # those of variables do not promote
        promoting = _promoting(vars(Tensor)[f"__{name}__"])
        _replace(Tensor, f"__{name}__", _unless_none(promoting, answer))


def _reflected(promoting: Any) -> Any:
    return lambda y, x: promoting(x, _value(y))
