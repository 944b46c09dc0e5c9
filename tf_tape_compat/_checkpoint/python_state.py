"""`tf.train.experimental.PythonState`: strings of Python's in a checkpoint."""

from __future__ import annotations

import abc
from typing import Any

from .._core.tracking.trackable import Trackable

NAME = "py_state"


class PythonState(Trackable, metaclass=abc.ABCMeta):
    """State that is no tensor; answers for `tf.train.experimental.PythonState`."""

    @abc.abstractmethod
    def serialize(self) -> Any:
        """The state as a string or bytes, when a checkpoint is written."""

    @abc.abstractmethod
    def deserialize(self, string_value: bytes) -> None:
        """Takes the bytes that `serialize` had returned, when a checkpoint is read."""

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {NAME: self.serialize()}
