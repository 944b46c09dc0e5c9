"""Jacobians inside of tf.vectorized_map, and accumulators around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.parity.case_helpers.tables import outcomes
from tests.parity.harness import tolerance

_CLOSE = tolerance(1e-4, 1e-5)


def _tensors(tf: Any) -> tuple[Any, Any, Any]:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [0.5, -1.0]])
    return x, tf.constant([[1.0, 0.0], [0.5, 1.0], [2.0, -1.0]]), tf.Variable([2.0, 3.0])


def _jacobians(tf: Any, w: Any) -> dict[str, Callable[[Any], Any]]:
    """Functions of a row that take jacobians of their own."""

    def jacobian(row: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(row)
            y = row**3 * w[0]
        return tape.jacobian(y, row)

    def of_matrix(row: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(row)
            y = tf.tensordot(row, row * w, 0)
        return tape.jacobian(y, row)

    def by_variable(row: Any) -> Any:
        with tf.GradientTape() as tape:
            y = tf.sin(row * w)
        return tape.jacobian(y, w)

    def by_both(row: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(row)
            y = tf.sin(row) * w
        return tape.jacobian(y, {"row": row, "w": w})

    def hessian(row: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(row)
            with tf.GradientTape() as inner:
                inner.watch(row)
                y = tf.reduce_prod(row) ** 2
            slope = inner.gradient(y, row)
        return outer.jacobian(slope, row)

    def batch_jacobian(row: Any) -> Any:
        column = tf.reshape(row, [2, 1])
        with tf.GradientTape() as tape:
            tape.watch(column)
            y = column * column
        return tape.batch_jacobian(y, column)

    def one_by_one(row: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(row)
            y = tf.exp(row * 0.5) * tf.reduce_sum(row)
        return tape.jacobian(y, row, experimental_use_pfor=False)

    def unconnected(row: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(row)
            y = tf.stop_gradient(row) * 2.0
        return tape.jacobian(y, row, unconnected_gradients="zero")

    def none(row: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(row)
            y = row * 1.0
        return [tape.jacobian(y, w)]

    def chunks(row: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(row)
            y = tf.concat([row, row**2, row**3], 0)
        return tape.jacobian(y, row, parallel_iterations=4)

    results = [jacobian, of_matrix, by_variable, by_both, hessian, batch_jacobian, one_by_one]
    return {f.__name__: f for f in (*results, unconnected, none, chunks)}


@_CLOSE
def jacobians_inside(tf: Any) -> Any:
    x, _, w = _tensors(tf)
    return outcomes(
        {
            name: lambda f=f: tf.vectorized_map(f, x, warn=False)
            for name, f in _jacobians(tf, w).items()
        }
    )


@_CLOSE
def jacobians_inside_of_tapes(tf: Any) -> Any:
    """Differentiated by tapes around."""
    x, _, w = _tensors(tf)

    def around(f: Callable[[Any], Any]) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.vectorized_map(f, x, warn=False)
        return [tape.gradient(part, [x, w]) for part in tf.nest.flatten(y) if part is not None]

    names = "jacobian of_matrix by_variable by_both hessian".split()
    functions = _jacobians(tf, w)
    return outcomes({name: lambda f=functions[name]: around(f) for name in names})


@_CLOSE
def jacobian_of_map(tf: Any) -> Any:
    x, _, w = _tensors(tf)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.vectorized_map(lambda row: tf.reduce_sum(tf.sin(row) * w) * row, x)
    return tape.jacobian(y, [x, w]), tape.batch_jacobian(y, x)


@_CLOSE
def accumulators_around(tf: Any) -> Any:
    x, t, w = _tensors(tf)

    def pushed(primal: Any, tangent: Any, f: Callable[[Any], Any]) -> Any:
        with tf.autodiff.ForwardAccumulator(primal, tangent) as accumulator:
            y = tf.vectorized_map(f, x)
            z = tf.nest.map_structure(lambda part: part * 2.0, y)
        return y, accumulator.jvp(y), accumulator.jvp(z)

    def slopes(row: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(row)
            y = tf.reduce_sum(row**3 * w)
        return tape.gradient(y, row)

    def sum_of_sines(row: Any) -> Any:
        return tf.reduce_sum(tf.sin(row) * w) * row

    direction = tf.constant([1.0, 2.0])
    return outcomes(
        {
            "by elements": lambda: pushed(x, t, sum_of_sines),
            "by variable": lambda: pushed(w, direction, sum_of_sines),
            "by both": lambda: pushed([x, w], [t, direction], sum_of_sines),
            "of two": lambda: pushed(w, direction, lambda row: (row * w, row * 2.0)),
            "of gradients": lambda: pushed(x, t, slopes),
            "of gradients by variable": lambda: pushed(w, direction, slopes),
            "unconnected": lambda: pushed(x, t, lambda row: tf.stop_gradient(row) + w),
            "of another": lambda: pushed(tf.constant(1.0), tf.constant(1.0), sum_of_sines),
            "relu": lambda: pushed(x, t, lambda row: tf.nn.relu(row) * row),
            "matmul": lambda: pushed(x, t, lambda row: tf.linalg.matvec([[1.0, 2.0]], row)),
        }
    )
