"""Variables, and the other values that are made of tensors."""
