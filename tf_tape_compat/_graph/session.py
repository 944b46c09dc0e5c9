"""`tf.compat.v1.Session`: runs parts of a graph.

A session evaluates what its fetches depend on, in the order in which it was added, with real
tensors. Variables keep their values themselves, so that all sessions see the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from .. import nest
from .._core.recording.activation import stop_recording
from .._core.recording.execution_context import FunctionCall, in_call
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import thread
from .._core.tensor.convert import c_name, to_tensor
from .._core.tensor.tensor import EagerTensor
from .._core.variables.array_values import IndexedSlicesValue
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorValue
from .._core.variables.variable import Variable
from ..errors import FailedPreconditionError, InvalidArgumentError, NotFoundError, OpError
from .default_session import get_default_session, stack
from .execution_errors import session_error
from .graph import Graph
from .nodes import AssignNode, Node, ReadNode
from .operation import Operation
from .public import get_default_graph
from .replay import Replay, activate
from .symbolic_tensor import SymbolicTensor

_USES_OF_VARIABLES = (ReadNode, AssignNode)


class _Part(Replay):
    """A run of the nodes that some tensors and operations depend on."""

    def __init__(self, session: Session, feeds: Mapping[int, EagerTensor]) -> None:
        super().__init__()
        self.session = session
        self._values.update(feeds)

    def compute(self, graph: Graph, fetches: list[Any]) -> None:
        """Runs what the fetches depend on, in the order of the graph."""
        nodes = self._needed(graph, fetches)
        base = thread.stack
        try:
            for node in nodes:
                activate(base, [self.recorder(recorder) for recorder in node.recorders])
                if isinstance(node, _USES_OF_VARIABLES):
                    self.session.note_use(node)
                values = [self.value(x) for x in node.inputs]
                try:
                    results = self.evaluate(node, values)
                except OpError as error:
                    if node.operation is None or getattr(error, "op", None) is not None:
                        raise
                    raise session_error(error, node.operation) from None
                for output, value in zip(node.outputs, results, strict=True):
                    self._values.setdefault(id(output), value)
        finally:
            activate(base, [])

    def _needed(self, graph: Graph, fetches: list[Any]) -> list[Node]:
        """The nodes that the fetches depend on, in order."""
        tensors = {id(x) for x in fetches if isinstance(x, SymbolicTensor)} - self._values.keys()
        operations = {id(x) for x in fetches if isinstance(x, Operation)}
        recorders: set[Recorder] = set()  # of the tapes whose gradients are computed
        nodes = []
        for node in reversed(graph.nodes):
            operation = node.operation
            if (
                id(operation) in operations
                or any(id(x) in tensors for x in node.outputs)
                or node.watching_recorder in recorders
            ):
                nodes.append(node)
                tensors.update(id(x) for x in node.inputs if id(x) not in self._values)
                if node.read_recorder is not None:
                    recorders.add(node.read_recorder)
                if operation is not None:
                    operations.update(id(x) for x in operation.control_inputs)
                for inner in node.graphs:
                    operations.update(id(x) for x in _control_inputs(inner, graph))
        return nodes[::-1]

    def value(self, tensor: SymbolicTensor) -> EagerTensor:
        """The value of a computed tensor. Raises InvalidArgumentError for a placeholder."""
        value = self._values.get(id(tensor))
        if value is None:
            dims = tensor.shape.as_list() if tensor.shape.rank is not None else None
            sizes = "" if dims is None else ",".join("?" if n is None else str(n) for n in dims)
            error = InvalidArgumentError(
                None,
                None,
                f"You must feed a value for placeholder tensor '{tensor.op.name}' with dtype "
                f"{c_name(tensor.dtype)}" + (f" and shape [{sizes}]" if dims else ""),
            )
            raise session_error(error, tensor.op)
        return value


class Session:
    """Runs operations of a graph. Implements `tf.compat.v1.Session`.

    Args:
      target: must be empty.
      graph: the graph; the active one by default.
      config: has no effect.

    Raises:
      NotImplementedError: for a `target`.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        if target:
            raise NotImplementedError("Session(target=...): sessions run in this process only")
        self._graph = get_default_graph() if graph is None else graph
        self._is_closed = False
        self._entered: list[Any] = []
        self._initialized: set[int] = set()  # ids of handles

    @property
    def graph(self) -> Graph:
        """The graph that it runs."""
        return self._graph

    @property
    def sess_str(self) -> bytes:
        """Empty: the session runs in this process."""
        return b""

    def close(self) -> None:
        """Ends the session."""
        self._is_closed = True

    def __enter__(self) -> Session:
        graph = self._graph.as_default()
        graph.__enter__()
        session = self.as_default()
        session.__enter__()
        self._entered += [graph, session]
        return self

    def __exit__(self, *exception: Any) -> None:
        self._entered.pop().__exit__(*exception)
        self._entered.pop().__exit__(*exception)
        self.close()

    @contextmanager
    def as_default(self) -> Iterator[Session]:
        """A context in which this is the default session."""
        before = stack.sessions
        stack.sessions = (*before, self)
        try:
            yield self
        finally:
            stack.sessions = before

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """The values of `fetches` as NumPy, in the same structure; None for operations.

        Args:
          fetches: tensors, operations, variables or names, possibly nested.
          feed_dict: values for placeholders and other tensors.
          options, run_metadata: have no effect.

        Raises:
          RuntimeError: if the session is closed.
          TypeError, ValueError: if a fetch or feed is not of this graph or does not fit.
          InvalidArgumentError: if a placeholder that is needed is not fed.
        """
        if self._is_closed:
            raise RuntimeError("Attempted to use a closed Session.")
        feeds = self._feeds(feed_dict or {})
        leaves = nest.flatten(fetches)
        elements = [self._element(leaf) for leaf in leaves]
        run = _Part(self, feeds)
        try:
            with in_call(FunctionCall(None, (), self._graph.trace, None)), stop_recording():
                # Variables are read first, as TensorFlow's sessions usually do, since a read waits
                # for nothing.
                values = [
                    self._read(leaf) if isinstance(leaf, Variable) and x is None else None
                    for leaf, x in zip(leaves, elements, strict=True)
                ]
                run.compute(self._graph, [x for x in nest.flatten(elements) if x is not None])
                values = [
                    self._value(run, leaf, x) if value is None else value
                    for leaf, x, value in zip(leaves, elements, values, strict=True)
                ]
        finally:
            run.close()
        return nest.pack_sequence_as(fetches, values) if nest.is_nested(fetches) else values[0]

    # -- which variables have values --------------------------------------------------------------

    def is_initialized(self, variable: Variable) -> bool:
        """Whether a variable has a value: those of the graph have none at first."""
        operation = getattr(variable, "_operation", None)
        is_of_graph = operation is not None and operation.graph is self._graph
        return not is_of_graph or id(variable._handle) in self._initialized

    def note_values(self, variables: Iterable[Variable]) -> None:
        """Notes variables that have got values."""
        self._initialized.update(id(variable._handle) for variable in variables)

    def note_use(self, node: Any) -> None:
        """Notes that a node reads or changes a variable. Raises an error if it has no value."""
        variable = node.variable
        if node.type == "AssignVariableOp":
            self._initialized.add(id(variable._handle))
        elif not self.is_initialized(variable):
            raise _uninitialized(variable, is_read=isinstance(node, ReadNode))

    def load(self, variable: Variable, value: Any) -> None:
        """Gives a variable a value."""
        with in_call(FunctionCall(None, (), self._graph.trace, None)), stop_recording():
            variable.assign(value)
        self.note_values([variable])

    def _read(self, variable: Variable) -> Any:
        if not self.is_initialized(variable):
            raise _uninitialized(variable, is_read=True)
        return variable._read().numpy()

    def _value(self, run: _Part, leaf: Any, element: Any) -> Any:
        if isinstance(leaf, Variable):  # the result of an assignment
            return leaf._read().numpy()
        if isinstance(element, list):
            parts = [self._value(run, None, part) for part in element]
            return _array_value(leaf, parts)
        if type(element) is EagerTensor:
            return element.numpy()
        return run.value(element).numpy() if isinstance(element, SymbolicTensor) else None

    def _element(self, fetch: Any) -> Any:
        """What to compute for a fetch: a tensor or operation; None for a variable that is read.

        A list for a composite tensor.
        """
        if isinstance(fetch, Variable):
            return getattr(fetch, "_assignment", None)
        if hasattr(fetch, "_components"):
            parts = nest.flatten(fetch, expand_composites=True)
            return [x if type(x) is EagerTensor else self._element(x) for x in parts]
        try:
            return self._graph.as_graph_element(fetch)
        except TypeError as error:
            raise TypeError(
                f"Argument `fetch` = {fetch} has invalid type {type(fetch).__name__!r}".replace(
                    "'", '"'
                )
                + f" must be a string or Tensor. ({error})"
            ) from None
        except (ValueError, KeyError) as error:
            raise ValueError(
                f"Argument `fetch` = {fetch} cannot be interpreted as a Tensor. ({error})"
            ) from None

    def _feeds(self, feed_dict: Mapping[Any, Any]) -> dict[int, EagerTensor]:
        feeds = {}
        for key, value in feed_dict.items():
            key = key.deref() if hasattr(key, "deref") else key
            if hasattr(key, "_components") and hasattr(value, "_components"):
                pairs = list(zip(nest.flatten(key._components()), value._components(), strict=True))
            elif isinstance(key, SparseTensor) and isinstance(value, tuple):
                parts = key.indices, key.values, key.dense_shape
                pairs = list(zip(parts, value, strict=True))
            else:
                pairs = [(key, value)]
            for place, part in pairs:
                tensor = self._fed_tensor(place)
                feeds[id(tensor)] = _fed_value(tensor, part)
        return feeds

    def _fed_tensor(self, key: Any) -> SymbolicTensor:
        try:
            tensor: SymbolicTensor = self._graph.as_graph_element(key, allow_operation=False)
        except (TypeError, ValueError, KeyError) as error:
            message = error.args[0] if error.args else error
            raise TypeError(f"Cannot interpret feed_dict key as Tensor: {message}") from None
        return tensor


def _uninitialized(variable: Variable, is_read: bool) -> OpError:
    """The error for a use of a variable that has no value."""
    name = variable._handle.name
    status = f"Container localhost does not exist. (Could not find resource: localhost/{name})"
    if not is_read:
        return NotFoundError(None, None, status)
    return FailedPreconditionError(
        None,
        None,
        f"Could not find variable {name}. This could mean that the variable has been deleted. In "
        "TF1, it can also mean the variable is uninitialized. Debug info: container=localhost, "
        f"status error message={status}",
    )


def _control_inputs(inner: Graph, graph: Graph) -> Iterator[Operation]:
    """The operations of `graph` that operations of a branch, loop or function must wait for."""
    for node in inner.all_nodes():
        if node.operation is not None:
            yield from (x for x in node.operation.control_inputs if x.graph is graph)


def _array_value(composite: Any, arrays: list[Any]) -> Any:
    """The value of a composite tensor whose components have these values."""
    if isinstance(composite, SparseTensor):
        return SparseTensorValue(*arrays)
    if isinstance(composite, IndexedSlices):
        return IndexedSlicesValue(*(*arrays, None)[:3])
    if hasattr(composite, "_value_of"):
        return composite._value_of(arrays)
    return nest.pack_sequence_as(composite, arrays, expand_composites=True)


def _fed_value(tensor: SymbolicTensor, value: Any) -> EagerTensor:
    if isinstance(value, SymbolicTensor):
        raise TypeError(
            "The value of a feed cannot be a tf.Tensor object. Acceptable feed values include "
            "Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For reference, the "
            f"tensor object was {value} which was passed to the argument `feed_dict` with key "
            f"{tensor}."
        )
    if tensor.dtype.torch is None:
        fed = to_tensor(np.asarray(value, object).tolist(), tensor.dtype)
    else:
        fed = to_tensor(np.asarray(value, tensor.dtype.as_numpy_dtype), tensor.dtype)
    if not tensor.shape.is_compatible_with(fed.shape):
        shape = tuple(fed.shape.as_list())
        expected = tuple(tensor.shape.as_list())
        raise ValueError(
            f"Cannot feed value of shape {shape} for Tensor {tensor.name}, which has shape "
            f"{expected}"
        )
    return fed


class InteractiveSession(Session):
    """A session that is the default one until it is closed."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        self._contexts = [self.as_default()]
        if graph is not None:  # else eager execution goes on
            self._contexts.insert(0, graph.as_default())
        elif config is not None:
            config.graph_options.place_pruned_graph = True
        for context in self._contexts:
            context.__enter__()

    def close(self) -> None:
        """Ends the session."""
        super().close()
        while self._contexts:
            self._contexts.pop().__exit__(None, None, None)


__all__ = ["InteractiveSession", "Session", "get_default_session"]
