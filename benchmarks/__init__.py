"""Ratios of tf_tape_compat to raw torch and to TensorFlow: `python -m benchmarks`."""
