"""`tf.saved_model`: what is saved and loaded in one program, and errors."""

import os
from pathlib import Path

from tests.parity.case_helpers import saved_models
from tests.parity.case_helpers.checkpointing import contents, in_folder
from tests.parity.harness import attempt, tolerance


def _round_trip(name):
    @tolerance(rtol=1e-4, atol=1e-4)
    @in_folder
    def case(tf, folder):
        saved_models.save(tf, name, Path(folder))
        return saved_models.outcome(tf, name, Path(folder))

    return case


CASES = {f"{name} again": _round_trip(name) for name in saved_models.BUILDERS}


def _scalar_function(tf):
    @tf.function(input_signature=[tf.TensorSpec([], name="x")])
    def f(x):
        return x * 2.0

    return f


@in_folder
def refused_objects(tf, folder):
    module = tf.Module()
    v = tf.Variable(1.0)
    module.f = tf.function(lambda x: x * v, input_signature=[tf.TensorSpec([])])
    untracked = attempt(tf.saved_model.save, module, folder)
    other = tf.Module()
    other.signatures = {"a": 1}

    @tf.function
    def inside():
        tf.saved_model.save(tf.Module(), folder)

    return {
        "untracked": f"{type(untracked).__name__}: {str(untracked).partition(':')[0]}",
        "no trackable": attempt(tf.saved_model.save, 3, folder),
        "signatures": str(attempt(tf.saved_model.save, other, folder)).partition("attribute")[2],
        "inside": type(attempt(inside)).__name__,
    }


@in_folder
def refused_signatures(tf, folder):
    module = tf.Module()
    spec = [tf.TensorSpec([None])]
    nested = tf.function(lambda x: [x, (x, x)], input_signature=spec)
    numbered = tf.function(lambda x: {1: x}, input_signature=spec)
    return {
        "a number": attempt(tf.saved_model.save, module, folder, signatures=3),
        "nested": type(attempt(tf.saved_model.save, module, folder, signatures=nested)).__name__,
        "numbered": type(
            attempt(tf.saved_model.save, module, folder, signatures=numbered)
        ).__name__,
    }


@in_folder
def chosen_signatures(tf, folder):
    module = tf.Module()
    module.f = _scalar_function(tf)
    pair = tf.function(
        lambda x: {"sum": x[0] + x[1]}, input_signature=[[tf.TensorSpec([]), tf.TensorSpec([])]]
    )
    tf.saved_model.save(module, folder)
    one = tf.saved_model.load(folder).signatures["serving_default"]
    module.g = pair
    tf.saved_model.save(module, folder)
    none = sorted(tf.saved_model.load(folder).signatures)
    tf.saved_model.save(module, folder, {"a": pair, "b": module.f.get_concrete_function()})
    loaded = tf.saved_model.load(folder).signatures
    two = tf.constant(2.0)
    return {
        "one": [one(two), one(x=two), one.structured_input_signature, one.structured_outputs],
        "none": none,
        "chosen": sorted(loaded),
        "values": [loaded["a"](x=two, x_1=two), loaded["b"](x=two)],
        "names": sorted(loaded["a"].structured_input_signature[1]),
        "by position": attempt(loaded["a"], two),
        "missing": attempt(loaded["a"], y=two),
    }


@in_folder
def calls(tf, folder):
    module = tf.Module()

    @tf.function
    def f(x, y=2):
        return x + y

    module.f = f
    module.untraced = tf.function(lambda x: x)
    f(tf.constant([1.0, 2.0]))
    f(tf.constant(1), 3)
    tf.saved_model.save(module, folder)
    loaded = tf.saved_model.load(folder)
    return {
        "values": [
            loaded.f(tf.constant([3.0, 4.0])),
            loaded.f([3.0, 4.0]),
            loaded.f(tf.constant(3), 3),
        ],
        "other": attempt(loaded.f, tf.constant([3.0, 4.0]), 3),
        "text": attempt(loaded.f, "a"),
        "too many": attempt(loaded.f, 1, 2, 3),
        "untraced": attempt(loaded.untraced, 1.0),
        "signature": loaded.f.pretty_printed_concrete_signatures(),
    }


@in_folder
def files(tf, folder):
    path = os.path.join(folder, "model")
    missing = attempt(tf.saved_model.load, path)
    before = tf.saved_model.contains_saved_model(path)
    module = tf.Module()
    module.v = tf.Variable([1.0, 2.0])
    with open(os.path.join(folder, "text.txt"), "w") as file:
        file.write("hello")
    module.asset = tf.saved_model.Asset(os.path.join(folder, "text.txt"))
    module.read = tf.function(lambda: tf.io.read_file(module.asset.asset_path), input_signature=[])
    tf.saved_model.save(module, path)
    loaded = tf.saved_model.load(path)
    other = tf.Module()
    other.v = tf.Variable([0.0, 0.0])
    tf.train.Checkpoint(other).restore(path).expect_partial()
    skipped = tf.saved_model.LoadOptions(experimental_skip_checkpoint=True)
    with open(os.path.join(folder, "saved_model.pb"), "wb") as file:
        file.write(b"\xff\xff\xff")
    return {
        "missing": missing,
        "contains": [before, tf.saved_model.contains_saved_model(path)],
        "files": [contents(path), contents(os.path.join(path, "assets"))][1:],
        "asset": [loaded.read(), os.path.basename(loaded.asset.asset_path.numpy())],
        "variables": [loaded.v, other.v],
        "skipped": tf.saved_model.load(path, options=skipped).v.shape,
        "tags": attempt(tf.saved_model.load, path, tags=["gpu"]),
        "damaged": attempt(tf.saved_model.load, folder),
        "no path": attempt(tf.saved_model.load, 3),
    }


@in_folder
def saved_again(tf, folder):
    """What was loaded is saved, and loaded again."""
    module, _ = saved_models.BUILDERS["objects"](tf)
    x = tf.ones([2, 3])
    results = []
    for number in range(3):
        results.append(module.f(x)["y"])
        path = os.path.join(folder, str(number))
        tf.saved_model.save(module, path)
        module = tf.saved_model.load(path)
        module.layer.w.assign_add(tf.ones([6]))
    return [*results, module.f(x)["y"], module.layers[1]["key"].w]


def options(tf):
    save, load = tf.saved_model.SaveOptions, tf.saved_model.LoadOptions
    policy = tf.saved_model.experimental.VariablePolicy
    return {
        "whitelist": save(namespace_whitelist=["a", "b"]).namespace_whitelist,
        "errors": [
            attempt(save, namespace_whitelist="a"),
            attempt(save, namespace_whitelist=[1]),
            attempt(save, experimental_variable_policy="x"),
            attempt(load, experimental_variable_policy=3),
        ],
        "policies": [
            policy.from_obj(x) is policy.SAVE_VARIABLE_DEVICES
            for x in ("save_variable_devices", policy.SAVE_VARIABLE_DEVICES, None)
        ],
        "defaults": [save().experimental_custom_gradients, load().allow_partial_checkpoint],
        "names": {
            name: getattr(tf.saved_model, name) for name in dir(tf.saved_model) if name.isupper()
        },
    }


@in_folder
def integer_quotients(tf, folder):
    """Integers are divided as floating-point numbers, which casts make of them."""
    module, results = tf.Module(), []
    for dtype in (tf.uint8, tf.int16, tf.int32, tf.int64):
        spec = tf.TensorSpec([None], dtype, name="x")
        module.f = tf.function(lambda x: (x / 2, 7 / x, x / x), input_signature=[spec])
        tf.saved_model.save(module, os.path.join(folder, dtype.name))
        loaded = tf.saved_model.load(os.path.join(folder, dtype.name))
        results.append(loaded.f(tf.constant([5, 255 if dtype is tf.uint8 else -3], dtype)))
    return results


@in_folder
def spectrograms(tf, folder):
    """A module that reads sounds: `tf.signal.stft` in a function, of a file or of samples."""
    names = tf.constant(["no", "yes"])

    class Spectrograms(tf.Module):
        @tf.function
        def __call__(self, x):
            if x.dtype == tf.string:
                x, _ = tf.audio.decode_wav(x, desired_channels=1, desired_samples=64)
                x = tf.squeeze(x, axis=-1)[tf.newaxis]
            spectrum = tf.abs(tf.signal.stft(x, frame_length=15, frame_step=8))
            padded = tf.signal.frame(x, 20, 9, pad_end=True)
            class_ids = tf.argmax(spectrum[:, 0, :2], axis=-1)
            return {"spectrum": spectrum, "frames": padded, "name": tf.gather(names, class_ids)}

    module = Spectrograms()
    samples = tf.sin(tf.range(128, dtype=tf.float32))
    wave = tf.audio.encode_wav(samples[:64, tf.newaxis], 16000)
    batch = tf.reshape(samples, [2, 64])
    module.__call__.get_concrete_function(tf.TensorSpec([], tf.string))
    module.__call__.get_concrete_function(tf.TensorSpec([None, 64], tf.float32))
    expected = [module(wave), module(batch)]
    path = os.path.join(folder, "a")
    tf.saved_model.save(module, path)
    loaded = tf.saved_model.load(path)
    found = [loaded(wave), loaded(batch)]
    return [
        {key: (x[key], y[key]) for key in sorted(x)} for x, y in zip(expected, found, strict=True)
    ]
