"""Functions with an effect in a graph: nodes that call them with values, in order, at each run."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from .._core.op import op_tracing
from .._core.op.interception import intercept
from .._core.recording.execution_context import active_graph, current_context
from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.types.dtype import DType, as_dtype
from .._core.types.shape import TensorShape
from .._core.types.tensor_spec import TensorSpec
from .._core.variables.variable import Variable
from .._ops.control import py_function as host_calls
from .._ops.debugging import assertions, check_numerics
from .._ops.io import printing
from .._ops.state import scatter_updates
from .nodes import AssignNode, EffectNode, Run
from .symbolic_tensor import SymbolicTensor

# Functions without results, and TensorFlow's names of the operations.
_STATEMENTS: dict[Any, str] = {
    printing.print: "PrintV2",
    **{
        getattr(assertions, name): "Assert"
        for name in (
            "Assert assert_equal assert_none_equal assert_less assert_less_equal assert_greater "
            "assert_greater_equal assert_positive assert_negative assert_non_negative "
            "assert_non_positive assert_near"
        ).split()
    },
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


def install() -> None:
    """Makes these functions and methods add nodes while a graph is active."""
    for function, operation in _STATEMENTS.items():
        intercept(function, _statement(operation))
    intercept(check_numerics.check_numerics, _check_numerics)
    intercept(host_calls.py_function, _py_function)
    intercept(host_calls.numpy_function, _numpy_function)
    for method, operation in _ASSIGNMENTS.items():
        op_tracing.replace_while_tracing(
            Variable, method, _assignment(getattr(Variable, method), operation)
        )
    for method, operation in _UPDATES.items():
        op_tracing.replace_while_tracing(
            Variable, method, _update(getattr(Variable, method), operation)
        )
    for method in ("numpy", "__array__"):
        op_tracing.replace_while_tracing(Variable, method, _eager_only(getattr(Variable, method)))
    op_tracing.replace_while_tracing(
        Variable, "count_up_to", _count_up_to(scatter_updates.count_up_to)
    )


def functions() -> set[Any]:
    """The functions that are effects."""
    host = {check_numerics.check_numerics, host_calls.py_function, host_calls.numpy_function}
    return {*_STATEMENTS, *host}


def _statement(operation: str) -> Any:
    def wrapper(
        function: Any, call: Callable[..., Any], signature: inspect.Signature
    ) -> Callable[..., Any]:
        def add_node_first(*args: Any, **kwargs: Any) -> Any:
            graph = active_graph()
            if graph is None:
                return call(*args, **kwargs)
            arguments, inputs = graph.lift((args, kwargs))
            return graph.add_node(EffectNode(operation, call, arguments, inputs, False))

        return add_node_first

    return wrapper


def _check_numerics(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    """Adds the check as a statement; its result is the tensor, after a check of its gradient."""

    def add_node_first(tensor: Any, message: Any, name: Any = None) -> Any:
        graph = active_graph()
        if graph is None or not isinstance(message, (str, bytes)):
            return call(tensor, message, name)
        arguments, inputs = graph.lift(((to_tensor(tensor), message), {}))
        graph.add_node(EffectNode("CheckNumerics", call, arguments, inputs, False))
        return graph.add_call("CheckNumerics", _same, tensor)

    return add_node_first


def _same(tensor: Any) -> EagerTensor:
    from .._core.tensor.unnamed_op import alias

    return alias(tensor)


# -- Python functions ------------------------------------------------------------------------------


def _eagerly(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, called outside of every traced function, as TensorFlow calls it."""

    @wraps(function)
    def call(*args: Any) -> Any:
        caller, scope = current_context.call, current_context.scope
        current_context.call, current_context.scope = None, ""
        try:
            return function(*args)
        finally:
            current_context.call, current_context.scope = caller, scope

    return call


def _py_function(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def add_node_first(
        func: Any = None,
        inp: Any = None,
        Tout: Any = None,  # noqa: N803
        name: Any = None,
    ) -> Any:
        graph = active_graph()
        given = func is not None and inp is not None and Tout is not None and callable(func)
        if graph is None or not given:
            return call(func, inp, Tout, name)
        is_list = isinstance(Tout, (list, tuple))
        types = list(Tout) if is_list else [Tout]
        eager = _eagerly(func)

        def run(*tensors: Any) -> Any:
            return call(eager, list(tensors), types)

        arguments, inputs = graph.lift((tuple(inp), {}))
        outputs = graph.add_node(HostCallNode("EagerPyFunc", run, arguments, inputs, types))
        return outputs if is_list else outputs[0]

    return add_node_first


def _numpy_function(
    function: Any, call: Callable[..., Any], signature: inspect.Signature
) -> Callable[..., Any]:
    def add_node_first(
        func: Any = None,
        inp: Any = None,
        Tout: Any = None,  # noqa: N803
        stateful: bool = True,
        name: Any = None,
    ) -> Any:
        graph = active_graph()
        given = func is not None and inp is not None and Tout is not None
        if graph is None or not given:
            return call(func, inp, Tout, stateful, name)
        is_list = isinstance(Tout, (list, tuple))
        types = list(Tout) if is_list else [Tout]
        eager = _eagerly(func)

        def run(*tensors: Any) -> Any:
            return host_calls.call_numpy(eager, list(tensors), [as_dtype(x) for x in types])

        arguments, inputs = graph.lift((tuple(map(to_tensor, inp)), {}))
        outputs = graph.add_node(HostCallNode("PyFunc", run, arguments, inputs, types, stateful))
        return outputs if is_list else outputs[0]

    return add_node_first


# -- variables -------------------------------------------------------------------------------------


def _assignment(method: Callable[..., Any], operation: str) -> Callable[..., Any]:
    @wraps(method)
    def add_node_first(self: Variable, *args: Any, read_value: bool = True, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is None:
            return method(self, *args, read_value=read_value, **kwargs)
        graph.note_variable(self)
        arguments, inputs = graph.lift((args, {**kwargs, "read_value": False}))
        node = AssignNode(operation, self, method, arguments, inputs)
        graph.add_node(node)
        if not read_value:
            return node.operation
        result: Any = self._assigned(True)
        result._assignment = node.operation
        return result

    return add_node_first


def _update(method: Callable[..., Any], operation: str) -> Callable[..., Any]:
    @wraps(method)
    def add_node_first(self: Variable, *args: Any, **kwargs: Any) -> Any:
        graph = active_graph()
        if graph is None:
            return method(self, *args, **kwargs)
        graph.note_variable(self)
        arguments, inputs = graph.lift((args, kwargs))
        graph.add_node(UpdateNode(operation, self, method, arguments, inputs, []))
        return self._assigned(True)

    return add_node_first


def _eager_only(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def refuse_in_graph(self: Variable, *args: Any, **kwargs: Any) -> Any:
        if active_graph() is not None:
            raise NotImplementedError("numpy() is only available when eager execution is enabled.")
        return method(self, *args, **kwargs)

    return refuse_in_graph


def _count_up_to(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def add_node_first(self: Variable, limit: int) -> Any:
        graph = active_graph()
        if graph is None:
            return method(self, limit)
        graph.note_variable(self)
        results = [(self.dtype, self.shape)]
        node = UpdateNode("ResourceCountUpTo", self, method, ((limit,), {}), [], results)
        return graph.add_node(node)

    return add_node_first
