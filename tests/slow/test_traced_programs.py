"""Tape programs inside of a `tf.function` have the outcomes that they have there on TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tf_tape_compat as tf
from tests.tape_programs import recorded, traced
from tests.tape_programs.compare import first_difference, show
from tests.tape_programs.program import source, walk
from tests.tape_programs.themes import SETS

MOST_SHOWN = 3
KNOWN = frozenset(
    line.split()[0]
    for line in Path(traced.__file__).with_name("traced_differences.txt").read_text().splitlines()
    if not line.startswith("#")
)


@pytest.mark.parametrize("mode", traced.MODES)
@pytest.mark.parametrize("programs", SETS)
def test_traced_programs(programs: str, mode: str) -> None:
    """Statements while tracing, and the results of two calls, are those of TensorFlow."""
    sources = {case["seed"]: case["program"] for case in recorded.load(programs)}
    text = recorded.traced_path(programs, mode).read_text(encoding="utf-8")
    cases = json.loads(text)
    assert len(cases) > 25
    reports = []
    for case in cases:
        program, expected = sources[case["seed"]], case["outcomes"]
        actual = traced.run(program, tf, mode)
        number = first_difference(actual, expected)
        name = f"{programs}/{mode}/{case['seed']}"
        if name in KNOWN:
            assert number is not None, f"{name} agrees: remove it from the known differences"
        elif number is not None:
            statements = list(walk(program))
            here = statements[number] if number < len(statements) else "a call"
            reports.append(
                f"{name}, {here}: here {show(actual[number])}, TensorFlow "
                f"{show(expected[number])}\n{source(program)}"
            )
    assert not reports, f"{len(reports)} of {len(cases)} programs differ\n" + "\n".join(
        reports[:MOST_SHOWN]
    )
