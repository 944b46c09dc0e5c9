"""The command line: `python -m benchmarks [TABLE] ...`, see --help."""

import argparse
import importlib.util
import sys

from benchmarks.accelerator import gpu
from benchmarks.function_table import functions
from benchmarks.memory import memory
from benchmarks.speed import speed
from benchmarks.startup import startup

TABLES = [
    "speed",
    "startup",
    "layers",
    "control",
    "shuffled",
    "mapped",
    "images",
    "draws",
    "files",
    "functions",
    "memory",
    "gpu",
]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time tf_tape_compat beside raw torch, and TensorFlow where it is installed.",
    )
    parser.add_argument(
        "tables", nargs="*", metavar="TABLE", help=f"{', '.join(TABLES)}; the first two if none"
    )
    parser.add_argument("--tf-python", help="an interpreter with TensorFlow; this one if it has it")
    parser.add_argument("--repetitions", type=int, default=30, help="of each row and import")
    parser.add_argument("--duration", type=float, default=0.02, help="of one, in seconds")
    parser.add_argument("--steps", type=int, default=20_000, help="of training, for memory")
    arguments = parser.parse_args()
    tables = arguments.tables or TABLES[:2]
    for table in tables:
        if table not in TABLES:
            parser.error(f"no table {table!r}: there are {', '.join(TABLES)}")

    tf_python = arguments.tf_python
    if tf_python is None and importlib.util.find_spec("tensorflow"):
        tf_python = sys.executable
    if "speed" in tables:
        speed(tf_python, arguments.duration, arguments.repetitions)
    for table in ("layers", "control", "shuffled", "mapped", "images", "draws", "files"):
        if table in tables:
            speed(tf_python, arguments.duration, arguments.repetitions, table)
    if "functions" in tables:
        functions(tf_python, arguments.duration, arguments.repetitions)
    if "gpu" in tables:
        gpu(arguments.duration, arguments.repetitions)
    if "startup" in tables:
        startup(tf_python, min(arguments.repetitions, 10))
    if "memory" in tables:
        memory(tf_python, arguments.steps)


if __name__ == "__main__":
    main()
