"""Writes the models of `case_helpers/keras_files.py`, in every format that Keras has.

    .venv-tf/bin/python -m tests.parity.record_keras_files tensorflow
    .venv/bin/python -m tests.parity.record_keras_files here

What TensorFlow writes is read by this package, and what this package writes is read by TensorFlow,
when the family `keras_files` is recorded: the first comes first.
"""

from tests.parity.case_helpers.keras_files import BUILDERS, FOLDER, save
from tests.parity.case_helpers.written_files import begin


def main() -> None:
    tf, _, folder = begin(FOLDER)
    for name in BUILDERS:
        save(tf, name, folder)


if __name__ == "__main__":
    main()
