"""Rows: operations that move elements, and variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.parity.derivative_tables.rows import PAIR, add

# -- movement of elements -----------------------------------------------------------------------

_MOVES: dict[str, Callable[..., Any]] = {
    "boolean_mask": lambda tf, x: tf.boolean_mask(x, [True, False]),
    "broadcast_to": lambda tf, x: tf.broadcast_to(x, [2, 2, 2]),
    "concat": lambda tf, x: tf.concat([x, x * 2.0], 0),
    "dynamic_partition": lambda tf, x: tf.dynamic_partition(x, [1, 0], 2),
    "dynamic_stitch": lambda tf, x: tf.dynamic_stitch([[0], [1, 0]], [x[:1], x]),
    "ensure_shape": lambda tf, x: tf.ensure_shape(x, [2, None]),
    "expand_dims": lambda tf, x: tf.expand_dims(x, 0),
    "gather": lambda tf, x: tf.gather(x, [1, 1, 0]),
    "gather axis": lambda tf, x: tf.gather(x, [1, 1, 0], axis=1),
    "gather batched": lambda tf, x: tf.gather(x, [[1], [0]], axis=1, batch_dims=1),
    "gather_nd": lambda tf, x: tf.gather_nd(x, [[1, 1], [0, 1]]),
    "identity_n": lambda tf, x: tf.identity_n([x, x]),
    "linspace": lambda tf, x: tf.linspace(x[0], x[1], 3),
    "meshgrid": lambda tf, x: tf.meshgrid(x[0], x[1]),
    "one_hot": lambda tf, x: tf.one_hot([1, 0], 2, on_value=x[0, 0], off_value=x[0, 1]),
    "pad": lambda tf, x: tf.pad(x, [[1, 0], [0, 2]]),
    "pad reflect": lambda tf, x: tf.pad(x, [[1, 0], [0, 1]], "REFLECT"),
    "pad symmetric": lambda tf, x: tf.pad(x, [[1, 0], [0, 2]], "SYMMETRIC"),
    "repeat": lambda tf, x: tf.repeat(x, [2, 1], axis=0),
    "reshape": lambda tf, x: tf.reshape(x, [4]),
    "reverse": lambda tf, x: tf.reverse(x, [1]),
    "reverse_sequence": lambda tf, x: tf.reverse_sequence(x, [2, 1], 1, 0),
    "roll": lambda tf, x: tf.roll(x, 1, 0),
    "scatter_nd": lambda tf, x: tf.scatter_nd([[1], [1]], x, [3, 2]),
    "slice": lambda tf, x: tf.slice(x, [0, 1], [2, 1]),
    "split": lambda tf, x: tf.split(x, 2, 1),
    "squeeze": lambda tf, x: tf.squeeze(x[:1]),
    "stack": lambda tf, x: tf.stack([x, x], 1),
    "strided_slice": lambda tf, x: x[::-1, 1],
    "tensor_scatter_nd_add": lambda tf, x: tf.tensor_scatter_nd_add(x, [[1]], x[:1]),
    "tensor_scatter_nd_sub": lambda tf, x: tf.tensor_scatter_nd_sub(x, [[1]], x[:1]),
    "tensor_scatter_nd_update": lambda tf, x: tf.tensor_scatter_nd_update(x, [[1]], x[:1]),
    "tensor_scatter_nd_max": lambda tf, x: tf.tensor_scatter_nd_max(x, [[1]], x[:1]),
    "tensor_scatter_nd_min": lambda tf, x: tf.tensor_scatter_nd_min(x, [[1]], x[:1]),
    "tile": lambda tf, x: tf.tile(x, [1, 2]),
    "transpose": lambda tf, x: tf.transpose(x),
    "unstack": lambda tf, x: tf.unstack(x, axis=1),
    "where": lambda tf, x: tf.where(x > 0, x, x * x),
    "bitcast": lambda tf, x: tf.bitcast(x, x.dtype),
    "debugging.check_numerics": lambda tf, x: tf.debugging.check_numerics(x, ""),
}
# The cubes make the derivatives of order two and three depend on what was moved.
for _name, _move in _MOVES.items():
    add(
        f"cube of {_name}",
        lambda tf, x, move=_move: [y**3 for y in tf.nest.flatten(move(tf, x))],
        PAIR,
    )
    add(f"{_name} of cube", lambda tf, x, move=_move: move(tf, x**3), PAIR, types=["float64"])

# -- variables ----------------------------------------------------------------------------------


def _variable(use: Callable[..., Any]) -> Callable[..., Any]:
    def call(tf: Any, x: Any) -> Any:
        v = tf.Variable([[0.5, 1.0], [2.0, 3.0]], dtype=x.dtype)
        return use(tf, v, x)

    return call


add("variable times", _variable(lambda tf, v, x: v * x * x), PAIR)
add("variable assign", _variable(lambda tf, v, x: v.assign(x) * x**2), PAIR)
add("variable assign_add", _variable(lambda tf, v, x: v.assign_add(x) * x**2), PAIR)
add("variable gather_nd", _variable(lambda tf, v, x: v.gather_nd([[0, 1]]) * x**2), PAIR)
add("variable sparse_read", _variable(lambda tf, v, x: v.sparse_read([0, 1]) * x**2), PAIR)
