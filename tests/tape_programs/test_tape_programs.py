"""Random tape programs have the same outcomes here as on TensorFlow."""

from __future__ import annotations

import collections
import json
from pathlib import Path
from typing import Any

import pytest

from . import recorded
from .compare import first_difference, show
from .generator import generate
from .program import source, walk
from .replay import notes
from .server import Local
from .themes import SETS

MOST_SHOWN = 3
KNOWN_DIFFERENCES = frozenset(
    line.split()[0]
    for line in (Path(__file__).parent / "known_differences.txt").read_text().splitlines()
    if not line.startswith("#")
)


def _files() -> list[Any]:
    paths = [path for programs in SETS for path in recorded.files(programs)]
    return [pytest.param(path, id=f"{path.parent.name}-{path.stem}") for path in paths]


@pytest.mark.parametrize("path", _files())
def test_programs_give_tensorflows_outcomes(path: Path) -> None:
    here = Local("tf_tape_compat")
    reports = []
    cases = recorded.load_file(path)
    for case in cases:
        ours = here.run(case["program"])
        statement = first_difference(ours, case["outcomes"])
        if f"{path.parent.name}/{case['seed']}" in KNOWN_DIFFERENCES:
            assert statement is not None, (
                f"seed {case['seed']} agrees: remove it from the known differences"
            )
        elif statement is not None:
            reports.append((case, ours, statement))
    texts = [
        f"seed {case['seed']} ({case['theme']}), statement {statement}: "
        f"here {show(ours[statement])}, TensorFlow {show(case['outcomes'][statement])}\n"
        + source(case["program"], notes(ours, case["outcomes"]))
        for case, ours, statement in reports[:MOST_SHOWN]
    ]
    assert not reports, f"{len(reports)} of {len(cases)} programs differ\n" + "\n".join(texts)


def test_the_recordings_cover_what_tapes_do() -> None:
    cases = recorded.load()
    assert len(cases) >= 2000
    counts: collections.Counter[str] = collections.Counter()
    for case in cases:
        text = json.dumps(case["program"])
        for feature in FEATURES:
            counts[feature] += feature in text
        outcomes = json.dumps(case["outcomes"])
        for kind in KINDS:
            counts[kind] += f'["{kind}"' in outcomes
        for outcome in case["outcomes"]:
            if isinstance(outcome, list) and outcome and outcome[0] == "error":
                counts[outcome[1]] += 1
        counts["statements"] += sum(1 for _ in walk(case["program"]))
        counts["skipped"] += case["outcomes"].count("skipped")
    rare = {feature: counts[feature] for feature in FEATURES if counts[feature] < 25}
    assert not rare, f"features that hardly occur: {rare}"
    rare = {kind: counts[kind] for kind in (*KINDS, *ERRORS) if counts[kind] < 25}
    assert not rare, f"outcomes that hardly occur: {rare}"
    assert counts["skipped"] < 0.15 * counts["statements"]


def test_the_recordings_cover_jacobians() -> None:
    cases = recorded.load("jacobians")
    assert len(cases) >= 300
    counts: collections.Counter[str] = collections.Counter()
    for case in cases:
        text = json.dumps([case["program"], case["outcomes"]])
        for feature in JACOBIAN_FEATURES:
            counts[feature] += feature in text
    rare = {feature: counts[feature] for feature in JACOBIAN_FEATURES if counts[feature] < 25}
    assert not rare, f"what hardly occurs: {rare}"


@pytest.mark.parametrize("programs", SETS)
def test_a_seed_gives_one_program(programs: str) -> None:
    for case in recorded.load(programs)[:100]:
        assert generate(case["seed"], programs=programs) == (case["theme"], case["program"])


KINDS = ["tensor", "slices", "warned", "list", "tuple", "dict"]
ERRORS = ["RuntimeError", "ValueError", "TypeError", "AttributeError"]
FEATURES = [
    "persistent=True",
    "watch_accessed_variables=False",
    "__enter__()",
    "__exit__(",
    ".stop_recording()",
    ".reset()",
    ".watch(",
    "output_gradients=",
    'unconnected_gradients=\\"zero\\"',
    "trainable=False",
    ".assign(",
    ".assign_add(",
    ".assign_sub(",
    "read_value=False",
    ".value()",
    ".read_value()",
    "tf.convert_to_tensor(",
    "tf.identity(",
    "tf.stop_gradient(",
    "tf.custom_gradient",
    "tf.floor(",
    "tf.sign(",
    "tf.zeros_like(",
    "tf.ones_like(",
    "tf.argmax(",
    "tf.unstack(",
    "tf.split(",
    "tf.gather(",
    "tf.matmul(",
    '"thread"',
    '"try"',
    "names(",
    "del t",
    "tf.int32",
    "tf.float64",
]
JACOBIAN_FEATURES = [
    ".jacobian(",
    ".batch_jacobian(",
    "persistent=True",
    "parallel_iterations=",
    "experimental_use_pfor=False",
    'unconnected_gradients=\\"zero\\"',
    "tf.custom_gradient",
    "tf.float64",
    "ValueError",
]
