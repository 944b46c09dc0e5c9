"""Gradients: tapes, torch's backward engine, Jacobians, forward mode, custom gradients."""
