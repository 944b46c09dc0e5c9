"""The differentiable operations, and where their derivatives of all orders are looked at.

`ROWS` has for each a function of the framework and tensors, and the tensors. Points are generic
ones, and kinks, zeros and ties. `orders.py` says what is asked of a row.
"""
