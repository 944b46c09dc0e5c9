"""The signatures of a SavedModel: functions of named tensors that return a dict of tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import nest
from .._core.tensor.tensor import EagerTensor
from .._core.types.tensor_spec import TensorSpec
from .._functions.concrete import ConcreteFunction
from .._functions.function import Function
from .._functions.function_type import sanitized
from .._functions.trace_types import VariableSpec
from .constants import DEFAULT_SERVING_SIGNATURE_DEF_KEY
from .object_view import ObjectView, concrete_functions

_DEFAULT = "_default_save_signature"


def default_signature(view: ObjectView) -> Any:
    """The function of the root that is its signature if none is given, or None."""
    candidates = []
    for name, child in view.children(view.root).items():
        if not isinstance(child, (Function, ConcreteFunction)):
            continue
        if name == _DEFAULT:
            return child
        concrete = _concrete(child)
        if concrete is not None and _is_valid(concrete):
            candidates.append(concrete)
    return candidates[0] if len(candidates) == 1 else None


def canonical_signatures(signatures: Any) -> dict[str, ConcreteFunction]:
    """The functions that are saved as signatures, from those that the user gave.

    Raises ValueError if one of them cannot be a signature.
    """
    if signatures is None:
        return {}
    if not isinstance(signatures, Mapping):
        signatures = {DEFAULT_SERVING_SIGNATURE_DEF_KEY: signatures}
    return {key: _canonical(key, function) for key, function in signatures.items()}


def _canonical(key: str, function: Any) -> ConcreteFunction:
    concrete = _concrete(function)
    if concrete is None:
        raise ValueError(
            "Expected a TensorFlow function for which to generate a signature, but got "
            f"{function}. Only `tf.functions` with an input signature or concrete functions can be "
            "used as a signature."
        )
    _check_inputs(concrete)
    name = concrete.name.decode()

    def signature_wrapper(**kwargs: Any) -> Any:
        try:
            return _as_dict(concrete(**kwargs), name, key)
        except ValueError as error:  # TensorFlow converts this function by AutoGraph
            raise ValueError(f"in user code:\n\n\n    ValueError: {error}\n") from None

    if hasattr(function, "__name__"):
        signature_wrapper.__name__ += f"_{function.__name__}"
    names = concrete._flat_names()
    flat = nest.flatten(concrete.structured_input_signature, expand_composites=True)
    specs = [spec for spec in flat if isinstance(spec, TensorSpec)]
    arguments = {
        sanitized(argument): TensorSpec(spec.shape, spec.dtype, argument)
        for argument, spec in zip(names, specs, strict=True)
    }
    wrapper = Function(signature_wrapper, signature_wrapper.__name__)
    return wrapper.get_concrete_function(**arguments)


def _concrete(function: Any) -> ConcreteFunction | None:
    if isinstance(function, Function) and function.input_signature is not None:
        concrete = function.get_concrete_function()
        if concrete.not_traced is not None:
            concrete_functions(function)  # raises the error that says why
        return concrete
    return function if isinstance(function, ConcreteFunction) else None


def _is_valid(concrete: ConcreteFunction) -> bool:
    if not concrete.outputs:
        return False
    try:
        _check_inputs(concrete)
        _as_dict(concrete.structured_outputs, "unused", "unused")
    except ValueError:
        return False
    return True


def _check_inputs(concrete: ConcreteFunction) -> None:
    specs = nest.flatten(concrete.structured_input_signature)
    if any(isinstance(spec, VariableSpec) for spec in specs):
        raise ValueError(
            f"Unable to serialize concrete_function '{concrete.name!r}'with tf.Variable input. "
            "Functions that expect tf.Variable inputs cannot be exported as signatures."
        )


def _as_dict(outputs: Any, function: str, key: str) -> dict[str, Any]:
    """The results by name. Raises ValueError for results that are no tensors."""
    if not isinstance(outputs, Mapping):
        if hasattr(outputs, "_asdict"):
            outputs = outputs._asdict()
        else:
            if not isinstance(outputs, Sequence):
                outputs = [outputs]
            outputs = {f"output_{number}": output for number, output in enumerate(outputs)}
    where = f"in the output of the function {function} used to generate the SavedModel signature "
    for name, value in outputs.items():
        if not isinstance(name, (str, bytes)):
            raise ValueError(f"Got a dictionary with a non-string key {name!r} {where}{key!r}.")
        if not isinstance(value, EagerTensor) and not hasattr(type(value), "_with_components"):
            raise ValueError(
                f"Got a non-Tensor value {value!r} for key {name!r} {where}{key!r}. Outputs for "
                "functions used as signatures must be a single Tensor, a sequence of Tensors, or a "
                "dictionary from string to Tensor."
            )
    return dict(outputs)
