"""Records what the programs of this folder print; run under TensorFlow.

python -m tests.processes.record [NAME ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def programs() -> list[Path]:
    """The programs, without the modules of the tests."""
    return [p for p in sorted(FOLDER.glob("*.py")) if p.stem not in ("__init__", "record")]


def output(command: list[str], program: Path) -> str:
    """What a program prints, run in a process of its own."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    process = subprocess.run(
        [*command, str(program)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


if __name__ == "__main__":
    for program in programs():
        if not sys.argv[1:] or program.stem in sys.argv[1:]:
            program.with_suffix(".out").write_text(output([sys.executable], program))
