"""Indices out of range on an accelerator: zeros are gathered, and updates left out."""

from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
from tests.device import selection, watch
selection.select("gpu")
watch.mode = "fail"
import tf_tape_compat as tf

x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
bad = tf.constant([2, -1, 7, 0])
v = tf.Variable(x)
with tf.GradientTape(persistent=True) as tape:
    tape.watch(x)
    rows = tf.gather(x, bad)
    columns = tf.gather(x, tf.constant([5, 1]), axis=1)
    at = tf.gather_nd(x, [[0, 1], [0, 2], [-1, 0]])
    written = tf.tensor_scatter_nd_update(x, [[4], [-1], [1]], [[7.0, 7.0]] * 3)
    highest = tf.tensor_scatter_nd_max(x, [[4], [0]], [[9.0, 9.0], [9.0, 0.0]])
    looked_up = tf.nn.embedding_lookup(v, bad)
gradients = [
    tape.gradient(rows, x),
    tape.gradient(columns, x),
    tape.gradient(at, x),
    tape.gradient(written, x),
    tape.gradient(looked_up, v),
]
sums = tf.math.unsorted_segment_sum(x, [0, 9, -1], 2)
scattered = tf.scatter_nd([[1], [4]], [[1.0], [2.0]], [2, 1])
v.scatter_add(tf.IndexedSlices([[1.0, 1.0]] * 3, [0, 3, -1]))
v.scatter_update(tf.IndexedSlices([[8.0, 8.0], [9.0, 9.0], [1.0, 1.0]], [1, 1, 5]))
v.scatter_nd_add([[2], [3]], [[1.0, 1.0], [1.0, 1.0]])
watch.mode = "off"
results = [rows, columns, at, written, highest, looked_up, sums, scattered, v]
assert all("GPU" in r.device for r in results), [r.device for r in results]
dense = [tf.convert_to_tensor(g) for g in gradients]
print([r.numpy().tolist() for r in results + dense])
"""


def test_they_give_zeros_and_write_nothing() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PROGRAM], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert eval(run.stdout) == [
        [[5, 6], [0, 0], [0, 0], [1, 2]],
        [[0, 2], [0, 4], [0, 6]],
        [2, 0, 0],
        [[1, 2], [7, 7], [5, 6]],
        [[9, 2], [3, 4], [5, 6]],
        [[5, 6], [0, 0], [0, 0], [1, 2]],
        [[1, 2], [0, 0]],
        [[0], [1]],
        [[2, 3], [9, 9], [6, 7]],
        [[1, 1], [0, 0], [1, 1]],
        [[0, 1], [0, 1], [0, 1]],
        [[0, 1], [0, 0], [0, 0]],
        [[1, 1], [0, 0], [1, 1]],
        [[1, 1], [0, 0], [1, 1]],
    ]
