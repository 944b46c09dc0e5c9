"""All recorded tf.data pipelines are replayed; the default run has a sample of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data_pipelines import recorded
from tests.data_pipelines.test_data_pipelines import check


@pytest.mark.parametrize("path", recorded.files(), ids=lambda path: path.stem)
def test_every_pipeline_gives_tensorflows_outcomes(path: Path) -> None:
    check(path, 1)
