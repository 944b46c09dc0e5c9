"""NumPy's behavior of tensors themselves: methods, operators that promote, indices that are arrays.

Nothing of it is on the way of a program that does not ask for it: the methods and operators of the
class are exchanged when it does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from .. import nest
from .._core.op.op_def import reflected_result
from .._core.tensor.convert import operand_readers, to_tensor
from .._core.tensor.tensor import EagerTensor, Tensor
from .._core.types.shape import TensorShape
from .._core.variables.variable import Variable
from .._ops.math import casting
from . import elementwise, manipulation, products, reductions
from .indexing import getitem
from .promotion import Settings, result_type
from .type_promotion import Mode

_logger = logging.getLogger("tf_tape_compat")

_MODES = ("off", "legacy", "safe", "all")
_PROMOTING = "add sub mul truediv div floordiv mod pow and or xor".split()
_COMPARING = "lt le gt ge".split()

# What was in the place of each attribute that is exchanged: (class, name) -> value.
_originals: dict[tuple[type, str], Any] = {}


def experimental_enable_numpy_behavior(
    prefer_float32: bool = False, dtype_conversion_mode: str = "legacy"
) -> None:
    """Lets tensors behave as NumPy's arrays from here on, all over the program.

    They get NumPy's methods (`T`, `reshape`, `astype`...) and indices that are arrays. With the
    mode "legacy" operands of two types promote by NumPy's rules, with "off" they do not. With "all"
    and "safe" operators and functions promote by the rules in type_promotion.py, where Python
    numbers are weak and give way; "safe" refuses what might lose a value.

    `prefer_float32` is the type of Python floats. Answers for
    `tf.experimental.numpy.experimental_enable_numpy_behavior`. Raises ValueError for an unknown
    mode.
    """
    if dtype_conversion_mode not in _MODES:
        raise ValueError(
            f"There is no promotion mode {dtype_conversion_mode}. The modes are "
            "'off', 'legacy', 'safe' and 'all'."
        )
    reset()
    Settings.prefer_float32 = prefer_float32
    _exchange(EagerTensor, "__getitem__", getitem)
    for name, value in methods().items():
        _exchange(EagerTensor, name, value)
    if dtype_conversion_mode == "legacy":
        from . import automatic

        Settings.promotes = True
        automatic.prepare_composed()
        _let_operators_promote()
    elif dtype_conversion_mode != "off":
        from . import weak_behavior

        _logger.warning(
            "UserWarning: experimental_enable_numpy_behavior(dtype_conversion_mode=%r) belongs at "
            "the beginning of a program, before anything else of tf is used.",
            dtype_conversion_mode,
        )
        weak_behavior.enable(dtype_conversion_mode, _exchange)


def reset() -> None:
    """Back to what tensors are without any of it."""
    for (kind, name), value in _originals.items():
        if value is None:
            delattr(kind, name)
        else:
            setattr(kind, name, value)
    _originals.clear()
    Settings.prefer_float32 = Settings.promotes = False
    Settings.result_type = None
    Mode.name = None
    Settings.result_type = None


def _exchange(kind: type, name: str, value: Any) -> None:
    _originals[kind, name] = vars(kind).get(name)
    setattr(kind, name, value)


# -- methods ------------------------------------------------------------------------------------


def _reshape(a: Any, *newshape: Any, **kwargs: Any) -> Any:
    """The array in another shape, given as one argument or several."""
    order = kwargs.pop("order", "C")
    if kwargs:
        raise ValueError(f"Unsupported arguments: {kwargs.keys()}")
    if len(newshape) == 1 and not isinstance(newshape[0], int):
        newshape = newshape[0]
    return manipulation.reshape(a, newshape, order=order)


def methods() -> dict[str, Any]:
    """The methods and properties that tensors get, by name."""
    return {
        "T": property(manipulation.transpose),
        "data": property(lambda self: self),
        "size": property(lambda self: np.prod(self.shape.as_list())),
        "tolist": lambda self: self._numpy().tolist(),
        "__pos__": lambda self: self,
        "__round__": elementwise.around,
        "astype": casting.cast,
        "clip": elementwise.clip,
        "flatten": manipulation.flatten,
        "max": reductions.amax,
        "mean": reductions.mean,
        "min": reductions.amin,
        "ravel": manipulation.ravel,
        "reshape": _reshape,
        "transpose": manipulation.transpose,
    }


# -- operators ----------------------------------------------------------------------------------


def _same(x: Any, y: Any) -> bool:
    return isinstance(x, EagerTensor) and isinstance(y, EagerTensor) and x.dtype is y.dtype


def _entry(value: Any) -> Any:
    """What is asked for its type. Raises ValueError for variables, which NumPy knows no type of."""
    if isinstance(value, Variable):
        raise ValueError(f"Could not convert {value!r} to a NumPy dtype")
    return np.int32 if isinstance(value, TensorShape) else value


def _promoted(x: Any, y: Any) -> list[Any]:
    """The operands in the type to which they promote."""
    if _same(x, y):
        return [x, y]
    dtype = result_type(*map(_entry, nest.flatten([x, y])))
    return [
        casting.cast(value, dtype) if isinstance(value, Tensor) else to_tensor(value, dtype)
        for value in (x, y)
    ]


def _promoting(operator: Callable[[Any, Any], Any], reflected: str = "") -> Any:
    """The operator on operands that promote; if they do not, `y` may know what to do."""

    def promoting(x: Any, y: Any) -> Any:
        x = _value(x)
        try:
            first, second = _promoted(x, y)
        except (TypeError, ValueError) as error:
            return reflected_result(error, x, y, reflected)
        return operator(first, second)

    return promoting


def _value(x: Any) -> Any:
    """The left operand: of a variable its value."""
    read = operand_readers.get(type(x))
    return read(x) if read else x


def _unless_none(promoting: Any, answer: bool) -> Any:
    return lambda x, y: answer if y is None else promoting(x, y)


def _let_operators_promote() -> None:
    operators = {name: vars(EagerTensor)[f"__{name}__"] for name in _PROMOTING}
    for name, operator in {**operators, "matmul": products.matmul}.items():
        backward = _reflected(_promoting(operator))
        for kind in (EagerTensor, Variable):
            _exchange(kind, f"__{name}__", _promoting(operator, f"__r{name}__"))
            _exchange(kind, f"__r{name}__", backward)
    for name in _COMPARING:
        promoting = _promoting(vars(EagerTensor)[f"__{name}__"])
        for kind in (EagerTensor, Variable):
            _exchange(kind, f"__{name}__", promoting)
    for name, answer in (("eq", False), ("ne", True)):  # variables' own do not promote
        promoting = _promoting(vars(EagerTensor)[f"__{name}__"])
        _exchange(EagerTensor, f"__{name}__", _unless_none(promoting, answer))


def _reflected(promoting: Any) -> Any:
    return lambda y, x: promoting(x, _value(y))
