"""The TensorFlow column: another interpreter, which times rows on request.

TensorFlow runs in a separate process, so that neither library's threads
nor allocator touch the other's, and so that it need not be installed here.
A request is a line "row calls"; the answer is a line with the seconds of one call.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Timer


class TensorFlowColumn:
    """A context manager: inside it, `timer(row)` gives the times of that row of a table."""

    def __init__(self, python: str, table: str = "speed", threads: int = 1) -> None:
        self.python = python
        self.table = table
        self.threads = threads

    def __enter__(self) -> "TensorFlowColumn":
        self._errors = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            [self.python, "-m", "benchmarks.tensorflow_worker", self.table, str(self.threads)],
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": str(self.threads)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            bufsize=1,
        )
        try:
            self.version = self._answer()
        except RuntimeError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def timer(self, row: int) -> Timer:
        def seconds(calls: int) -> float:
            print(row, calls, file=self._process.stdin)
            return float(self._answer())

        return seconds

    def _answer(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"{self.python} stopped:\n{self._errors.read()}")
        return line.strip()


def main() -> None:
    import tensorflow as tf

    from benchmarks.tables import TABLES
    from benchmarks.timing import timer

    rows, threads = TABLES[sys.argv[1]].rows, int(sys.argv[2])
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    print(tf.__version__, flush=True)
    timers: dict[int, Timer] = {}
    for line in sys.stdin:
        row, calls = map(int, line.split())
        if row not in timers:
            timers[row] = timer(rows[row].on_tf(tf))
        print(timers[row](calls), flush=True)


if __name__ == "__main__":
    main()
