"""`tensorflow.compiler.tf2xla.python.xla`: XLA's operations under their own names."""

from __future__ import annotations

from ....._ops.array.dynamic_update_slice import dynamic_update_slice as dynamic_update_slice
