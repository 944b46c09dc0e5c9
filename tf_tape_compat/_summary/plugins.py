"""Scalars, histograms, images, audio and text.

As in TensorFlow, these functions are those of the package tensorboard, which knows how its plugins
store them. Its modules call `tf` functions; here they get a copy whose `tf` is this package.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from types import ModuleType
from typing import Any

import tf_tape_compat as tf

from .._ops._support.extras import require


def _with_our_tf(name: str) -> ModuleType:
    """A copy of a module of tensorboard that uses this package as `tf`."""
    require("tensorboard", "summary")
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    spec.loader.exec_module(module)
    assert sys.modules.get(name) is before  # the copy is not registered
    vars(module)["tf"] = tf
    return module


@functools.cache
def _lazy_tensors() -> ModuleType:
    return _with_our_tf("tensorboard.util.lazy_tensor_creator")


@functools.cache
def _plugin(name: str) -> ModuleType:
    module = _with_our_tf(f"tensorboard.plugins.{name}.summary_v2")
    if hasattr(module, "lazy_tensor_creator"):
        vars(module)["lazy_tensor_creator"] = _lazy_tensors()
    return module


def scalar(name: Any, data: Any, step: Any = None, description: Any = None) -> Any:
    """Writes a number. Implements `tf.summary.scalar`.

    Args:
        name: the summary's name, which follows those of the name scopes around it.
        data: a real scalar, which is stored as float32.
        step: an integer; the default step by default.
        description: a text in Markdown.

    Returns:
        A scalar bool: whether it was written.

    Raises:
        ValueError: if `data` is not a scalar, or if there is a writer but no step.
        ModuleNotFoundError: if the extra `summary` is not installed.
    """
    return _plugin("scalar").scalar(name, data, step=step, description=description)


def histogram(
    name: Any, data: Any, step: Any = None, buckets: Any = None, description: Any = None
) -> Any:
    """Writes how values are distributed. Implements `tf.summary.histogram`.

    Args:
        name, step, description: see `scalar`.
        data: real values of any shape.
        buckets: how many intervals of equal length there are; 30 by default.

    Returns:
        A scalar bool: whether it was written.
    """
    return _plugin("histogram").histogram(
        name, data, step=step, buckets=buckets, description=description
    )


def image(
    name: Any, data: Any, step: Any = None, max_outputs: Any = 3, description: Any = None
) -> Any:
    """Writes images. Implements `tf.summary.image`.

    Args:
        name, step, description: see `scalar`.
        data: a tensor of shape (images, height, width, channels), with 1 to 4 channels. Values of
            floating point are clipped to [0, 1].
        max_outputs: how many of the images are written at most.

    Returns:
        A scalar bool: whether they were written.
    """
    return _plugin("image").image(
        name, data, step=step, max_outputs=max_outputs, description=description
    )


def audio(
    name: Any,
    data: Any,
    sample_rate: Any,
    step: Any = None,
    max_outputs: Any = 3,
    encoding: Any = None,
    description: Any = None,
) -> Any:
    """Writes sounds. Implements `tf.summary.audio`.

    Args:
        name, step, description: see `scalar`.
        data: a float32 tensor of shape (sounds, samples, channels), with values in [-1, 1].
        sample_rate: how many samples a second has.
        max_outputs: how many of the sounds are written at most.
        encoding: "wav".

    Returns:
        A scalar bool: whether they were written.
    """
    return _plugin("audio").audio(
        name,
        data,
        sample_rate,
        step=step,
        max_outputs=max_outputs,
        encoding=encoding,
        description=description,
    )


def text(name: Any, data: Any, step: Any = None, description: Any = None) -> Any:
    """Writes text in Markdown. Implements `tf.summary.text`.

    Args:
        name, step, description: see `scalar`.
        data: strings of any shape.

    Returns:
        A scalar bool: whether it was written.
    """
    return _plugin("text").text(name, data, step=step, description=description)
