"""`tf.config.optimizer`: settings that are stored but have no effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# In the order in which TensorFlow returns them.
_OPTIONS = (
    "layout_optimizer constant_folding shape_optimization remapping arithmetic_optimization "
    "dependency_optimization loop_optimization function_optimization debug_stripper "
    "disable_model_pruning scoped_allocator_optimization pin_to_host_optimization "
    "implementation_selector auto_mixed_precision use_plugin_optimizers disable_meta_optimizer "
    "auto_mixed_precision_onednn_bfloat16 auto_mixed_precision_mkl min_graph_nodes"
).split()
_ALWAYS_SET = {"disable_model_pruning": False, "disable_meta_optimizer": False}


class _Settings:
    jit = ""
    options: dict[str, Any] = {}


def get_jit() -> str:
    """The stored setting. Implements `tf.config.optimizer.get_jit`."""
    return _Settings.jit


def set_jit(enabled: Any) -> None:
    """Stores the setting; nothing is compiled. Implements `tf.config.optimizer.set_jit`."""
    _Settings.jit = "autoclustering" if enabled in (True, "autoclustering") else ""


def get_experimental_options() -> dict[str, Any]:
    """The stored settings. Implements `tf.config.optimizer.get_experimental_options`."""
    options = {**_ALWAYS_SET, **_Settings.options}
    return {name: options[name] for name in _OPTIONS if name in options}


def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Stores the settings; there are no graphs to optimize.

    Implements `tf.config.optimizer.set_experimental_options`.
    """
    for name, value in options.items():
        if name not in _OPTIONS:
            continue
        if value is None:
            _Settings.options.pop(name, None)
        else:
            _Settings.options[name] = value if name == "min_graph_nodes" else bool(value)
