"""AutoGraph: Python's control flow on tensors becomes control flow of a graph.

`diastatic-malt`, a fork of TensorFlow's AutoGraph, rewrites the source of a function: `if`,
`while`, `for` and the rest become calls of operators. The operators are in `operators/`; calls of
other functions go through `calls.py`, which converts them in turn. Everything here loads when the
first function is converted.
"""
