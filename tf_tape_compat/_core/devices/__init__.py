"""Devices: which there are, how their names are written, and where new tensors are placed."""
