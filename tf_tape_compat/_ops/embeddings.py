"""Rows of embedding tables, which may lie in several tensors."""

from __future__ import annotations

from typing import Any

from .._core.convert import operand_readers, to_tensor
from .._core.variable import Variable
from .casting import cast
from .clipping import clip_by_norm
from .creation import range as count_up
from .division import floordiv, floormod
from .elementwise import maximum
from .gathering import dynamic_partition, gather
from .masking import where
from .scattering import dynamic_stitch
from .shaping import reshape


def _clipped(rows: Any, ids: Any, max_norm: Any) -> Any:
    if max_norm is None:
        return rows
    return clip_by_norm(rows, max_norm, list(range(ids._t.ndim, rows._t.ndim)))


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> Any:
    """The rows of `params` with the numbers `ids`, scaled down to a norm of `max_norm` if given.

    A list of tensors stands for one that was split along its first dimension into parts of equal
    sizes, the first ones perhaps larger by one. Answers for `tf.nn.embedding_lookup`. Raises
    ValueError for None or an empty list.
    """
    if params is None:
        raise ValueError("params must be specified")
    if isinstance(params, (list, tuple)) and not params:
        raise ValueError("Length of params is currently 0. Need at least one param.")
    if not isinstance(params, list):
        params = [params]
    ids = operand_readers.get(type(ids), to_tensor)(ids)
    if len(params) == 1:
        return _clipped(gather(params[0], ids, axis=0), ids, max_norm)
    flat = reshape(ids, [-1])
    count = len(params)
    params = [part if isinstance(part, Variable) else to_tensor(part) for part in params]
    sizes = [part.shape[0] for part in params]
    size, extras = divmod(sum(sizes), count)
    part = maximum(floordiv(flat, size + 1), floordiv(flat - extras, size))
    within = where(part < extras, floormod(flat, size + 1), floormod(flat - extras, size))
    part = cast(part, "int32")
    rows = dynamic_partition(within, part, count)
    places = dynamic_partition(count_up(flat.shape[0]), part, count)
    found = [gather(table, chosen) for table, chosen in zip(params, rows, strict=True)]
    joined = dynamic_stitch(places, found)
    shape = [*ids.shape.as_list(), *found[0].shape.as_list()[1:]]
    return _clipped(reshape(joined, shape), ids, max_norm)
