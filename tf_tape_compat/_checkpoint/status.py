"""The results of `Checkpoint.restore`: checks of what was restored."""

from __future__ import annotations

from typing import Any, NoReturn

from .._core.variables.data_structures.base import Structure
from .restoring import NamedRestoration, Restoration
from .saving import holds_tensors
from .views import walk


class LoadStatus:
    """Describes what was restored, and what was not."""

    def __init__(self, root: Any, attached: Any) -> None:
        self._root = root
        self._attached = attached

    def _objects(self) -> list[Any]:
        return [obj for obj, _ in walk(self._root(), self._attached())]

    def run_restore_ops(self, session: Any = None) -> None:
        """Does nothing: values are restored immediately."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Does nothing: values are restored immediately."""

    def expect_partial(self) -> LoadStatus:
        """Suppresses warnings about values that are never restored."""
        return self


class CheckpointLoadStatus(LoadStatus):
    """The status for a checkpoint with an object graph. The methods return the status."""

    def __init__(self, restoration: Restoration, root: Any, attached: Any) -> None:
        super().__init__(root, attached)
        self._restoration = restoration

    def assert_consumed(self) -> CheckpointLoadStatus:
        """Raises AssertionError unless all values were restored and all objects have values."""
        self.assert_existing_objects_matched()
        restoration = self._restoration
        graph = restoration.graph
        skipped = {
            slot.slot_variable_node_id
            for node in (graph.nodes if restoration.skip_slots else ())
            for slot in node.slot_variables
        }
        for node_id, node in enumerate(graph.nodes):
            if (
                node.attributes
                and node_id not in skipped
                and restoration.object_of(node_id) is None
            ):
                raise AssertionError(
                    f"Unresolved object in checkpoint {graph.names[node_id]}: {node}"
                )
        if restoration.slots:
            raise AssertionError(f"Unresolved slot restorations: {restoration.slots}")
        unused = restoration.unrestored.unused_attributes
        if unused:
            listed = "\n".join(
                f"{graph.names[node_id]} ({restoration.object_of(node_id)}): {names}"
                for node_id, names in unused.items()
            )
            raise AssertionError(
                "Unused attributes in these objects (the attributes exist in the checkpoint but "
                f"were not restored):\n{listed}"
            )
        return self

    def assert_existing_objects_matched(self) -> CheckpointLoadStatus:
        """Raises AssertionError if an existing object has no value in the checkpoint."""
        restoration = self._restoration
        for node_id, node in enumerate(restoration.graph.nodes):
            obj = restoration.object_of(node_id)
            if obj is not None and obj._update_uid < restoration.restore_uid:
                raise AssertionError(f"Object {node} not assigned a value from checkpoint.")
        for obj in self._objects():
            if not isinstance(obj, Structure) or obj._trackable_children():
                restoration.seen.add(obj)
        unmatched = self._unmatched()
        if unmatched:
            raise AssertionError(
                f"Found {len(unmatched)} Python objects that were not bound to checkpointed "
                "values, likely due to changes in the Python program. Showing "
                f"{min(10, len(unmatched))} of {len(unmatched)} unmatched objects: {unmatched[:10]}"
            )
        return self

    def assert_nontrivial_match(self) -> CheckpointLoadStatus:
        """Raises AssertionError if only the root was found in the checkpoint."""
        restoration = self._restoration
        for obj in self._objects():
            restoration.seen.add(obj)
        if len(restoration.objects()) <= 1:
            unmatched = self._unmatched()
            if unmatched:
                raise AssertionError(
                    "Nothing except the root object matched a checkpointed value. Typically this "
                    "means that the checkpoint does not match the Python program. The following "
                    f"objects have no matching checkpointed value: {unmatched}"
                )
            raise AssertionError(
                f"Nothing to load. No dependencies have been added to {self._root()} yet."
            )
        return self

    def _unmatched(self) -> list[Any]:
        """The objects with tensors that the checkpoint does not contain."""
        matched = {id(obj) for obj in self._restoration.objects()}
        return [
            obj for obj in self._restoration.seen if holds_tensors(obj) and id(obj) not in matched
        ]

    def expect_partial(self) -> CheckpointLoadStatus:
        self._restoration.unrestored.expect_partial = True
        return self


class InitializationOnlyStatus(LoadStatus):
    """The status if no path was given. All assertions raise AssertionError."""

    def assert_consumed(self) -> NoReturn:
        """Raises AssertionError."""
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    assert_existing_objects_matched = assert_consumed
    assert_nontrivial_match = assert_consumed

    def run_restore_ops(self, session: Any = None) -> NoReturn:
        """Raises AssertionError."""
        raise AssertionError(
            "No checkpoint specified, so no restore ops are available (save_path=None to "
            "Saver.restore)."
        )


class NameBasedSaverStatus(LoadStatus):
    """The status for a checkpoint without an object graph. The methods return the status."""

    def __init__(self, restoration: NamedRestoration, root: Any, attached: Any) -> None:
        super().__init__(root, attached)
        self._restoration = restoration
        self._optional: list[Any] = []

    def add_to_optionally_restored(self, variable: Any) -> None:
        """Adds a variable that the checkpoint may lack."""
        self._optional.append(variable)

    def assert_consumed(self) -> NameBasedSaverStatus:
        """Raises AssertionError if a variable was not restored."""
        unused = [(reference(), name) for reference, name in self._restoration.unused]
        listed = [
            f"\n    {obj}: [{name!r}]"
            for obj, name in unused
            if obj is not None and all(obj is not other for other in self._optional)
        ]
        if listed:
            raise AssertionError(
                f"Some objects had attributes which were not restored: {''.join(listed)}"
            )
        for obj in self._objects():
            if obj._update_uid < self._restoration.restore_uid:
                raise AssertionError(f"Object not restored: {obj}")
        return self

    assert_existing_objects_matched = assert_consumed
    assert_nontrivial_match = assert_consumed


# As reprs show it, such as that of what `restore` returns at the end of a notebook's cell.
CheckpointLoadStatus.__module__ = InitializationOnlyStatus.__module__ = (
    NameBasedSaverStatus.__module__
) = "tensorflow.python.checkpoint.checkpoint"
