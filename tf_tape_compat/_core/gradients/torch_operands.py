"""Torch tensors and modules as targets and sources of gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from ... import nest
from ..recording.execution_context import refuse_in_graph
from ..recording.recorder import Recorder
from ..recording.torch_tensors import tracks
from ..tensor.tensor import EagerTensor, TrackedTensor

_TORCH = (torch.Tensor, torch.nn.Module)


def with_torch_operands(recorder: Recorder, target: Any, sources: Any) -> tuple[Any, Any]:
    """The targets and sources of a gradient, with tensors in place of torch's tensors.

    A module stands for a dict of its parameters by name.
    """
    leaves = (*nest.flatten(target), *nest.flatten(sources))
    if not any(isinstance(leaf, _TORCH) for leaf in leaves):
        return target, sources
    refuse_in_graph("a gradient of a torch tensor, or by one")
    recorder.shares_graph = True
    # Torch's graph also has what the recorder did not record.
    recorder.may_reach_foreign_nodes = True
    tensors: dict[int, EagerTensor] = {}

    def tensor(leaf: Any) -> Any:
        if isinstance(leaf, torch.nn.Module):
            return {name: tensor(parameter) for name, parameter in leaf.named_parameters()}
        if not isinstance(leaf, torch.Tensor):
            return leaf
        known = tensors.get(id(leaf))
        if known is None:
            known = tensors[id(leaf)] = (
                TrackedTensor(leaf, recorder.own_set)
                if tracks(recorder, leaf)
                else EagerTensor(leaf.detach())
            )
        return known

    return nest.map_structure(tensor, target), nest.map_structure(tensor, sources)


def parameters_of(item: Any) -> Iterator[torch.Tensor]:
    """The tensors that watching a torch tensor or module means."""
    if isinstance(item, torch.nn.Module):
        yield from item.parameters()
    else:
        yield item
