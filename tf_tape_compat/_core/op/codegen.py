"""Compiles the generated function of an operation, with the names that its source uses.

`tf-tape source tf.math.erf` prints the source, and tracebacks show its lines.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any
from weakref import ref

import torch

from ..devices import placement
from ..devices.operand_placement import HostFallBack, NoFallBack, place_operands, to_host
from ..recording.admission import admit
from ..recording.payloads import constant_payload
from ..recording.tape_set import EMPTY, TapeSet, thread
from ..tensor.convert import _constants, operand_readers, scalar_payload
from ..tensor.tensor import EagerTensor, TrackedTensor, finish
from ..types.dtype import FROM_TORCH
from . import op_errors
from .dispatch import CompositeError, composite_handlers, dispatch
from .op_convert import TENSOR_TYPES, ArgumentConverter, Reflected
from .op_source import OpSource


def compile_op(source: OpSource) -> Callable[..., Any]:
    """Compiles the function of an operation."""
    definition, op_def = source.definition, source.op_def
    operator = f" {op_def.reflected}" if source.is_operator else ""
    filename = f"<op {op_def.operation} {definition.__module__}.{source.name}{operator}>"
    text = source.text
    # Tracebacks find the lines here: a file without a modification time is never looked up.
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    namespace = _namespace(source)
    exec(compile(text, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[source.name]
    return function


def _namespace(source: OpSource) -> dict[str, Any]:
    """The global names of the generated function."""
    op_def = source.op_def
    converter = ArgumentConverter(op_def)
    namespace: dict[str, Any] = {
        "_new": object.__new__,
        "_T": EagerTensor,
        "_R": TrackedTensor,
        "_tensor_types": TENSOR_TYPES,
        "_TT": torch.Tensor,
        "_E": EMPTY,
        "_thread": thread,
        "_admit": admit,
        "_constant": constant_payload,
        "_convert": converter.convert_operands if source.is_operator else converter.convert,
        "_prepare": converter.prepare,
        "_mismatch": op_def.mismatch,
        "_overload": op_def.overload,
        "_mixed": op_def.mixed,
        "_Reflected": Reflected,
        "_Composite": CompositeError,
        "_composites": composite_handlers,
        "_dispatch": dispatch,
        "_explain": op_def.explain,
        "_named": op_errors.named,
        "_is_converted": op_errors.is_converted,
        "_scalar": scalar_payload,
        "_constants": _constants,
        "_finish": finish,
        "_finish_unregistered": finish_unregistered(op_def.operation),
        "_nondifferentiable": nondifferentiable_result,
        "_ref": ref,
        "_kernel": source.kernel,
        "_bare_kernel": getattr(source.kernel, "bare_kernel", source.kernel),
        "_readers": operand_readers,
        "_sequences": frozenset((list, tuple)),
        "_convert_sequence": converter.convert_unless_composite,
        "_has_no_gradient": source.nondifferentiable or source.unrecorded,
        "_here": placement.thread,
        "_place": place_operands,
        "_to_host": to_host,
        "_fall_back": HostFallBack(op_def.operation, op_def.explain).run,
        "_NoFallBack": NoFallBack,
    }
    for parameter in source.parameters:
        if parameter.default is not parameter.empty:
            namespace[f"_d_{parameter.name}"] = parameter.default
    for group in set(op_def.groups):
        namespace[f"_ok_{group}"] = op_def.payload_dtypes(group)
    if source.is_pair:
        namespace["_scalars"] = _scalar_dtypes(namespace[f"_ok_{op_def.groups[0]}"])
    return namespace


def nondifferentiable_result(result: Any) -> Any:
    """The result without a graph: recorded, but with no gradient to the inputs."""
    if isinstance(result, (list, tuple)):
        return [nondifferentiable_result(item) for item in result]
    return result.detach() if isinstance(result, torch.Tensor) else result


_PYTHON_NUMBERS: tuple[tuple[type, Callable[[Any], bool]], ...] = (
    (float, lambda dtype: dtype.is_floating or dtype.is_complex),
    (int, lambda dtype: dtype.is_floating or dtype.is_complex or dtype.is_integer),
)


def _scalar_dtypes(admitted: frozenset[Any] | None) -> dict[type, frozenset[Any]]:
    """For each type of Python number, the admitted payload dtypes that it converts to."""
    return {
        number_type: frozenset(
            payload_dtype
            for payload_dtype, dtype in FROM_TORCH.items()
            if converts_to(dtype) and (admitted is None or payload_dtype in admitted)
        )
        for number_type, converts_to in _PYTHON_NUMBERS
    }


def finish_unregistered(operation: str) -> Callable[[TapeSet, Any], Any]:
    """`finish` for an operation whose gradient TensorFlow does not know: it raises LookupError.

    This is about results that cannot be tracked; a kernel's real results have a gradient that
    raises (`gradient_rules.refuse_gradient`).
    """

    def finish_result(recording: TapeSet, result: Any) -> Any:
        tensor = finish(recording, result)
        if type(tensor) is EagerTensor:
            for tape in recording.recorders:
                tape.note_nontrainable(tensor, operation)
        return tensor

    return finish_result
