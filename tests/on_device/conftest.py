"""Tests that need an accelerator: `pytest --device gpu tests/on_device`, or a real one."""

from pathlib import Path

import pytest
import torch


def pytest_collection_modifyitems(items):
    if not torch.accelerator.is_available():
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(
                    pytest.mark.skip(reason="needs an accelerator: pytest --device gpu")
                )
