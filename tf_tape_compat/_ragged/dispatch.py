"""Dispatch of operations with ragged arguments.

Modules register the ragged implementation of an operation with `implements`. The operations that
apply to each element are registered here.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .._core.op.dispatch import composite_handlers, dispatch_on_composites
from .._core.tensor.convert import INT64, is_typed, to_tensor
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
from .._ops.strings import hashing, numbers, regex, text, unicode_scripts
from .broadcasting import common_splits_dtype, flatten_operands
from .factories import is_ragged
from .row_partition import RowPartition
from .tensor import RaggedTensor, from_row_partitions, partitions_of

# For each operation, the implementation: called with the operation and its arguments by name.
implementations: dict[Any, Callable[[Any, dict[str, Any]], Any]] = {}


def implements(*functions: Any) -> Callable[[Any], Any]:
    """Decorates the implementation of operations with ragged arguments.

    It is called with those arguments, by name, that it has parameters for.
    """

    def decorator(implementation: Any) -> Any:
        parameters = set(inspect.signature(implementation).parameters)

        def call(_: Any, arguments: dict[str, Any]) -> Any:
            return implementation(**{k: v for k, v in arguments.items() if k in parameters})

        _register(functions, call)
        return implementation

    return decorator


def _register(functions: Any, implementation: Callable[[Any, dict[str, Any]], Any]) -> None:
    for function in functions:
        implementations[function] = implementation
        if not hasattr(function, "base"):
            dispatch_on_composites(function)


def handle(function: Any, arguments: dict[str, Any]) -> Any:
    """The dispatch handler of ragged tensors, see _core/op/dispatch.py."""
    implementation = implementations.get(getattr(function, "base", function))
    return NotImplemented if implementation is None else implementation(function, arguments)


composite_handlers[RaggedTensor] = handle


def _unary(function: Any, arguments: dict[str, Any]) -> Any:
    """Applies the operation to the values of its first argument."""
    (name, value), *others = arguments.items()
    if not is_ragged(value):
        return NotImplemented
    return value.with_values(function(**{name: value.values}, **dict(others)))


def _binary(function: Any, arguments: dict[str, Any]) -> Any:
    """Applies the operation to its first two arguments, which broadcast."""
    result, partitions = _broadcast(function, arguments)
    return from_row_partitions(result, partitions)


def _assertion(function: Any, arguments: dict[str, Any]) -> Any:
    """Runs the assertion on its first two arguments, which broadcast."""
    return _broadcast(function, arguments)[0]


def _broadcast(function: Any, arguments: dict[str, Any]) -> tuple[Any, list[RowPartition]]:
    """Applies the operation to the broadcast flat values of its first two arguments.

    Returns the flat values of the result and its partitions.
    """
    (first, x), (second, y), *others = arguments.items()
    types = [value.dtype for value in (x, y) if is_ragged(value)]
    values = [as_tensor(x, types[0]), as_tensor(y, types[0])]
    dtype = common_splits_dtype(*values) or INT64
    for ragged, dense in (values, values[::-1]):
        if not is_ragged(dense) and ragged.flat_values.shape.rank > dense.shape.rank:
            # A dense operand of lower rank than the flat values broadcasts with those alone.
            flat = [value.flat_values if value is ragged else value for value in values]
            partitions = partitions_of(ragged)
            break
    else:
        flat, partitions = flatten_operands(values, dtype)
    return function(**{first: flat[0], second: flat[1]}, **dict(others)), partitions


def as_tensor(value: Any, hint: Any = None) -> Any:
    """Converts a value to a tensor, of dtype `hint` if possible, unless it is ragged."""
    if is_ragged(value):
        return value
    return operands.read_operand(value) if is_typed(value) else to_tensor(value, None, hint)


_UNARY = {
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
    numbers: "as_string to_number",
    text: "length lower strip substr upper",
    trigonometry: "acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh",
    unicode_scripts: "unicode_script",
}

_BINARY = {
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

# Copies are not elementwise functions to `tf.experimental.dispatch_for_...`.
_COPIES = (identity.identity, identity.stop_gradient)


def _functions(table: Mapping[Any, str]) -> list[Any]:
    return [getattr(module, name) for module, names in table.items() for name in names.split()]


for _table, _implementation in ((_UNARY, _unary), (_BINARY, _binary), (_ASSERTIONS, _assertion)):
    _register(_functions(_table), _implementation)


def elementwise_function(function: Any) -> Any:
    """Decorates a function that applies to each element of its first argument."""
    _register([function], _unary)
    _defined_above.append(function)
    return function


# Elementwise functions that are defined in modules above this one.
_defined_above: list[Any] = []


def unary_elementwise_functions() -> list[Any]:
    """The elementwise functions of one tensor."""
    return [f for f in _functions(_UNARY) if f not in _COPIES] + _defined_above


def binary_elementwise_functions() -> list[Any]:
    """The elementwise functions of two tensors."""
    return _functions(_BINARY)


def elementwise_assertions() -> list[Any]:
    """The elementwise assertions about two tensors."""
    return _functions(_ASSERTIONS)
