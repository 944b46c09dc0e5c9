"""`tf.compat.v1.train`: the global step; and what programs are started with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import tf_tape_compat as tf

from .._ops._support.extras import require
from .graphs import graphs

_GLOBAL_STEP = "global_step"


class GraphKeys:
    """The names of collections. Implements `tf.compat.v1.GraphKeys`."""

    GLOBAL_VARIABLES = "variables"
    LOCAL_VARIABLES = "local_variables"
    METRIC_VARIABLES = "metric_variables"
    MODEL_VARIABLES = "model_variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    SUMMARIES = "summaries"
    QUEUE_RUNNERS = "queue_runners"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    REGULARIZATION_LOSSES = "regularization_losses"
    CONCATENATED_VARIABLES = "concatenated_variables"
    SAVERS = "savers"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    UPDATE_OPS = "update_ops"
    LOSSES = "losses"
    SAVEABLE_OBJECTS = "saveable_objects"
    RESOURCES = "resources"
    LOCAL_RESOURCES = "local_resources"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    INIT_OP = "init_op"
    LOCAL_INIT_OP = "local_init_op"
    READY_OP = "ready_op"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    SUMMARY_OP = "summary_op"
    GLOBAL_STEP = _GLOBAL_STEP
    EVAL_STEP = "eval_step"
    TRAIN_OP = "train_op"
    COND_CONTEXT = "cond_context"
    WHILE_CONTEXT = "while_context"
    VARIABLES = "variables"


def get_global_step(graph: Any) -> Any:
    """The global step of a graph, or None. Raises RuntimeError if there are several."""
    graph = graph or graphs("get_default_graph")()
    steps = graph.get_collection(_GLOBAL_STEP)
    if len(steps) > 1:
        raise RuntimeError("Multiple tensors in global_step collection.")
    if steps:
        assert_global_step(steps[0])
    return steps[0] if steps else None


def create_global_step(graph: Any) -> Any:
    """A new global step, which begins with 0. Raises ValueError if the graph has one."""
    graph = graph or graphs("get_default_graph")()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists.')
    with tf.init_scope() if tf.executing_eagerly() else graph.as_default(), tf.name_scope(""):
        step = tf.Variable(0, trainable=False, dtype=tf.int64, name=_GLOBAL_STEP)
    graph.add_to_collection(_GLOBAL_STEP, step)
    return step


def get_or_create_global_step(graph: Any) -> Any:
    """The global step of a graph, made if there is none."""
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


def assert_global_step(step: Any) -> None:
    """Raises TypeError if a tensor is not a scalar integer."""
    if not step.dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {step.dtype}')
    if step.shape.rank not in (0, None):
        raise TypeError(f'Existing "global_step" is not scalar: {step.shape}')


class _ParsedFlags:
    """The values of absl's flags, for which the command line is parsed when they are first read."""

    def __init__(self, values: Any) -> None:
        self.__dict__["_values"] = values

    def __getattr__(self, name: str) -> Any:
        if hasattr(type(self._values), name):  # a method of absl
            return getattr(self._values, name)
        if not self._values.is_parsed():
            self._values(sys.argv)
        return getattr(self._values, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._values, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._values, name)

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __dir__(self) -> list[str]:
        return dir(self._values)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._values(*args, **kwargs)


def flags() -> Any:
    """Absl's flags, which are TensorFlow's, too. `FLAGS` parses the command line at need."""
    absl = require("absl.flags", "keras")
    module = ModuleType("tensorflow.compat.v1.flags", absl.__doc__)
    module.__dict__.update({k: v for k, v in vars(absl).items() if not k.startswith("__")})
    module.FLAGS = _ParsedFlags(absl.FLAGS)  # type: ignore[attr-defined]
    return module


def run_app(main: Callable[..., Any] | None, argv: Any) -> None:
    """Parses the flags and calls the program's `main`."""
    app = require("absl.app", "keras")

    def parse(arguments: list[str]) -> Any:
        return require("absl.flags", "keras").FLAGS(arguments, known_only=True)

    app.run(main or sys.modules["__main__"].main, argv, parse)
