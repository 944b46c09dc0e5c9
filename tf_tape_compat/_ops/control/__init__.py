"""Control flow, mapped and vectorized functions, and Python functions as operations."""
