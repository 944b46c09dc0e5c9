"""The recorded calls inside a `tf.function`: a sample of them, and all with `pytest --traced`."""

from __future__ import annotations

import fnmatch

import pytest

import tf_tape_compat as tf

from . import traced
from .call import source
from .recipes import modules, recipes

SAMPLE = 40
"""Without `--traced`, only each N-th call is made."""

MOST_OPEN = {"traced": 0.08, "unknown": 0.12}
"""How many of the calls may differ beyond `traced_differences.txt`, until all is done."""


def _known() -> list[list[str]]:
    lines = traced.KNOWN.read_text(encoding="utf-8").splitlines()
    return [[part.strip() for part in line.split("|", 2)] for line in lines if line[:1] not in "#"]


@pytest.mark.parametrize("mode", ["traced", "unknown"])
def test_traced_calls(mode: str, request: pytest.FixtureRequest) -> None:
    """Calls have TensorFlow's values, gradients and types of errors when they are traced."""
    chosen = request.config.getoption("--traced")
    if chosen is not None and chosen != mode:
        pytest.skip(f"--traced={chosen}")
    step = 1 if chosen else SAMPLE
    known, differences, count = _known(), [], 0
    for number, (name, call, expected) in enumerate(traced.records(mode)):
        if number % step:
            continue
        count += 1
        text, _ = traced.replay(name, call, expected, mode, tf)
        if text is not None and not any(
            fnmatch.fnmatchcase(name, pattern) and part in text for pattern, part, _ in known
        ):
            differences.append(f"{source(call)}\n{text}")
    assert count > 50
    report = f"{len(differences)} of {count} differ\n" + "\n\n".join(differences[:200])
    assert len(differences) <= MOST_OPEN[mode] * count, report


def test_most_functions_lower() -> None:
    """Of the functions that give numbers, at least `FLOOR` become torch calls of a program."""
    ways = traced.table()
    assert set(ways) <= set(recipes(modules()))
    counted = [way for way in ways.values() if way not in ("refused", "strings")]
    assert len(counted) > 400
    assert counted.count("lowers") >= traced.FLOOR * len(counted)
