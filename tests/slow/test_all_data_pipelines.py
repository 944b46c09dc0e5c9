"""All recorded tf.data pipelines are replayed; the default run has a sample of them.

It takes ten minutes of one core, so it only runs if it is asked for:

    ALL_PIPELINES=1 pytest tests/slow/test_all_data_pipelines.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.data_pipelines import recorded
from tests.data_pipelines.test_data_pipelines import check

pytestmark = pytest.mark.skipif("ALL_PIPELINES" not in os.environ, reason="takes ten minutes")


@pytest.mark.parametrize("path", recorded.files(), ids=lambda path: path.stem)
def test_every_pipeline_gives_tensorflows_outcomes(path: Path) -> None:
    check(path, 1)
