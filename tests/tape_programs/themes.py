"""Themes: the main ingredients of a program. Each rare feature has a theme that uses it often."""

from __future__ import annotations

import dataclasses
import random

# Weights of the actions of `generator.Generator`, by the name of the method.
COMMON = {
    "operate": 20.0,
    "open_tape": 3.0,
    "open_with": 3.0,
    "close": 3.0,
    "watch": 4.0,
    "gradient": 5.0,
    "use_gradient": 2.0,
    "reenter": 1.0,
    "leaf": 1.0,
    "assign": 1.0,
    "stop_block": 0.7,
    "reset": 0.3,
    "custom": 1.0,
    "names": 0.5,
    "thread_block": 0.3,
    "raising_block": 0.3,
    "mistake": 0.5,
    "nest": 0.4,
    "probe": 1.0,
    "forget": 0.2,
    "later_tape": 0.4,
}

FAMILIES = {
    "unary": 5.0,
    "constant": 5.0,
    "binary": 8.0,
    "reduction": 1.0,
    "shaping": 1.0,
    "joining": 1.0,
    "pieces": 0.7,
    "gather": 0.3,
    "stepped": 1.0,
    "unrecorded": 1.0,
    "alias": 0.6,
    "casting": 0.4,
    "integral": 0.4,
}


@dataclasses.dataclass
class Theme:
    name: str
    actions: dict[str, float] = dataclasses.field(default_factory=dict)  # changes of COMMON
    families: dict[str, float] = dataclasses.field(default_factory=dict)  # changes of FAMILIES
    steps: tuple[int, int] = (10, 24)
    persistent: float = 0.6
    watches_variables: float = 0.85
    variables: tuple[int, int] = (0, 2)
    operand_variables: float = 0.25
    scalar: float = 0.75  # the rate of programs that use scalars only
    double: float = 0.5  # the rate of float64
    weight: float = 1.0
    jacobians: float = 0.0  # the rate of jacobians among gradients

    def action_weights(self) -> dict[str, float]:
        return {**COMMON, **self.actions}

    def family_weights(self) -> dict[str, float]:
        return {**FAMILIES, **self.families}


THEMES = [
    Theme("mixed", weight=3.0),
    Theme("long", steps=(25, 45)),
    Theme(
        "nested",
        {"nest": 5, "open_with": 6, "gradient": 8, "use_gradient": 6, "stop_block": 0.2},
        {"stepped": 0.3, "unrecorded": 0.3, "integral": 0.1},
        weight=1.5,
    ),
    Theme(
        "crossing",
        {
            "open_tape": 8,
            "open_with": 0.5,
            "close": 6,
            "reenter": 4,
            "watch": 6,
            "gradient": 7,
            "use_gradient": 4,
        },
        {"stepped": 0.5, "unrecorded": 0.5},
        weight=2.0,
    ),
    Theme(
        "watching",
        {"watch": 14, "probe": 4, "open_tape": 5},
        {"unrecorded": 2, "alias": 2, "integral": 1},
    ),
    Theme(
        "stop and reset",
        {"stop_block": 6, "reset": 4, "probe": 2, "close": 2, "names": 1.5},
        persistent=0.7,
    ),
    Theme(
        "assigning",
        {"assign": 10, "watch": 3, "names": 2, "reenter": 2},
        variables=(1, 3),
        operand_variables=0.6,
        weight=1.5,
    ),
    Theme(
        "reading",
        {"names": 3, "assign": 3},
        {"alias": 3},
        variables=(1, 3),
        operand_variables=0.7,
        watches_variables=0.6,
    ),
    Theme(
        "customs",
        {"custom": 12, "nest": 1.5, "use_gradient": 3, "probe": 2},
        variables=(0, 2),
        weight=1.5,
    ),
    Theme(
        "unrecorded",
        {"probe": 5},
        {"stepped": 6, "unrecorded": 6, "alias": 3, "integral": 3, "casting": 1.5},
    ),
    Theme(
        "shapes",
        {},
        {"reduction": 6, "shaping": 8, "joining": 6, "pieces": 4, "gather": 2},
        scalar=0.0,
        weight=1.5,
    ),
    Theme(
        "slices",
        {"assign": 2},
        {"gather": 16, "reduction": 4, "shaping": 2},
        scalar=0.0,
        variables=(1, 2),
        operand_variables=0.5,
        weight=2.0,
    ),
    Theme(
        "feeding",
        {"gradient": 9, "use_gradient": 9, "watch": 5, "nest": 1, "open_with": 5},
        {"stepped": 0.3, "unrecorded": 0.3, "integral": 0.1},
        persistent=0.8,
        weight=1.5,
    ),
    Theme(
        "in context",
        {"gradient": 14, "close": 0.7, "use_gradient": 5, "reenter": 3},
        persistent=0.8,
    ),
    Theme(
        "later tapes",
        {"later_tape": 6, "close": 5, "gradient": 6, "use_gradient": 5, "reenter": 3},
        persistent=0.9,
        weight=1.5,
    ),
    Theme("reentering", {"reenter": 8, "close": 7, "probe": 2, "mistake": 1}, persistent=0.6),
    Theme("threads", {"thread_block": 5, "watch": 5, "probe": 2}),
    Theme("raising", {"raising_block": 6, "stop_block": 2}),
    Theme("mistakes", {"mistake": 8, "reset": 1.5, "stop_block": 1.5, "close": 4}, persistent=0.4),
    Theme(
        "many tapes", {"open_tape": 9, "open_with": 5, "watch": 8, "gradient": 8}, persistent=0.7
    ),
    Theme("forgetting", {"forget": 5, "reenter": 3}),
]


_FEW = {"custom": 0.5, "thread_block": 0.1, "mistake": 0.2}

JACOBIANS = [
    Theme("jacobians", _FEW, scalar=0.2, persistent=0.7, steps=(6, 14), jacobians=0.6),
    Theme(
        "jacobians, nested",
        {**_FEW, "nest": 5, "open_with": 6, "gradient": 8, "use_gradient": 6},
        {"stepped": 0.3, "unrecorded": 0.3, "integral": 0.1},
        scalar=0.3,
        persistent=0.7,
        steps=(5, 12),
        jacobians=0.5,
        weight=2.0,
    ),
    Theme(
        "jacobians, crossing",
        {
            **_FEW,
            "open_tape": 8,
            "close": 6,
            "reenter": 4,
            "watch": 6,
            "gradient": 7,
            "use_gradient": 4,
            "later_tape": 5,
        },
        {"stepped": 0.5},
        scalar=0.3,
        persistent=0.8,
        steps=(8, 16),
        jacobians=0.6,
        weight=2.0,
    ),
    Theme(
        "jacobians in context",
        {**_FEW, "gradient": 10, "close": 0.7, "use_gradient": 5, "stop_block": 2, "probe": 3},
        scalar=0.3,
        persistent=0.85,
        steps=(6, 14),
        jacobians=0.6,
        weight=1.5,
    ),
    Theme(
        "jacobians of variables",
        {**_FEW, "assign": 5, "reset": 1},
        variables=(1, 3),
        operand_variables=0.6,
        scalar=0.2,
        steps=(6, 14),
        jacobians=0.6,
    ),
    Theme(
        "jacobians of shapes",
        _FEW,
        {"reduction": 6, "shaping": 8, "joining": 6, "pieces": 4, "gather": 4},
        scalar=0.0,
        steps=(6, 14),
        jacobians=0.7,
        weight=1.5,
    ),
    Theme(
        "jacobians of customs",
        {"custom": 10, "nest": 1.5, "use_gradient": 3, "probe": 2, "thread_block": 0.1},
        scalar=0.3,
        steps=(6, 14),
        jacobians=0.6,
        weight=1.5,
    ),
]

# The sets of programs that are recorded, by the name of the file.
SETS = {"programs": THEMES, "jacobians": JACOBIANS}


def draw(rng: random.Random, programs: str) -> Theme:
    """A theme for a program of this set."""
    themes = SETS[programs]
    return rng.choices(themes, [theme.weight for theme in themes])[0]
