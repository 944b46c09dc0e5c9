"""Files that a program writes with TensorFlow, or with this package, for the other to read."""

import importlib
import shutil
import sys
from pathlib import Path
from types import ModuleType


def begin(folder: Path) -> tuple[ModuleType, str, Path]:
    """What writes, by the command line's argument "tensorflow" or "here"; and its empty folder."""
    writer = sys.argv[1]
    tf = importlib.import_module("tensorflow" if writer == "tensorflow" else "tf_tape_compat")
    shutil.rmtree(folder / writer, ignore_errors=True)
    (folder / writer).mkdir(parents=True)
    return tf, writer, folder / writer
