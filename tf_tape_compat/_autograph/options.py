"""Options of a conversion that programs name without converting anything."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any


class Feature(enum.Enum):
    """Features of a conversion. Implements `tf.autograph.experimental.Feature`."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"

    @classmethod
    def all(cls) -> tuple[Feature, ...]:
        """Every feature."""
        return tuple(cls)

    @classmethod
    def all_but(cls, exclude: Feature | Iterable[Feature]) -> tuple[Feature, ...]:
        """Every feature except `exclude` and ALL."""
        excluded = {exclude} if isinstance(exclude, Feature) else set(exclude)
        return tuple(set(cls) - excluded - {cls.ALL})


def set_loop_options(
    parallel_iterations: Any = None,
    swap_memory: Any = None,
    maximum_iterations: Any = None,
    shape_invariants: Any = None,
) -> None:
    """Options of the loop whose first statement is this call.

    Implements `tf.autograph.experimental.set_loop_options`. Has an effect only in a loop over
    tensors of a converted function, where it takes the place of arguments of `tf.while_loop`;
    `shape_invariants` is a list of pairs of a variable and its shape.
    """


def as_malt_features(features: Any) -> Any:
    """malt's features for ours: None, one of them, or several."""
    from malt.core import converter

    if features is None:
        return None
    single = isinstance(features, Feature)
    return frozenset(
        converter.Feature[feature.name] for feature in ((features,) if single else features)
    )
