"""TensorFlow's protocol buffers: classes of the library protobuf, by their names.

`_messages.TensorProto` is a class, `_messages.DecodeError` the error that it raises for bytes
that are not a valid message, and `_messages.POOL` has their descriptors. The classes are built,
and protobuf is imported, when the first of them is used. Those that configure sessions, such as
`_messages.ConfigProto`, are built apart from the others.
"""

from __future__ import annotations

from typing import Any

from .schema import MESSAGES

_CONFIG = frozenset(
    """AutoParallelOptions ConfigProto DeviceAttributes DeviceLocality GPUOptions GraphOptions
    OptimizerOptions RewriterConfig RunMetadata RunOptions""".split()
)
_NAMES = {"DecodeError", "POOL", *(name for name in MESSAGES if "." not in name)}


def __getattr__(name: str) -> Any:
    if name in _CONFIG:
        from .classes import build_config

        globals().update(build_config())
        return globals()[name]
    if name not in _NAMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .classes import CLASSES

    globals().update(CLASSES)
    return CLASSES[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *_NAMES, *_CONFIG})
