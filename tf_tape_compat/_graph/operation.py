"""The operations of a graph, as users see them, and the names they get."""

from __future__ import annotations

import re
from traceback import FrameSummary
from types import CodeType
from typing import TYPE_CHECKING, Any

from .._api.shown_modules import shown_in
from .call_stacks import call_stack, user_frames
from .default_session import session_for

if TYPE_CHECKING:
    from .graph import Graph
    from .nodes import Node
    from .symbolic_tensor import SymbolicTensor

_VALID_NAME = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")
_VALID_SCOPED_NAME = re.compile(r"[A-Za-z0-9_.\\/>-]+$")


class Operation:
    """One operation of a graph. Implements `tf.Operation`.

    Attributes:
      graph: the graph that it belongs to.
      name: its unique name.
      type: TensorFlow's name of the operation, such as "MatMul".
      node: what runs in its place.
      control_inputs: operations with effects that must run before it.
      constant_name: the name of a constant among its inputs, if it is not below its own.
      shown: what `shown_inputs.shown` found out, or None.
      call_stack: the user's functions that added it, and their lines (call_stacks.py).
      device: the device that `tf.device` asks for; empty if the call of the function decides.
    """

    __slots__ = (
        "__weakref__",
        "call_stack",
        "constant_name",
        "control_inputs",
        "device",
        "graph",
        "name",
        "node",
        "outputs",
        "shown",
        "type",
    )

    def __init__(self, graph: Graph, name: str, operation: str, node: Node) -> None:
        self.graph = graph
        self.name = name
        self.type = operation
        self.node = node
        self.control_inputs: list[Operation] = []
        self.outputs: list[SymbolicTensor] = []
        self.constant_name: str | None = None
        self.shown: Any = None
        self.call_stack: list[tuple[CodeType, int]] = call_stack()
        self.device = ""

    @property
    def inputs(self) -> tuple[SymbolicTensor, ...]:
        """The tensors that it reads."""
        from .shown_inputs import shown

        return tuple(x for given in shown(self).inputs for x in given.tensors)

    @property
    def traceback(self) -> list[FrameSummary]:
        """The user's lines that added it, outermost first."""
        frames = user_frames(self.call_stack)
        return [FrameSummary(file, number, name, line="") for file, number, name in frames]

    @property
    def node_def(self) -> Any:
        """The operation as a protocol buffer (`NodeDef`)."""
        from .node_defs import node_def

        return node_def(self)

    def get_attr(self, name: str) -> Any:
        """The value of an attribute. Raises ValueError if there is none of this name."""
        from .attributes import attribute_value

        return attribute_value(self, name)

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs it in a session. Raises ValueError if there is none, or it is of another graph."""
        session_for("operation", session, self.graph).run(self, feed_dict)

    def values(self) -> tuple[SymbolicTensor, ...]:
        """The tensors that it computes."""
        return tuple(self.outputs)

    def __str__(self) -> str:
        return str(self.node_def)

    def __repr__(self) -> str:
        return f"<tf.Operation '{self.name}' type={self.type}>"


def default_name(operation: str) -> str:
    """The name of an operation without `name=`, as TensorFlow's Python functions choose it."""
    return _DEFAULT_NAMES.get(operation, operation)


# Where TensorFlow's Python function names the operation otherwise than the operation is called.
_DEFAULT_NAMES = {
    "AddV2": "add",
    "Mul": "mul",
    "Sub": "sub",
    "RealDiv": "truediv",
    "Pow": "pow",
    "FloorDiv": "floordiv",
    "FloorMod": "mod",
    "StridedSlice": "strided_slice",
    "Pack": "stack",
    "Unpack": "unstack",
    "ConcatV2": "concat",
    "Transpose": "transpose",
    "ZerosLike": "zeros_like",
    "OnesLike": "ones_like",
    "Range": "range",
    "OneHot": "one_hot",
    "Einsum": "einsum/Einsum",
    "RandomStandardNormal": "random_normal",
    "RandomUniform": "random_uniform",
    "TruncatedNormal": "truncated_normal",
    "BatchMatMulV2": "MatMul",
}


def is_valid_name(name: str) -> bool:
    """Whether an operation can have a name outside of all name scopes."""
    return _VALID_NAME.match(name) is not None


class NameTable:
    """The names of a graph's operations: the second `add` is called `add_1`."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def unique(self, name: str, scope: str = "", mark_as_used: bool = True) -> str:
        """A name that no other operation has. A name that ends in a slash is used as it is.

        Raises ValueError if an operation cannot have the name.
        """
        if name.endswith("/"):
            return name[:-1]
        pattern = _VALID_SCOPED_NAME if scope else _VALID_NAME
        if not pattern.match(name):
            raise ValueError(f"'{name}' is not a valid root scope name")
        full = scope + name
        key = full.lower()
        count = self._counts.get(key, 0)
        unique = full
        if count:
            while (unique := f"{full}_{count}").lower() in self._counts:
                count += 1
            if mark_as_used:
                self._counts[unique.lower()] = 1
        if mark_as_used:
            self._counts[key] = count + 1
        return unique


shown_in("tensorflow.python.framework.ops", Operation)
