"""The transformations that pipelines are made of: each writes a call for a dataset."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from . import functions
from .kinds import Kind, Leaf
from .sources import INT, Call, D

Argument = tuple[str, str, str]
Make = Callable[["Chance", str, Kind], "Call | None"]


@dataclass
class Chance:
    """What a transformation draws from.

    Attributes:
      rng: the random numbers.
      seeded: whether the program set a global seed, so that seeds may be left out.
      others: other datasets of the program, by name.
      parallel: whether several threads may read ahead. What they draw from common random numbers
        then is not determined, so "reshuffle" excludes what opens iterators later, and "repeat"
        excludes what has other random numbers for each iterator.
    """

    rng: random.Random
    seeded: bool
    others: dict[str, Kind]
    parallel: str = ""

    def like(self, kind: Kind) -> list[str]:
        """The other datasets with elements of a kind, and not endless."""
        return [
            name
            for name, other in self.others.items()
            if (other.container, other.leaves) == (kind.container, kind.leaves)
            and other.count < math.inf
        ]


def integer(value: int, name: str = "") -> Argument:
    return (name, str(value), "int")


def flag(name: str, value: bool) -> Argument:
    return (name, str(value), "other")


def function(text: str) -> Argument:
    return ("", text, "function")


def _map(c: Chance, d: str, kind: Kind) -> Call:
    text, result = functions.mapped(c.rng, kind)
    arguments = [function(text)]
    if c.parallel and "random" not in text and c.rng.random() < 0.6:
        calls = c.rng.choice(["2", "3", "tf.data.AUTOTUNE"])
        arguments.append(("num_parallel_calls", calls, "int"))
        if c.rng.random() < 0.3:
            arguments.append(flag("deterministic", True))
    return Call(f"{d}.map", arguments, result)


def _filter(c: Chance, d: str, kind: Kind) -> Call | None:
    if kind.count == math.inf:
        return None
    return Call(f"{d}.filter", [function(functions.predicate(c.rng, kind))], kind)


def _batch(c: Chance, d: str, kind: Kind) -> Call:
    size = c.rng.randint(1, 5)
    arguments = [integer(size)]
    drop = c.rng.random() < 0.35
    if drop:
        arguments.append(flag("drop_remainder", True))
    if c.parallel and c.rng.random() < 0.3:
        arguments.append(("num_parallel_calls", "2", "int"))
    bound = kind.count // size if drop else -(-kind.count // size)
    return Call(f"{d}.batch", arguments, kind.shaped(size if drop else None).counted(bound))


def _padded_batch(c: Chance, d: str, kind: Kind) -> Call:
    size = c.rng.randint(1, 4)
    arguments = [integer(size)]
    if kind.container == "tensor" and len(kind.leaves[0].shape) == 1 and c.rng.random() < 0.5:
        arguments.append(("padded_shapes", c.rng.choice(["[4]", "[None]", "[1]"]), "other"))
    if kind.container == "tensor" and kind.leaves[0].is_number and c.rng.random() < 0.4:
        value = "-1" if kind.leaves[0].is_integer else "-1.0"
        if kind.leaves[0].dtype == "int64":
            value = "tf.constant(-1, tf.int64)"
        arguments.append(("padding_values", value, "other"))
    if c.rng.random() < 0.3:
        arguments.append(flag("drop_remainder", True))
    leaves = tuple(replace(leaf, shape=(None, *(None for _ in leaf.shape))) for leaf in kind.leaves)
    result = replace(kind, leaves=leaves)
    return Call(f"{d}.padded_batch", arguments, result.counted(-(-kind.count // size)))


def _ragged_batch(c: Chance, d: str, kind: Kind) -> Call:
    size = c.rng.randint(1, 4)
    call = Call(f"{d}.ragged_batch", [integer(size)], kind.shaped(None))
    call.kind = call.kind.counted(-(-kind.count // size))
    return call


def _unbatch(c: Chance, d: str, kind: Kind) -> Call | None:
    if not kind.can_unbatch and c.rng.random() < 0.9:
        return None
    leaves = tuple(replace(leaf, shape=leaf.shape[1:]) for leaf in kind.leaves)
    return Call(f"{d}.unbatch", [], replace(kind, leaves=leaves, count=kind.count * 5))


def _rebatch(c: Chance, d: str, kind: Kind) -> Call | None:
    if not kind.can_unbatch:
        return None
    size = c.rng.choice(["1", "2", "3", "[1, 2]", "[2, 0, 1]"])
    arguments = [("", size, "int")]
    if c.rng.random() < 0.3:
        arguments.append(flag("drop_remainder", True))
    leaves = tuple(replace(leaf, shape=(None, *leaf.shape[1:])) for leaf in kind.leaves)
    return Call(f"{d}.rebatch", arguments, replace(kind, leaves=leaves, count=kind.count * 5))


def _shuffle(c: Chance, d: str, kind: Kind) -> Call:
    buffer = c.rng.choice(["1", "2", "3", "4", "7", "10", "100", f"{d}.cardinality()"])
    if buffer.startswith(d) and kind.count == math.inf:
        buffer = "5"
    arguments: list[Argument] = [("", buffer, "int")]
    if not (c.seeded and c.rng.random() < 0.5):
        seed = str(c.rng.randint(0, 99))
        if c.rng.random() < 0.1:
            seed = f"tf.constant({seed}, tf.int64)"
        arguments.append(("seed", seed, "seed"))
    if c.parallel == "repeat":
        arguments.append(flag("reshuffle_each_iteration", False))
    elif c.rng.random() < 0.4:
        arguments.append(flag("reshuffle_each_iteration", c.rng.random() < 0.3))
    return Call(f"{d}.shuffle", arguments, kind)


def _shuffle_and_repeat(c: Chance, d: str, kind: Kind) -> Call | None:
    if c.parallel:
        return None
    count = c.rng.randint(1, 3)
    seed = c.rng.randint(0, 9)
    text = f"tf.data.experimental.shuffle_and_repeat({c.rng.randint(1, 8)}, {count}, seed={seed})"
    return Call(f"{d}.apply", [("", text, "other")], kind.counted(kind.count * count))


def _repeat(c: Chance, d: str, kind: Kind) -> Call | None:
    if c.parallel == "reshuffle":
        return None
    if c.rng.random() < 0.25:
        return Call(f"{d}.repeat", [], kind.counted(math.inf if kind.count else 0))
    count = c.rng.choice([0, 1, 2, 2, 3, 4])
    return Call(f"{d}.repeat", [integer(count)], kind.counted(kind.count * count if count else 0))


def _take(c: Chance, d: str, kind: Kind) -> Call:
    count = c.rng.choice([0, 1, 2, 3, 5, 8, 12, 20, -1])
    return Call(
        f"{d}.take", [integer(count)], kind if count < 0 else kind.counted(min(kind.count, count))
    )


def _skip(c: Chance, d: str, kind: Kind) -> Call:
    return Call(f"{d}.skip", [integer(c.rng.choice([0, 1, 2, 3, 5]))], kind)


def _shard(c: Chance, d: str, kind: Kind) -> Call:
    shards = c.rng.randint(1, 4)
    return Call(f"{d}.shard", [integer(shards), integer(c.rng.randrange(shards))], kind)


def _zip(c: Chance, d: str, kind: Kind) -> Call | None:
    if len(kind.leaves) != 1 or kind.container != "tensor":
        return None
    fitting = [name for name, other in c.others.items() if other.container == "tensor"] or [d]
    name = c.rng.choice([*fitting, d])
    other = c.others.get(name, kind)
    result = Kind("tuple", kind.leaves + other.leaves, min(kind.count, other.count))
    return Call(f"{D}.zip", [("", d, "dataset"), ("", name, "dataset")], result)


def _concatenate(c: Chance, d: str, kind: Kind) -> Call | None:
    if c.parallel == "reshuffle":
        return None
    name = c.rng.choice([*c.like(kind), d])
    count = kind.count + c.others.get(name, kind).count
    return Call(f"{d}.concatenate", [("", name, "dataset")], kind.counted(count))


def _enumerate(c: Chance, d: str, kind: Kind) -> Call | None:
    if kind.container != "tensor":
        return None
    arguments = [integer(c.rng.randint(0, 5))] if c.rng.random() < 0.5 else []
    return Call(f"{d}.enumerate", arguments, Kind("tuple", (INT, *kind.leaves), kind.count))


def _flat_map(c: Chance, d: str, kind: Kind) -> Call:
    text, result = functions.datasets(c.rng, kind)
    return Call(f"{d}.flat_map", [function(text)], result)


def _interleave(c: Chance, d: str, kind: Kind) -> Call:
    text, result = functions.datasets(c.rng, kind)
    cycle = c.rng.randint(1, 5)
    arguments = [function(text), integer(cycle, "cycle_length")]
    if c.rng.random() < 0.6:
        arguments.append(integer(c.rng.randint(1, 4), "block_length"))
    if c.parallel and c.rng.random() < 0.7:
        calls = c.rng.choice(["tf.data.AUTOTUNE", str(c.rng.randint(1, cycle))])
        arguments.append(("num_parallel_calls", calls, "int"))
    return Call(f"{d}.interleave", arguments, result)


def _prefetch(c: Chance, d: str, kind: Kind) -> Call | None:
    if not c.parallel:
        return None
    size = c.rng.choice(["1", "2", "5", "tf.data.AUTOTUNE"])
    return Call(f"{d}.prefetch", [("", size, "int")], kind)


def _cache(c: Chance, d: str, kind: Kind) -> Call | None:
    return None if kind.count == math.inf else Call(f"{d}.cache", [], kind)


def _window(c: Chance, d: str, kind: Kind) -> Call:
    size = c.rng.randint(1, 4)
    arguments = [integer(size)]
    if c.rng.random() < 0.6:
        arguments.append(integer(c.rng.randint(1, 3), "shift"))
    if c.rng.random() < 0.25:
        arguments.append(integer(2, "stride"))
    if c.rng.random() < 0.3:
        arguments.append(flag("drop_remainder", True))
    window = Call(f"{d}.window", arguments, kind)
    names = kind.names
    if kind.container == "tensor":
        body = f"x.batch({size})"
    elif kind.container == "tuple":
        batches = "".join(f"{name}.batch({size}), " for name in names)
        body = f"{D}.zip(({batches}))"
    else:
        batches = "".join(f"'{'abc'[i]}': {name}.batch({size}), " for i, name in enumerate(names))
        body = f"{D}.zip({{{batches}}})"
    text = f"lambda {kind.parameters}: {body}"
    return Call(f"{window.text}.flat_map", [function(text)], kind.shaped(None))


def _take_while(c: Chance, d: str, kind: Kind) -> Call:
    return Call(f"{d}.take_while", [function(functions.predicate(c.rng, kind))], kind)


def _scan(c: Chance, d: str, kind: Kind) -> Call:
    x = functions.number(c.rng, kind)
    parameters = f"s, {kind.whole}" if len(kind.leaves) == 1 else "s, e"
    if kind.container == "tuple":  # the element arrives as one argument
        x = "tf.size(e[0], tf.int64)"
        parameters = "s, e"
    elif kind.container == "dict":
        parameters = "s, e"
    start = c.rng.choice(["tf.constant(0, tf.int64)", "tf.constant(1, tf.int64)", "np.int64(2)"])
    text = f"lambda {parameters}: (s + {x}, s)"
    arguments = [("initial_state", start, "other"), ("scan_func", text, "function")]
    return Call(f"{d}.scan", arguments, Kind("tensor", (INT,), kind.count))


def _unique(c: Chance, d: str, kind: Kind) -> Call | None:
    leaf = kind.leaves[0]
    if kind.container != "tensor" or kind.count == math.inf:
        return None
    if leaf.dtype not in ("int64", "int32", "string") and c.rng.random() < 0.8:
        return None
    return Call(f"{d}.unique", [], kind)


def _group_by_window(c: Chance, d: str, kind: Kind) -> Call | None:
    if kind.count == math.inf:
        return None
    x = functions.number(c.rng, kind)
    size = c.rng.randint(1, 4)
    arguments = [
        ("key_func", f"lambda {kind.parameters}: {x} % {c.rng.randint(1, 3)}", "function"),
        ("reduce_func", f"lambda k, w: w.batch({size})", "function"),
        integer(c.rng.randint(1, 5), "window_size"),
    ]
    return Call(f"{d}.group_by_window", arguments, kind.shaped(None))


def _bucket(c: Chance, d: str, kind: Kind) -> Call | None:
    if kind.count == math.inf:
        return None
    x = functions.number(c.rng, kind)
    arguments = [
        ("element_length_func", f"lambda {kind.parameters}: tf.cast({x}, tf.int32)", "function"),
        ("bucket_boundaries", str(sorted(c.rng.sample(range(1, 9), 2))), "other"),
        ("bucket_batch_sizes", str([c.rng.randint(1, 3) for _ in range(3)]), "other"),
    ]
    if c.rng.random() < 0.3:
        arguments.append(flag("drop_remainder", True))
    return Call(f"{d}.bucket_by_sequence_length", arguments, kind.shaped(None))


def _sample(c: Chance, d: str, kind: Kind) -> Call:
    names = [d, *(c.rng.choice([*c.like(kind), d]) for _ in range(c.rng.randint(1, 2)))]
    arguments: list[Argument] = [("", f"[{', '.join(names)}]", "other")]
    if c.rng.random() < 0.6:
        weights = [c.rng.choice([0.1, 0.25, 0.5, 1.0, 2.0]) for _ in names]
        if c.rng.random() < 0.1:
            weights[0] = 0.0
        text = repr(weights)
        if c.rng.random() < 0.3:
            text = f"{D}.from_tensors({weights}).repeat()"
        elif c.rng.random() < 0.3:
            text = f"tf.constant({weights}, tf.float64)"
        arguments.append(("weights", text, "other"))
    if not (c.seeded and c.rng.random() < 0.4):
        arguments.append(("seed", str(c.rng.randint(0, 99)), "seed"))
    if c.rng.random() < 0.5:
        arguments.append(flag("stop_on_empty_dataset", True))
    if not c.parallel and c.rng.random() < 0.4:
        arguments.append(flag("rerandomize_each_iteration", True))
    count = sum(c.others.get(name, kind).count for name in names)
    return Call(f"{D}.sample_from_datasets", arguments, kind.counted(count))


def _choose(c: Chance, d: str, kind: Kind) -> Call:
    names = [d, c.rng.choice([*c.like(kind), d])]
    choices = f"{D}.range({c.rng.randint(2, 4)}).repeat({c.rng.randint(2, 9)})"
    if c.rng.random() < 0.8:
        choices = f"{D}.range(2).repeat({c.rng.randint(2, 9)})"
    arguments = [("", f"[{', '.join(names)}]", "other"), ("", choices, "dataset")]
    if c.rng.random() < 0.5:
        arguments.append(flag("stop_on_empty_dataset", c.rng.random() < 0.5))
    count = sum(c.others.get(name, kind).count for name in names)
    return Call(f"{D}.choose_from_datasets", arguments, kind.counted(min(count, 18)))


def _resample(c: Chance, d: str, kind: Kind) -> Call | None:
    leaf = kind.leaves[0]
    if c.parallel or kind.container != "tensor" or not (leaf.is_scalar and leaf.is_integer):
        return None
    if kind.count == math.inf:
        return None
    arguments = [
        function("lambda x: tf.cast(x % 2, tf.int32)"),
        ("", "[0.5, 0.5]", "other"),
    ]
    if c.rng.random() < 0.5:
        arguments.append(("initial_dist", c.rng.choice(["[0.6, 0.4]", "[0.9, 0.1]"]), "other"))
    arguments.append(("seed", str(c.rng.randint(0, 9)), "seed"))
    result = Kind("tuple", (Leaf("int32"), leaf), kind.count)
    return Call(f"{d}.rejection_resample", arguments, result)


def _ignore_errors(c: Chance, d: str, kind: Kind) -> Call:
    return Call(f"{d}.ignore_errors", [], kind)


def _parallel_interleave(c: Chance, d: str, kind: Kind) -> Call | None:
    if not c.parallel:
        return None
    text, result = functions.datasets(c.rng, kind)
    cycle, block = c.rng.randint(1, 4), c.rng.randint(1, 3)
    apply = f"tf.data.experimental.parallel_interleave({text}, {cycle}, {block})"
    return Call(f"{d}.apply", [("", apply, "other")], result)


def _cardinality(c: Chance, d: str, kind: Kind) -> Call:
    size = int(min(kind.count, 12))
    text = f"tf.data.experimental.assert_cardinality({size})"
    return Call(f"{d}.apply", [("", text, "other")], kind)


def _options(c: Chance, d: str, kind: Kind) -> Call:
    return Call(f"{d}.with_options", [("", "options(tf)", "other")], kind)


WEIGHTS: dict[Make, int] = {
    _map: 14,
    _filter: 5,
    _batch: 11,
    _padded_batch: 4,
    _ragged_batch: 1,
    _unbatch: 7,
    _rebatch: 2,
    _shuffle: 16,
    _shuffle_and_repeat: 1,
    _repeat: 9,
    _take: 6,
    _skip: 4,
    _shard: 3,
    _zip: 4,
    _concatenate: 4,
    _enumerate: 3,
    _flat_map: 5,
    _interleave: 7,
    _prefetch: 7,
    _cache: 4,
    _window: 4,
    _take_while: 2,
    _scan: 2,
    _unique: 2,
    _group_by_window: 3,
    _bucket: 2,
    _sample: 6,
    _choose: 4,
    _resample: 2,
    _ignore_errors: 3,
    _parallel_interleave: 2,
    _cardinality: 1,
    _options: 2,
}


def transformation(c: Chance, d: str, kind: Kind) -> Call:
    """A transformation of the dataset called `d`."""
    while True:
        make = c.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        call = make(c, d, kind)
        if call is not None and len(call.kind.leaves) <= 3:
            return call
