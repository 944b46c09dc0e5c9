"""`tensorflow.python.ops.control_flow_util`."""

from typing import Any

ENABLE_CONTROL_FLOW_V2 = True


def GraphOrParentsInXlaContext(graph: Any) -> bool:  # noqa: N802  TensorFlow's name
    """Whether a graph is compiled with XLA: False."""
    return False


def EnableControlFlowV2(graph: Any) -> bool:  # noqa: N802
    """Whether loops and branches are functions: True."""
    return True


def IsInXLAContext(op: Any) -> bool:  # noqa: N802
    """Whether an operation is compiled with XLA: False."""
    return False


def InXlaContext(graph: Any) -> bool:  # noqa: N802
    """Whether a graph is compiled with XLA: False."""
    return False
