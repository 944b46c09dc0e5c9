"""The recorded cases that take seconds each: Keras models that are built and trained."""

from __future__ import annotations

import pytest

from tests.parity import harness
from tests.parity.test_parity import check, parameters


@pytest.mark.parametrize("case", parameters(slow=True))
def test_slow_case(case: harness.Case) -> None:
    check(case)
