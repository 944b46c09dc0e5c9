"""`tensorflow.python.autograph.pyct.transformer`: the base of transformers of source code."""

import ast


class Base(ast.NodeTransformer):
    """A transformer of syntax trees. Nothing is transformed here; see `_internal/__init__.py`."""
