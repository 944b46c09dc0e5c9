"""Tensors created, indexed, reshaped, joined, gathered and scattered."""
