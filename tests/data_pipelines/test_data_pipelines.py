"""Random tf.data pipelines have the same elements, in the same order, as on TensorFlow."""

from __future__ import annotations

import collections
from pathlib import Path
from typing import Any

import pytest

from . import recorded
from .compare import first_difference, is_error
from .generator import generate
from .replay import report
from .server import Local, TooSlowError

MOST_SHOWN = 3
KNOWN_DIFFERENCES = frozenset(
    int(line.split()[0])
    for line in (Path(__file__).parent / "known_differences.txt").read_text().splitlines()
    if line and not line.startswith("#")
)


SAMPLE = 16  # every 16th program; tests/slow replays all, if asked to


@pytest.mark.parametrize("path", recorded.files(), ids=lambda path: path.stem)
def test_pipelines_give_tensorflows_outcomes(path: Path) -> None:
    check(path, SAMPLE)


def check(path: Path, every: int) -> None:
    """Replays every `every`th program of a file."""
    here = Local("tf_tape_compat")
    reports = []
    cases = [case for case in recorded.load_file(path) if case["seed"] % every == 0]
    for case in cases:
        try:
            ours: list[Any] = here.run(case["program"])
        except TooSlowError as error:
            ours = [["error", "TooSlowError", str(error)]] * len(case["program"])
        line = first_difference(ours, case["outcomes"])
        if case["seed"] in KNOWN_DIFFERENCES:
            assert line is not None, (
                f"seed {case['seed']} agrees: remove it from the known differences"
            )
        elif line is not None:
            reports.append(report(case, ours, line))
    assert not reports, f"{len(reports)} of {len(cases)} programs differ\n" + "\n".join(
        reports[:MOST_SHOWN]
    )


def test_the_recordings_cover_what_pipelines_do() -> None:
    cases = recorded.load()
    assert len(cases) >= 1000
    counts: collections.Counter[str] = collections.Counter()
    for case in cases:
        text = "\n".join(case["program"])
        counts.update(feature for feature in FEATURES if feature in text)
        failed = [outcome for outcome in case["outcomes"] if is_error(outcome)]
        counts["failed"] += bool(failed)
        counts["errors between elements"] += any(
            is_error(item)
            for outcome in case["outcomes"]
            if isinstance(outcome, list)
            for item in outcome
        )
    rare = {feature: counts[feature] for feature in FEATURES if counts[feature] < 8}
    assert not rare, f"what hardly occurs: {rare}"
    assert counts["failed"] >= 100
    assert counts["errors between elements"] >= 50


def test_a_seed_gives_one_program() -> None:
    for case in recorded.load()[:200]:
        assert generate(case["seed"]) == case["program"]


TRANSFORMATIONS = """
    apply batch bucket_by_sequence_length cache choose_from_datasets concatenate enumerate filter
    flat_map from_generator from_tensor_slices from_tensors get_single_element group_by_window
    ignore_errors interleave map padded_batch prefetch ragged_batch random range rebatch reduce
    rejection_resample repeat sample_from_datasets scan shard shuffle skip take take_while unbatch
    unique window with_options zip
""".split()
FEATURES = [
    "set_seed(",
    "reshuffle_each_iteration=False",
    "rerandomize_each_iteration=True",
    "stop_on_empty_dataset=True",
    "num_parallel_calls=",
    "drop_remainder=True",
    "block_length=",
    "tf.random.uniform(",
    "iter(",
    *(f".{name}(" for name in TRANSFORMATIONS),
]
