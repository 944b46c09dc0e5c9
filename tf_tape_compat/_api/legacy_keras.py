"""`tensorflow.python.keras`: programs import from it what they mean to have from `tf.keras`.

TensorFlow keeps the Keras of its first versions there, in modules that Keras arranges in another
way since. A name of such a module is looked up in the public namespaces of Keras.
"""

from __future__ import annotations

import importlib
import types
from typing import Any

from .namespaces import find_module

PACKAGE = "tensorflow.python.keras"

# The namespaces of `tf.keras` that have the names of these packages, besides the one of that name.
_PLACES = {
    "engine": ("", "layers", "utils"),
    "optimizer_v2": ("optimizers", "optimizers.schedules"),
    "optimizer_v1": ("optimizers",),
    "saving": ("models", "saving", "utils"),
    "utils": ("utils", "", "saving"),
    "mixed_precision": ("mixed_precision",),
}
# Names that Keras has, but not in public.
_WITHIN = {
    "LossFunctionWrapper": ("keras.src.losses.losses", "LossFunctionWrapper"),
    "OptimizerV2": ("keras.optimizers", "Optimizer"),
    "_Merge": ("keras.src.layers.merging.base_merge", "Merge"),
    "count_params": ("keras.src.utils.summary_utils", "count_params"),
    "custom_object_scope": ("keras.saving", "custom_object_scope"),
    "normalize_tuple": ("keras.src.utils.argument_validation", "standardize_tuple"),
}


def namespace(module_name: str) -> types.ModuleType | None:
    """The module of `tf.keras` with the same path, or None."""
    return find_module(f"tf.keras{module_name.removeprefix(PACKAGE)}")


def find(module_name: str, name: str) -> Any:
    """What a program means by a name of a legacy module; AttributeError if Keras has no such."""
    area = module_name.removeprefix(PACKAGE).lstrip(".").partition(".")[0]
    places = [find_module(f"tf.keras.{place}".rstrip(".")) for place in _PLACES.get(area, (area,))]
    for place in (namespace(module_name), *places):
        if place is not None and hasattr(place, name):
            return getattr(place, name)
    if name in _WITHIN:
        module, own_name = _WITHIN[name]
        return getattr(importlib.import_module(module), own_name)
    raise AttributeError(name)
