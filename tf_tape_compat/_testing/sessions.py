"""The values of tensors in tests: read in eager execution, computed by a session in a graph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import nest
from .._core.recording.execution_context import active_graph
from .._core.tensor.tensor import EagerTensor
from .._core.variables.array_values import IndexedSlicesValue
from .._core.variables.indexed_slices import IndexedSlices
from .._core.variables.sparse_tensor import SparseTensor, SparseTensorValue
from .._core.variables.variable import Variable
from .._ops.array.inspection import is_symbolic_tensor
from .assertions import Assertions

if TYPE_CHECKING:
    from .._graph.session import Session


class EagerSession:
    """What a test gets as its session in eager execution: `run` reads values."""

    def __init__(self, test: EvaluatingCase) -> None:
        self._test = test

    def run(self, fetches: Any, *args: Any, **kwargs: Any) -> Any:
        """The NumPy values of tensors. Raises RuntimeError for feeds and options."""
        for name, given in (
            ("feed_dict is", kwargs.pop("feed_dict", None)),
            ("Optional args are", args or kwargs),
        ):
            if given:
                raise RuntimeError(
                    f"{name} not supported when eager execution is enabled (in this case, "
                    "sess.run(t) is shorthand for t.numpy()"
                )
        return self._test.evaluate(fetches)


class NoSession:
    """What `session` gives in eager execution. Raises AttributeError for all attributes."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            "Trying to access properties or call methods on the result of self.session(), "
            "self.cached_session(), etc while eager execution is enabled. If you're porting this "
            "test case to TF 2.0, either adapt the test to work with eager execution or insert a "
            "call to tf.disable_eager_execution() in the main() function of this test file."
        )


class EvaluatingCase(Assertions):
    """A test case that evaluates tensors, and has sessions."""

    _cached: Any = None  # the session of `cached_session`, and what it was asked with

    def tearDown(self) -> None:
        if self._cached is not None:
            self._cached[0].close()
            self._cached = None
        super().tearDown()

    def evaluate(self, tensors: Any) -> Any:
        """The NumPy values of the tensors in a nested structure. Calls functions first.

        In a graph, the default session computes them, or that of the test.

        Raises ValueError for a leaf of any other type.
        """
        if active_graph() is None:
            return nest.map_structure(self._value, tensors)
        from .._graph.session import get_default_session

        leaves = nest.flatten(tensors)
        session = get_default_session()
        if session is not None:
            return nest.pack_sequence_as(tensors, session.run(leaves))
        with self.test_session() as session:
            return nest.pack_sequence_as(tensors, session.run(leaves))

    def _value(self, tensor: Any) -> Any:
        if tensor is None:
            return None
        if isinstance(tensor, IndexedSlices):
            components = (tensor.values, tensor.indices, tensor.dense_shape)
            return IndexedSlicesValue(*map(self._value, components))
        if isinstance(tensor, SparseTensor):
            components = (tensor.indices, tensor.values, tensor.dense_shape)
            return SparseTensorValue(*map(self._value, components))
        if isinstance(tensor, (EagerTensor, Variable)):
            return tensor.numpy()
        if callable(tensor):
            return self.evaluate(tensor())
        raise ValueError(f"Unsupported type {type(tensor).__name__!r}.")

    def evaluate_if_both_tensors(self, a: Any, b: Any) -> tuple[Any, Any]:
        """The values of both if both are tensors."""
        if isinstance(a, EagerTensor) and isinstance(b, EagerTensor):
            return self.evaluate(a), self.evaluate(b)
        return a, b

    def _to_numpy(self, value: Any) -> Any:
        if isinstance(value, EagerTensor):
            return self.evaluate(value) if is_symbolic_tensor(value) else value.numpy()
        return self.evaluate(value) if isinstance(value, Variable) else value

    def _array(self, value: Any) -> np.ndarray:
        value = self._to_numpy(value)
        if isinstance(value, np.ndarray):
            return value
        try:
            return np.array(value)
        except ValueError:  # nested lists of unequal lengths
            return np.array(value, dtype=object)

    # -- sessions --------------------------------------------------------------------------------

    @contextmanager
    def session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Any]:
        """A new session that is the default one, of the graph, which is active meanwhile."""
        if active_graph() is None:
            yield NoSession()
        else:
            with _new_session(graph, config) as session:
                yield session

    @contextmanager
    def cached_session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Any]:
        """The same session each time; it lasts until the end of the test.

        Raises ValueError if it is asked for with another graph or configuration than before.
        """
        if active_graph() is None:
            yield EagerSession(self)
            return
        with self._of_the_test((graph, config, force_gpu)) as session:
            yield session

    @contextmanager
    def test_session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Any]:
        """As `cached_session`, or as `session` if there is a `graph`."""
        if self._testMethodName == "test_session":
            self.skipTest(
                'A method of the test case has the name "test_session"; give the test another one.'
            )
        if active_graph() is None:
            yield None
        elif graph is not None:
            with _new_session(graph, config) as session:
                yield session
        else:
            with self._of_the_test(None) as session:
                yield session

    @contextmanager
    def _of_the_test(self, asked: tuple[Any, ...] | None) -> Iterator[Session]:
        if self._cached is None:
            graph, config, _ = asked or (None, None, None)
            self._cached = (_new_session(graph, config), asked or (None, None, False))
        session, before = self._cached
        if asked is not None:
            names = ("graph", "config", "force_gpu")
            for name, one, other in zip(names, before, asked, strict=True):
                if one is not other:
                    raise ValueError(
                        f"The {name} used to get the cached session is different than the one "
                        "that was used to create the session. Maybe create a new session with "
                        "self.session()"
                    )
        with session.graph.as_default(), session.as_default():
            yield session


def _new_session(graph: Any, config: Any) -> Session:
    from .._graph.session import Session

    return Session(graph=graph, config=config)
