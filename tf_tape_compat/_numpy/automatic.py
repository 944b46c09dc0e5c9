"""The modes "safe" and "all": functions that promote their arguments, and give weak results.

Their code is exchanged for one that looks at the mode first; that happens when a mode is asked for,
so that other programs know nothing of it. Once exchanged a function stays so.
"""

from __future__ import annotations

import importlib
import inspect
import logging
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any

from .._core.tensor import convert
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .._ops.array import conversion
from .._ops.array.inspection import is_tensor
from .._ops.math import arithmetic, casting, comparison
from . import composed
from .type_promotion import Kind, Mode, result_kind
from .weak import EagerWeakTensor, weakened

_logger = logging.getLogger("tf_tape_compat")

# The functions that give a weak result for a weak argument, the first one.
_OF_ONE = {
    "math": (
        "abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil "
        "conj cos cosh digamma erf erfc erfcinv erfinv exp expm1 floor imag lgamma log log1p "
        "log_sigmoid log_softmax ndtri negative real reciprocal reciprocal_no_nan "
        "reduce_euclidean_norm reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod "
        "reduce_std reduce_sum reduce_variance rint round rsqrt sigmoid sign sin sinh softplus "
        "sqrt square tan tanh"
    ),
    "math.special": (
        "bessel_j0 bessel_j1 bessel_k0 bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1 dawsn "
        "expint fresnel_cos fresnel_sin spence"
    ),
    "nn": "depth_to_space gelu leaky_relu relu6 silu space_to_depth",
    "linalg": "diag diag_part matrix_transpose tensor_diag_part trace",
    "image": "extract_patches",
    "debugging": "check_numerics",
    "": (
        "clip_by_value expand_dims identity ones_like reshape squeeze stop_gradient transpose "
        "zeros_like"
    ),
    "experimental.numpy": (
        "abs absolute amax amin angle arange arccos arcsin arcsinh arctan arctanh around "
        "array asanyarray asarray ascontiguousarray average bitwise_not cbrt ceil conj "
        "conjugate copy cos cosh cumprod cumsum deg2rad diag diagflat diagonal diff "
        "empty_like exp exp2 expand_dims expm1 fabs fix flatten flip fliplr flipud floor "
        "full_like imag log log10 log1p log2 max mean min moveaxis nanmean negative "
        "ones_like positive prod rad2deg ravel real reciprocal repeat reshape rot90 round "
        "sin sinc sinh sort sqrt square squeeze std sum swapaxes tan tanh trace transpose "
        "triu vander var zeros_like"
    ),
}
# Those of two that promote; and those whose result is never weak.
_OF_TWO = {
    "math": (
        "add divide divide_no_nan floordiv floormod multiply multiply_no_nan pow subtract truediv"
    ),
    "linalg": "matmul matvec",
    "": "realdiv truncatediv truncatemod",
    "experimental.numpy": "matmul",
}
_COMPARING = {"math": "equal maximum minimum"}
# Those whose result is never weak, though what they are made of is.
_STRONG = {"experimental.numpy": "arccosh"}
_exchanged: dict[Any, set[Any]] = {}  # which rules a function has got
_calls: dict[Any, Callable[..., Any]] = {}  # what a function does now


# -- the rules ----------------------------------------------------------------------------------


def _in_type(value: Any, kind: Kind) -> EagerTensor:
    if isinstance(value, EagerWeakTensor):
        value = value.tensor
    if is_tensor(value):
        return casting.cast(value, kind.dtype)
    return to_tensor(value, kind.dtype)


def _kind(function: Any, *values: Any) -> Kind | None:
    """What the values promote to; None, with a warning, if they are not of the kind that does."""
    try:
        return result_kind(*values)
    except NotImplementedError:
        types = ", ".join(str(type(value)) for value in values)
        _logger.warning(
            "%s(%s): such values do not promote; it is called as without a mode",
            function.__name__,
            types,
        )
        return None


def _strong(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        return weakened(original(*args, **kwargs), False)

    return call


def _of_one(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    first = "x" if "scalar" in signature.parameters else next(iter(signature.parameters))

    def call(*args: Any, **kwargs: Any) -> Any:
        if Mode.name is None:
            return original(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments
        x = arguments[first]
        if not isinstance(x, EagerTensor) and arguments.get("dtype") is None:
            kind = _kind(function, x)
            if kind is not None:
                arguments[first] = _in_type(x, kind)
                return weakened(original(*bound.args, **bound.kwargs), kind.weak)
        return original(*bound.args, **bound.kwargs)

    return call


def _of_two(
    function: Any, original: Any, signature: inspect.Signature, comparing: bool = False
) -> Callable[..., Any]:
    first, second = list(signature.parameters)[:2]

    def call(*args: Any, **kwargs: Any) -> Any:
        if Mode.name is None:
            return original(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments
        kind = _kind(function, arguments[first], arguments[second])
        if kind is None:
            return original(*bound.args, **bound.kwargs)
        for name in (first, second):
            arguments[name] = _in_type(arguments[name], kind)
        result = original(*bound.args, **bound.kwargs)
        return weakened(result, kind.weak and not comparing)

    return call


def _comparing(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    return _of_two(function, original, signature, comparing=True)


def _assigning(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    def call(variable: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        if Mode.name is None or (kind := _kind(function, variable, value)) is None:
            return original(variable, value, *args, **kwargs)
        if kind.dtype is not variable.dtype:
            raise TypeError(
                f"A variable keeps its type. {function.__name__} of {value} to one of "
                f"{variable.dtype} needs a conversion to {kind.dtype}; convert the value first."
            )
        return original(variable, _in_type(value, kind), *args, **kwargs)

    def by_name(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        return call(*bound.args, **bound.kwargs)

    return by_name


def _constant(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    def call(value: Any, dtype: Any = None, shape: Any = None, name: Any = "Const") -> Any:
        if Mode.name is None:
            return original(value, dtype, shape, name)
        kind = _kind(function, value, dtype)
        if isinstance(value, EagerWeakTensor):
            value = value.tensor if kind else casting.cast(value.tensor, dtype)
        if kind is None:
            return original(value, dtype, shape, name)
        if dtype is None:
            return weakened(original(value, kind.dtype, shape, name), kind.weak)
        if kind.dtype == dtype and is_tensor(value):
            value = _in_type(value, kind)
        return original(value, dtype, shape, name)

    return call


def _plain(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """Of a value that is no tensor, which takes the type to which its parts promote."""

    def call(value: Any, dtype: Any) -> Any:
        if Mode.name is not None and dtype is None:
            try:
                dtype = result_kind(value).dtype
            except NotImplementedError:
                pass
        return original(value, dtype)

    return call


def _converted(function: Any, original: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """A value that is no tensor has to promote with the type that is asked for."""

    def call(value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None) -> Any:
        if Mode.name is not None and dtype is not None and not is_tensor(value):
            try:
                result_kind(value, dtype)
            except NotImplementedError:
                pass
        return original(value, dtype, dtype_hint, name)

    return call


# -- exchanging functions -----------------------------------------------------------------------

# Made of operators, which promote in the mode "legacy", too.
_COMPOSED: dict[str, dict[str, composed.Rule]] = {
    "math": {
        "angle": composed.angle,
        "divide": composed.divide,
        "erfcinv": composed.erfcinv,
        "l2_normalize": composed.of_floats,
        "is_non_decreasing": composed.of_own_type,
        "is_strictly_increasing": composed.of_own_type,
    },
    "nn": {
        "log_poisson_loss": composed.log_poisson_loss,
        "sigmoid_cross_entropy_with_logits": composed.sigmoid_cross_entropy_with_logits,
    },
    "linalg": {"norm": composed.norm, "normalize": composed.norm},
}


_FUNCTION = "the function"


def _stand_in(*args: Any, **kwargs: Any) -> Any:
    # This constant is replaced by a function: the code of any function can then be this one.
    call: Any = "the function"
    return call(*args, **kwargs)


def _exchange(function: Any, rule: Callable[..., Any]) -> None:
    """Has `function`, wherever it is known, do what the rule says."""
    rules = _exchanged.setdefault(function, set())
    if rule in rules:
        return
    rules.add(rule)
    signature = inspect.signature(function)
    code = function.__code__
    original = _calls.get(function) or function.__globals__.get("_stub")  # an operation's own
    if original is None:
        original = FunctionType(
            code,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        original.__kwdefaults__ = function.__kwdefaults__
    call = _calls[function] = rule(function, original, signature)
    own = _stand_in.__code__
    constants = tuple(call if c == _FUNCTION else c for c in own.co_consts)
    function.__signature__ = signature
    function.__code__ = own.replace(
        co_consts=constants, co_freevars=code.co_freevars, co_name=code.co_name
    )
    function.__defaults__ = function.__kwdefaults__ = None


def _functions(names: dict[str, str]) -> Iterator[Any]:
    root = importlib.import_module(__name__.partition(".")[0])
    for namespace, listed in names.items():
        module: Any = root
        for part in namespace.split(".") if namespace else ():
            module = getattr(module, part)
        for name in listed.split():
            yield getattr(module, name)


def prepare_composed() -> None:
    """Exchanges the functions that are made of operators."""
    for namespace, rules in _COMPOSED.items():
        for function, rule in zip(
            _functions({namespace: " ".join(rules)}), rules.values(), strict=True
        ):
            _exchange(function, rule)


def prepare() -> None:
    """Exchanges the functions that know of the modes."""
    prepare_composed()
    rules = ((_OF_ONE, _of_one), (_OF_TWO, _of_two), (_COMPARING, _comparing), (_STRONG, _strong))
    for names, rule in rules:
        for function in _functions(names):
            _exchange(function, rule)
    _exchange(comparison.equals_tensor, _comparing)
    for name in ("assign", "assign_add", "assign_sub"):
        _exchange(vars(Variable)[name], _assigning)
    _exchange(arithmetic.scalar_mul, _of_one)
    _exchange(conversion.constant, _constant)
    _exchange(conversion.convert_to_tensor, _converted)
    _exchange(convert.plain, _plain)
