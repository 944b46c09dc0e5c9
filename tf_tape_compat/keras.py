"""`tf.keras`: Keras 3 itself, unchanged, with its TensorFlow backend on this package.

This module replaces itself in `sys.modules` by Keras's own module of TensorFlow's names. Keras
imports `tensorflow`, so the first use of `tf.keras` installs this package under that name.

Raises:
  NotAvailableImportError: Keras is not installed.
  ImportError: TensorFlow itself is imported already.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import types

from ._api.imports import refuse
from ._api.namespaces import has_requirement
from ._install import install
from ._logging import get_logger


def _load() -> types.ModuleType:
    if not has_requirement(__name__):
        refuse(__name__, "tf.keras")
    if os.environ.get("TF_USE_LEGACY_KERAS", "").lower() in ("1", "true"):
        get_logger().warning(
            "tf_tape_compat: TF_USE_LEGACY_KERAS is ignored: tf.keras is Keras 3 here."
        )
    install()
    # Keras's imports draw from Python's generator, whose state the program may have set already:
    # TensorFlow imports Keras with itself.
    state = random.getstate()
    try:
        loaded = importlib.import_module("keras._tf_keras.keras")
    finally:
        random.setstate(state)
    backend = loaded.config.backend()
    if backend != "tensorflow":
        get_logger().warning(
            "tf_tape_compat: Keras runs with its %s backend, whose tensors are not those of this "
            "package. Set KERAS_BACKEND=tensorflow before Keras is imported, or the backend in "
            "~/.keras/keras.json.",
            backend,
        )
    return loaded


sys.modules[__name__] = _load()
