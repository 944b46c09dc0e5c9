"""The tests that need an accelerator, on the pretended one, in a process of their own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_on_the_pretended_gpu():
    command = [sys.executable, "-m", "pytest", "-q", "--device", "gpu", "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "tests/on_device"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-4000:]
    assert "skipped" not in run.stdout.splitlines()[-1]
