"""Records the output of each tutorial with TensorFlow: `python -m migration_guide.record`.

Needs a Python with TensorFlow and scikit-learn. Writes tutorials/recorded/NAME.txt, which the tests
compare with the output of this package.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "tutorials"
SCRIPTS = sorted(FOLDER.glob("[0-9]*.py"))


def recording(script: Path) -> Path:
    """The file with the recorded output of the tutorial `script`."""
    return FOLDER / "recorded" / f"{script.stem}.txt"


def main() -> None:
    import tensorflow as tf  # imported here because the tests use this module without TensorFlow

    print("recording TensorFlow", tf.__version__)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as plots:
        for script in SCRIPTS:
            process = subprocess.run(
                [sys.executable, script, plots],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            recording(script).write_text(process.stdout, encoding="utf-8", newline="\n")
            print(recording(script).name)


if __name__ == "__main__":
    main()
