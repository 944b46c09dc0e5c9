"""Every tutorial of the migration guide, run by `tf-tape run`, prints what TensorFlow printed."""

import math
import subprocess
import sys

import pytest

from migration_guide.record import SCRIPTS, recording
from tests.unit.command import tf_tape_run

STEPS = [script for script in SCRIPTS if script.stem[:2] <= "08"]
TRAINING = [script for script in SCRIPTS if script.stem[:2] > "08"]


def by_name(script):
    return script.stem


def losses(output):
    return [float(line.split()[-1]) for line in output.splitlines() if line.startswith("step ")]


def without_floats(output):
    """The output with "#" for every number that has digits after the point."""
    lines = [line.split(" ") for line in output.splitlines()]
    return [["#" if is_float(word) else word for word in line] for line in lines]


def floats(output):
    return [float(word) for word in output.split() if is_float(word)]


def is_float(word):
    whole, point, digits = word.partition(".")
    return bool(point) and whole.lstrip("-").isdigit() and digits[:1].isdigit()


def test_every_tutorial_is_there():
    assert (len(STEPS), len(TRAINING)) == (8, 3)
    recorded = {path.name for path in recording(SCRIPTS[0]).parent.iterdir()}
    assert recorded == {recording(script).name for script in SCRIPTS}


@pytest.mark.parametrize("script", STEPS, ids=by_name)
def test_step_prints_what_tensorflow_prints(script):
    assert tf_tape_run(script) == recording(script).read_text(encoding="utf-8")


def test_command_prints_nothing_besides():
    """Runs in a separate process, to its end; other tests call the command as a function."""
    script = STEPS[2]
    command = [sys.executable, "-m", "tf_tape_compat", "run", script]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == recording(script).read_text(encoding="utf-8")


@pytest.mark.parametrize("script", TRAINING, ids=by_name)
def test_training_follows_tensorflow(script, tmp_path):
    pytest.importorskip("sklearn", reason="the data come with scikit-learn")
    expected = recording(script).read_text(encoding="utf-8")

    output = tf_tape_run(script, str(tmp_path))

    assert without_floats(output) == without_floats(expected)
    assert len(losses(expected)) >= 100
    for step, (ours, theirs) in enumerate(zip(floats(output), floats(expected), strict=True)):
        assert math.isclose(ours, theirs, rel_tol=1e-5), f"number {step}: {ours}, not {theirs}"

    (picture,) = tmp_path.iterdir()
    assert picture.name == f"{script.stem}.png"
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n") and content.rstrip().endswith(b"IEND\xaeB`\x82")
