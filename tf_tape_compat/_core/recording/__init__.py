"""Which tapes record an operation, and on which torch tensors the operation runs."""
