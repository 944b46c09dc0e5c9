"""Functions with an effect in a graph: nodes that call them with values, in order, at each run."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, NoReturn

from .._core.recording.execution_context import in_call
from .._core.tensor.convert import to_tensor
from .._core.tensor.python_values import FLOAT64
from .._core.tensor.tensor import EagerTensor
from .._core.tensor.unnamed_op import alias
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.variable import Variable
from .._ops.array import indexing, inspection
from .._ops.control import py_function as host_calls
from .._ops.debugging import check_numerics
from .._ops.io import printing
from .graph import Graph
from .nodes import AssignNode, EffectNode, Run
from .sizes_of_examples import encoded
from .symbolic_tensor import SymbolicTensor
from .trace_rules import trace_function, trace_method

# Functions without results, and TensorFlow's names of the operations.
_STATEMENTS: dict[Any, str] = {
    printing.print: "PrintV2",
}

# The methods of variables that change them, and TensorFlow's names of the operations.
_ASSIGNMENTS = {
    "assign": "AssignVariableOp",
    "assign_add": "AssignAddVariableOp",
    "assign_sub": "AssignSubVariableOp",
}
_UPDATES = {
    "batch_scatter_update": "ResourceScatterNdUpdate",
    **{
        f"scatter_{update}": f"ResourceScatter{update.capitalize()}"
        for update in ("add", "sub", "mul", "div", "max", "min", "update")
    },
    **{
        f"scatter_nd_{update}": f"ResourceScatterNd{update.capitalize()}"
        for update in ("add", "sub", "max", "min", "update")
    },
}


class UpdateNode(AssignNode):
    """A call of a method that changes a part of a variable, and whose arguments it checks.

    It is called with values, because it raises errors for some of them. `results` are the dtypes
    and shapes of what it returns, besides the variable.
    """

    __slots__ = ("results",)

    needs_values = True

    def __init__(
        self,
        operation_type: str,
        variable: Variable,
        method: Callable[..., Any],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        results: list[tuple[DType, TensorShape]],
    ) -> None:
        super().__init__(operation_type, variable, method, arguments, inputs)
        self.results = results

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return self.results

    def run(self, run: Run, values: list[EagerTensor]) -> list[EagerTensor]:
        result = self.call(run, values)
        run.assigned(self.variable)
        return [result] if self.results else []


class HostCallNode(EffectNode):
    """A call of a Python function on values: `tf.py_function` and `tf.numpy_function`."""

    __slots__ = ("_types", "is_stateful")

    def __init__(
        self,
        operation_type: str,
        function: Callable[..., list[EagerTensor]],
        arguments: tuple[Any, Any],
        inputs: list[SymbolicTensor],
        types: list[Any],
        is_stateful: bool = True,
    ) -> None:
        super().__init__(operation_type, function, arguments, inputs, has_results=True)
        self._types = types
        self.is_stateful = is_stateful

    @property
    def has_effect(self) -> bool:  # type: ignore[override]
        """Whether it runs even if nothing needs its results."""
        return self.is_stateful

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        unknown = TensorShape(None)  # as in TensorFlow, also for a tf.TensorSpec
        return [
            (spec.dtype if isinstance(spec, TensorSpec) else as_dtype(spec), unknown)
            for spec in self._types
        ]

    def result(self, outputs: list[Any]) -> Any:
        return outputs


class ClockNode(EffectNode):
    """A call of `tf.timestamp`, in its place among the operations."""

    __slots__ = ()

    may_wait = False

    def stated_results(self) -> list[tuple[DType, TensorShape]]:
        return [(FLOAT64, TensorShape([]))]


def install() -> None:
    """Gives these functions and methods their rules for graphs."""
    for function, operation in _STATEMENTS.items():
        trace_function(function, partial(_add_statement, operation))
    trace_function(check_numerics.check_numerics, _check_numerics)
    trace_function(check_numerics.assert_all_finite, _assert_all_finite)
    trace_function(inspection.timestamp, _timestamp)
    trace_function(host_calls.py_function, _py_function)
    trace_function(host_calls.numpy_function, _numpy_function)
    for method, operation in _ASSIGNMENTS.items():
        trace_method(Variable, method, partial(_assign, operation))
    for method, operation in _UPDATES.items():
        trace_method(Variable, method, partial(_update, operation))
    for method in ("numpy", "__array__"):
        trace_method(Variable, method, _refuse_numpy)
    trace_method(Variable, "count_up_to", _count_up_to)
    trace_function(indexing.assign_slice, _assign_slice)


def functions() -> set[Any]:
    """The functions that are effects."""
    checks = {check_numerics.check_numerics, check_numerics.assert_all_finite}
    host = {host_calls.py_function, host_calls.numpy_function, inspection.timestamp}
    return {*_STATEMENTS, *checks, *host}


def _add_statement(
    operation: str, graph: Graph, call: Callable[..., Any], /, *args: Any, **kwargs: Any
) -> Any:
    arguments, inputs = graph.lift((args, kwargs))
    node = EffectNode(operation, call, arguments, inputs, False)
    graph.add_node(node)
    return node.operation


def _check_numerics(
    graph: Graph, call: Callable[..., Any], tensor: Any, message: Any, name: Any = None
) -> Any:
    """Adds the check as a statement; its result is the tensor, after a check of its gradient."""
    if not isinstance(message, (str, bytes)):
        return call(tensor, message, name)
    check = _add_statement("CheckNumerics", graph, call, to_tensor(tensor), message)
    with graph.control_dependencies([check]):  # a session runs the check if it needs the result
        return graph.add_call("CheckNumerics", _same, tensor, name=name)


def _assert_all_finite(
    graph: Graph, call: Callable[..., Any], x: Any, message: str, name: str | None = None
) -> Any:
    """Adds the check; the result waits for it."""
    x = to_tensor(x)
    with graph.control_dependencies([check_numerics.check_numerics(x, message)]):
        return graph.add_call("Identity", _same, x)


def _same(tensor: Any) -> EagerTensor:
    return alias(tensor)


def _timestamp(graph: Graph, call: Callable[..., Any], name: str | None = None) -> Any:
    node = ClockNode("Timestamp", call, ((), {}), [], has_results=True)
    return graph.add_node(node, name)


# -- Python functions ------------------------------------------------------------------------------


def _eagerly(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, called outside of every traced function, as TensorFlow calls it."""

    @wraps(function)
    def call(*args: Any) -> Any:
        with in_call(None):
            return function(*args)

    return call


def _py_function(
    graph: Graph,
    call: Callable[..., Any],
    func: Any = None,
    inp: Any = None,
    Tout: Any = None,  # noqa: N803
    name: Any = None,
) -> Any:
    if inp is None or Tout is None or not callable(func):
        return call(func, inp, Tout, name)
    eager = _eagerly(func)

    def run(types: list[Any], tensors: list[Any]) -> Any:
        return call(eager, tensors, types)

    return add_host_call(graph, "EagerPyFunc", run, tuple(inp), Tout)


def _numpy_function(
    graph: Graph,
    call: Callable[..., Any],
    func: Any = None,
    inp: Any = None,
    Tout: Any = None,  # noqa: N803
    stateful: bool = True,
    name: Any = None,
) -> Any:
    if func is None or inp is None or Tout is None:
        return call(func, inp, Tout, stateful, name)
    eager = _eagerly(func)

    def run(types: list[Any], tensors: list[Any]) -> Any:
        return host_calls.call_numpy(eager, tensors, [as_dtype(x) for x in types])

    return add_host_call(graph, "PyFunc", run, tuple(map(to_tensor, inp)), Tout, stateful)


def add_host_call(
    graph: Graph,
    operation: str,
    run: Callable[[list[Any], list[Any]], Any],
    operands: tuple[Any, ...],
    types: Any,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """Adds a call of `run` with the types of the results, as a list, and the operands."""
    is_list = isinstance(types, (list, tuple))
    listed = list(types) if is_list else [types]

    def call(*tensors: Any) -> Any:
        return run(listed, list(tensors))

    arguments, inputs = graph.lift((operands, {}))
    node = HostCallNode(operation, call, arguments, inputs, listed, stateful)
    outputs = graph.add_node(node, name)
    return outputs if is_list else outputs[0]


# -- variables -------------------------------------------------------------------------------------


def _assign(
    operation: str,
    graph: Graph,
    method: Callable[..., Any],
    variable: Variable,
    /,
    *args: Any,
    read_value: bool = True,
    **kwargs: Any,
) -> Any:
    with graph._inputs_of(kwargs.get("name") or operation) as unique:
        graph.note_variable(variable)
    arguments, inputs = graph.lift((args, {**kwargs, "read_value": False}))
    node = AssignNode(operation, variable, method, arguments, inputs)
    constant_name = None if inputs else graph.unique_name("Const")
    graph.add_node(node, unique)
    assert node.operation is not None
    node.operation.constant_name = constant_name
    return _after(node) if read_value else node.operation


def _after(node: AssignNode) -> Any:
    """The variable, for sessions to read it after the assignment."""
    result: Any = node.variable._assigned(True)
    result._assignment = node.operation
    return result


def _update(
    operation: str,
    graph: Graph,
    method: Callable[..., Any],
    variable: Variable,
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    graph.note_variable(variable)
    arguments, inputs = graph.lift((args, kwargs))
    node = UpdateNode(operation, variable, method, arguments, inputs, [])
    graph.add_node(node, kwargs.get("name"))
    return _after(node)


def _assign_slice(
    graph: Graph, call: Callable[..., Any], variable: Variable, key: Any, value: Any
) -> Any:
    items = [encoded(item) for item in (key if isinstance(key, (list, tuple)) else (key,))]

    def assign(variable: Variable, items: list[Any], value: Any) -> Any:
        key = tuple(slice(*item) if type(item) is tuple else item for item in items)
        return call(variable, key, value)

    graph.note_variable(variable)
    arguments, inputs = graph.lift(((items, value), {}))
    node = UpdateNode("ResourceStridedSliceAssign", variable, assign, arguments, inputs, [])
    graph.add_node(node)
    return _after(node)


def _refuse_numpy(*args: Any, **kwargs: Any) -> NoReturn:
    raise NotImplementedError("numpy() is only available when eager execution is enabled.")


def _count_up_to(
    graph: Graph, method: Callable[..., Any], variable: Variable, limit: int
) -> EagerTensor:
    graph.note_variable(variable)
    results = [(variable.dtype, variable.shape)]
    node = UpdateNode("ResourceCountUpTo", variable, method, ((limit,), {}), [], results)
    count: EagerTensor = graph.add_node(node)
    return count
