"""What users ask a graph for: its operations, tensors, captures and variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .._core.variables.variable import Variable
from .default_session import session_for

if TYPE_CHECKING:
    from .operation import Operation
    from .symbolic_tensor import SymbolicTensor


class GraphQueries:
    """The questions that do not change a graph.

    Attributes:
      captured_pairs: each outside tensor or handle of a variable that is used, and the symbolic
        tensor that stands for it, in order of first use.
      argument_placeholders: what stands for the arguments, also for variables among them.
    """

    _operations: dict[str, Operation]
    captured_pairs: list[tuple[Any, SymbolicTensor]]
    argument_placeholders: list[SymbolicTensor]
    used_variables: dict[int, Variable]
    nodes: list[Any]
    _resources: dict[int, SymbolicTensor]  # what stands for variables, by handle
    _shown: tuple[int, dict[str, Operation]]

    def get_operations(self) -> list[Operation]:
        """The operations, in order."""
        return list(self.operations_by_name().values())

    def operations_by_name(self) -> dict[str, Operation]:
        """The operations, with the constants that are Python values among their arguments."""
        from .shown_inputs import shown

        if self._shown[0] != len(self._operations):
            every: dict[str, Operation] = {}
            for operation in list(self._operations.values()):
                for constant in shown(operation).constants:
                    every.setdefault(constant.name, constant)
                every[operation.name] = operation
            self._shown = len(self._operations), every
        return self._shown[1]

    def value_of_variable(self, variable: Variable, session: Any) -> Any:
        """The value of a variable in a session, or in the default session."""
        return session_for("tensor", session).run(variable)

    def load_variable(self, variable: Variable, value: Any, session: Any) -> None:
        """Gives a variable a value in a session, or in the default session."""
        session_for("tensor", session).load(variable, value)

    def as_graph_def(self, from_version: Any = None, add_shapes: bool = False) -> Any:
        """The graph as a protocol buffer (`GraphDef`), with the functions that it calls."""
        if from_version is not None or add_shapes:
            raise NotImplementedError("as_graph_def(from_version=..., add_shapes=...)")
        from .node_defs import graph_def

        return graph_def(self)  # type: ignore[arg-type]

    @property
    def version(self) -> int:
        """The number of its operations, which grows with each one that is added."""
        return len(self.operations_by_name())

    def resource(self, variable: Variable) -> SymbolicTensor | None:
        """What stands for a variable."""
        return self._resources.get(id(variable._handle))

    def variable_of(self, operation: Operation) -> Variable:
        """The variable of a `VarHandleOp`."""
        return next(v for v in self.used_variables.values() if self.resource(v).op is operation)  # type: ignore[union-attr]

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation with this name.

        Raises TypeError if `name` is not a string, KeyError if there is no such operation, and
        ValueError for the name of a tensor.
        """
        _check_name(name, "Operation")
        operation: Operation = self.as_graph_element(name, allow_tensor=False)
        return operation

    def get_tensor_by_name(self, name: str) -> SymbolicTensor:
        """The tensor with this name, such as "add:0".

        Raises TypeError if `name` is not a string, KeyError if there is no such tensor, and
        ValueError for the name of an operation.
        """
        _check_name(name, "Tensor")
        tensor: SymbolicTensor = self.as_graph_element(name, allow_operation=False)
        return tensor

    def as_graph_element(
        self, obj: Any, allow_tensor: bool = True, allow_operation: bool = True
    ) -> Any:
        """The tensor or operation with this name, or `obj` itself if it is one of this graph.

        Raises TypeError, KeyError or ValueError if there is none.
        """
        return _element(self, obj, allow_tensor, allow_operation)

    @property
    def external_captures(self) -> list[Any]:
        """The outside tensors, and handles of variables, that are used."""
        return [outside for outside, _ in self.captured_pairs]

    @property
    def internal_captures(self) -> list[SymbolicTensor]:
        """The symbolic tensors for `external_captures`."""
        return [inside for _, inside in self.captured_pairs]

    @property
    def all_inputs(self) -> list[SymbolicTensor]:
        """The symbolic tensors of the arguments, then those of what is captured."""
        return [*self.argument_placeholders, *self.internal_captures]

    def variables_used(self, stand_ins: Iterable[Variable] = ()) -> list[Variable]:
        """The variables that are used here or by functions called here, without `stand_ins`."""
        used = dict(self.used_variables)
        for node in self.nodes:
            for graph in node.graphs:
                for variable in graph.variables_used():
                    used.setdefault(id(variable._handle), variable)
        for variable in stand_ins:
            used.pop(id(variable._handle), None)
        return list(used.values())


def _check_name(name: Any, kind: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"{kind} names are strings (or similar), not {type(name).__name__}.")


def _element(graph: Any, obj: Any, allow_tensor: bool, allow_operation: bool) -> Any:
    """See `GraphQueries.as_graph_element`."""
    kind = " or ".join(
        name
        for name, allowed in (("Tensor", allow_tensor), ("Operation", allow_operation))
        if allowed
    )
    if isinstance(obj, str):
        return _by_name(graph, obj, allow_tensor, allow_operation)
    is_tensor = hasattr(obj, "value_index") and allow_tensor
    if is_tensor or (hasattr(obj, "node") and allow_operation):
        if obj.graph is not graph:
            kind = "Tensor" if is_tensor else "Operation"
            raise ValueError(f"{kind} {obj} is not an element of this graph.")
        return obj
    raise TypeError(f"Can not convert a {type(obj).__name__} into a {kind}.")


def _by_name(graph: Any, name: str, allow_tensor: bool, allow_operation: bool) -> Any:
    operations = graph.operations_by_name()
    if ":" in name and allow_tensor:
        operation_name, _, number = name.partition(":")
        if not operation_name or not number.isdigit() or ":" in number:
            raise ValueError(
                f"The name {name!r} looks a like a Tensor name, but is not a valid one. Tensor "
                'names must be of the form "<op_name>:<output_index>".'
            )
        operation = operations.get(operation_name)
        if operation is None:
            raise KeyError(
                f"The name {name!r} refers to a Tensor which does not exist. The operation, "
                f"{operation_name!r}, does not exist in the graph."
            )
        if int(number) >= len(operation.outputs):
            raise KeyError(
                f"The name {name!r} refers to a Tensor which does not exist. The operation, "
                f"{operation_name!r}, exists but only has {len(operation.outputs)} outputs."
            )
        return operation.outputs[int(number)]
    if ":" in name:
        raise ValueError(f"Name {name!r} appears to refer to a Tensor, not a Operation.")
    operation = operations.get(name)
    if not allow_operation:
        if operation is not None:
            raise ValueError(
                f"The name {name!r} refers to an Operation, not a Tensor. Tensor names must be of "
                f'the form "<op_name>:<output_index>".'
            )
        raise ValueError(
            f"The name {name!r} looks like an (invalid) Operation name, not a Tensor. Tensor names "
            'must be of the form "<op_name>:<output_index>".'
        )
    if operation is None:
        raise KeyError(f"The name {name!r} refers to an Operation not in the graph.")
    return operation
