"""What importing Keras with the first use of `tf.keras` leaves as it was."""

import subprocess
import sys

_PROGRAM = """
import random
import tf_tape_compat as tf
random.seed(7)
state = random.getstate()
tf.keras
print(random.getstate() == state)
"""


def test_first_use_of_keras_leaves_random_numbers() -> None:
    """TensorFlow imports Keras with itself: seeds set before the first use are those of layers."""
    run = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True)
    assert run.stdout == "True\n", run.stderr
