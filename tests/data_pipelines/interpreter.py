"""Runs a program on a given `tf` and returns the outcome of each line, as JSON.

A dataset's outcome is its element_spec and cardinality; an error's is its type and text. An element
is written as one string for each tensor: a letter for the dtype, the shape, the values.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

Outcome = Any  # JSON

MOST_ERRORS = 3  # in one run of an iterator
_CODES = {
    "int64": "l", "int32": "i", "float32": "f", "float64": "d", "bytes": "s", "object": "s",
    "bool": "b", "uint8": "u",
}  # fmt: skip
_NOISE = re.compile(
    r"\{\{function_node [^}]*\}\} ?|\[\[?\{\{node [^\]]*\]\]?|\s*\[Op:.*|0x[0-9a-f]+", re.DOTALL
)


# Texts that speak of TensorFlow's graphs, kernels or Python objects: there the type counts alone.
_OWN_TEXTS = re.compile(
    r"user-defined|user code|Graph execution|<lambda>|tf\.Tensor|Tensor\(|object at|EagerTensor"
    r"|Dataset element|numpy_function|py_func|Attempt to convert|graph"
)
OWN_TEXT = "~"  # stands for them


def run(program: list[str], tf: Any) -> list[Outcome]:
    """The outcome of every line."""
    return _Run(tf).all(program)


def error(failure: BaseException) -> list[str]:
    """The type and the text of an error, without names of nodes."""
    text = _NOISE.sub("", str(getattr(failure, "message", None) or failure)).strip()
    if _OWN_TEXTS.search(text):
        text = OWN_TEXT
    return ["error", type(failure).__name__, text[:300]]


class _Run:
    def __init__(self, tf: Any) -> None:
        self.tf = tf
        self.names = {
            "tf": tf,
            "np": np,
            "elements": self.elements,
            "pull": self.pull,
            "options": _options,
        }

    def all(self, program: list[str]) -> list[Outcome]:
        self.tf.random.set_seed(None)
        outcomes = []
        for line in program:
            try:
                outcomes.append(self.line(line))
            except Exception as failure:  # noqa: PERF203
                outcomes.append(error(failure))
        return outcomes

    def line(self, line: str) -> Outcome:
        target, is_assignment, code = line.partition(" = ")
        if not is_assignment or not target.isidentifier():
            return self.shown(eval(line, self.names))
        value = self.names[target] = eval(code, self.names)
        return self.shown(value)

    def shown(self, value: Any) -> Outcome:
        """A value as JSON."""
        if value is None or isinstance(value, (list, int, str)):
            return value
        if isinstance(value, self.tf.data.Dataset):
            return [str(value.element_spec), int(value.cardinality())]
        if isinstance(value, self.tf.data.Iterator):
            return "iterator"
        return self.encode(value)

    def elements(self, dataset: Any, most: int) -> Outcome:
        """The elements of a new iterator."""
        return self.pull(iter(dataset), most)

    def pull(self, iterator: Any, most: int) -> Outcome:
        """The next elements of an iterator, with the errors between them."""
        found: list[Outcome] = []
        errors = 0
        while len(found) < most and errors < MOST_ERRORS:
            try:
                found.append(self.encode(next(iterator)))
            except StopIteration:  # noqa: PERF203
                found.append("end")
                break
            except Exception as failure:
                errors += 1
                found.append(error(failure))
        return found

    def encode(self, value: Any) -> Outcome:
        """An element as JSON."""
        tf = self.tf
        if isinstance(value, tuple):
            return ["tuple", *map(self.encode, value)]
        if isinstance(value, dict):
            return {key: self.encode(item) for key, item in value.items()}
        if isinstance(value, tf.data.Dataset):
            return ["dataset", self.elements(value, 5)]
        if isinstance(value, tf.RaggedTensor):
            return ["ragged", str(value.to_list()), value.dtype.name]
        if isinstance(value, tf.SparseTensor):
            return ["sparse", *(self.encode(x) for x in (value.indices, value.values))]
        if value is None:
            return None
        array = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
        code = _CODES.get(
            array.dtype.name.rstrip("0123456789") if array.dtype.kind == "S" else array.dtype.name,
            array.dtype.name,
        )
        items = array.reshape(-1).tolist()
        shown = " ".join(repr(item) if array.dtype.kind != "f" else f"{item:.9g}" for item in items)
        return f"{code}{list(array.shape) if array.ndim else ''} {shown}"


def _options(tf: Any) -> Any:
    options = tf.data.Options()
    options.deterministic = True
    return options
