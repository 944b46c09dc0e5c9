"""Replays every case on this package and compares it with what TensorFlow did."""

from __future__ import annotations

import fnmatch
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import tf_tape_compat as tf
from tests.device import selection
from tests.device.refusals import without_refusals
from tests.parity import harness
from tests.parity.encoding import MESSAGE
from tf_tape_compat import _logging as tape_logging

_CASES = [case for family in harness.families() for case in harness.cases_of(family)]
# A folder and families whose cases take seconds each: tests/slow/test_slow_cases.py runs them.
_SLOW = frozenset(("keras", "traced_sizes", "traced_unknown_shapes"))
_RECORDED = {family: harness.load_recordings(family) for family in harness.families()}
_DATE = re.compile(r" +(?=\d{4}-\d\d-\d\d )")  # names of cases may have spaces
_VERSIONS = Path(__file__).with_name("version_differences.txt")


def _known(file: str) -> dict[str, str]:
    """The cases that a file lists, and the reasons."""
    known = {}
    text = Path(__file__).with_name(file).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, reason = _DATE.split(line, 1)
            known[name] = reason
    return known


_KNOWN = _known("known_differences.txt")
_KNOWN_MESSAGES = _known("known_messages.txt")


def _version_differences() -> dict[str, str]:
    """The reason for each pattern of cases that is skipped on this version of Python."""
    skipped = {}
    for line in _VERSIONS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, versions, reason = line.split(maxsplit=2)
            before, number = versions.startswith("<"), versions.lstrip("<>=").split(".")
            if (sys.version_info < tuple(map(int, number))) == before:
                skipped[pattern] = reason
    return skipped


_SKIPPED = _version_differences()


def _parameter(case: harness.Case) -> Any:
    marks = []
    if reason := _KNOWN.get(str(case)):
        always = not reason.split(maxsplit=1)[1].startswith("not always: ")  # the date is first
        marks.append(pytest.mark.xfail(reason=reason, strict=always))
    for pattern, reason in _SKIPPED.items():
        if fnmatch.fnmatchcase(str(case), pattern):
            marks.append(pytest.mark.skip(reason=reason))
    return pytest.param(case, id=str(case), marks=marks)


def parameters(slow: bool) -> list[Any]:
    """The slow cases, or the others, with what is known of them."""
    return [
        _parameter(case)
        for case in _CASES
        if bool(_SLOW & {case.family, harness.folder_of(case.family)}) == slow
    ]


@pytest.mark.parametrize("case", parameters(slow=False))
def test_case(case: harness.Case) -> None:
    """The case returns, prints and raises here what it returned, printed and raised there."""
    check(case)


def check(case: harness.Case) -> None:
    """Fails if a case differs from its recording."""
    expected = _RECORDED[case.family].get(case.name)
    if expected is None:
        pytest.fail(f"{case} has no recording: python -m tests.parity.record {case.family}")
    tape_logging._counts.clear()  # the recorder makes TensorFlow forget what it logged, too
    strays = selection.Strays()
    actual = selection.as_recorded(harness.run(case, tf, strays.observe))
    differences = without_refusals(str(case), harness.compare(case, expected, actual))
    differences += strays.report(str(case))
    if str(case) in _KNOWN_MESSAGES:
        others = [text for text in differences if MESSAGE not in text]
        if others == differences:
            pytest.fail(f"the messages of {case} agree: remove it from known_messages.txt")
        differences = others
    if "error" in actual and "error" not in expected:
        case.function(tf)  # raises again, for its traceback
    if differences:
        pytest.fail("\n".join(differences), pytrace=False)


def test_every_recording_has_its_case() -> None:
    """No recording and no known difference belongs to a case that no longer exists."""
    names = {str(case) for case in _CASES}
    files = set(harness.RECORDINGS.rglob("*.json"))
    assert not files - {harness.recording_of(family) for family in harness.families()}
    recorded = {f"{family}/{name}" for family, cases in _RECORDED.items() for name in cases}
    assert not recorded - names
    assert not (_KNOWN.keys() | _KNOWN_MESSAGES.keys()) - names
    assert all(fnmatch.filter(names, pattern) for pattern in _SKIPPED)
