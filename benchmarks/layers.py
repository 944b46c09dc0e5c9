"""Rows of whole layers, on all cores."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.rows import Row


def normal(seed: int, *shape: int, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32) * np.float32(scale)


@dataclass(frozen=True)
class Convolution:
    """conv2d, bias, relu and maxpool of images with channels last; a call returns the result.

    With `gradient`, it returns the gradient of the filter instead.
    """

    gradient: bool
    batch: int = 32
    size: int = 56
    channels: int = 64

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        images = normal(0, self.batch, self.size, self.size, self.channels)
        return (
            images,
            normal(1, 3, 3, self.channels, self.channels, scale=0.05),
            normal(2, self.channels),
        )

    def on_tf(self, tf: Any) -> Any:
        images, filters, biases = self.arrays()
        x, w, b = tf.constant(images), tf.Variable(filters), tf.Variable(biases)

        def layer() -> Any:
            y = tf.nn.bias_add(tf.nn.conv2d(x, w, 1, "SAME"), b)
            return tf.nn.max_pool2d(tf.nn.relu(y), 2, 2, "VALID")

        def run() -> Any:
            if not self.gradient:
                return layer()
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(layer())
            return tape.gradient(loss, [w, b])[0]

        return run

    def on_torch(self, torch: Any) -> Any:
        """On `channels_last` tensors, the bias in the convolution."""
        F = torch.nn.functional
        images, filters, biases = self.arrays()
        x = torch.from_numpy(images).permute(0, 3, 1, 2)
        w = torch.from_numpy(filters).permute(3, 2, 0, 1)
        w = w.contiguous(memory_format=torch.channels_last).requires_grad_()
        b = torch.from_numpy(biases).requires_grad_()

        def layer() -> Any:
            return F.max_pool2d(F.relu(F.conv2d(x, w, b, padding=1)), 2)

        def run() -> Any:
            if not self.gradient:
                with torch.no_grad():
                    return layer().permute(0, 2, 3, 1)
            return torch.autograd.grad(layer().sum(), [w, b])[0].permute(2, 3, 1, 0)

        return run


@dataclass(frozen=True)
class Attention:
    """Scores by matmul, softmax, values by matmul, heads joined by einsum; or a gradient of it."""

    gradient: bool
    batch: int = 8
    heads: int = 8
    length: int = 256
    size: int = 64

    def arrays(self) -> list[np.ndarray]:
        shape = self.batch, self.heads, self.length, self.size
        joined = normal(3, self.heads, self.size, self.heads * self.size, scale=0.1)
        return [*(normal(seed, *shape, scale=0.5) for seed in range(3)), joined]

    def on_tf(self, tf: Any) -> Any:
        q, k, v, w = map(tf.constant, self.arrays())
        scale = float(self.size**-0.5)

        def layer() -> Any:
            weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * scale)
            return tf.einsum("bhld,hde->ble", tf.matmul(weights, v), w)

        def run() -> Any:
            if not self.gradient:
                return layer()
            with tf.GradientTape() as tape:
                tape.watch([q, k, v, w])
                loss = tf.reduce_sum(layer())
            return tape.gradient(loss, [q, k, v, w])[0]

        return run

    def on_torch(self, torch: Any) -> Any:
        q, k, v, w = sources = [torch.from_numpy(a).requires_grad_() for a in self.arrays()]
        scale = float(self.size**-0.5)

        def layer() -> Any:
            weights = torch.softmax(torch.matmul(q, k.transpose(-1, -2)) * scale, -1)
            return torch.einsum("bhld,hde->ble", torch.matmul(weights, v), w)

        def run() -> Any:
            if not self.gradient:
                with torch.no_grad():
                    return layer()
            return torch.autograd.grad(layer().sum(), sources)[0]

        return run


def rows(**sizes: Any) -> list[Row]:
    """The rows, by default for images and sequences of the usual sizes."""
    return [
        Row(f"{name}{', gradient' if gradient else ''}", 1.1, layer.on_tf, layer.on_torch)
        for name, kind in (("conv, relu, maxpool", Convolution), ("attention", Attention))
        for gradient in (False, True)
        for layer in [kind(gradient, **sizes.get(kind.__name__, {}))]
    ]


LAYERS = rows()
