"""The errors for members that eager tensors do not have."""

from __future__ import annotations

_NUMPY_STYLE = frozenset("T astype ravel transpose reshape clip size tolist data".split())
_GRAPH_ONLY = frozenset(("graph", "name", "op", "value_index"))


def graph_only(member: str) -> AttributeError:
    """The error for a member that only tensors of graphs have."""
    return AttributeError(f"Tensor.{member} is undefined when eager execution is enabled.")


def missing_member(name: str) -> AttributeError:
    """The error for an attribute that an eager tensor does not have."""
    if name in _GRAPH_ONLY:  # the property raised AttributeError, so Python asks `__getattr__`
        return graph_only(name)
    if name in _NUMPY_STYLE:
        return AttributeError(
            f"EagerTensor object has no attribute '{name}'. \n"
            "        If you are looking for numpy-related methods, please run the following:\n"
            "        tf.experimental.numpy.experimental_enable_numpy_behavior()\n"
            "      "
        )
    return AttributeError(
        f"'tensorflow.python.framework.ops.EagerTensor' object has no attribute '{name}'"
    )
