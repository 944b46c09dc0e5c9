"""The tables of rows, and the bounds of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.control import CONTROL
from benchmarks.data import MAPPED, SHUFFLED
from benchmarks.draws import DRAWS
from benchmarks.files import FILES
from benchmarks.functions import FUNCTIONS
from benchmarks.images import IMAGES
from benchmarks.layers import LAYERS
from benchmarks.rows import ROWS


@dataclass(frozen=True)
class Table:
    rows: Sequence[Any]
    threads: int | None  # all cores if None
    tensorflow_bound: float  # the least ratio of TensorFlow's time to ours
    most: int  # repetitions


TABLES = {
    "speed": Table(ROWS, 1, 4.0, 1000),
    "layers": Table(LAYERS, None, 1.0, 10),
    "control": Table(CONTROL, 1, 4.0, 100),
    "images": Table(IMAGES, 1, 0.9, 30),
    "shuffled": Table(SHUFFLED, 1, 5.0, 10),
    "mapped": Table(MAPPED, 1, 1.0, 10),
    "draws": Table(DRAWS, None, 1 / 8, 10),
    "functions": Table(FUNCTIONS, 1, 0.5, 100),
    "files": Table(FILES, 1, 0.8, 100),
}
