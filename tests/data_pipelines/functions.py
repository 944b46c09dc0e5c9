"""Functions that pipelines apply to elements, as lambdas in source form."""

from __future__ import annotations

import random
from dataclasses import replace

from .kinds import Kind, Leaf, build


def mapped(rng: random.Random, kind: Kind) -> tuple[str, Kind]:
    """A lambda for `map`, and the kind of its results."""
    roll = rng.random()
    if roll < 0.25:
        return _rearranged(rng, kind)
    at = rng.randrange(len(kind.leaves))
    part, leaf = _changed(rng, kind.names[at], kind.leaves[at])
    parts, leaves = kind.names, list(kind.leaves)
    parts[at], leaves[at] = part, leaf
    result = replace(kind, leaves=tuple(leaves))
    return f"lambda {kind.parameters}: {build(kind.container, parts)}", result


def _rearranged(rng: random.Random, kind: Kind) -> tuple[str, Kind]:
    places = [rng.randrange(len(kind.leaves)) for _ in range(rng.randint(1, 3))]
    container = rng.choice(["tensor"] if len(places) == 1 else ["tuple", "tuple", "dict"])
    parts, leaves = [], []
    for place in places:
        part, leaf = kind.names[place], kind.leaves[place]
        if rng.random() < 0.5:
            part, leaf = _changed(rng, part, leaf)
        parts.append(part)
        leaves.append(leaf)
    result = Kind(container, tuple(leaves), kind.count)
    return f"lambda {kind.parameters}: {build(container, parts)}", result


def _changed(rng: random.Random, x: str, leaf: Leaf) -> tuple[str, Leaf]:
    """An expression of a leaf, and what it gives."""
    same = leaf
    choices: list[tuple[str, Leaf]]
    if leaf.dtype == "string":
        choices = [
            (f"tf.strings.length({x})", replace(leaf, dtype="int32")),
            (f"{x} + '!'", same),
            (f"tf.strings.substr({x}, 0, 1)", same),
        ]
    elif leaf.dtype == "bool":
        choices = [(f"tf.logical_not({x})", same), (f"tf.cast({x}, tf.int32)", _as(leaf, "int32"))]
    else:
        choices = [
            (f"{x} + 1", same),
            (f"{x} * 2", same),
            (f"{x} - 3", same),
            (f"{x} * {x}", same),
            (f"tf.cast({x}, tf.float32)", _as(leaf, "float32")),
            (f"tf.cast({x}, tf.int32)", _as(leaf, "int32")),
            (f"{x} > 3", _as(leaf, "bool")),
            (f"tf.fill([2], tf.reduce_sum({x}))", replace(leaf, shape=(2,))),
            (f"tf.stack([{x}, {x} + 1])", replace(leaf, shape=(2, *leaf.shape))),
            (f"tf.reduce_sum({x})", replace(leaf, shape=())),
        ]
        if leaf.is_integer:
            choices += [
                (f"{x} // 2", same),
                (f"{x} % 5", same),
                (f"tf.as_string({x})", _as(leaf, "string")),
                (f"12 // ({x} - {rng.randint(0, 6)})", same),  # may divide by zero
            ]
        if leaf.is_integer and leaf.is_scalar:
            choices += [
                (f"tf.range({x} % {rng.randint(2, 4)})", replace(leaf, shape=(None,))),
                (f"tf.gather([5, 6, 7, 8], {x})", Leaf("int32")),  # may be out of range
                (_uniform(rng, x, leaf), same),
                (_uniform(rng, x, leaf), same),
            ]
    return rng.choice(choices)


def _uniform(rng: random.Random, x: str, leaf: Leaf) -> str:
    dtype = f"tf.{leaf.dtype}"
    seed = rng.randint(0, 9)
    return f"{x} + tf.random.uniform([], 0, 100, {dtype}, seed={seed})"


def _as(leaf: Leaf, dtype: str) -> Leaf:
    return replace(leaf, dtype=dtype)


def number(rng: random.Random, kind: Kind) -> str | None:
    """An expression of an element that is an int64 scalar, or None."""
    scalars = [
        (name, leaf)
        for name, leaf in zip(kind.names, kind.leaves, strict=True)
        if leaf.is_scalar and (leaf.is_integer or leaf.dtype == "string")
    ]
    if scalars:
        name, leaf = rng.choice(scalars)
        if leaf.dtype == "string":
            return f"tf.cast(tf.strings.length({name}), tf.int64)"
        return name if leaf.dtype == "int64" else f"tf.cast({name}, tf.int64)"
    name, leaf = rng.choice(list(zip(kind.names, kind.leaves, strict=True)))
    return f"tf.size({name}, tf.int64)"


def predicate(rng: random.Random, kind: Kind) -> str:
    """A lambda for `filter` that lets most elements pass."""
    x = number(rng, kind)
    test = rng.choice(
        [
            f"{x} % 2 == 0",
            f"{x} % 3 < 2",
            f"{x} < {rng.randint(2, 9)}",
            f"{x} != {rng.randint(0, 9)}",
        ]
    )
    return f"lambda {kind.parameters}: {test}"


def datasets(rng: random.Random, kind: Kind) -> tuple[str, Kind]:
    """A lambda that makes a dataset of an element, for `flat_map` and `interleave`."""
    x = number(rng, kind)
    roll = rng.random()
    d = "tf.data.Dataset"
    p = kind.parameters
    if roll < 0.35:
        size = f"{x} % {rng.randint(2, 5)}"
        return f"lambda {p}: {d}.range({size})", Kind("tensor", (Leaf("int64"),), kind.count * 4)
    if roll < 0.55:
        times = rng.randint(1, 3)
        code = f"lambda {p}: {d}.from_tensors({kind.whole}).repeat({times})"
        return code, kind.counted(kind.count * times)
    if roll < 0.75:
        code = f"lambda {p}: {d}.range({rng.randint(2, 6)}).shuffle(4, seed={rng.randint(0, 9)})"
        return code, Kind("tensor", (Leaf("int64"),), kind.count * 6)
    if roll < 0.9 and kind.can_unbatch:
        code = f"lambda {p}: {d}.from_tensor_slices({kind.whole})"
        leaves = tuple(replace(leaf, shape=leaf.shape[1:]) for leaf in kind.leaves)
        return code, Kind(kind.container, leaves, kind.count * 4)
    stop = rng.randint(1, 4)
    code = f"lambda {p}: {d}.range({stop}).map(lambda i: (i, i + {x}))"
    leaves = (Leaf("int64"), Leaf("int64"))
    return code, Kind("tuple", leaves, kind.count * stop)
