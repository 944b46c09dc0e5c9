"""What the operations do that are given ragged tensors.

`rules` has a function for each of them, which takes the same arguments. The modules that define
these functions enter them with `rule`; here are those that apply an operation to each element.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .._core.op.dispatch import composites, overload
from .._core.tensor.convert import INT64, to_tensor
from .._ops._support import operands
from .._ops.array import creation, identity
from .._ops.debugging import assertions, check_numerics
from .._ops.image import colors, random
from .._ops.io import encodings
from .._ops.math import (
    arithmetic,
    bessel,
    casting,
    clipping,
    comparison,
    complex,
    division,
    elementwise,
    error_functions,
    gamma,
    logical,
    nextafter,
    powers,
    special_integrals,
    trigonometry,
    xlogy,
)
from .._ops.nn import activations, losses
from .._ops.strings import hashing, regex, text, unicode_scripts
from .broadcasting import flattened, match_splits_dtypes
from .factories import is_ragged
from .partition import RowPartition
from .tensor import RaggedTensor, nested, partitions_of

# For each operation, the function of it and of its arguments by name.
rules: dict[Any, Callable[[Any, dict[str, Any]], Any]] = {}


def rule(*functions: Any) -> Callable[[Any], Any]:
    """Makes the decorated function the one that answers for operations with ragged arguments."""

    def enter(answer: Any) -> Any:
        parameters = set(inspect.signature(answer).parameters)

        def call(_: Any, arguments: dict[str, Any]) -> Any:
            return answer(**{key: v for key, v in arguments.items() if key in parameters})

        _enter(functions, call)
        return answer

    return enter


def _enter(functions: Any, answer: Callable[[Any, dict[str, Any]], Any]) -> None:
    for function in functions:
        rules[function] = answer
        if not hasattr(function, "base"):
            overload(function)


def handle(function: Any, arguments: dict[str, Any]) -> Any:
    """The handler of ragged tensors, see dispatch.py."""
    answer = rules.get(getattr(function, "base", function))
    return NotImplemented if answer is None else answer(function, arguments)


composites[RaggedTensor] = handle


def _unary(function: Any, arguments: dict[str, Any]) -> Any:
    """The operation on the values of its first argument."""
    (name, value), *others = arguments.items()
    if not is_ragged(value):
        return NotImplemented
    return value.with_values(function(**{name: value.values}, **dict(others)))


def _binary(function: Any, arguments: dict[str, Any]) -> Any:
    """The operation on its first two arguments, broadcast."""
    result, partitions = _broadcast(function, arguments)
    return nested(result, partitions)


def _assertion(function: Any, arguments: dict[str, Any]) -> Any:
    """An assertion about its first two arguments, broadcast."""
    return _broadcast(function, arguments)[0]


def _broadcast(function: Any, arguments: dict[str, Any]) -> tuple[Any, list[RowPartition]]:
    """The operation on the flat values of its first two arguments, and the partitions."""
    (first, x), (second, y), *others = arguments.items()
    types = [value.dtype for value in (x, y) if is_ragged(value)]
    values = [as_tensor(x, types[0]), as_tensor(y, types[0])]
    dtype = match_splits_dtypes(*values) or INT64
    for ragged, dense in (values, values[::-1]):
        if not is_ragged(dense) and ragged.flat_values.shape.rank > dense.shape.rank:
            # A dense operand of lower rank than the values broadcasts with those alone.
            flat = [value.flat_values if value is ragged else value for value in values]
            partitions = partitions_of(ragged)
            break
    else:
        flat, partitions = flattened(values, dtype)
    return function(**{first: flat[0], second: flat[1]}, **dict(others)), partitions


def as_tensor(value: Any, hint: Any = None) -> Any:
    """`value`, or a tensor of it if it is no ragged tensor; of type `hint`, where it can be."""
    if is_ragged(value):
        return value
    return operands.read(value) if operands.is_typed(value) else to_tensor(value, None, hint)


_OF_ONE = {
    activations: "elu gelu leaky_relu relu relu6 selu silu",
    arithmetic: "negative square",
    check_numerics: "check_numerics",
    bessel: "bessel_i0 bessel_i0e bessel_i1 bessel_i1e bessel_j0 bessel_j1 bessel_k0 bessel_k0e"
    " bessel_k1 bessel_k1e bessel_y0 bessel_y1",
    casting: "cast saturate_cast",
    clipping: "clip_by_value",
    comparison: "is_finite is_inf is_nan",
    complex: "angle conj imag real",
    identity: "identity stop_gradient",
    creation: "ones_like zeros_like",
    elementwise: "abs ceil exp expm1 floor log log1p log_sigmoid reciprocal reciprocal_no_nan rint"
    " round rsqrt sigmoid sign softplus softsign sqrt",
    encodings: "decode_base64 decode_compressed encode_base64",
    colors: "adjust_brightness adjust_gamma convert_image_dtype",
    random: "random_brightness stateless_random_brightness",
    logical: "invert logical_not",
    error_functions: "erf erfc erfcinv erfinv ndtri",
    gamma: "digamma lgamma",
    nextafter: "nextafter",
    special_integrals: "dawsn expint fresnel_cos fresnel_sin spence",
    hashing: "to_hash_bucket to_hash_bucket_fast to_hash_bucket_strong",
    regex: "regex_full_match regex_replace",
    text: "as_string length lower strip substr to_number upper",
    trigonometry: "acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh",
    unicode_scripts: "unicode_script",
}

_OF_TWO = {
    arithmetic: "add multiply multiply_no_nan scalar_mul squared_difference subtract",
    comparison: "equal greater greater_equal less less_equal not_equal",
    complex: "complex",
    division: "divide divide_no_nan floordiv floormod realdiv truediv truncatediv truncatemod",
    elementwise: "maximum minimum",
    logical: "bitwise_and bitwise_or bitwise_xor left_shift logical_and logical_or logical_xor"
    " right_shift",
    losses: "sigmoid_cross_entropy_with_logits",
    powers: "pow",
    xlogy: "xdivy xlog1py xlogy",
    gamma: "zeta",
    trigonometry: "atan2",
}

_ASSERTIONS = {
    assertions: "assert_equal assert_greater assert_greater_equal assert_less assert_less_equal"
    " assert_near assert_none_equal",
}

# Copies, which are no functions of the elements to `tf.experimental.dispatch_for_...`.
_NOT_LISTED = (identity.identity, identity.stop_gradient)


def _functions(table: Mapping[Any, str]) -> list[Any]:
    return [getattr(module, name) for module, names in table.items() for name in names.split()]


for _table, _answer in ((_OF_ONE, _unary), (_OF_TWO, _binary), (_ASSERTIONS, _assertion)):
    _enter(_functions(_table), _answer)


def of_each_element(function: Any) -> Any:
    """Makes the function one of those that are applied to each element of their first argument."""
    _enter([function], _unary)
    _further.append(function)
    return function


_further: list[Any] = []


def functions_of_one() -> list[Any]:
    """The functions of the elements of one tensor."""
    from . import unicode  # noqa: F401 -- which has one more of them

    return [f for f in _functions(_OF_ONE) if f not in _NOT_LISTED] + _further


def functions_of_two() -> list[Any]:
    """The functions of the elements of two tensors."""
    return _functions(_OF_TWO)


def assertions_of_two() -> list[Any]:
    """The assertions about the elements of two tensors."""
    return _functions(_ASSERTIONS)
