"""`tf.train.Example` and what it is made of."""

import copy
import pickle

import numpy as np

from tests.parity.case_helpers.checkpointing import kind
from tests.parity.harness import attempt


def _feature(tf, *numbers):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=numbers))


def _example(tf):
    features = {
        "b": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b'x\xff\n"', b""])),
        "a": _feature(tf, 1, -2, 2**40),
        "c": tf.train.Feature(float_list=tf.train.FloatList(value=[1.5, 0.1, float("nan"), 1e30])),
        "e": tf.train.Feature(),
    }
    return tf.train.Example(features=tf.train.Features(feature=features))


def bytes_and_back(tf):
    example = _example(tf)
    data = example.SerializeToString(deterministic=True)
    again = tf.train.Example.FromString(data)
    parsed = tf.train.Example()
    return {
        "bytes": data,
        "size": [example.ByteSize(), parsed.ParseFromString(data), example.IsInitialized()],
        "equal": [again == example, parsed == example, example != again, example == 3],
        "unequal": [example == tf.train.Example(), tf.train.Features() == tf.train.Example()],
        "copies": [copy.copy(example) == example, copy.deepcopy(example) == example],
        "pickled": pickle.loads(pickle.dumps(example)) == example,
        "values": {
            "a": list(again.features.feature["a"].int64_list.value),
            "b": list(again.features.feature["b"].bytes_list.value),
            "c": list(again.features.feature["c"].float_list.value),
        },
        "loose": [
            str(tf.train.Int64List.FromString(b"\x08\x01\x08\x02")),
            str(tf.train.FloatList.FromString(b"\x0d\x00\x00\x80\x3f")),
            tf.train.Int64List.FromString(b"\x12\x01a").SerializeToString(),
            str(tf.train.Feature.FromString(b"\x1a\x02\x08\x01\x1a\x02\x08\x02")),
            str(tf.train.Feature.FromString(b"\x1a\x02\x08\x01\x0a\x00")),
        ],
        "wrong": [
            kind(tf.train.Example.FromString, wrong) for wrong in (b"\xff", b"\x0a\x05", "a", 3)
        ],
    }


def texts(tf):
    lists = [0.1, 1e10, 1e-7, float("inf"), -0.0, 3, 123456789, 16777216, -float("inf")]
    context = tf.train.Features(feature={"k": _feature(tf, 1)})
    one = tf.train.FeatureList(feature=[_feature(tf, 1), tf.train.Feature()])
    return [
        str(tf.train.FloatList(value=lists)),
        str(tf.train.BytesList(value=["é".encode(), b"'\\\x00\t\r1", b"~\x7f "])),
        str(
            tf.train.SequenceExample(
                context=context, feature_lists=tf.train.FeatureLists(feature_list={"l": one})
            )
        ),
        repr(tf.train.Example(features=context)),
        str(tf.train.Example()),
        str(tf.train.Feature(float_list=tf.train.FloatList())),
    ]


def presence(tf):
    example = tf.train.Example()
    results = [example.HasField("features"), str(example.features), example.HasField("features")]
    example.features.feature["q"].int64_list.value.append(3)
    results += [example.HasField("features"), str(example)]
    feature = tf.train.Feature()
    results.append(feature.WhichOneof("kind"))
    feature.int64_list.value.extend([1, 2])
    results += [feature.WhichOneof("kind"), feature.HasField("int64_list")]
    kept = feature.int64_list
    feature.bytes_list.value[:] = [b"a"]
    results += [feature.WhichOneof("kind"), feature.HasField("int64_list"), str(feature)]
    kept.value.append(5)
    results += [feature.WhichOneof("kind"), str(kept)]
    feature.ClearField("bytes_list")
    results.append(feature.WhichOneof("kind"))
    feature.float_list.SetInParent()
    results += [feature.WhichOneof("kind"), str(feature)]
    feature.Clear()
    results += [feature.WhichOneof("kind"), feature == tf.train.Feature()]
    results += [
        kind(example.HasField, "foo"),
        kind(feature.HasField, "value"),
        kind(tf.train.Int64List().HasField, "value"),
        kind(example.WhichOneof, "kind"),
        kind(feature.WhichOneof, "foo"),
        kind(feature.ClearField, "foo"),
    ]
    return results


def scalars(tf):
    value = tf.train.Int64List(value=(1, 2, 3)).value
    results = [
        repr(value),
        list(value),
        [value[1], value[-1], value[:2], len(value), value == [1, 2, 3], 2 in value],
        type(value).__name__,
    ]
    value[0] = 9
    del value[1]
    value.insert(0, 5)
    value.append(np.int64(4))
    results.append([value.pop(), list(value)])
    value.remove(9)
    value.reverse()
    value.extend(range(2))
    value.sort()
    results += [list(value), value.MergeFrom(tf.train.Int64List(value=[8]).value), list(value)]
    for wrong in ("a", 1.5, None, b"a", [1], 2**70, True):
        results.append(attempt(value.append, wrong).__class__.__name__)
    floats = tf.train.FloatList(value=[1, 2.5, np.float32(3), np.float64(0.1)]).value
    for number in ("a", None, 1e60, [1]):
        results.append(kind(floats.append, number))
    texts = tf.train.BytesList().value
    for wrong in ("a", 1, None, bytearray(b"q"), b"right"):
        results.append(kind(texts.append, wrong))
    return [*results, list(floats), list(texts), kind(hash, value)]


def maps(tf):
    features = tf.train.Features(feature={"a": _feature(tf, 1), "b": tf.train.Feature()})
    feature = features.feature
    results = [sorted(feature), len(feature), "a" in feature, "z" in feature, feature.get("z")]
    results += [type(feature).__name__, sorted(feature.keys()), len(feature.values())]
    results += [sorted(key for key, _ in feature.items()), str(feature["z"]), "z" in feature]
    del feature["z"]
    feature["a"].CopyFrom(_feature(tf, 7))
    results += [str(feature["a"]), "z" in feature]
    results += [
        kind(feature.__setitem__, "a", tf.train.Feature()),
        kind(feature.__delitem__, "none"),
        kind(feature.__getitem__, 3),
    ]
    feature.clear()
    return [*results, len(feature), features == tf.train.Features()]


def lists_of_messages(tf):
    listed = tf.train.FeatureList(feature=[_feature(tf, 1), tf.train.Feature()])
    feature = listed.feature
    results = [len(feature), str(feature[0]), type(feature).__name__]
    made = feature.add()
    made.float_list.value.append(2.0)
    feature.add(bytes_list=tf.train.BytesList(value=[b"z"]))
    mine = tf.train.Feature()
    feature.append(mine)
    mine.int64_list.value.append(3)
    feature.extend([mine])
    results += [listed.SerializeToString(), [f.WhichOneof("kind") for f in feature]]
    results += [kind(feature.append, 3), feature.pop().WhichOneof("kind"), len(feature)]
    del feature[0]
    return [*results, len(feature), listed.SerializeToString()]


def merged(tf):
    one, other = _example(tf), _example(tf)
    other.features.feature["a"].int64_list.value[:] = [8]
    other.features.feature["new"].int64_list.value.append(9)
    one.MergeFrom(other)
    results = [list(one.features.feature["a"].int64_list.value), sorted(one.features.feature)]
    copied = tf.train.Example()
    copied.CopyFrom(other)
    results += [copied == other, list(copied.features.feature["new"].int64_list.value)]
    copied.Clear()
    feature = _feature(tf, 1, 2)
    feature.MergeFrom(_feature(tf, 3))
    results.append(list(feature.int64_list.value))
    results += [copied == tf.train.Example(), kind(copied.CopyFrom, feature), kind(hash, copied)]
    return results


def refused(tf):
    example = _example(tf)
    return [
        kind(tf.train.Int64List, value=3),
        kind(tf.train.Int64List, [1]),
        kind(tf.train.Int64List, foo=3),
        kind(tf.train.Example, features=3),
        str(tf.train.Example(features={"feature": {}})),
        str(tf.train.Example(features=None)),
        kind(tf.train.Features, feature=[1]),
        kind(tf.train.Features, feature={"a": 3}),
        kind(tf.train.Features, feature={1: tf.train.Feature()}),
        kind(setattr, example, "features", tf.train.Features()),
        kind(setattr, example, "foo", 1),
        kind(setattr, tf.train.Int64List(), "value", [1]),
        kind(getattr, example, "foo"),
    ]
