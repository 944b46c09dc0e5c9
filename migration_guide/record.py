"""Records what each program prints with TensorFlow: `python -m migration_guide.record [NAME ...]`.

Needs a Python with TensorFlow, scikit-learn and matplotlib. Writes recorded/NAME.txt beside each
tutorial and recipe, which the tests compare with the output of this package.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

GUIDE = Path(__file__).parent
SCRIPTS = sorted(GUIDE.glob("tutorials/[0-9]*.py"))
HELPERS = ("adam", "picture")
RECIPES = sorted(path for path in GUIDE.glob("recipes/*.py") if path.stem not in HELPERS)


def recording(script: Path) -> Path:
    """The file with the recorded output of the tutorial or recipe `script`."""
    return script.parent / "recorded" / f"{script.stem}.txt"


def main() -> None:
    import tensorflow as tf  # imported here because the tests use this module without TensorFlow

    print("recording TensorFlow", tf.__version__)
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    with tempfile.TemporaryDirectory() as plots:
        for script in [*SCRIPTS, *RECIPES]:
            if sys.argv[1:] and script.stem not in sys.argv[1:]:
                continue
            process = subprocess.run(
                [sys.executable, script, *([plots] if script in SCRIPTS else [])],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                encoding="utf-8",
            )
            recording(script).write_text(process.stdout, encoding="utf-8", newline="\n")
            print(recording(script).name)


if __name__ == "__main__":
    main()
