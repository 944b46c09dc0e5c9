"""Control flow, mapped functions, and Python functions as operations."""
