"""`tf.compat.v1.train.Saver`: variables by name, in sessions and in eager execution."""

import os
import tempfile

from tests.parity.harness import attempt


def _names(directory):
    return sorted(name for name in os.listdir(directory) if not name.endswith(".meta"))


def saved_and_restored(tf):
    v1 = tf.compat.v1
    with tempfile.TemporaryDirectory() as directory, tf.Graph().as_default():
        a = v1.get_variable("a", shape=[2], initializer=v1.zeros_initializer())
        with v1.variable_scope("s"):
            b = v1.get_variable("b", initializer=tf.constant([1, 2]))
        step = v1.train.get_or_create_global_step()
        saver = v1.train.Saver(max_to_keep=2)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            for _ in range(3):
                session.run(step.assign_add(1))
                path = saver.save(session, f"{directory}/m", global_step=step)
            session.run([a.assign([5.0, 6.0]), b.assign([7, 8])])
            changed = session.run([a, b])
            saver.restore(session, path)
            restored = session.run([a, b])
        with v1.Session() as session:
            v1.train.Saver({"s/b": b}).restore(session, path)
            alone = session.run(b)
        state = tf.train.get_checkpoint_state(directory)
        kept = [os.path.basename(x) for x in state.all_model_checkpoint_paths]
        last = [os.path.basename(x) for x in saver.last_checkpoints]
        exist = [v1.train.checkpoint_exists(f"{directory}/m-{n}") for n in (1, 3)]
        shapes = tf.train.list_variables(path)
        return changed, restored, alone, kept, last, exist, shapes, _names(directory)


def names_of_files(tf):
    v1 = tf.compat.v1
    with tempfile.TemporaryDirectory() as directory, tf.Graph().as_default():
        v1.get_variable("a", initializer=1.0)
        with v1.Session() as session:
            session.run(v1.global_variables_initializer())
            saver = v1.train.Saver(pad_step_number=True, save_relative_paths=True)
            paths = [
                saver.save(session, f"{directory}/below/m", 7, latest_filename="latest"),
                saver.save(session, f"{directory}/below/n", write_state=False),
            ]
        with open(f"{directory}/below/latest", encoding="utf-8") as file:
            text = file.read()
        return [os.path.basename(path) for path in paths], text, _names(f"{directory}/below")


def checkpoints_of_objects(tf):
    v1 = tf.compat.v1
    with tempfile.TemporaryDirectory() as directory:
        x, y = tf.Variable(5.0, name="x"), tf.Variable([1.0], name="y")
        saver = v1.train.Saver([x, y])
        named = os.path.basename(saver.save(None, f"{directory}/named"))
        path = tf.train.Checkpoint(x=x, y=y).save(f"{directory}/objects")
        x.assign(9.0)
        saver.restore(None, path)
        restored = x.numpy()
        x.assign(9.0)
        tf.train.Checkpoint(x=x).restore(f"{directory}/named")
        with tf.Graph().as_default(), v1.Session() as session:
            z = v1.get_variable("x", initializer=1.0)
            w = v1.get_variable("w", initializer=1.0)
            v1.train.Saver([z]).restore(session, path)
            v1.train.init_from_checkpoint(f"{directory}/named", {"x": "w"})
            session.run(w.initializer)
            values = session.run([z, w])
            missing = attempt(lambda: v1.train.Saver().restore(session, path))
        return named, restored, x.numpy(), values, missing


def errors(tf):
    v1 = tf.compat.v1

    def first_lines(function):
        try:
            function()
        except (tf.errors.OpError, ValueError) as error:
            return type(error).__name__, str(error).partition("\n")[0]

    with tempfile.TemporaryDirectory() as directory, tf.Graph().as_default(), v1.Session() as s:
        a = v1.get_variable("a", initializer=1.0)
        saver = v1.train.Saver()
        s.run(a.initializer)
        path = saver.save(s, f"{directory}/m")
        b = v1.get_variable("b", initializer=1)
        return [
            first_lines(lambda: v1.train.Saver().restore(s, path)),
            first_lines(lambda: v1.train.Saver({"a": b}).restore(s, path)),
            [
                attempt(function)
                for function in (
                    lambda: saver.restore(s, "none"),
                    lambda: saver.restore(s, None),
                    lambda: saver.save(s, "m", latest_filename="a/b"),
                    lambda: v1.train.Saver([a, a]),
                    lambda: v1.train.Saver(3),
                    lambda: v1.train.Saver([]),
                    lambda: v1.train.Saver([a], defer_build=True),
                )
            ],
        ]


def without_variables_in_eager_execution(tf):
    return tf.compat.v1.train.Saver()
