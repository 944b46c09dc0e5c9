"""Rows of random numbers, on all cores: seeded as TensorFlow's, beside torch's own."""

from typing import Any

from benchmarks.rows import Row

MANY = 10_000_000


def tf_uniform(count: int) -> Any:
    def program(tf: Any) -> Any:
        tf.random.set_seed(1)
        return lambda: tf.random.uniform([count])

    return program


def torch_uniform(count: int) -> Any:
    return lambda torch: lambda: torch.rand(count)


DRAWS = [Row("10 million uniforms", 8.0, tf_uniform(MANY), torch_uniform(MANY))]
