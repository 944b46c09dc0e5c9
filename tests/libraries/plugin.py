"""Makes `import tensorflow` import this package, and applies the list of expected failures.

A line of the list is a test's id, or the beginning of some up to a `*`, two spaces, and the reason.
"""

import os
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import tf_tape_compat

tf_tape_compat.install()

if os.environ["STAND_INS"]:
    import stand_ins  # from stubs

    stand_ins.install()


def expected_failures():
    path = Path(os.environ["EXPECTED_FAILURES"])
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line.split("  ", 1) for line in lines if line.strip() and not line.startswith("#")]


def pytest_collection_modifyitems(items):
    listed = expected_failures()
    for item in items:
        for pattern, reason in listed:
            if fnmatchcase(item.nodeid.replace("[", "("), pattern.replace("[", "(")):
                item.add_marker(pytest.mark.xfail(reason=reason, strict="*" not in pattern))
                break
