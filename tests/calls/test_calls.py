"""Replays the recorded calls, one test for each function."""

from __future__ import annotations

import itertools
import json
import sys

import pytest

import tf_tape_compat as tf
from tests.device import selection
from tests.device.refusals import without_refusals

from . import known
from .call import difference, run, source
from .recipes import modules, recipes
from .record import RECORDINGS


def _functions() -> list[tuple[str, list[dict]]]:
    records = [
        record
        for path in sorted(RECORDINGS.glob("*.json"))
        for record in json.loads(path.read_text(encoding="utf-8"))
    ]
    return [(name, list(group)) for name, group in itertools.groupby(records, lambda r: r["name"])]


# Calls recorded on Python 3.11 that show texts or bytes of Python's own, different since 3.12.
_PYTHON_3_11 = {
    "io.decode_compressed": "the header that gzip writes",
    "nest.map_structure": "the repr of an OrderedDict",
}


@pytest.mark.parametrize(("name", "records"), [pytest.param(*f, id=f[0]) for f in _functions()])
def test_calls(name: str, records: list[dict]) -> None:
    if name in _PYTHON_3_11 and sys.version_info >= (3, 12):
        pytest.skip(_PYTHON_3_11[name])
    differences = []
    for record in records:
        strays = selection.Strays()
        actual = selection.as_recorded(
            json.loads(json.dumps(run(record["call"], tf, strays.observe)))
        )
        text = "".join(
            without_refusals(f"calls/{name}", [difference(record["outcome"], actual) or ""])
        ) or "".join(strays.report(name))
        if text and not known.is_known(name, text):
            differences.append(f"{source(record['call'])}\n{text}\n{actual.get('message', '')}")
    assert not differences, "\n\n".join(differences)


def test_every_recipe_is_recorded() -> None:
    recorded = {name for name, _ in _functions()}
    assert recorded == set(recipes(modules()))
