"""Objects that only SavedModels have: assets, resources, signatures, what is loaded."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .._core.tensor.convert import to_tensor
from .._core.tensor.tensor import STRING, EagerTensor
from .._core.tracking.trackable import Trackable
from .._core.variables.auto_trackable import AutoTrackable


class SignatureMap(Mapping[str, Any], Trackable):
    """The signatures of a SavedModel, concrete functions by name."""

    def __init__(self) -> None:
        self._signatures: dict[str, Any] = {}

    def add(self, name: str, function: Any) -> None:
        """Adds a signature."""
        self._signatures[name] = function

    def __getitem__(self, key: str) -> Any:
        return self._signatures[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._signatures)

    def __len__(self) -> int:
        return len(self._signatures)

    def __repr__(self) -> str:
        return f"_SignatureMap({self._signatures})"

    def _trackable_children(self, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        return dict(self._signatures) if save_type == "savedmodel" else {}


class Asset(Trackable):
    """A file that is saved with a SavedModel. Implements `tf.saved_model.Asset`.

    Args:
        path: the path of the file, a string or a tensor.
    """

    def __init__(self, path: Any) -> None:
        if isinstance(path, os.PathLike):
            path = os.fspath(path)
        self._path: EagerTensor = to_tensor(path, STRING)

    @property
    def asset_path(self) -> EagerTensor:
        """The path of the file, a scalar string tensor."""
        return self._path


class UserObject(AutoTrackable):
    """An object of a class of the program that saved it; here it has its attributes alone."""


def user_object() -> UserObject:
    """An object with a class of its own, to which `__call__` can be added."""

    class _UserObject(UserObject):
        __module__ = "tensorflow.python.saved_model.load"
        __qualname__ = "Loader._recreate_base_user_object.<locals>._UserObject"

    return _UserObject()


def call_attribute(instance: Any, *args: Any, **kwargs: Any) -> Any:
    """`__call__` of an object that was saved with one."""
    return instance.__dict__["__call__"](*args, **kwargs)


class RestoredResource(AutoTrackable):
    """A resource, such as a lookup table, that functions of a SavedModel make and fill."""

    def __init__(self, run: Callable[[str], Any]) -> None:
        self._run = self._no_dependency(run)
        self._resource: Any = None

    @property
    def resource(self) -> Any:
        """What stands for the resource's handle."""
        if self._resource is None:
            self._resource = self._no_dependency(self._run("_create_resource"))
        return self._resource

    def initialize(self) -> None:
        """Fills the resource."""
        self._run("_initialize")


SignatureMap.__name__ = "_SignatureMap"
