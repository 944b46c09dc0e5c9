"""How an operation is defined, and the function that is generated for it."""
