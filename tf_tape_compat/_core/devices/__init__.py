"""Devices: the list of devices, TensorFlow's names for them, and the placement of tensors."""
