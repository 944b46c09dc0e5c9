"""`tf-tape coverage`: how much of TensorFlow's API is available here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .._api import names
from .._api.missing import advice
from .._api.namespaces import works

HEADER = f"{'namespace':<34}{'works':>6}{'of':>6}"


def symbols(namespace: str) -> list[str]:
    """The full names of the functions, classes and values of a TensorFlow namespace.

    Raises ValueError if TensorFlow has no such namespace.
    """
    space = names.namespace(namespace)
    if space is None:
        raise ValueError(f"TensorFlow has no namespace {namespace!r}")
    return [f"{namespace}.{name}" for name, kind in sorted(space.kinds.items()) if kind != "m"]


def totals() -> Iterator[str]:
    """One line per namespace in which something works, then one line listing the others.

    Keras is another package, so all its namespaces have one line.
    """
    yield HEADER
    unavailable = []
    listed_in_keras = [space for space in names.namespaces() if space.startswith("tf.keras.")]
    for namespace in names.namespaces():
        if namespace in listed_in_keras:
            continue
        listed = symbols(namespace)
        if namespace == "tf.keras":
            listed += [symbol for space in listed_in_keras for symbol in symbols(space)]
        count = sum(map(works, listed))
        if count:
            share = 100 * count // len(listed)
            yield f"{namespace:<34}{count:>6}{len(listed):>6}{share:>6} %"
        elif listed:
            unavailable.append(namespace)
    yield "nothing of: " + ", ".join(_outermost(unavailable))


def _outermost(namespaces: Iterable[str]) -> list[str]:
    outermost: list[str] = []
    for namespace in namespaces:
        if not any(namespace.startswith(f"{outer}.") for outer in outermost):
            outermost.append(namespace)
    return outermost


def table(namespace: str) -> Iterator[str]:
    """One line per symbol of a namespace: that it works, or why it is not available."""
    for symbol in symbols(namespace):
        state = "works" if works(symbol) else f"not available: {advice(symbol)}"
        yield f"{symbol:<50} {state}"
