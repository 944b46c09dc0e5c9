"""What all tests share: how a run is divided among the cores, and what a test leaves behind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile

if "PYTEST_XDIST_WORKER" in os.environ:
    # One thread in each worker, or the workers would fight over the cores. torch reads this once.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from tests.device import plugin

MOST_WORKERS = 8


def pytest_addoption(parser):
    plugin.add_options(parser)
    parser.addoption(
        "--traced",
        nargs="?",
        const="traced",
        choices=("traced", "unknown"),
        help="make all recorded calls inside a tf.function, or with an unknown leading dimension",
    )


def pytest_configure(config):
    plugin.configure(config)
    # Programs under test leave their temporary files, as programs do.
    folder = tempfile.mkdtemp(prefix="tf_tape_compat_tests_")
    earlier = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    config.add_cleanup(lambda: _remove_temporary_files(folder, earlier))


def _remove_temporary_files(folder: str, earlier: str | None) -> None:
    tempfile.tempdir = None
    if earlier is None:
        os.environ.pop("TMPDIR", None)
    else:
        os.environ["TMPDIR"] = earlier
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config):
    """Runs the whole suite on all cores; what is chosen on the command line in one process.

    `-n` decides if it is given. Without pytest-xdist everything runs in one process.
    """
    option = config.option
    undecided = getattr(option, "numprocesses", 0) is None
    whole_suite = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    one_process = option.keyword or option.usepdb or option.collectonly
    in_worker = hasattr(config, "workerinput")
    if undecided and whole_suite and not (one_process or in_worker):
        option.numprocesses = min(_available_cores(), MOST_WORKERS)


def _available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def pytest_collection_modifyitems(config, items):
    plugin.choose(config, items)
    if config.getoption("--device") == "cuda":
        return
    skip = pytest.mark.skip(reason="needs a CUDA GPU: pytest --device cuda")
    for item in items:
        if item.get_closest_marker("cuda"):
            item.add_marker(skip)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session):
    plugin.report_of_worker(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    plugin.add_worker(node)


def pytest_terminal_summary(terminalreporter):
    plugin.summarise(terminalreporter)


@pytest.fixture(autouse=True)
def process_state():
    """Restores what a program that a test runs by `tf-tape run` changes in its process."""
    before = sys.argv, sys.path[:], sys.modules["__main__"], sys.excepthook
    yield
    sys.argv, sys.path[:], sys.modules["__main__"], sys.excepthook = before
    from tf_tape_compat import _install  # not above: the device is chosen before it is imported

    _install.uninstall()
