"""pytest's side of `--device`: the options, the choice of tests, what is known, the report."""

from __future__ import annotations

from typing import Any

import pytest

from . import selection, watch

FOLDERS = ("tests/parity", "tests/calls", "tests/tape_programs")
"""What a whole run on a device consists of; `tests/unit` tests the package on the CPU."""


def add_options(parser: Any) -> None:
    group = parser.getgroup("devices")
    group.addoption(
        "--device",
        choices=selection.DEVICES,
        default="cpu",
        help="the default device: gpu is pretended, cuda, mps and xpu are real",
    )
    group.addoption(
        "--watch",
        choices=watch.MODES,
        default="collect",
        help="what becomes of hidden reads and silent copies on the pretended GPU",
    )
    group.addoption(
        "--every",
        type=int,
        default=1,
        metavar="N",
        help="only each N-th test, and those of devices",
    )


def configure(config: Any) -> None:
    """Selects the device: before any test module, and so the package, is imported."""
    device = config.getoption("--device")
    try:
        selection.select(device)
    except ValueError as error:
        raise pytest.UsageError(f"--device {device}: {error}") from None
    if device == "gpu":
        watch.mode = config.getoption("--watch")
    whole_suite = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if device != "cpu" and whole_suite:  # workers of pytest-xdist find the folders themselves, too
        config.args[:] = [str(config.rootpath / folder) for folder in FOLDERS]


def choose(config: Any, items: list[Any]) -> None:
    """Keeps a sample, and marks the tests that fail on the device."""
    device, step = config.getoption("--device"), config.getoption("--every")
    if step > 1:
        kept = [item for i, item in enumerate(items) if i % step == 0 or "devices/" in item.nodeid]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept
    if device == "cpu":
        return
    names = {key(item): item for item in items}
    for test, reason in selection.known_failures().items():
        if test in names:
            crashes = reason.startswith("ends the process")
            mark = pytest.mark.xfail(reason=reason, strict=device == "gpu", run=not crashes)
            names[test].add_marker(mark)


def key(item: Any) -> str:
    """A test's name in `known_failures.txt`: its folder and its parameter, or its function."""
    folder = item.path.parent.name
    parameter = getattr(item, "callspec", None)
    return f"{folder}/{parameter.id if parameter else item.name}"


def report_of_worker(config: Any) -> None:
    """Hands what a worker of pytest-xdist watched to the process that reports."""
    if hasattr(config, "workeroutput"):
        config.workeroutput["watched"] = [
            [[*site, how, count] for (site, how), count in watch.reads.items()],
            [[*site, count] for site, count in watch.copies.items()],
        ]


def add_worker(node: Any) -> None:
    """Adds what a worker watched."""
    reads, copies = getattr(node, "workeroutput", {}).get("watched", ((), ()))
    for operation, line, how, count in reads:
        watch.reads[watch.Site(operation, line), how] += count
    for operation, line, count in copies:
        watch.copies[watch.Site(operation, line)] += count


def summarise(reporter: Any) -> None:
    lines = watch.report()
    if lines:
        reporter.section("hidden reads and silent copies on the device")
        for line in lines:
            reporter.write_line(line)
