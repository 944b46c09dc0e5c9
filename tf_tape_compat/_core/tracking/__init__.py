"""Trackable objects, which checkpoints find, and the creators of variables."""
