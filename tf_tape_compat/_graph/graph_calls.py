"""How calls of operations become nodes of a graph: their names, and the tensors among arguments."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .._core.op.dispatch import holds_composite
from .._core.op.op_texts import op_text
from .._core.recording.execution_context import current_context
from .._core.tensor.convert import to_tensor
from .._core.types.dtype import DType, as_dtype
from .._core.variables.variable import Variable
from .named_calls import rename
from .nodes import OpNode
from .op_inputs import input_name
from .operation import NameTable, default_name
from .single_nodes import call_or_node
from .structure import TensorPlace, VariablePlace, take_apart
from .symbolic_tensor import SymbolicTensor

_INT32 = as_dtype("int32")
# Operations on the bits of integers, and what they are on booleans.
_OF_BITS = {
    "BitwiseAnd": "LogicalAnd",
    "BitwiseOr": "LogicalOr",
    "BitwiseXor": "LogicalOr",  # of an exclusive "or", as `tf.math.logical_xor` is shown
    "Invert": "LogicalNot",
}
# Operations whose operands TensorFlow's functions convert before they call the operation.
_CONVERT_FIRST = frozenset(
    "Abs AddV2 All Any BiasAdd Cumprod Cumsum CumulativeLogsumexp EuclideanNorm LeakyRelu MatMul "
    "Max Mean Min Prod RealDiv Relu6 Sigmoid Sign Softmax Softplus Sub Sum Transpose".split()
)


class GraphCalls:
    """The part of a graph that adds calls."""

    _names: NameTable
    _signatures: dict[Any, list[str]]
    _argument: str  # the argument that a tensor is captured for

    @contextmanager
    def _inputs_of(self, name: str) -> Iterator[str]:
        """A context in which the inputs of an operation get names below its own.

        Returns the unique name of the operation, with a slash.
        """
        outer, argument = current_context.scope, self._argument
        unique = self._names.unique(name, outer) + "/"
        current_context.scope = unique
        try:
            yield unique
        finally:
            current_context.scope, self._argument = outer, argument

    def add_op(self: Any, lazy: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Adds a call of an operation (lazy_op.LazyOp)."""
        if holds_composite(args) or holds_composite(kwargs.values()):
            # Its handler calls operations on the components.
            return call_or_node(self, lazy.operation, lazy.run, args, kwargs)
        operation = lazy.operation
        if any(x is None for x in (*args, *kwargs.values())):
            self._check_operands(lazy, args, kwargs)
        if operation in _OF_BITS and "bool" in map(_dtype_name, args):
            operation = _OF_BITS[operation]
        elif operation == "MatMul" and any((_rank(x) or 2) > 2 for x in args[:2]):
            operation = "BatchMatMulV2"
        name = self._given_name(lazy, args, kwargs) or default_name(operation)
        names = self._parameters(lazy)
        inputs: list[SymbolicTensor] = []
        with self._inputs_of(name) as unique:
            if any(map(_lists_symbols, (*args, *kwargs.values()))):
                args, kwargs = self._pack_lists(lazy, args, kwargs)
            positional = []
            for position, value in enumerate(args):
                self._argument = names[position] if position < len(names) else "placeholder"
                positional.append(self.lift(value, inputs=inputs)[0])
            keywords = {}
            for self._argument, value in kwargs.items():
                keywords[self._argument] = self.lift(value, inputs=inputs)[0]
        arguments = tuple(positional), keywords
        constant_name = None
        if "axis" in names and names[0] == "input_tensor" and _is_missing(names, args, kwargs):
            constant_name = self._names.unique("Const", current_context.scope)
        node = OpNode(operation, lazy.run, arguments, inputs)
        result = self.add_node(node, unique)
        if constant_name is not None and node.operation is not None:
            node.operation.constant_name = constant_name
        return result

    def _check_operands(self, lazy: Any, args: Any, kwargs: Any) -> None:
        """Raises TensorFlow's error for an operand that is None."""
        given = {**dict(zip(self._parameters(lazy), args, strict=False)), **kwargs}
        for name in lazy.required_operands():
            if given.get(name, name) is None:
                if lazy.operation in _CONVERT_FIRST:
                    raise ValueError("None values not supported.")
                raise ValueError(
                    f"Tried to convert '{name}' to a tensor and failed. "
                    "Error: None values not supported."
                )

    def _pack_lists(self: Any, lazy: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
        """Makes tensors of lists with tensors, such as shapes, that are no operands."""
        names = self._parameters(lazy)
        operands = lazy.operands()

        def packed(name: str, value: Any) -> Any:
            if name in operands or not _lists_symbols(value):
                return value
            tensor = to_tensor(value, None, _default_dtype(lazy.operation, name, value))
            if type(tensor) is SymbolicTensor and tensor.op.type == "Pack":
                full = f"{current_context.scope}{input_name(lazy.operation, name)}"
                rename(self, tensor.op, self._names.unique(full, ""))
            return tensor

        return (
            tuple(packed(name, value) for name, value in zip(names, args, strict=False)),
            {name: packed(name, value) for name, value in kwargs.items()},
        )

    def add_call(
        self: Any, operation: str, function: Callable[..., Any], *args: Any, name: Any = None
    ) -> Any:
        """Adds a call of a function as an operation."""
        arguments, inputs = self.lift((args, {}))
        return self.add_node(OpNode(operation, function, arguments, inputs), name)

    def lift(
        self: Any,
        value: Any,
        keep_variables: bool = False,
        inputs: list[SymbolicTensor] | None = None,
    ) -> tuple[Any, list[SymbolicTensor]]:
        """Arguments as a structure with places for the tensors of this graph in them.

        Variables are read, unless `keep_variables`. The tensors are appended to `inputs`.
        """
        if inputs is None:
            inputs = []

        def place(leaf: Any) -> Any:
            if isinstance(leaf, Variable):
                if keep_variables:
                    self.note_variable(leaf)
                    return VariablePlace(leaf)
                leaf = self.read_variable(leaf)
            inputs.append(self.symbol(leaf))
            return TensorPlace(len(inputs) - 1)

        return take_apart(value, place), inputs

    def _parameters(self, lazy: Any) -> list[str]:
        names = self._signatures.get(lazy)
        if names is None:
            names = self._signatures[lazy] = list(inspect.signature(lazy.definition).parameters)
        return names

    def _given_name(self, lazy: Any, args: Any, kwargs: Any) -> str | None:
        name = kwargs.get("name")
        if name is None and args:
            names = self._parameters(lazy)
            position = names.index("name") if "name" in names else len(args)
            if position < len(args):
                name = args[position]
        return name if isinstance(name, str) else None


def _rank(value: Any) -> int | None:
    return getattr(getattr(value, "shape", None), "rank", None)


def _is_missing(names: list[str], args: Any, kwargs: Any) -> bool:
    """Whether the axis of a reduction is None."""
    position = names.index("axis")
    axis = args[position] if position < len(args) else kwargs.get("axis")
    return axis is None


def _dtype_name(value: Any) -> str | None:
    return getattr(getattr(value, "dtype", None), "name", None)


def _default_dtype(operation: str, name: str, items: Any) -> DType | None:
    """int32 if a list with real numbers is converted to it, as TensorFlow's operation says."""
    if not any(getattr(item, "dtype", _INT32).is_floating for item in items):
        return None
    text = op_text(operation)
    if text is None or (kind := re.search(rf"\b{name}:(\w+)", text.definition)) is None:
        return None
    return _INT32 if text.defaults.get(kind[1]) == "DT_INT32" else None


def _lists_symbols(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(type(x) is SymbolicTensor for x in value)
