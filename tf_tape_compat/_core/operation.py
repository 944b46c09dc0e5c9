"""How an operation is defined: a torch function with TensorFlow's signature, lifted by `@op`.

    @op("Square", "x", torch.square)
    def square(x, name=None):
        "Squares `x` element-wise; answers for `tf.square`."

    @op("Sum", "input_tensor")
    def reduce_sum(input_tensor, axis=None, keepdims=False, name=None):
        "..."
        return torch.sum(input_tensor, ...)

The first argument is TensorFlow's name of the operation: errors carry it, and with it come the
element types that each tensor argument admits (`op_types.txt`). The second names the tensor
arguments, in the order of TensorFlow's; they arrive in the function as torch tensors:

    "x y"           two tensors (of one type, if TensorFlow's operation says so)
    "values*"       a list of tensors of one type
    "x?"            a tensor or None
    "params:Tparams"  the type attribute (or a fixed type: "condition:bool"), where the order of
                    the arguments differs from TensorFlow's

The third is the torch function itself where there is nothing to do but to call it with the
tensors; the decorated function then only holds signature and docstring.

What `@op` returns is compiled once for its signature, as data classes are: conversion of
arguments, TensorFlow's type rule, the decision who records (recording.py) and the wrapping are
straight-line code, since they run on every call. An error inside becomes TensorFlow's error.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, TypeVar
from weakref import ref

import numpy as np
import torch

from ..errors import (
    InvalidArgumentError,
    OpError,
    ResourceExhaustedError,
    UnimplementedError,
)
from .composite import Composite, composites, dispatch, holds_composite
from .convert import _constants, c_name, converters, operand_readers, scalar_payload, to_tensor
from .dtype import FROM_TORCH, DType, as_dtype
from .op_types import op_types
from .recording import EMPTY, TRAINABLE, TapeSet, admit, constant_payload, thread
from .tensor import STRING, EagerTensor, TrackedTensor, finish

F = TypeVar("F", bound=Callable[..., Any])

_KINDS = frozenset((EagerTensor, TrackedTensor))
_FIXED = frozenset({"bool", "string", "int32", "int64", "float32", "float64", "complex64"})
_OBJECT = np.dtype(object)  # what `dtype` of a string payload is


class Definition:
    """What `@op` was told, and the slow paths of the compiled function."""

    def __init__(
        self,
        operation: str,
        tensors: str,
        mismatch: Callable[[DType, DType], Exception] | None = None,
        pair: Callable[[Any, Any], tuple[EagerTensor, EagerTensor]] | None = None,
        others: Mapping[str, Callable[..., Any]] | None = None,
        reflected: str | None = None,
        mixed: Callable[..., Any] | None = None,
        default: str | None = None,
    ) -> None:
        self.operation = operation
        self.default = as_dtype(default) if default else None
        self.own_mismatch = mismatch
        self.pair = pair
        self.others = {_payload_dtype(name): other for name, other in (others or {}).items()}
        self.reflected = reflected
        self.mixed = mixed
        recorded = op_types(operation)
        self.names: list[str] = []
        self.groups: list[str] = []
        self.lists: list[bool] = []
        self.optional: list[bool] = []
        for position, word in enumerate(tensors.split()):
            name, _, group = word.partition(":")
            self.lists.append(name.endswith("*"))
            self.optional.append(name.endswith("?"))
            self.names.append(name.rstrip("*?"))
            self.groups.append(group or recorded.arguments[position][1])
        self.taken: dict[str, frozenset[Any] | None] = {}  # what payload_dtypes has found
        self.allowed: dict[str, tuple[DType, ...] | None] = {}
        for group in self.groups:
            fixed = group in _FIXED
            self.allowed[group] = (as_dtype(group),) if fixed else recorded.admitted.get(group)

    def payload_dtypes(self, group: str) -> frozenset[Any] | None:
        """The payload dtypes that the kernel takes for a group; None if any."""
        if group in self.taken:
            return self.taken[group]
        allowed = self.allowed[group]
        found: frozenset[Any] | None = None
        if allowed is None and self.others:
            allowed = tuple(FROM_TORCH.values()) + (STRING,)
        if allowed is not None:
            found = frozenset(_OBJECT if d is STRING else d.torch for d in allowed)
            found -= self.others.keys()
        self.taken[group] = found
        return found

    def other(self, group: str, got: Any) -> Callable[..., Any]:
        """The function for a type that the kernel does not take. Raises if there is none."""
        found = self.others.get(got) or self.others.get("*")
        if found is None:
            raise self.refusal(group, got)
        return found

    # -- conversion -----------------------------------------------------------------------------

    def convert(self, *values: Any) -> tuple[Any, ...]:
        """Converts the tensor arguments: Python and NumPy values must take their group's type.

        That is the type of the first tensor in the group, or of its first value if it has none. In
        lists, values that do not fit keep their own type.
        """
        read_all: list[Any] = []
        for value in values:
            kind = type(value)
            if kind in _KINDS:
                read_all.append(value)
            elif (read := operand_readers.get(kind)) is not None:
                read_all.append(read(value))
            else:
                break
        else:
            return tuple(read_all)
        if self.pair is not None:
            return self.pair(*values)
        hints: dict[str, DType | None] = {}
        for value, group, is_list in zip(values, self.groups, self.lists, strict=True):
            for item in value if is_list and isinstance(value, (list, tuple)) else (value,):
                if group not in hints and _is_typed(item):
                    hints[group] = as_dtype(item.dtype)
        if self.default is not None:
            hints = self._with_default(values, hints)
        out: list[Any] = []
        for value, group, is_list, optional in zip(
            values, self.groups, self.lists, self.optional, strict=True
        ):
            if optional and value is None:
                out.append(None)
            elif is_list:
                if not isinstance(value, (list, tuple)):
                    value = _sequence(value)
                out.append([self._convert(item, group, hints) for item in value])
            else:
                out.append(self._convert(value, group, hints))
        return tuple(out)

    def convert_operands(self, x: Any, y: Any) -> Any:
        """As `convert`, for an operator: where it fails, the class of `y` may know what to do."""
        try:
            return self.convert(x, y)
        except (TypeError, ValueError) as error:
            # Asked as TensorFlow asks, down to the error of `tensor | 1.5`: every class has the
            # attribute __ror__, since types have that operator.
            ours = isinstance(y, EagerTensor) or type(y) in operand_readers
            reflected = self.reflected or ""
            if not ours and hasattr(type(y), reflected):
                try:
                    result = getattr(y, reflected)(x)
                except (TypeError, ValueError):
                    raise error from None
                if result is not NotImplemented:
                    return Reflected(result)
            raise

    def _convert(self, value: Any, group: str, hints: dict[str, DType | None]) -> EagerTensor:
        if isinstance(value, EagerTensor):
            return value
        read = operand_readers.get(type(value))
        if read is not None:
            return read(value)
        if _is_typed(value):
            return to_tensor(value)
        hint = as_dtype(group) if group in _FIXED else hints.get(group)
        if hint is None and (allowed := self.allowed[group]) is not None and len(allowed) == 1:
            hint = allowed[0]
        tensor = to_tensor(value, None, hint) if any(self.lists) else to_tensor(value, hint)
        hints.setdefault(group, tensor.dtype)
        return tensor

    def _with_default(
        self, values: tuple[Any, ...], hints: dict[str, DType | None]
    ) -> dict[str, DType | None]:
        """`hints`, with the default type of groups without a tensor that TensorFlow gives it to.

        It does so where all is tensors and arrays; where there is a list, only if the values' own
        type is not admitted.
        """
        found: dict[str, DType | None] = {}
        listed = any(isinstance(value, (list, tuple, int, float)) for value in values)
        for value, group in zip(values, self.groups, strict=True):
            if group not in hints and group not in found and group not in _FIXED:
                own = to_tensor(value).dtype if listed else None
                admitted = own is not None and own in (self.allowed[group] or ())
                found[group] = own if admitted else to_tensor(value, None, self.default).dtype
        return found | hints

    def prepare(self, values: tuple[Any, ...]) -> tuple[TapeSet, list[Any]]:
        """Conversion, checks and admission where lists or missing tensors are among them."""
        if len(values) == 1 and (ready := self._ready(values[0])) is not None:
            return ready
        if holds_composite(values):
            raise Composite
        converted = self.convert(*values)
        flat: list[EagerTensor] = []
        first: dict[str, Any] = {}
        for value, group, is_list in zip(converted, self.groups, self.lists, strict=True):
            for item in value if is_list else () if value is None else (value,):
                expected = first.setdefault(group, item._t.dtype)
                if item._t.dtype is not expected and item._t.dtype != expected:
                    raise self.mismatch(len(flat), expected, item._t.dtype)
                flat.append(item)
        for group, dtype in first.items():
            allowed = self.payload_dtypes(group)
            if allowed is not None and dtype not in allowed:
                raise self.refusal(group, dtype)
        recording, payloads = admit(flat)
        remaining = iter(payloads)
        arguments: list[Any] = []
        for value, is_list in zip(converted, self.lists, strict=True):
            if value is None:
                arguments.append(None)
            elif is_list:
                arguments.append([next(remaining) for _ in value])
            else:
                arguments.append(next(remaining))
        return recording, arguments

    def _ready(self, items: Any) -> tuple[TapeSet, list[Any]] | None:
        """The common case of a list: tensors of one type, tracked by nobody or all who are active.

        None if there is more to be done.
        """
        if type(items) is not list and type(items) is not tuple:
            return None
        kinds = set(map(type, items))
        if not kinds or not kinds <= _KINDS:
            return None
        payloads = [item._t for item in items]
        dtypes = {payload.dtype for payload in payloads}
        allowed = self.payload_dtypes(self.groups[0])
        if len(dtypes) > 1 or (allowed is not None and not dtypes <= allowed):
            return None
        if TrackedTensor not in kinds:
            return EMPTY, [payloads]
        active = thread.active
        if EagerTensor in kinds:
            return None
        for item in items:
            if item._set is not active:
                return None
        return active, [payloads]

    # -- errors ---------------------------------------------------------------------------------

    def mismatch(self, position: int, expected: Any, got: Any) -> Exception:
        """The error for two tensors of different types where TensorFlow wants one."""
        if self.own_mismatch is not None:
            return self.own_mismatch(FROM_TORCH.get(expected, STRING), FROM_TORCH.get(got, STRING))
        return InvalidArgumentError(
            None,
            None,
            f"cannot compute {self.operation} as input #{position}(zero-based) was expected to be "
            f"a {_c_name(expected)} tensor but is a {_c_name(got)} tensor [Op:{self.operation}] "
            "name: ",
        )

    def refusal(self, group: str, got: Any) -> Exception:
        """The error for a type that the operation does not admit."""
        if group in _FIXED:
            return self.mismatch(self.groups.index(group), as_dtype(group).torch or _OBJECT, got)
        listed = ", ".join(c_name(d) for d in self.allowed[group] or () if not d.is_quantized)
        return InvalidArgumentError(
            None,
            None,
            f"Value for attr '{group}' of {_c_name(got)} is not in the list of allowed values: "
            f"{listed}\n\t; NodeDef: {{{{node {self.operation}}}}} [Op:{self.operation}] name: ",
        )

    def explain(self, error: Exception, *payloads: Any) -> BaseException:
        """TensorFlow's error for what torch raised on `payloads`."""
        message = str(error)
        if isinstance(error, OpError):
            if "[Op:" in message:
                return error
            kind: type = type(error)
        elif not isinstance(error, (RuntimeError, IndexError)) or isinstance(error, RecursionError):
            return error
        elif isinstance(error, torch.OutOfMemoryError):
            kind = ResourceExhaustedError
        elif isinstance(error, NotImplementedError) or "not implemented for" in message:
            kind = UnimplementedError
        else:
            kind = InvalidArgumentError
            if "must match the size of tensor" in message and len(payloads) == 2:
                a, b = (brackets(p.shape) for p in payloads)
                message = f"Incompatible shapes: {a} vs. {b}"
        lengths = "".join(f"_N_{len(p)}" for p in payloads if isinstance(p, list))
        where = (
            f"{{{{function_node __wrapped__{self.operation}{lengths}_device_"
            "/job:localhost/replica:0/task:0/device:CPU:0}} "
        )
        return kind(None, None, f"{where}{message} [Op:{self.operation}] name: ")


class Reflected:
    """What the right operand's class made of an operator."""

    __slots__ = ("result",)

    def __init__(self, result: Any) -> None:
        self.result = result


def _payload_dtype(name: str) -> Any:
    if name == "*":
        return name
    return _OBJECT if name == "string" else as_dtype(name).torch


def _is_typed(value: Any) -> bool:
    return isinstance(value, (EagerTensor, torch.Tensor)) or type(value) in converters


def _sequence(value: Any) -> list[Any]:
    """A tensor given for a list of tensors counts as the list of its slices."""
    tensor = to_tensor(value)
    if tensor._t.ndim == 0:
        raise InvalidArgumentError(None, None, "Expected a list of tensors, got a scalar.")
    return list(tensor)


def _c_name(payload_dtype: Any) -> str:
    return c_name(FROM_TORCH.get(payload_dtype, STRING))


def brackets(shape: Any) -> str:
    """A shape as TensorFlow's errors write it: [2,3]."""
    return "[" + ",".join(str(n) for n in shape) + "]"


def severed_result(result: Any) -> Any:
    """The result without a graph: recorded, but with no gradient to the inputs."""
    if isinstance(result, (list, tuple)):
        return [severed_result(item) for item in result]
    return result.detach() if isinstance(result, torch.Tensor) else result


# -- compilation --------------------------------------------------------------------------------

_PYTHON_NUMBERS = (
    (float, lambda dtype: dtype.is_floating or dtype.is_complex),
    (int, lambda dtype: dtype.is_floating or dtype.is_complex or dtype.is_integer),
)


def _scalar_dtypes(allowed: frozenset[Any] | None) -> dict[type, frozenset[Any]]:
    """For each type of Python number, the payload dtypes that it converts to in this operation."""
    return {
        kind: frozenset(
            t for t, d in FROM_TORCH.items() if fits(d) and (allowed is None or t in allowed)
        )
        for kind, fits in _PYTHON_NUMBERS
    }


def _type_test(definition: Definition, operands: list[str], skip_admitted: bool) -> str:
    """An expression: the payloads have one type where they must, and one that is admitted."""
    tests = []
    first: dict[str, str] = {}
    for p, group in zip(operands, definition.groups, strict=True):
        if group in first:
            tests.append(f"d_{group} is t_{p}.dtype")
            continue
        first[group] = p
        dtype = f"t_{p}.dtype"
        if definition.groups.count(group) > 1:
            dtype = f"(d_{group} := t_{p}.dtype)"
        admitted = definition.payload_dtypes(group)
        if admitted is not None and not (skip_admitted and admitted >= TRAINABLE):
            tests.append(f"{dtype} in _ok_{group}")
        elif ":=" in dtype:
            tests.append(dtype)
    return " and ".join(tests) or "True"


_RECORDED = [
    "out = _R(r, s)",
    "tensors = s.tensors",
    "tensors.append(_ref(out))",
    "if len(tensors) > 4096: s.prune()",
    "return out",
]


def _quick_source(definition: Definition, operands: list[str], call: str) -> list[str]:
    """Source for the common cases where the kernel is a torch function by itself.

    Nobody tracks the tensors; or all who are active track them; or, of two, all who are active
    track one and nobody the other. What comes out is then one tensor, tracked likewise.
    """
    load = [f"t_{p} = {p}._t" for p in operands]
    untracked = [
        *load,
        f"if {_type_test(definition, operands, False)}:",
        *_indent(_attempt(f"return _T({call.replace('_kernel', '_plain', 1)})")),
    ]
    record = _indent([*_attempt(f"r = {call}"), *_RECORDED])
    test = f"if {_type_test(definition, operands, True)}:"
    x = operands[0]
    if len(operands) == 1:
        return [
            f"if type({x}) is _T:",
            *_indent(untracked),
            f"elif type({x}) is _R and (s := {x}._set) is _thread.active:",
            *_indent([*load, test, *record]),
        ]
    y = operands[1]

    def mixed(tracked: str, constant: str) -> list[str]:
        return [
            f"t_{tracked} = {tracked}._t",
            f"t_{constant} = {constant}._leaf",
            f"if t_{constant} is None: t_{constant} = _constant({constant})",
            test,
            *record,
        ]

    return [
        f"if type({x}) is _T:",
        f"    if type({y}) is _T:",
        *_indent(_indent(untracked)),
        f"    elif type({y}) is _R and (s := {y}._set) is _thread.active:",
        *_indent(_indent(mixed(y, x))),
        f"elif type({x}) is _R and (s := {x}._set) is _thread.active:",
        f"    if type({y}) is _R:",
        f"        if s is {y}._set:",
        *_indent(_indent(_indent([*load, test, *record]))),
        f"    elif type({y}) is _T:",
        *_indent(_indent(mixed(x, y))),
    ]


def _indent(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


def _attempt(call: str) -> list[str]:
    return [
        "try:",
        f"    {call}",
        "except Exception as error:",
        "    raise _explain(error, {}) from None",
    ]


def _scalar_source(
    operands: list[str], first_rules: bool, plain: bool, tail: list[str]
) -> list[str]:
    """Source for a tensor with a Python number that takes its type.

    `first_rules`: it does not where the number comes first.
    """
    lines = []
    for tensor, number in (operands,) if first_rules else (operands, operands[::-1]):
        lines += [
            f"if type({number}) in _scalars and type({tensor}) in _kinds "
            f"and {tensor}._t.dtype in _scalars[type({number})]:",
            f"    t_{tensor} = {tensor}._t",
            f"    t_{number} = _constants.get(({number}, type({number}), t_{tensor}.dtype))",
            f"    if t_{number} is None:",
            f"        t_{number} = _scalar({number}, t_{tensor}.dtype)",
            f"    s = {tensor}._tapes",
        ]
        if not plain:
            lines += [
                "    if s is not _E and s is not _thread.active:",
                f"        s, (t_{tensor},) = _admit(({tensor},))",
            ]
        lines += ["    " + line for line in tail]
    return lines


def _tracked_source(
    definition: Definition, operands: list[str], plain: bool, arguments: str
) -> list[str]:
    """Source that sets `s` (who records) and `t_NAME` (each tensor argument's payload).

    `arguments`: the call's own arguments, for the function that takes over for other types.
    """
    body = [f"t_{p} = {p}._t" for p in operands]
    body.append(f"s = {operands[0]}._tapes")
    seen: dict[str, str] = {}
    for position, (p, group) in enumerate(zip(operands, definition.groups, strict=True)):
        if group in seen:
            types = f"t_{seen[group]}.dtype, t_{p}.dtype"
            refuse = f"raise _mismatch({position}, {types})"
            if definition.mixed is not None:
                refuse = f"return _mixed({arguments})"
            body.append(f"if t_{p}.dtype is not t_{seen[group]}.dtype:")
            body.append(f"    if t_{p}.dtype != t_{seen[group]}.dtype: {refuse}")
            continue
        seen[group] = p
        if definition.payload_dtypes(group) is not None:
            body.append(f"if t_{p}.dtype not in _ok_{group}:")
            body.append(f"    return _other({group!r}, t_{p}.dtype)({arguments})")
    if not plain:
        same = "".join(f" or s is not {p}._tapes" for p in operands[1:])
        payloads = ", ".join(f"t_{p}" for p in operands)
        body.append(f"if s is not _E and s is not _thread.active{same}:")
        if len(operands) == 2:
            # One tracked by all who are active, the other a constant: no need to look further.
            x, y = operands
            body += [
                f"    if s is _E and {y}._tapes is _thread.active:",
                f"        s = {y}._tapes",
                f"        t_{x} = {x}._leaf",
                f"        if t_{x} is None: t_{x} = _constant({x})",
                f"    elif type({y}) is _T and s is _thread.active:",
                f"        t_{y} = {y}._leaf",
                f"        if t_{y} is None: t_{y} = _constant({y})",
                "    else:",
                f"        s, ({payloads},) = _admit(({', '.join(operands)},))",
            ]
        else:
            body.append(f"    s, ({payloads},) = _admit(({', '.join(operands)},))")
    return body


def _tail_source(
    definition: Definition,
    operands: list[str],
    call: str,
    own_kernel: bool,
    severed: bool,
    plain: bool,
) -> list[str]:
    """Source that runs the kernel on the payloads and returns its result, recorded by `s`."""
    payloads = ", ".join(f"t_{p}" for p in operands)
    lines = [line.replace("{}", payloads) for line in _attempt(f"r = {call}")]
    if own_kernel:
        # A torch function that had nothing to do: TensorFlow's operation makes a new tensor.
        for p, is_list in zip(operands, definition.lists, strict=True):
            lines += (
                [f"for t in t_{p}:", "    if r is t: r = r.view_as(r)"]
                if is_list
                else [f"if r is t_{p}: r = r.view_as(r)"]
            )
    if plain:
        return [
            *lines,
            "if type(r) is _TT: return _T(r.detach() if r.requires_grad else r)",
            "return _finish(_E, r)",
        ]
    lines.append("if s is _E and type(r) is _TT: return _T(r)")
    if severed:
        lines.append("if s is not _E: r = _severed(r)")
    else:
        lines += [
            "if s is _thread.active and type(r) is _TT and r.requires_grad:",
            *_indent(_RECORDED),
        ]
    return [*lines, "return _finish(s, r)"]


def _compile(
    function: Callable[..., Any],
    kernel: Callable[..., Any],
    definition: Definition,
    signature: inspect.Signature,
    severed: bool,
    plain: bool,
) -> Callable[..., Any]:
    """The lifted function."""
    operator = definition.reflected is not None
    namespace: dict[str, Any] = {
        "_T": EagerTensor,
        "_R": TrackedTensor,
        "_kinds": _KINDS,
        "_TT": torch.Tensor,
        "_E": EMPTY,
        "_thread": thread,
        "_admit": admit,
        "_constant": constant_payload,
        "_convert": definition.convert_operands if operator else definition.convert,
        "_prepare": definition.prepare,
        "_mismatch": definition.mismatch,
        "_other": definition.other,
        "_mixed": definition.mixed,
        "_Reflected": Reflected,
        "_Composite": Composite,
        "_composites": composites,
        "_dispatch": dispatch,
        "_explain": definition.explain,
        "_scalar": scalar_payload,
        "_constants": _constants,
        "_finish": finish,
        "_severed": severed_result,
        "_ref": ref,
        "_kernel": kernel,
        "_plain": getattr(kernel, "plain", kernel),
        "_readers": operand_readers,
    }
    header, passed = [], []
    parameters = [
        p for p in signature.parameters.values() if not operator or p.name in definition.names
    ]
    parameters_seen: set[str] = set()
    for parameter in parameters:
        text = parameter.name
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in header:
            header.append("*")
        if parameter.default is not parameter.empty:
            namespace[f"_d_{parameter.name}"] = parameter.default
            text += f"=_d_{parameter.name}"
        header.append(text)
        if parameter.name != "name":
            value = parameter.name
            if value in definition.names:
                value = f"t_{value}"
            behind_name = "*" in header or "name" in parameters_seen
            passed.append(f"{parameter.name}={value}" if behind_name else value)
        parameters_seen.add(parameter.name)
    if kernel is not function:
        passed = [f"t_{name}" for name in definition.names]
    operands = definition.names
    for group in set(definition.groups):
        namespace[f"_ok_{group}"] = definition.payload_dtypes(group)

    call = f"_kernel({', '.join(passed)})"
    payloads = ", ".join(f"t_{p}" for p in operands)
    tail = _tail_source(definition, operands, call, kernel is function, severed, plain)
    again = ", ".join(f"{p.name}={p.name}" for p in parameters)
    ask = f"return _dispatch({function.__name__}, dict({again}))"
    lines = []
    if any(definition.lists) or any(definition.optional):
        lines += [
            f"try: s, ({payloads},) = _prepare(({', '.join(operands)},))",
            f"except _Composite: {ask}",
        ]
    else:
        if kernel is not function and not plain and not severed:
            quick = _quick_source(definition, operands, call) if len(operands) < 3 else []
            lines += [line.replace("{}", payloads) for line in quick]
        lines.append(f"if {' or '.join(f'type({p}) not in _kinds' for p in operands)}:")
        if len(operands) == 2 and definition.groups[0] == definition.groups[1]:
            namespace["_scalars"] = _scalar_dtypes(namespace[f"_ok_{definition.groups[0]}"])
            for p in operands:
                lines.append(f"    if type({p}) in _readers: {p} = _readers[type({p})]({p})")
            if kernel is not function:  # there is a quicker way for tensors
                lines.append(f"    if {' and '.join(f'type({p}) in _kinds' for p in operands)}:")
                lines.append(f"        return {function.__name__}({again})")
            first_rules = definition.pair is not None
            lines += _indent(_scalar_source(operands, first_rules, plain, tail))
        else:
            for p in operands:
                lines.append(f"    if type({p}) in _readers: {p} = _readers[type({p})]({p})")
        lines += [
            f"    if {' or '.join(f'type({p}) not in _kinds' for p in operands)}:",
            f"        if {' or '.join(f'type({p}) in _composites' for p in operands)}: {ask}",
            f"        converted = _convert({', '.join(operands)})",
            *(["        if type(converted) is _Reflected: return converted.result"] * operator),
            f"        {', '.join(operands)}, = converted",
        ]
        lines += _tracked_source(definition, operands, plain, again)
    lines += tail
    source = f"def {function.__name__}({', '.join(header)}):\n" + "\n".join(
        "    " + line for line in lines
    )
    namespace["_guarded"] = severed or plain
    code = compile(source, f"<op {definition.operation} {function.__name__}>", "exec")
    exec(code, namespace)
    return namespace[function.__name__]


class Watch:
    """Whoever wants to see each call of each operation; see numerics.py."""

    # Called with TensorFlow's name of the operation, the function, its arguments and its result.
    observer: Callable[..., None] | None = None
    resets: list[Callable[[], None]] = []

    @classmethod
    def observe(cls, observer: Callable[..., None] | None) -> None:
        """Has `observer` called after each operation from here on; with None, nobody.

        Nothing of this is on the way while nobody is: functions are exchanged for it.
        """
        cls.observer = observer
        if observer is not None:
            for reset in cls.resets:
                reset()


def _lazily(
    build: Callable[[], Callable[..., Any]], function: Callable[..., Any], operation: str
) -> Any:
    """A function that becomes what `build` returns at its first call.

    Compiling takes a third of a millisecond, and a program calls few of all the operations.
    """
    made: Callable[..., Any] | None = None

    def stub(*args: Any, **kwargs: Any) -> Any:
        nonlocal made
        if made is None:
            made = build()
            made.__globals__[function.__name__] = lifted
            lifted_globals.update(made.__globals__)
            for namespace in (made.__globals__, lifted_globals):
                _compiled.append(namespace)
                if _vectorizing:
                    _guard(namespace)
        observer = Watch.observer
        if observer is not None:
            result = made(*args, **kwargs)
            observer(operation, function, args, kwargs, result)
            return result
        lifted.__defaults__, lifted.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
        lifted.__code__ = made.__code__
        return lifted(*args, **kwargs)

    def reset() -> None:
        lifted.__code__ = _STUB_CODE
        lifted.__defaults__ = lifted.__kwdefaults__ = None

    lifted_globals: dict[str, Any] = {"_stub": stub, "__builtins__": builtins}
    lifted = FunctionType(_STUB_CODE, lifted_globals, function.__name__)
    lifted.__doc__ = function.__doc__
    lifted.__module__ = function.__module__
    lifted.__qualname__ = function.__qualname__
    lifted.__annotations__ = function.__annotations__
    Watch.resets.append(reset)
    return lifted


# The globals of the compiled functions, and whether tf.vectorized_map was ever called: until then
# nothing needs to look out for a graph below its tensors, which themselves are tracked by nobody.
_compiled: list[dict[str, Any]] = []
_vectorizing: list[bool] = []


def prepare_for_vectorizing() -> None:
    """Makes operations keep their gradient rules on tensors with a graph below vmap's level."""
    if not _vectorizing:
        _vectorizing.append(True)
        for namespace in _compiled:
            _guard(namespace)


def _guard(namespace: dict[str, Any]) -> None:
    kernel = namespace["_kernel"]
    if namespace["_guarded"]:
        namespace["_kernel"] = _severing(kernel)
    namespace["_plain"] = namespace["_kernel"]


def _severing(kernel: Callable[..., Any]) -> Callable[..., Any]:
    transformed = torch._C._are_functorch_transforms_active

    def severed(*args: Any, **kwargs: Any) -> Any:
        result = kernel(*args, **kwargs)
        return severed_result(result) if transformed() else result

    return severed


def _call_stub(*args: Any, **kwargs: Any) -> Any:
    return _stub(*args, **kwargs)  # type: ignore[name-defined]  # noqa: F821


_STUB_CODE = _call_stub.__code__


def op(
    operation: str,
    tensors: str,
    kernel: Callable[..., Any] | None = None,
    *,
    severed: bool = False,
    plain: bool = False,
    mismatch: Callable[[DType, DType], Exception] | None = None,
    pair: Callable[[Any, Any], tuple[EagerTensor, EagerTensor]] | None = None,
    others: Mapping[str, Callable[..., Any]] | None = None,
    default: str | None = None,
) -> Callable[[F], F]:
    """Lifts a function on torch tensors to an operation on ours; see the module's docstring.

    `severed`: TensorFlow records the operation but has no gradient for it (tf.floor).
    `plain`: TensorFlow does not record it, or its results carry no gradients (tf.equal).
    `mismatch`: makes the error for two types, where TensorFlow's function has its own.
    `pair`: converts two operands where it is not that both must take the first tensor's type; what
    comes first then never takes the type of what comes second on the quick path for numbers.
    `others`: for types (by name; "*" for all others) that the kernel does not take, the lifted
    function that is called with the same arguments instead.
    `default`: the type that Python and NumPy values take, if they can and no tensor says another.

    The lifted function has `operator(reflected, pair=, others=, mixed=)`, which returns the same
    operation as one of Python's operators calls it: `reflected` is the method of the right
    operand's class that may step in if the operand does not convert, `mixed` is called for operands
    of two types, where that is no error. Each such form has the operation itself as `base`.
    """

    def lift(function: F) -> F:
        signature = inspect.signature(function)

        def build(reflected: str | None, **changed: Any) -> Callable[..., Any]:
            rules = {"pair": pair, "others": others, "default": default, **changed}
            definition = Definition(operation, tensors, mismatch, **rules, reflected=reflected)
            return _compile(function, kernel or function, definition, signature, severed, plain)

        def operator(reflected: str, **changed: Any) -> Callable[..., Any]:
            variant = _lazily(lambda: build(reflected, **changed), function, operation)
            variant.base = lifted
            return variant

        lifted = _lazily(lambda: build(None), function, operation)
        lifted.__signature__ = signature
        lifted.operator = operator
        lifted.base = lifted
        return lifted

    return lift
