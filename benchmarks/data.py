"""Rows of input pipelines: one pass over data in memory, beside torch's `DataLoader`."""

from typing import Any

import numpy as np

from benchmarks.rows import Program, Row

_IMAGES = 20_000
_BATCH = 128


def _mnist() -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of MNIST's shape."""
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (_IMAGES, 28, 28), np.uint8)
    return images, generator.integers(0, 10, _IMAGES)


def tf_pass(build: Any) -> Program:
    """One pass over the dataset that `build(tf)` returns."""

    def program(tf: Any) -> Any:
        dataset = build(tf)

        def run() -> int:
            count = 0
            for _ in dataset:
                count += 1
            return count

        return run

    return program


def torch_pass(build: Any) -> Program:
    """One pass over the loader that `build(torch)` returns."""

    def program(torch: Any) -> Any:
        loader = build(torch)

        def run() -> int:
            count = 0
            for _ in loader:
                count += 1
            return count

        return run

    return program


def tf_shuffled(tf: Any) -> Any:
    """Images in random order, in batches."""
    dataset = tf.data.Dataset.from_tensor_slices(_mnist())
    return dataset.shuffle(10_000, seed=1).batch(_BATCH)


def torch_shuffled(torch: Any) -> Any:
    """The same from a `TensorDataset`."""
    images, labels = _mnist()
    tensors = torch.utils.data.TensorDataset(torch.from_numpy(images), torch.from_numpy(labels))
    return torch.utils.data.DataLoader(tensors, batch_size=_BATCH, shuffle=True)


def tf_mapped(tf: Any) -> Any:
    """Images that are scaled one by one, in batches that are read ahead."""
    dataset = tf.data.Dataset.from_tensor_slices(_mnist())
    dataset = dataset.map(lambda x, y: (tf.cast(x, tf.float32) / 255.0, y))
    return dataset.batch(_BATCH).prefetch(2)


def torch_mapped(torch: Any) -> Any:
    """The same from a dataset that scales."""
    images, labels = _mnist()

    class Scaled(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return len(images)

        def __getitem__(self, index: int) -> Any:
            return torch.from_numpy(images[index]).float() / 255.0, labels[index]

    return torch.utils.data.DataLoader(Scaled(), batch_size=_BATCH)


def tf_stepwise(tf: Any) -> Any:
    """A function that is called for each element, because it is not exact for batches."""
    dataset = tf.data.Dataset.range(5000)
    return dataset.map(lambda x: tf.math.exp(tf.cast(x, tf.float32) * 1e-4)).batch(_BATCH)


def torch_stepwise(torch: Any) -> Any:
    """The same from a dataset that computes."""

    class Exponentials(torch.utils.data.Dataset):
        def __len__(self) -> int:
            return 5000

        def __getitem__(self, index: int) -> Any:
            return torch.exp(torch.tensor(index, dtype=torch.float32) * 1e-4)

    return torch.utils.data.DataLoader(Exponentials(), batch_size=_BATCH)


SHUFFLED = [
    Row("shuffle and batch images", 1.0, tf_pass(tf_shuffled), torch_pass(torch_shuffled)),
]
MAPPED = [
    Row("scale and batch images", 1.0, tf_pass(tf_mapped), torch_pass(torch_mapped)),
    Row("a function of each element", 3.0, tf_pass(tf_stepwise), torch_pass(torch_stepwise)),
]
