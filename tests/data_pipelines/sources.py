"""The datasets with which pipelines begin, and the form in which calls are written."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from .kinds import Kind, Leaf

INT = Leaf("int64")


@dataclass
class Call:
    """A call of a method or function: `target` and the arguments' texts.

    An argument is (keyword or "", text, what it is: "int", "seed", "function", "dataset", "other").
    """

    target: str
    arguments: list[tuple[str, str, str]]
    kind: Kind

    @property
    def text(self) -> str:
        parts = [f"{name}={text}" if name else text for name, text, _ in self.arguments]
        return f"{self.target}({', '.join(parts)})"


D = "tf.data.Dataset"


def source(rng: random.Random, seeded: bool, rerandomizes: bool = True) -> Call:
    """A new dataset.

    Args:
      rng: the random numbers.
      seeded: whether there is a global seed.
      rerandomizes: whether random datasets may differ from one iterator to the next.
    """
    makers = [_range] * 5 + [_slices] * 5 + [_pairs, _dictionary, _strings, _tensors, _random]
    makers += [_generator, _ragged_rows, _counter, _matrix, _matrix]
    call = rng.choice(makers)(rng, seeded)
    if not rerandomizes:
        call.arguments = [a for a in call.arguments if a[0] != "rerandomize_each_iteration"]
    return call


def _range(rng: random.Random, seeded: bool) -> Call:
    stop = rng.choice([0, 1, 2, 3, 5, 7, 8, 10, 10, 12, 17, 20])
    roll = rng.random()
    if roll < 0.7:
        return Call(f"{D}.range", [("", str(stop), "int")], Kind("tensor", (INT,), stop))
    if roll < 0.85:
        start, step = rng.randint(-2, 3), rng.choice([1, 2, 3, -1])
        arguments = [("", str(n), "int") for n in (start, start + step * stop, step)]
        return Call(f"{D}.range", arguments, Kind("tensor", (INT,), stop))
    arguments = [("", str(stop), "int"), ("output_type", "tf.int32", "other")]
    return Call(f"{D}.range", arguments, Kind("tensor", (Leaf("int32"),), stop))


def _slices(rng: random.Random, seeded: bool) -> Call:
    values = [rng.randint(0, 9) for _ in range(rng.randint(1, 12))]
    if rng.random() < 0.3:
        values, dtype = [value / 2 for value in values], "float32"
    else:
        dtype = "int32"
    kind = Kind("tensor", (Leaf(dtype),), len(values))
    return Call(f"{D}.from_tensor_slices", [("", repr(values), "other")], kind)


def _matrix(rng: random.Random, seeded: bool) -> Call:
    rows, columns = rng.randint(1, 6), rng.randint(1, 3)
    values = [[rng.randint(0, 9) for _ in range(columns)] for _ in range(rows)]
    kind = Kind("tensor", (Leaf("int32", (columns,)),), rows)
    return Call(f"{D}.from_tensor_slices", [("", repr(values), "other")], kind)


def _pairs(rng: random.Random, seeded: bool) -> Call:
    n = rng.randint(1, 8)
    first = [rng.randint(0, 9) for _ in range(n)]
    second = ["abcdefgh"[i] * rng.randint(0, 3) for i in range(n)]
    kind = Kind("tuple", (Leaf("int32"), Leaf("string")), n)
    return Call(f"{D}.from_tensor_slices", [("", f"({first}, {second})", "other")], kind)


def _dictionary(rng: random.Random, seeded: bool) -> Call:
    n = rng.randint(1, 8)
    first, second = ([rng.randint(0, 9) for _ in range(n)] for _ in range(2))
    text = f"{{'a': {first}, 'b': {[value / 4 for value in second]}}}"
    kind = Kind("dict", (Leaf("int32"), Leaf("float32")), n)
    return Call(f"{D}.from_tensor_slices", [("", text, "other")], kind)


def _strings(rng: random.Random, seeded: bool) -> Call:
    values = [rng.choice(["", "a", "bb", "ccc", "dog"]) for _ in range(rng.randint(1, 8))]
    kind = Kind("tensor", (Leaf("string"),), len(values))
    return Call(f"{D}.from_tensor_slices", [("", repr(values), "other")], kind)


def _tensors(rng: random.Random, seeded: bool) -> Call:
    values = [rng.randint(0, 9) for _ in range(rng.randint(1, 4))]
    kind = Kind("tensor", (Leaf("int32", (len(values),)),), 1)
    return Call(f"{D}.from_tensors", [("", repr(values), "other")], kind)


def _random(rng: random.Random, seeded: bool) -> Call:
    arguments = [("seed", str(rng.randint(0, 9)), "seed")]
    if rng.random() < 0.4:
        arguments.append(("rerandomize_each_iteration", "True", "other"))
    if seeded and rng.random() < 0.4:
        del arguments[0]
    return Call(f"{D}.random", arguments, Kind("tensor", (INT,), math.inf))


def _generator(rng: random.Random, seeded: bool) -> Call:
    n = rng.randint(0, 8)
    arguments = [
        ("", f"lambda: iter(range({n}))", "function"),
        ("output_signature", "tf.TensorSpec([], tf.int64)", "other"),
    ]
    return Call(f"{D}.from_generator", arguments, Kind("tensor", (INT,), n))


def _ragged_rows(rng: random.Random, seeded: bool) -> Call:
    """Vectors of different lengths."""
    lengths = [rng.randint(0, 4) for _ in range(rng.randint(1, 7))]
    arguments = [
        ("", f"lambda: ([i] * i for i in {lengths})", "function"),
        ("output_signature", "tf.TensorSpec([None], tf.int32)", "other"),
    ]
    kind = Kind("tensor", (Leaf("int32", (None,)),), len(lengths))
    return Call(f"{D}.from_generator", arguments, kind)


def _counter(rng: random.Random, seeded: bool) -> Call:
    arguments = [("", str(rng.randint(0, 5)), "int"), ("", str(rng.choice([1, 2, -1])), "int")]
    return Call(f"{D}.counter", arguments, Kind("tensor", (INT,), math.inf))
