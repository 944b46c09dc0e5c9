"""Writes the SavedModels of `case_helpers/saved_models.py`.

    .venv-tf/bin/python -m tests.parity.record_saved_models tensorflow
    .venv/bin/python -m tests.parity.record_saved_models here

What TensorFlow writes is read by this package, and what this package writes is read by TensorFlow,
when the family `saved_model_files` is recorded: the first comes first.
"""

from tests.parity.case_helpers.saved_models import BUILDERS, FOLDER, OF_TENSORFLOW, save
from tests.parity.case_helpers.written_files import begin


def main() -> None:
    tf, writer, folder = begin(FOLDER)
    for name in OF_TENSORFLOW if writer == "tensorflow" else BUILDERS:
        save(tf, name, folder)
        (folder / name / "fingerprint.pb").unlink(missing_ok=True)  # differs each time


if __name__ == "__main__":
    main()
