"""Which structure takes the place of a list, dict or tuple: imported when one is assigned."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from ...tracking.trackable import NoDependency, Trackable
from .dicts import _DictWrapper, _OrderedDictWrapper
from .lists import ListWrapper
from .tuples import tuple_wrapper


def wrap(value: Any) -> Any:
    """The wrapper of a list, dict or tuple; other values as they are."""
    if isinstance(value, NoDependency):
        return value.value
    kind = type(value)
    if kind is list:
        return ListWrapper(value)
    if kind is dict:
        return _DictWrapper(value)
    if kind is OrderedDict:
        return _OrderedDictWrapper(value)
    if isinstance(value, tuple) and _is_worth_it(value):
        return tuple_wrapper(value)
    return value


def _is_worth_it(items: tuple[Any, ...]) -> bool:
    """Whether a tuple holds anything trackable."""
    return any(
        isinstance(item, (NoDependency, Trackable))
        or type(item) in (dict, OrderedDict, list)
        or (isinstance(item, tuple) and _is_worth_it(item))
        for item in items
    )
