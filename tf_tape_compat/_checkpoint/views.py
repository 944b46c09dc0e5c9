"""Views of object graphs: the children and descendants of objects, and of checkpoints."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable
from typing import Any

from .._core.tracking.trackable import Trackable, wrapped
from .._logging import get_logger
from ..errors import NotFoundError
from . import object_graph
from .object_graph import KEY, ObjectGraph
from .reader import CheckpointReader


class TrackableView:
    """The objects that a checkpoint of `root` contains. Implements `tf.train.TrackableView`.

    Only a weak reference to `root` is kept; it may also be passed as one.
    """

    def __init__(self, root: Any) -> None:
        self._root_ref = root if isinstance(root, weakref.ref) else weakref.ref(root)

    @classmethod
    def children(cls, obj: Any, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children of an object by name. Raises ValueError if one is not trackable."""
        children = obj._trackable_children(save_type, **kwargs)
        return {name: _trackable(child) for name, child in children.items()}

    @property
    def root(self) -> Any:
        """The root of the view."""
        root = self._root_ref()
        assert root is not None
        return root

    def descendants(self) -> list[Any]:
        """The root and all objects below it, breadth first."""
        return [obj for obj, _ in walk(self.root)]


def _trackable(value: Any) -> Any:
    value = wrapped(value)
    if not isinstance(value, Trackable):
        raise ValueError(f"Cannot convert {value} to Trackable.")
    return value


def children_of(obj: Any, root: Any = None, attached: Iterable[Any] = ()) -> list[tuple[str, Any]]:
    """The children of an object with their names; those of `root` include the attached ones."""
    children = list(TrackableView.children(obj).items())
    return [*children, *attached] if obj is root else children


def walk(root: Any, attached: Iterable[Any] = ()) -> list[tuple[Any, tuple[str, ...]]]:
    """The objects below `root`, breadth first, with the names that lead to them."""
    seen = {id(root)}
    walked: list[tuple[Any, tuple[str, ...]]] = []
    queue: deque[tuple[Any, tuple[str, ...]]] = deque([(root, ())])
    while queue:
        obj, path = queue.popleft()
        walked.append((obj, path))
        for name, child in children_of(obj, root, attached):
            if id(child) not in seen:
                seen.add(id(child))
                queue.append((child, (*path, name)))
    return walked


class CheckpointView:
    """The objects of a checkpoint, by their ids. Implements `tf.train.CheckpointView`.

    Raises ValueError if the checkpoint has no object graph, and the errors of
    `tf.train.load_checkpoint`.
    """

    def __init__(self, save_path: Any) -> None:
        reader = CheckpointReader(save_path)
        try:
            graph = reader.get_tensor(KEY)
        except NotFoundError as error:
            raise ValueError(
                f'The specified checkpoint "{save_path}" does not appear to be object-based (saved '
                f'with TF2) since it is missing the key "{KEY}". Likely it was created with the '
                "TF1 name-based saver and does not contain an object dependency graph."
            ) from error
        self._graph = ObjectGraph.from_bytes(graph)

    def children(self, node_id: int) -> dict[str, int]:
        """The ids of an object's children by name."""
        return object_graph.children(self._graph.nodes[node_id])

    def descendants(self) -> list[int]:
        """The ids of all objects, breadth first."""
        return list(self._descendants_with_paths())

    def _descendants_with_paths(self) -> dict[int, str]:
        return {node_id: ".".join(("root", *path)) for node_id, path in self._graph.paths()}

    def match(self, obj: Any) -> dict[int, Any]:
        """The objects below `obj` that the checkpoint contains by the same names, by their ids.

        Raises:
            ValueError: if `obj` is not trackable.
        """
        if not isinstance(obj, Trackable):
            raise ValueError(f"Expected a Trackable, got {obj} of type {type(obj)}.")
        matches: dict[int, Any] = {0: obj}
        visited = set()
        queue: deque[tuple[int, Any]] = deque([(0, obj)])
        while queue:
            node_id, current = queue.popleft()
            present = TrackableView.children(current)
            for name, child in self.children(node_id).items():
                if child in visited or child == 0 or name not in present:
                    continue
                if child not in matches:
                    matches[child] = present[name]
                    queue.append((child, present[name]))
                elif matches[child] is not present[name]:
                    get_logger().warning(
                        "Inconsistent references when matching the checkpoint into this object "
                        f"graph. The referenced objects are: ({matches[child]} and "
                        f"{present[name]})."
                    )
            visited.add(node_id)
        return matches

    def diff(self, obj: Any) -> tuple[dict[int, Any], list[int], list[Any]]:
        """The matches, the ids only in the checkpoint, and the objects only below `obj`."""
        matches = self.match(obj)
        matched_ids = {id(other) for other in matches.values()}
        descendants = TrackableView(obj).descendants()
        return (
            matches,
            [node_id for node_id in self.descendants() if node_id not in matches],
            [other for other in descendants if id(other) not in matched_ids],
        )
