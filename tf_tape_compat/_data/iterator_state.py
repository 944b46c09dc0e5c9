"""The state of iterators in checkpoints.

A state is the number of steps that an iterator has made, and the state of each random order of its
dataset when it began. Restoring begins anew with these and repeats the steps.
"""

from __future__ import annotations

import json
from typing import Any

from .._core.tensor.convert import to_tensor
from .dataset import DatasetV2


class SavedSeeds:
    """The states of the seed generators of a dataset."""

    __slots__ = ("_states",)

    def __init__(self, states: list[Any]) -> None:
        self._states = states

    def as_tensor(self, steps: int) -> Any:
        """The state of an iterator that began with these and has made some steps."""
        return to_tensor(json.dumps({"steps": steps, "seeds": self._states}))


def _generators(dataset: DatasetV2) -> list[Any]:
    found = []
    pending = [dataset]
    while pending:
        current = pending.pop()
        generator = getattr(current, "_seeds", None)
        if generator is not None:
            found.append(generator)
        pending.extend(current._inputs())
    return found


def save_state(dataset: DatasetV2) -> SavedSeeds:
    """The states of a dataset's seed generators now."""
    return SavedSeeds([[generator.seeds, generator.position] for generator in _generators(dataset)])


def restore_state(dataset: DatasetV2, state: Any) -> int:
    """Restores the seed generators of a dataset, and returns the number of steps to repeat.

    Raises ValueError if the state is of another dataset.
    """
    saved = json.loads(state.numpy())
    generators = _generators(dataset)
    if len(saved["seeds"]) != len(generators):
        raise ValueError(
            "The iterator's state was saved with another dataset: it has "
            f"{len(saved['seeds'])} random orders, this one has {len(generators)}"
        )
    for generator, (seeds, position) in zip(generators, saved["seeds"], strict=True):
        generator.reset((seeds[0], seeds[1]), position)
    steps: int = saved["steps"]
    return steps
