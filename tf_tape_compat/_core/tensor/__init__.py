"""Eager tensors, and how Python and NumPy values become tensors."""
