"""`tf.train.CheckpointManager`, and the state file of a directory's checkpoints."""

import logging
import os
import pathlib
import tempfile

import numpy as np

from tests.parity.case_helpers.checkpointing import contents, in_folder, kind
from tests.parity.harness import attempt


@in_folder
def states(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    for _ in range(2):
        checkpoint.save(folder + "/x")
    state = tf.train.get_checkpoint_state(folder)
    text = pathlib.Path(folder, "checkpoint").read_text()
    results = [
        text,
        str(state),
        state.model_checkpoint_path,
        list(state.all_model_checkpoint_paths),
        list(state.all_model_checkpoint_timestamps),
        state.last_preserved_timestamp,
        tf.train.latest_checkpoint(folder),
        tf.train.latest_checkpoint(pathlib.Path(folder)),
        tf.train.latest_checkpoint(folder, "other"),
        tf.train.get_checkpoint_state(folder, "other"),
        tf.train.latest_checkpoint(folder + "/no"),
    ]
    for written in (
        'model_checkpoint_path: "/some/where"\n',
        "model_checkpoint_path: 'a\\x41\\102\\n'",
        'model_checkpoint_path: "a" "b" # c\nall_model_checkpoint_timestamps: 1.5\n',
        'model_checkpoint_path: "ü" last_preserved_timestamp: 3',
        "all_model_checkpoint_paths: 'a'",
        "",
        "nonsense",
        "model_checkpoint_path: 3",
        'other: "a"',
    ):
        pathlib.Path(folder, "written").write_text(written)
        logging.disable()  # what is logged has the folder's path
        results.append(attempt(lambda: str(tf.train.get_checkpoint_state(folder, "written"))))
        results.append(attempt(tf.train.latest_checkpoint, folder, "written"))
        logging.disable(logging.NOTSET)
    return results


def ignored_states(tf):
    with tempfile.TemporaryDirectory() as folder:
        before = os.getcwd()
        os.chdir(folder)
        try:
            pathlib.Path("checkpoint").write_text("nonsense")
            results = [tf.train.latest_checkpoint(".")]
            pathlib.Path("checkpoint").write_text('model_checkpoint_path: "gone"')
            return [*results, tf.train.latest_checkpoint("."), tf.train.latest_checkpoint("")]
        finally:
            os.chdir(before)


@in_folder
def relative(tf, folder):
    before = os.getcwd()
    os.chdir(folder)
    try:
        checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
        results = [checkpoint.save("x"), pathlib.Path("checkpoint").read_text()]
        results += [checkpoint.save("sub/x"), pathlib.Path("sub/checkpoint").read_text()]
        results += [tf.train.latest_checkpoint("."), tf.train.latest_checkpoint("sub")]
        results += [tf.train.latest_checkpoint(folder), contents("sub")]
        manager = tf.train.CheckpointManager(checkpoint, "sub", 2)
        results += [manager.save(), manager.latest_checkpoint, manager.checkpoints]
        return results
    finally:
        os.chdir(before)


@in_folder
def iterated(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    first = checkpoint.save(folder + "/x")
    results = []
    for path in tf.train.checkpoints_iterator(folder, timeout=0):
        results.append(path)
        if path == first:
            checkpoint.save(folder + "/x")
    asked = []
    for path in tf.train.checkpoints_iterator(
        folder, timeout=0, timeout_fn=lambda: asked.append(1) or len(asked) > 2
    ):
        results.append(path)
    none = list(tf.train.checkpoints_iterator(folder + "/no", 0, 0))
    return results, len(asked), none


@in_folder
def managed(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=2)
    results = [manager.latest_checkpoint, manager.checkpoints, manager.restore_or_initialize()]
    for value in (1.0, 2.0, 3.0):
        checkpoint.v.assign(value)
        results.append(manager.save())
    results += [contents(folder), manager.checkpoints, manager.latest_checkpoint]
    results += [manager.directory, manager.checkpoint is checkpoint, manager.checkpoint_interval]
    checkpoint.v.assign(0.0)
    results += [manager.restore_or_initialize(), checkpoint.v, checkpoint.save_counter]
    results += [manager.save(checkpoint_number=20), manager.save(tf.constant(7)), contents(folder)]
    results += [kind(manager.save, "a"), kind(manager.save, 2.5), manager.save(np.int64(7))]
    results.append(manager.sync())

    # Another manager goes on from there.
    fresh = tf.train.Checkpoint(v=tf.Variable(9.0))
    again = tf.train.CheckpointManager(fresh, pathlib.Path(folder), 1, checkpoint_name="other")
    results += [again.latest_checkpoint, again.checkpoints, again.restore_or_initialize(), fresh.v]
    results += [again.save(), contents(folder), again.checkpoints]
    state = tf.train.get_checkpoint_state(folder)
    results += [list(state.all_model_checkpoint_paths), len(state.all_model_checkpoint_timestamps)]
    results += [kind(tf.train.CheckpointManager, fresh, folder, keep) for keep in (0, -1)]
    return results


@in_folder
def managed_forever(tf, folder):
    checkpoint = tf.train.Checkpoint(v=tf.Variable(1.0))
    manager = tf.train.CheckpointManager(checkpoint, folder, None)
    for _ in range(4):
        manager.save()
    kept = tf.train.CheckpointManager(checkpoint, folder, 1, keep_checkpoint_every_n_hours=1e-9)
    for _ in range(2):
        kept.save()
    return manager.checkpoints, kept.checkpoints, contents(folder)


@in_folder
def managed_steps(tf, folder):
    step = tf.Variable(0, dtype=tf.int64)
    checkpoint = tf.train.Checkpoint(step=step)
    called = []

    def manager(**given):
        return tf.train.CheckpointManager(
            checkpoint, folder, 3, step_counter=step, checkpoint_interval=2, **given
        )

    one = manager(init_fn=lambda: called.append(1))
    results = [one.restore_or_initialize(), called, one.save(), one.save(), one.checkpoint_interval]
    for _ in range(4):
        step.assign_add(1)
        results.append(one.save(checkpoint_number=step))
    step.assign_add(1)
    results += [one.save(), one.save(check_interval=False), one.save(check_interval=False)]
    other = manager(last_checkpoint_step=4)
    results += [other.save(), other.restore_or_initialize(), step, other.save()]
    wrong = kind(tf.train.CheckpointManager, checkpoint, folder, 3, checkpoint_interval=2)
    return [*results, wrong]
