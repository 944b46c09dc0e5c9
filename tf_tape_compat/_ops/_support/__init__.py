"""Shared by the operations: argument parsing, gradient rules, kernels that torch lacks."""
