"""The base of resources, which SavedModels keep: objects that functions use by a handle."""

from __future__ import annotations

from typing import Any

from .._core.tracking.trackable import Trackable


class TrackableResource(Trackable):
    """The base of lookup tables. Implements `tf.saved_model.experimental.TrackableResource`.

    A subclass may have methods `_create_resource`, `_initialize` and `_destroy_resource`. Functions
    use the object itself here, so that they are for programs that call them.
    """

    def __init__(self, device: str = "") -> None:
        self._resource_device = device
        self._resource_handle: Any = None

    def _create_resource(self) -> Any:
        """What stands for the resource; overridden by subclasses."""
        raise NotImplementedError("TrackableResource._create_resource not implemented.")

    def _initialize(self) -> Any:
        """Fills the resource; overridden by subclasses."""

    def _destroy_resource(self) -> Any:
        """Releases the resource; overridden by subclasses."""

    @property
    def resource_handle(self) -> Any:
        """What `_create_resource` returned, when it was first asked for."""
        if self._resource_handle is None:
            self._resource_handle = self._create_resource()
        return self._resource_handle
