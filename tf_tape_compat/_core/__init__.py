"""The machinery under the public namespaces; its modules import in one direction, front to back."""
