"""`tensorflow.python.util.tf_inspect`: Python's `inspect`."""

from __future__ import annotations

import collections
import inspect as _inspect
from inspect import *  # noqa: F403
from inspect import Parameter as Parameter
from inspect import getfullargspec as getfullargspec
from inspect import signature as signature
from typing import Any

ArgSpec = collections.namedtuple("ArgSpec", ["args", "varargs", "keywords", "defaults"])


def getargspec(obj: Any) -> Any:
    """The arguments of a function, as Python 2 described them."""
    spec = _inspect.getfullargspec(obj)
    return ArgSpec(spec.args, spec.varargs, spec.varkw, spec.defaults)
