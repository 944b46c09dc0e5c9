"""The modes "safe" and "all": functions that promote their arguments and give weak results.

The functions are intercepted when a mode is first enabled, so other programs pay nothing. They stay
intercepted, and look at the mode in each call.
"""

from __future__ import annotations

import importlib
import inspect
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from .._core.op.interception import Wrapper, intercept
from .._core.tensor import convert
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .._ops.array import conversion
from .._ops.array.inspection import is_tensor
from .._ops.math import arithmetic, casting, comparison
from . import composed
from .type_promotion import PromotedType, PromotionMode, promoted_type
from .weak_tensor import EagerWeakTensor, weakened

_logger = logging.getLogger("tf_tape_compat")

# Functions that give a weak result if their first argument is weak.
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
# Functions that promote their first two arguments.
_OF_TWO = {
    "math": (
        "add divide divide_no_nan floordiv floormod multiply multiply_no_nan pow subtract truediv"
    ),
    "linalg": "matmul matvec",
    "": "realdiv truncatediv truncatemod",
    "experimental.numpy": "matmul",
}
# The same, but the result is never weak.
_COMPARING = {"math": "equal maximum minimum"}
# Functions whose result is never weak, although their parts give weak results.
_STRONG = {"experimental.numpy": "arccosh"}


# -- wrappers -----------------------------------------------------------------------------------


def _cast_or_convert(value: Any, promoted: PromotedType) -> EagerTensor:
    if isinstance(value, EagerWeakTensor):
        value = value.tensor
    if is_tensor(value):
        return casting.cast(value, promoted.dtype)
    return to_tensor(value, promoted.dtype)


def _promotion(function: Any, *values: Any) -> PromotedType | None:
    """The type to which the values promote; None, with a warning, if they do not promote."""
    try:
        return promoted_type(*values)
    except NotImplementedError:
        types = ", ".join(str(type(value)) for value in values)
        _logger.warning(
            "%s(%s): values of these types do not promote; it is called as without a mode",
            function.__name__,
            types,
        )
        return None


def _never_weak(function: Any, call: Any, signature: inspect.Signature) -> Callable[..., Any]:
    def strong(*args: Any, **kwargs: Any) -> Any:
        return weakened(call(*args, **kwargs), False)

    return strong


def _promoting_first(function: Any, call: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """Promotes the first argument (of tf.scalar_mul, the tensor)."""
    first = "x" if "scalar" in signature.parameters else next(iter(signature.parameters))

    def promoting(*args: Any, **kwargs: Any) -> Any:
        if PromotionMode.name is None:
            return call(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments
        x = arguments[first]
        if not isinstance(x, EagerTensor) and arguments.get("dtype") is None:
            promoted = _promotion(function, x)
            if promoted is not None:
                arguments[first] = _cast_or_convert(x, promoted)
                return weakened(call(*bound.args, **bound.kwargs), promoted.weak)
        return call(*bound.args, **bound.kwargs)

    return promoting


def _promoting_both(
    function: Any, call: Any, signature: inspect.Signature, comparing: bool = False
) -> Callable[..., Any]:
    first, second = list(signature.parameters)[:2]

    def promoting(*args: Any, **kwargs: Any) -> Any:
        if PromotionMode.name is None:
            return call(*args, **kwargs)
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = bound.arguments
        promoted = _promotion(function, arguments[first], arguments[second])
        if promoted is None:
            return call(*bound.args, **bound.kwargs)
        for name in (first, second):
            arguments[name] = _cast_or_convert(arguments[name], promoted)
        result = call(*bound.args, **bound.kwargs)
        return weakened(result, promoted.weak and not comparing)

    return promoting


def _comparing(function: Any, call: Any, signature: inspect.Signature) -> Callable[..., Any]:
    return _promoting_both(function, call, signature, comparing=True)


def _assigning(function: Any, call: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """An assigned value promotes with the variable, which must keep its type."""

    def assign(variable: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        if (
            PromotionMode.name is None
            or (promoted := _promotion(function, variable, value)) is None
        ):
            return call(variable, value, *args, **kwargs)
        if promoted.dtype is not variable.dtype:
            raise TypeError(
                f"A variable keeps its type. {function.__name__} of {value} to one of "
                f"{variable.dtype} needs a conversion to {promoted.dtype}; convert the value first."
            )
        return call(variable, _cast_or_convert(value, promoted), *args, **kwargs)

    def by_name(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        return assign(*bound.args, **bound.kwargs)

    return by_name


def _constant(function: Any, call: Any, signature: inspect.Signature) -> Callable[..., Any]:
    def constant(value: Any, dtype: Any = None, shape: Any = None, name: Any = "Const") -> Any:
        if PromotionMode.name is None:
            return call(value, dtype, shape, name)
        promoted = _promotion(function, value, dtype)
        if isinstance(value, EagerWeakTensor):
            value = value.tensor if promoted else casting.cast(value.tensor, dtype)
        if promoted is None:
            return call(value, dtype, shape, name)
        if dtype is None:
            return weakened(call(value, promoted.dtype, shape, name), promoted.weak)
        if promoted.dtype == dtype and is_tensor(value):
            value = _cast_or_convert(value, promoted)
        return call(value, dtype, shape, name)

    return constant


def _from_python(function: Any, call: Any, signature: inspect.Signature) -> Callable[..., Any]:
    """A Python or NumPy value takes the type to which its items promote."""

    def convert(value: Any, dtype: Any) -> Any:
        if PromotionMode.name is not None and dtype is None:
            with suppress(NotImplementedError):
                dtype = promoted_type(value).dtype
        return call(value, dtype)

    return convert


def _convert_to_tensor(
    function: Any, call: Any, signature: inspect.Signature
) -> Callable[..., Any]:
    """A value that is not a tensor must promote with the requested type."""

    def convert(
        value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
    ) -> Any:
        if PromotionMode.name is not None and dtype is not None and not is_tensor(value):
            with suppress(NotImplementedError):
                promoted_type(value, dtype)
        return call(value, dtype, dtype_hint, name)

    return convert


# -- interception -------------------------------------------------------------------------------

# Functions composed of operators, which promote in the mode "legacy", too.
_COMPOSED: dict[str, dict[str, Wrapper]] = {
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


def _functions(names: dict[str, str]) -> Iterator[Any]:
    root = importlib.import_module(__name__.partition(".")[0])
    for namespace, listed in names.items():
        module: Any = root
        for part in namespace.split(".") if namespace else ():
            module = getattr(module, part)
        for name in listed.split():
            yield getattr(module, name)


def intercept_composed() -> None:
    """Intercepts the functions that are composed of operators."""
    for namespace, wrappers in _COMPOSED.items():
        functions = _functions({namespace: " ".join(wrappers)})
        for function, wrapper in zip(functions, wrappers.values(), strict=True):
            intercept(function, wrapper)


def intercept_all() -> None:
    """Intercepts all functions that look at the mode."""
    intercept_composed()
    for names, wrapper in (
        (_OF_ONE, _promoting_first),
        (_OF_TWO, _promoting_both),
        (_COMPARING, _comparing),
        (_STRONG, _never_weak),
    ):
        for function in _functions(names):
            intercept(function, wrapper)
    intercept(comparison.equals_tensor, _comparing)
    for name in ("assign", "assign_add", "assign_sub"):
        intercept(vars(Variable)[name], _assigning)
    intercept(arithmetic.scalar_mul, _promoting_first)
    intercept(conversion.constant, _constant)
    intercept(conversion.convert_to_tensor, _convert_to_tensor)
    intercept(convert.from_python, _from_python)
