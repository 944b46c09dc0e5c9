"""Records what TensorFlow prints for each tutorial: `python -m migration_guide.record`.

It runs under a Python that has TensorFlow and scikit-learn, and writes
tutorials/recorded/NAME.txt, which the tests compare with what is printed here.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "tutorials"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))


def recording(script: Path) -> Path:
    """Where the output of the tutorial `script` is kept."""
    return FOLDER / "recorded" / f"{script.stem}.txt"


def main() -> None:
    import tensorflow as tf  # here, because the tests import this module without TensorFlow

    print("recording TensorFlow", tf.__version__)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as pictures:
        for script in SCRIPTS:
            done = subprocess.run(
                [sys.executable, script, pictures],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            recording(script).write_text(done.stdout, encoding="utf-8", newline="\n")
            print(recording(script).name)


if __name__ == "__main__":
    main()
