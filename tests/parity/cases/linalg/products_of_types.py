"""`tf.matmul` of every pair of element types, with and without an `output_type`."""

from __future__ import annotations

import itertools
from typing import Any

from tests.parity.case_helpers.expressions import expressions
from tests.parity.harness import attempt

_TYPES = "bfloat16 float16 float32 uint8 int8 int16 int32 uint16 uint32 complex64".split()
_ROWS = [[1, 2, 3], [3, 4, 5], [5, 6, 9]]


def _pairs(output_types: list[str | None], batch: bool, **flags: Any) -> Any:
    def case(tf):
        outcomes = {}
        for first, second, into in itertools.product(_TYPES, _TYPES, output_types):
            if first == second == into:
                continue
            a, b = (tf.cast(tf.constant(_ROWS), name) for name in (first, second))
            a = a[tf.newaxis] if batch else a
            into = into if into is None else tf.as_dtype(into)
            outcome = attempt(tf.matmul, a, b, output_type=into, **flags)
            outcomes[f"{first} {second} {into and into.name}"] = (
                type(outcome).__name__ if isinstance(outcome, Exception) else outcome
            )
        return outcomes

    return case


_SETUP = """
h = tf.cast([[1., 2.], [3., 4.]], tf.bfloat16)
i = tf.constant([[5, -6], [7, 8]], tf.int8)
u = tf.constant([[5, 6], [7, 8]], tf.uint8)
def product(a, b, **options):
    return tf.matmul(a, b, output_type=tf.bfloat16, **options)
"""

CASES = {
    "matrices": _pairs([None, "int32", "bfloat16", "uint8"], False),
    "batches": _pairs([None, "int32", "bfloat16", "float32"], True),
    "hinted": _pairs([None, "int32"], False, a_is_sparse=True),
    "bfloat16 and 8 bits": expressions(
        """
        product(h, i)
        product(i, h, transpose_a=True)
        product(u, h, adjoint_b=True)
        product(h[None], u)
        gradient(lambda x: product(tf.cast(x, tf.bfloat16), i), [[1., 2.]])
        gradient(lambda x: product(tf.cast(x, tf.bfloat16)[None], u), [[1., 2.]])
        gradient(lambda x: product(i, tf.cast(x, tf.bfloat16)), [[1.], [2.]])
        tf.matmul(h, i)
        tf.matmul(h[None], i)
        tf.matmul(i, u)
        tf.matmul(h, i, output_type=tf.float32)
        tf.matmul(h, i, output_type=tf.uint8)
        tf.matmul(i, u, output_type=tf.int32)
        tf.linalg.matvec(h, i[0])
        tf.raw_ops.BatchMatMulV3(x=h, y=i, Tout=tf.bfloat16)
        """,
        _SETUP,
        messages=False,
    ),
}
