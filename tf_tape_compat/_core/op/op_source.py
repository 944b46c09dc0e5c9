"""The source of the function of an operation: straight-line code for its signature.

Converting the arguments, checking their types, deciding which tapes record (recorder.py) and
wrapping the result happen on every call. So they are written out for each operation, as dataclasses
write their methods. The function goes through these stages, fastest first:

1. fast paths, if the kernel is a torch function and all tensors are untracked or tracked by all
   active tapes;
2. a tensor with a Python number that takes its type;
3. conversion of other arguments (op_convert.py), or dispatch to the handler of a composite;
4. type checks, and the decision which tapes record;
5. the call of the kernel, and the result.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from ..recording.tape_set import TRAINABLE
from .op_def import FIXED_TYPES, OpDef

Lines = list[str]


class OpSource:
    """The source of the function that is generated for one operation.

    In the source, `t_x` is the payload of the tensor argument `x`, `s` the set of tapes that
    record, and `r` the kernel's result. `definition` holds the signature, docstring and, without a
    separate torch `kernel`, the kernel itself. `places`: the machine has an accelerator, so that
    inputs may have to be copied to where the operation runs (devices/operand_placement.py).
    """

    def __init__(
        self,
        definition: Callable[..., Any],
        kernel: Callable[..., Any],
        op_def: OpDef,
        signature: inspect.Signature,
        nondifferentiable: bool,
        unrecorded: bool,
        unregistered: bool,
        places: bool,
    ) -> None:
        self.name = definition.__name__
        self.definition = definition
        self.kernel = kernel
        self.op_def = op_def
        self.nondifferentiable = nondifferentiable
        self.unrecorded = unrecorded
        self.unregistered = unregistered
        self.places = places
        self.is_operator = op_def.reflected is not None
        self.is_torch_kernel = kernel is not definition
        self.operands = op_def.names
        self.parameters = [
            parameter
            for parameter in signature.parameters.values()
            if not self.is_operator or parameter.name in op_def.names
        ]

    @cached_property
    def text(self) -> str:
        """The source of the function."""
        header = f"def {self.name}({', '.join(self._parameter_list())}):"
        body = self._argument_lines() + self._placement_lines() + self._call_lines
        return "\n".join([header, *_indent(body)])

    # -- fragments of source --------------------------------------------------------------------

    @property
    def is_pair(self) -> bool:
        """Whether the operation has two operands that must have one type."""
        groups = self.op_def.groups
        return len(groups) == 2 and groups[0] == groups[1] and not self._takes_lists

    @property
    def _takes_lists(self) -> bool:
        return any(self.op_def.lists) or any(self.op_def.optional)

    def _parameter_list(self) -> Lines:
        items: Lines = []
        for parameter in self.parameters:
            if parameter.kind is parameter.KEYWORD_ONLY and "*" not in items:
                items.append("*")
            has_default = parameter.default is not parameter.empty
            items.append(f"{parameter.name}=_d_{parameter.name}" if has_default else parameter.name)
        return items

    @cached_property
    def _payloads(self) -> str:
        return ", ".join(f"t_{x}" for x in self.operands)

    @cached_property
    def _name(self) -> str:
        """What errors say about the argument `name`."""
        names = [parameter.name for parameter in self.parameters]
        name = "name" if "name" in names else "None"
        others = [x for x in names if x in self.op_def.tensor_names and x not in self.operands]
        return f"_named({', '.join([name, *others])})" if others else name

    @cached_property
    def _arguments(self) -> str:
        """The arguments of the call itself, to call another function with."""
        return ", ".join(f"{p.name}={p.name}" for p in self.parameters)

    @cached_property
    def _dispatch(self) -> str:
        return f"return _dispatch({self.name}, dict({self._arguments}))"

    @cached_property
    def _kernel_call(self) -> str:
        """The call of the kernel: on payloads, and without the argument `name`."""
        if self.is_torch_kernel:
            return f"_kernel({self._payloads})"
        arguments = []
        by_keyword = False
        for parameter in self.parameters:
            by_keyword = by_keyword or parameter.kind is parameter.KEYWORD_ONLY
            if parameter.name == "name":
                by_keyword = True
                continue
            name = parameter.name
            value = f"t_{name}" if name in self.operands else name
            arguments.append(f"{name}={value}" if by_keyword else value)
        return f"_kernel({', '.join(arguments)})"

    def _try(self, call: str) -> Lines:
        """A call of the kernel, whose errors become TensorFlow's."""
        explain = f"raise _explain(error, {self._shown_name}, {self._payloads}) from None"
        lines = ["try:", f"    r = {call}", "except Exception as error:"]
        name, _, arguments = call.partition("(")
        return [
            *lines,
            f"    r = _fall_back(error, {name}, {arguments}",
            f"    if r is _NoFallBack: {explain}",
        ]

    def _placement_lines(self, operands: list[str] | None = None) -> Lines:
        """Copies the inputs to the device where the operation runs, if one lies elsewhere."""
        if not self.places:
            return []
        op_def = self.op_def
        lines = [f"t_{x} = _to_host(t_{x})" for x in self.operands if x in op_def.host]
        operands = [x for x in operands or self.operands if x not in op_def.host]
        if not operands:
            return lines
        payloads = ", ".join(f"t_{x}" for x in operands)
        place = f"{payloads}, = _place({op_def.operation!r}, ({payloads},))"
        if self._takes_lists or any(op_def.admits_strings(group) for group in op_def.groups):
            return [*lines, place]
        elsewhere = " or ".join(f"t_{x}.get_device() != _here.index" for x in operands)
        return [*lines, f"if {elsewhere}:", f"    {place}"]

    # -- arguments ------------------------------------------------------------------------------

    def _argument_lines(self) -> Lines:
        """All stages before the kernel's call; they set `s` and the payloads."""
        operands = self.operands
        if self._takes_lists:
            return [
                f"try: s, ({self._payloads},) = _prepare(({', '.join(operands)},))",
                f"except _Composite: {self._dispatch}",
            ]
        lines: Lines = []
        has_gradient = not (self.unrecorded or self.nondifferentiable or self.unregistered)
        if self.is_torch_kernel and has_gradient and len(operands) < 3:
            lines += self._fast_path_lines()
        lines += [
            f"if {_any_not_in(operands, '_tensor_types')}:",
            *_indent(self._conversion_lines()),
            *self._recording_lines(),
        ]
        return lines

    @property
    def _converts_sequences(self) -> bool:
        """Whether TensorFlow's operation itself converts lists, and not a function before it."""
        return not self.is_operator and self.op_def.convert_pair is None

    @property
    def _shown_name(self) -> str:
        """The name that errors show.

        TensorFlow shows none if it converted a list, or any value for an operand of a fixed type.
        """
        if not self._converts_sequences:
            return self._name
        return f"False if 'listed' in locals() else {self._name}"

    def _conversion_lines(self) -> Lines:
        """Converts the operands; runs if one of them is not a tensor."""
        operands = self.operands
        lines = self._read_variable_lines()
        if self.is_pair:
            if self.is_torch_kernel:  # has a fast path for tensors, which the variables are now
                all_tensors = " and ".join(f"type({x}) in _tensor_types" for x in operands)
                lines += [f"if {all_tensors}:", f"    return {self.name}({self._arguments})"]
            lines += self._number_lines()
        any_composite = " or ".join(f"type({x}) in _composites" for x in operands)
        convert = [
            f"if {any_composite}: {self._dispatch}",
            f"converted = _convert({', '.join(operands)})",
        ]
        if self._converts_sequences:
            any_sequence = " or ".join(f"type({x}) in _sequences" for x in operands)
            groups = dict(zip(self.op_def.names, self.op_def.groups, strict=True))
            for x in operands:
                if groups.get(x) in FIXED_TYPES and x not in self.op_def.host:
                    any_sequence += f" or _is_converted({x})"
            convert.insert(1, f"if {any_sequence}: listed = True")
        if self.is_operator:
            convert.append("if type(converted) is _Reflected: return converted.result")
        convert.append(f"{', '.join(operands)}, = converted")
        return [*lines, f"if {_any_not_in(operands, '_tensor_types')}:", *_indent(convert)]

    def _read_variable_lines(self) -> Lines:
        """Reads the variables among the operands, unless a sequence is among them."""
        lines: Lines = []
        for x in self.operands:
            read = f"{x} = _readers[type({x})]({x})"
            lines.append(f"if type({x}) in _readers:")
            others = [y for y in self.operands if y != x]
            if others and not self.is_operator:
                any_sequence = " or ".join(f"type({y}) in _sequences" for y in others)
                names = ", ".join(self.operands)
                lines.append(f"    if {any_sequence}: {names} = _convert_sequence({names})")
                read = f"else: {read}"
            lines.append(f"    {read}")
        return lines

    def _number_lines(self) -> Lines:
        """A tensor with a Python number that takes its type."""
        lines: Lines = []
        orders = [self.operands]
        if self.op_def.convert_pair is None:  # otherwise a number that comes first does not
            orders.append(self.operands[::-1])
        for tensor, number in orders:
            lines += [
                f"if type({number}) in _scalars and type({tensor}) in _tensor_types "
                f"and {tensor}._t.dtype in _scalars[type({number})]:",
                f"    t_{tensor} = {tensor}._t",
                f"    t_{number} = _constants.get(({number}, type({number}), t_{tensor}.dtype))",
                f"    if t_{number} is None:",
                f"        t_{number} = _scalar({number}, t_{tensor}.dtype)",
                f"    s = {tensor}._tapes",
            ]
            if not self.unrecorded:
                lines += [
                    "    if s is not _E and s is not _thread.active:",
                    f"        s, (t_{tensor},) = _admit(({tensor},))",
                ]
            # torch's functions take a number in host memory; other kernels may not.
            placed = [tensor] if self.is_torch_kernel else None
            lines += _indent([*self._placement_lines(placed), *self._call_lines])
        return lines

    def _recording_lines(self) -> Lines:
        """Sets the payloads, checks their types, and sets `s`."""
        op_def, operands = self.op_def, self.operands
        lines = [f"t_{x} = {x}._t" for x in operands]
        lines.append(f"s = {operands[0]}._tapes")
        first_of: dict[str, str] = {}
        for position, (x, group) in enumerate(zip(operands, op_def.groups, strict=True)):
            if group in first_of:
                first = first_of[group]
                mismatch = f"raise _mismatch({position}, t_{first}.dtype, t_{x}.dtype)"
                if op_def.mixed is not None:
                    mismatch = f"return _mixed({self._arguments})"
                lines += [
                    f"if t_{x}.dtype is not t_{first}.dtype:",
                    f"    if t_{x}.dtype != t_{first}.dtype: {mismatch}",
                ]
                continue
            first_of[group] = x
            if op_def.payload_dtypes(group) is not None:
                lines += [
                    f"if t_{x}.dtype not in _ok_{group}:",
                    f"    return _overload({group!r}, t_{x}.dtype)({self._arguments})",
                ]
        return lines if self.unrecorded else lines + self._admission_lines()

    def _admission_lines(self) -> Lines:
        """Decides which tapes record, unless the first operand already says so."""
        operands = self.operands
        same = "".join(f" or s is not {x}._tapes" for x in operands[1:])
        lines = [f"if s is not _E and s is not _thread.active{same}:"]
        admit_all = f"s, ({self._payloads},) = _admit(({', '.join(operands)},))"
        if len(operands) != 2:
            return [*lines, f"    {admit_all}"]
        # One operand tracked by all active tapes, the other a constant: no need to look further.
        x, y = operands
        return [
            *lines,
            f"    if s is _E and {y}._tapes is _thread.active:",
            f"        s = {y}._tapes",
            f"        t_{x} = {x}._leaf",
            f"        if t_{x} is None: t_{x} = _constant({x})",
            f"    elif type({y}) is _T and s is _thread.active:",
            f"        t_{y} = {y}._leaf",
            f"        if t_{y} is None: t_{y} = _constant({y})",
            "    else:",
            f"        {admit_all}",
        ]

    # -- fast paths -----------------------------------------------------------------------------

    def _fast_path_lines(self) -> Lines:
        """The common cases of a torch kernel, whose result is one tensor.

        Either the tensors are untracked, or all active tapes track them, or of two tensors all
        active tapes track one and the other is a constant.
        """
        operands = self.operands
        load = [f"t_{x} = {x}._t" for x in operands]
        bare_call = self._kernel_call.replace("_kernel", "_bare_kernel", 1)
        untracked = [
            *load,
            f"if {self._type_test(skip_trainable=False)}:",
            *_indent([*self._placement_lines(), *self._try(bare_call), *_UNTRACKED_RESULT]),
        ]
        record = [
            f"if {self._type_test(skip_trainable=True)}:",
            *_indent([*self._placement_lines(), *self._try(self._kernel_call), *_RECORDED_RESULT]),
        ]
        x = operands[0]
        if len(operands) == 1:
            return [
                f"if type({x}) is _T:",
                *_indent(untracked),
                f"elif type({x}) is _R and (s := {x}._set) is _thread.active:",
                *_indent([*load, *record]),
            ]
        y = operands[1]

        def with_constant(tracked: str, constant: str) -> Lines:
            return [
                f"t_{tracked} = {tracked}._t",
                f"t_{constant} = {constant}._leaf",
                f"if t_{constant} is None: t_{constant} = _constant({constant})",
                *record,
            ]

        return [
            f"if type({x}) is _T:",
            f"    if type({y}) is _T:",
            *_indent(_indent(untracked)),
            f"    elif type({y}) is _R and (s := {y}._set) is _thread.active:",
            *_indent(_indent(with_constant(y, x))),
            f"elif type({x}) is _R and (s := {x}._set) is _thread.active:",
            f"    if type({y}) is _R:",
            f"        if s is {y}._set:",
            *_indent(_indent(_indent([*load, *record]))),
            f"    elif type({y}) is _T:",
            *_indent(_indent(with_constant(x, y))),
        ]

    def _type_test(self, skip_trainable: bool) -> str:
        """An expression: the payloads of each group have one type, which is admitted.

        `skip_trainable`: the payloads are tracked, so that their types are trainable; whether
        they are admitted is not tested if all trainable types are.
        """
        op_def = self.op_def
        tests = []
        seen = set()
        for x, group in zip(self.operands, op_def.groups, strict=True):
            if group in seen:
                tests.append(f"d_{group} is t_{x}.dtype")
                continue
            seen.add(group)
            dtype = f"t_{x}.dtype"
            is_shared = op_def.groups.count(group) > 1
            if is_shared:
                dtype = f"(d_{group} := {dtype})"
            admitted = op_def.payload_dtypes(group)
            if admitted is not None and not (skip_trainable and admitted >= TRAINABLE):
                tests.append(f"{dtype} in _ok_{group}")
            elif is_shared:
                tests.append(dtype)
        return " and ".join(tests) or "True"

    # -- the call -------------------------------------------------------------------------------

    @cached_property
    def _call_lines(self) -> Lines:
        """Runs the kernel on the payloads and returns its result, recorded by `s`."""
        lines = self._try(self._kernel_call)
        if not self.is_torch_kernel:
            # It may meet a composite among the arguments that are not tensors.
            lines.insert(2, f"except _Composite: {self._dispatch}")
            # If the kernel returns its argument, TensorFlow's operation makes a new tensor.
            for x, is_list in zip(self.operands, self.op_def.lists, strict=True):
                if is_list:
                    lines += [f"for t in t_{x}:", "    if r is t: r = r.view_as(r)"]
                else:
                    lines.append(f"if r is t_{x}: r = r.view_as(r)")
        if self.unrecorded:
            return [
                *lines,
                "if type(r) is _TT: return _T(r.detach() if r.requires_grad else r)",
                "return _finish(_E, r)",
            ]
        lines += ["if s is _E and type(r) is _TT:", *_indent(_UNTRACKED_RESULT)]
        if self.unregistered:
            return [*lines, "return _finish_unregistered(s, r)"]
        if self.nondifferentiable:
            lines.append("if s is not _E: r = _nondifferentiable(r)")
        else:
            lines += [
                "if s is _thread.active and type(r) is _TT and r.requires_grad:",
                *_indent(_RECORDED_RESULT),
            ]
        return [*lines, "return _finish(s, r)"]


# The constructors of tensors, without the call of a Python function.
_UNTRACKED_RESULT = ["out = _new(_T)", "out._t = r", "return out"]
_RECORDED_RESULT = [
    "out = _new(_R)",
    "out._t = r",
    "out._set = s",
    "tensors = s.tensors",
    "tensors.append(_ref(out))",
    "if len(tensors) > 4096: s.prune()",
    "return out",
]


def _indent(lines: Lines) -> Lines:
    return ["    " + line for line in lines]


def _any_not_in(operands: list[str], types: str) -> str:
    return " or ".join(f"type({x}) not in {types}" for x in operands)
