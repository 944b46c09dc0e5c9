"""Checkpoints that TensorFlow wrote, of kinds that are only read here; and optimizers' slots."""

from pathlib import Path

import numpy as np

from tests.parity.case_helpers.checkpointing import in_folder, kind
from tests.parity.harness import attempt

FILES = Path(__file__).parents[2] / "checkpoints"


def _prefix(name):
    return str(FILES / name / ("model" if name in ("named", "first") else "ckpt-1"))


def _reading(name):
    """A case: all that a reader knows of the files."""

    def case(tf):
        reader = tf.train.load_checkpoint(_prefix(name))
        keys = sorted(reader.get_variable_to_shape_map())
        return {
            "listed": [list(pair) for pair in tf.train.list_variables(_prefix(name))],
            "types": [reader.get_variable_to_dtype_map()[key] for key in keys],
            "values": [reader.get_tensor(key) for key in keys if not key.startswith("_")],
            "debug": reader.debug_string(),
        }

    return case


CASES = {f"read_{name}": _reading(name) for name in ("named", "sharded", "slots", "keras")}


def read_first(tf):
    prefix = _prefix("first")
    reader = tf.train.load_checkpoint(prefix)
    shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    names = "float32 float64 int8 int16 int32 int64 uint8 bool text scalar empty".split()
    return {
        "listed": [list(pair) for pair in tf.train.list_variables(prefix)],
        "types": [types[name] for name in sorted(shapes)],
        "values": [reader.get_tensor(name) for name in names],
        "one": tf.train.load_variable(prefix[:-1] + "?", "scalar"),
        "has": [reader.has_tensor(name) for name in ("rows", "no")],
        "none": attempt(reader.get_tensor, "no"),
        "view": kind(tf.train.CheckpointView, prefix),
    }


def restore_first(tf):
    rows = tf.Variable(np.zeros((4, 3), np.float32), name="rows")
    checkpoint = tf.train.Checkpoint(rows=rows, more=[tf.Variable(["", ""], name="text")])
    status = checkpoint.restore(_prefix("first"))
    results = [kind(status.assert_consumed), rows, checkpoint.more[0]]
    checkpoint.half = tf.Variable(np.zeros((2, 3), np.float16), name="float16")
    wrong = tf.train.Checkpoint(v=tf.Variable(np.zeros((2, 3), np.int32), name="float32"))
    return [*results, checkpoint.half, kind(wrong.restore, _prefix("first"))]


@in_folder
def damaged_first(tf, folder):
    whole = Path(_prefix("first")).read_bytes()
    results = []
    for at in (5, -1, -50):
        data = bytearray(whole)
        data[at] ^= 255
        Path(folder, "bad").write_bytes(data)
        results.append(kind(tf.train.load_checkpoint, folder + "/bad"))
    return results


def restore_sharded(tf):
    v = tf.Variable(np.zeros((20, 5)))
    checkpoint = tf.train.Checkpoint(v=v, w=tf.Variable([0, 0, 0]), text=tf.Variable(["", ""]))
    checkpoint.restore(_prefix("sharded")).assert_consumed()
    return v, checkpoint.w, checkpoint.text, checkpoint.save_counter


def restore_keras(tf):
    class Dense(tf.Module):
        def __init__(self, inputs, units):
            super().__init__()
            self._kernel = tf.Variable(tf.zeros([inputs, units]))
            self.bias = tf.Variable(tf.zeros([units]))

        def __call__(self, x):
            return x @ self._kernel + self.bias

    model = tf.Module()
    model._functional = tf.Module()
    model._functional._operations = layers = [tf.Module(), Dense(2, 3), Dense(3, 1)]
    status = tf.train.Checkpoint(model=model).restore(_prefix("keras")).expect_partial()
    status.assert_existing_objects_matched()
    hidden = tf.nn.relu(layers[1](tf.constant([[1.0, 2.0]])))
    return layers[2](hidden), kind(status.assert_consumed)


def restore_names(tf):
    rows = tf.Variable(np.zeros((4, 3), np.float32), name="rows")
    with tf.name_scope("scope"):
        columns = tf.Variable(np.zeros((1, 700), np.int64), name="columns")
    module = tf.Module()
    module.list = [tf.Variable(["", ""], name="text"), columns]
    checkpoint = tf.train.Checkpoint(rows=rows, module=module)
    status = checkpoint.restore(_prefix("named"))
    results = [rows, tf.reduce_sum(columns), module.list[0]]
    results += [type(status).__name__, kind(status.assert_consumed)]
    results += [kind(status.assert_existing_objects_matched), kind(status.assert_nontrivial_match)]
    results += [status.run_restore_ops(), status.initialize_or_restore()]
    results += [checkpoint.save_counter, type(status.expect_partial()).__name__]
    checkpoint.half = tf.Variable(0.0, dtype=tf.float16, name="half")
    module.list.append(tf.Variable(np.ones((4, 3), np.float32), name="rows"))
    results += [checkpoint.half, module.list[2], kind(status.assert_consumed)]
    checkpoint.other = tf.Variable(7.0, name="other")
    return [*results, checkpoint.other, attempt(status.assert_consumed)]


def restore_wrong_names(tf):
    results = []
    for make in (
        lambda: tf.Variable(1.0, name="rows"),
        lambda: tf.Variable(np.zeros((4, 3)), name="rows"),
        lambda: tf.Variable(1.0),
        lambda: tf.random.Generator.from_seed(1),
    ):
        checkpoint = tf.train.Checkpoint(v=make())
        status = attempt(checkpoint.restore, _prefix("named"))
        results.append(type(status).__name__)
        if not isinstance(status, Exception):
            results.append(kind(status.assert_consumed))
    return results, kind(tf.train.CheckpointView, _prefix("named"))


def _optimizer_of(tf):
    class Momentum(tf.Module):
        """An optimizer that keeps a variable for each, as TF1's do."""

        def __init__(self):
            super().__init__()
            self.kept = self._no_dependency([])
            self.waiting = self._no_dependency([])

        def get_slot_names(self):
            return ["momentum"]

        def get_slot(self, variable, name):
            return next((slot for v, slot in self.kept if v is variable), None)

        def make(self, variable):
            slot = tf.Variable(tf.zeros(variable.shape))
            self.kept.append((variable, slot))
            for position, _, v in self.waiting:
                if v is variable:
                    position.restore(slot)
            return slot

        def _create_or_restore_slot_variable(
            self, slot_variable_position, slot_name, variable, **kwargs
        ):
            slot = self.get_slot(variable, slot_name)
            if slot is not None:
                slot_variable_position.restore(slot)
            elif slot_variable_position.is_simple_variable():
                shape = slot_variable_position.value_shape()
                slot = tf.Variable(tf.zeros(shape))
                slot.assign(slot_variable_position.value_tensors()["VARIABLE_VALUE"] * 10)
                self.kept.append((variable, slot))
            else:
                self.waiting.append((slot_variable_position, slot_name, variable))

    return Momentum()


def restore_slots(tf):
    results = []
    for order in ("all", "late variable", "late optimizer", "made before"):
        v, w, optimizer = tf.Variable([0.0, 0.0]), tf.Variable(0.0), _optimizer_of(tf)
        if order == "made before":
            optimizer.make(v)
            optimizer.make(w)
        checkpoint = tf.train.Checkpoint(w=w)
        if order != "late variable":
            checkpoint.v = v
        if order != "late optimizer":
            checkpoint.optimizer = optimizer
        status = checkpoint.restore(_prefix("slots"))
        results.append(kind(status.assert_consumed))
        checkpoint.v, checkpoint.optimizer = v, optimizer
        results.append([kind(status.assert_consumed), v.value(), w.value()])
        results.append([slot.value() for _, slot in optimizer.kept])
    return results


@in_folder
def save_slots(tf, folder):
    v, w, optimizer = tf.Variable([1.0, 2.0]), tf.Variable(3.0), _optimizer_of(tf)
    optimizer.make(v).assign([4.0, 5.0])
    checkpoint = tf.train.Checkpoint(v=v, w=w, optimizer=optimizer)
    path = checkpoint.write(folder + "/x")
    options = tf.train.CheckpointOptions(experimental_skip_slot_variables=True)
    optimizer.kept[0][1].assign([0.0, 0.0])
    results = [list(pair) for pair in tf.train.list_variables(path)]
    results.append(kind(checkpoint.read(path, options).assert_consumed))
    results.append(optimizer.kept[0][1].value())
    checkpoint.read(path).assert_consumed()
    results.append(optimizer.kept[0][1].value())
    graph = tf.train.load_variable(path, "_CHECKPOINTABLE_OBJECT_GRAPH")
    checkpoint.twice = optimizer.kept[0][1]
    return [*results, graph, attempt(checkpoint.write, folder + "/x").__class__.__name__]
