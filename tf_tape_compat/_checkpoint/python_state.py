"""`tf.train.experimental.PythonState`: Python state in a checkpoint."""

from __future__ import annotations

import abc
from typing import Any

from .._core.tracking.trackable import Trackable

NAME = "py_state"


class PythonState(Trackable, metaclass=abc.ABCMeta):
    """State that is not a tensor. Implements `tf.train.experimental.PythonState`."""

    @abc.abstractmethod
    def serialize(self) -> Any:
        """Returns the state as a string or bytes, when a checkpoint is written."""

    @abc.abstractmethod
    def deserialize(self, string_value: bytes) -> None:
        """Restores the state from the bytes of `serialize`, when a checkpoint is read."""

    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {NAME: self.serialize()}
