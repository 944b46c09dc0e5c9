"""What all tests share."""

import sys

import pytest
import torch

from tf_tape_compat import _install


def pytest_collection_modifyitems(items):
    if torch.cuda.is_available():
        return
    skip = pytest.mark.skip(reason="there is no CUDA GPU")
    for item in items:
        if item.get_closest_marker("cuda"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def process_state():
    """Puts back what a program run inside a test by `tf-tape run` leaves to its process."""
    before = sys.argv, sys.path[:], sys.modules["__main__"], sys.excepthook
    yield
    sys.argv, sys.path[:], sys.modules["__main__"], sys.excepthook = before
    _install.uninstall()
