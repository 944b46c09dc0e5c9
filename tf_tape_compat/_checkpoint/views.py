"""Views of objects and of checkpoints: who is whose child."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable
from typing import Any

from .._core.tracking.trackable import Trackable, wrapped
from .._logging import get_logger
from ..errors import NotFoundError
from .object_graph import KEY, ObjectGraph
from .reader import CheckpointReader


class TrackableView:
    """The objects that a checkpoint of `root` finds; answers for `tf.train.TrackableView`.

    `root` may be a weak reference, and is kept as one.
    """

    def __init__(self, root: Any) -> None:
        self._root_ref = root if isinstance(root, weakref.ref) else weakref.ref(root)

    @classmethod
    def children(cls, obj: Any, save_type: str = "checkpoint", **kwargs: Any) -> dict[str, Any]:
        """The children of an object by their names. Raises ValueError for one not trackable."""
        children = obj._trackable_children(save_type, **kwargs)
        return {name: _trackable(child) for name, child in children.items()}

    @property
    def root(self) -> Any:
        """The root."""
        root = self._root_ref()
        assert root is not None
        return root

    def descendants(self) -> list[Any]:
        """The root and all objects below it, the nearest first."""
        return [obj for obj, _ in walk(self.root)]


def _trackable(value: Any) -> Any:
    value = wrapped(value)
    if not isinstance(value, Trackable):
        raise ValueError(f"Cannot convert {value} to Trackable.")
    return value


def children_of(obj: Any, root: Any = None, attached: Iterable[Any] = ()) -> list[tuple[str, Any]]:
    """The children of an object with their names; those of `root` and of what is attached to it."""
    found = list(TrackableView.children(obj).items())
    return [*found, *attached] if obj is root else found


def walk(root: Any, attached: Iterable[Any] = ()) -> list[tuple[Any, tuple[str, ...]]]:
    """The objects below `root`, the nearest first, with the names that lead to them."""
    seen = {id(root)}
    found: list[tuple[Any, tuple[str, ...]]] = []
    waiting: deque[tuple[Any, tuple[str, ...]]] = deque([(root, ())])
    while waiting:
        obj, path = waiting.popleft()
        found.append((obj, path))
        for name, child in children_of(obj, root, attached):
            if id(child) not in seen:
                seen.add(id(child))
                waiting.append((child, (*path, name)))
    return found


class CheckpointView:
    """The objects of a checkpoint, by number; answers for `tf.train.CheckpointView`.

    Raises ValueError where the checkpoint knows no objects, else as `tf.train.load_checkpoint`.
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
        self._graph = ObjectGraph.parse(graph)

    def children(self, node_id: int) -> dict[str, int]:
        """The numbers of an object's children by their names."""
        return dict(self._graph.nodes[node_id].children)

    def descendants(self) -> list[int]:
        """The numbers of all objects, the nearest to the root first."""
        return list(self._descendants_with_paths())

    def _descendants_with_paths(self) -> dict[int, str]:
        return {number: ".".join(("root", *path)) for number, path in self._graph.paths()}

    def match(self, obj: Any) -> dict[int, Any]:
        """The objects below `obj` that are called as ones in the checkpoint, by number.

        Raises ValueError if `obj` is not trackable.
        """
        if not isinstance(obj, Trackable):
            raise ValueError(f"Expected a Trackable, got {obj} of type {type(obj)}.")
        found: dict[int, Any] = {0: obj}
        visited = set()
        waiting: deque[tuple[int, Any]] = deque([(0, obj)])
        while waiting:
            number, current = waiting.popleft()
            present = TrackableView.children(current)
            for name, child in self.children(number).items():
                if child in visited or child == 0 or name not in present:
                    continue
                if child not in found:
                    found[child] = present[name]
                    waiting.append((child, present[name]))
                elif found[child] is not present[name]:
                    get_logger().warning(
                        "Inconsistent references when matching the checkpoint into this object "
                        f"graph. The referenced objects are: ({found[child]} and {present[name]})."
                    )
            visited.add(number)
        return found

    def diff(self, obj: Any) -> tuple[dict[int, Any], list[int], list[Any]]:
        """What matches, what only the checkpoint has, and what only `obj` has."""
        found = self.match(obj)
        known = {id(each) for each in found.values()}
        below = TrackableView(obj).descendants()
        return (
            found,
            [number for number in self.descendants() if number not in found],
            [each for each in below if id(each) not in known],
        )
