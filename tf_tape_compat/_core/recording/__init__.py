"""Which tape records which operation, and on which torch tensors the operation runs."""
