"""Gradients: tapes, forward accumulators, jacobians, custom gradients."""
