"""Tests that need an accelerator: `pytest --device gpu tests/on_device`, or a real one."""

import pytest
import torch


def pytest_collection_modifyitems(items):
    if not torch.accelerator.is_available():
        for item in items:
            item.add_marker(pytest.mark.skip(reason="needs an accelerator: pytest --device gpu"))
