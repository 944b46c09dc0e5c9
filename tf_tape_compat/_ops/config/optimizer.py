"""`tf.config.optimizer`: settings that are stored but have no effect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OPTIONS = (
    "layout_optimizer constant_folding shape_optimization remapping arithmetic_optimization "
    "dependency_optimization loop_optimization function_optimization debug_stripper "
    "disable_model_pruning scoped_allocator_optimization pin_to_host_optimization "
    "implementation_selector auto_mixed_precision auto_mixed_precision_onednn_bfloat16 "
    "auto_mixed_precision_mkl disable_meta_optimizer auto_parallel use_plugin_optimizers"
).split()


class _Settings:
    jit = ""
    options: dict[str, Any] = {"disable_model_pruning": False, "disable_meta_optimizer": False}


def get_jit() -> str:
    """The stored setting. Implements `tf.config.optimizer.get_jit`."""
    return _Settings.jit


def set_jit(enabled: Any) -> None:
    """Stores the setting; nothing is compiled. Implements `tf.config.optimizer.set_jit`."""
    _Settings.jit = "autoclustering" if enabled in (True, "autoclustering") else ""


def get_experimental_options() -> dict[str, Any]:
    """The stored settings. Implements `tf.config.optimizer.get_experimental_options`."""
    return dict(_Settings.options)


def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Stores the settings; there are no graphs to optimize.

    Implements `tf.config.optimizer.set_experimental_options`.
    """
    for name, value in options.items():
        if name in _OPTIONS:
            _Settings.options[name] = bool(value)
        elif name == "min_graph_nodes":
            _Settings.options[name] = value
