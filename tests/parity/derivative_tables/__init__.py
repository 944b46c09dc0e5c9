"""Tables of the differentiable operations, with the points at which they are differentiated.

Each row of `ROWS` is a function of the framework and some tensors, together with the tensors. The
points are generic ones as well as kinks, zeros and ties. `orders.py` differentiates a row.
"""
