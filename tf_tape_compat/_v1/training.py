"""`tf.compat.v1.train`: the global step; and what programs are started with."""

from __future__ import annotations

import sys
from collections.abc import Callable
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


def flags() -> Any:
    """Absl's flags, which are TensorFlow's, too."""
    return require("absl.flags", "keras")


def run_app(main: Callable[..., Any] | None, argv: Any) -> None:
    """Parses the flags and calls the program's `main`."""
    app = require("absl.app", "keras")

    def parse(arguments: list[str]) -> Any:
        return flags().FLAGS(arguments, known_only=True)

    app.run(main or sys.modules["__main__"].main, argv, parse)
