"""The compiled function of an operation: straight-line code for its signature.

Conversion of arguments, TensorFlow's type rule, the decision who records (recorder.py) and the
wrapping of the result run on every call, so that they are written out for each operation, as data
classes write their methods.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from weakref import ref

import torch

from ..recording.admission import admit
from ..recording.payloads import constant_payload
from ..recording.tape_set import EMPTY, TRAINABLE, thread
from ..tensor.convert import _constants, operand_readers, scalar_payload
from ..tensor.tensor import EagerTensor, TrackedTensor, finish
from ..types.dtype import FROM_TORCH
from .dispatch import Composite, composites, dispatch
from .op_def import KINDS, Definition, Reflected


def nondifferentiable_result(result: Any) -> Any:
    """The result without a graph: recorded, but with no gradient to the inputs."""
    if isinstance(result, (list, tuple)):
        return [nondifferentiable_result(item) for item in result]
    return result.detach() if isinstance(result, torch.Tensor) else result


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


# What the constructors do, without the call of a Python function.
_UNTRACKED = ["out = _new(_T)", "out._t = r", "return out"]
_RECORDED = [
    "out = _new(_R)",
    "out._t = r",
    "out._set = s",
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
        *_indent([*_attempt(f"r = {call.replace('_kernel', '_bare_kernel', 1)}"), *_UNTRACKED]),
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
    operands: list[str], first_rules: bool, unrecorded: bool, tail: list[str]
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
        if not unrecorded:
            lines += [
                "    if s is not _E and s is not _thread.active:",
                f"        s, (t_{tensor},) = _admit(({tensor},))",
            ]
        lines += ["    " + line for line in tail]
    return lines


def _tracked_source(
    definition: Definition, operands: list[str], unrecorded: bool, arguments: str
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
    if not unrecorded:
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
    nondifferentiable: bool,
    unrecorded: bool,
    ask: str,
) -> list[str]:
    """Source that runs the kernel on the payloads and returns its result, recorded by `s`."""
    payloads = ", ".join(f"t_{p}" for p in operands)
    lines = [line.replace("{}", payloads) for line in _attempt(f"r = {call}")]
    if own_kernel:  # it may meet a composite among the arguments that are no tensors
        lines.insert(2, f"except _Composite: {ask}")
    if own_kernel:
        # A torch function that had nothing to do: TensorFlow's operation makes a new tensor.
        for p, is_list in zip(operands, definition.lists, strict=True):
            lines += (
                [f"for t in t_{p}:", "    if r is t: r = r.view_as(r)"]
                if is_list
                else [f"if r is t_{p}: r = r.view_as(r)"]
            )
    if unrecorded:
        return [
            *lines,
            "if type(r) is _TT: return _T(r.detach() if r.requires_grad else r)",
            "return _finish(_E, r)",
        ]
    lines += ["if s is _E and type(r) is _TT:", *_indent(_UNTRACKED)]
    if nondifferentiable:
        lines.append("if s is not _E: r = _nondifferentiable(r)")
    else:
        lines += [
            "if s is _thread.active and type(r) is _TT and r.requires_grad:",
            *_indent(_RECORDED),
        ]
    return [*lines, "return _finish(s, r)"]


def _reading_source(operands: list[str], operator: bool) -> list[str]:
    """Source that reads the variables among the operands, unless a sequence is among them."""
    lines = []
    for p in operands:
        read = f"{p} = _readers[type({p})]({p})"
        listed = " or ".join(f"type({q}) in _sequences" for q in operands if q != p)
        lines.append(f"    if type({p}) in _readers:")
        if listed and not operator:
            names = ", ".join(operands)
            lines.append(f"        if {listed}: {names} = _listed({names})")
            read = f"else: {read}"
        lines.append(f"        {read}")
    return lines


def compiled(
    function: Callable[..., Any],
    kernel: Callable[..., Any],
    definition: Definition,
    signature: inspect.Signature,
    nondifferentiable: bool,
    unrecorded: bool,
) -> Callable[..., Any]:
    """The lifted function."""
    operator = definition.reflected is not None
    namespace: dict[str, Any] = {
        "_new": object.__new__,
        "_T": EagerTensor,
        "_R": TrackedTensor,
        "_kinds": KINDS,
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
        "_nondifferentiable": nondifferentiable_result,
        "_ref": ref,
        "_kernel": kernel,
        "_bare_kernel": getattr(kernel, "bare_kernel", kernel),
        "_readers": operand_readers,
        "_sequences": frozenset((list, tuple)),
        "_listed": definition.convert_listed,
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
    again = ", ".join(f"{p.name}={p.name}" for p in parameters)
    ask = f"return _dispatch({function.__name__}, dict({again}))"
    tail = _tail_source(
        definition, operands, call, kernel is function, nondifferentiable, unrecorded, ask
    )
    lines = []
    if any(definition.lists) or any(definition.optional):
        lines += [
            f"try: s, ({payloads},) = _prepare(({', '.join(operands)},))",
            f"except _Composite: {ask}",
        ]
    else:
        if kernel is not function and not unrecorded and not nondifferentiable:
            quick = _quick_source(definition, operands, call) if len(operands) < 3 else []
            lines += [line.replace("{}", payloads) for line in quick]
        lines.append(f"if {' or '.join(f'type({p}) not in _kinds' for p in operands)}:")
        if len(operands) == 2 and definition.groups[0] == definition.groups[1]:
            namespace["_scalars"] = _scalar_dtypes(namespace[f"_ok_{definition.groups[0]}"])
            lines += _reading_source(operands, operator)
            if kernel is not function:  # there is a quicker way for tensors
                lines.append(f"    if {' and '.join(f'type({p}) in _kinds' for p in operands)}:")
                lines.append(f"        return {function.__name__}({again})")
            first_rules = definition.pair is not None
            lines += _indent(_scalar_source(operands, first_rules, unrecorded, tail))
        else:
            lines += _reading_source(operands, operator)
        lines += [
            f"    if {' or '.join(f'type({p}) not in _kinds' for p in operands)}:",
            f"        if {' or '.join(f'type({p}) in _composites' for p in operands)}: {ask}",
            f"        converted = _convert({', '.join(operands)})",
            *(["        if type(converted) is _Reflected: return converted.result"] * operator),
            f"        {', '.join(operands)}, = converted",
        ]
        lines += _tracked_source(definition, operands, unrecorded, again)
    lines += tail
    source = f"def {function.__name__}({', '.join(header)}):\n" + "\n".join(
        "    " + line for line in lines
    )
    namespace["_guarded"] = nondifferentiable or unrecorded
    code = compile(source, f"<op {definition.operation} {function.__name__}>", "exec")
    exec(code, namespace)
    return namespace[function.__name__]
