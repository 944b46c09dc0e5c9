"""`tf.train.Example` and what it is made of."""

from __future__ import annotations

from .message import Field, Message


class BytesList(Message):
    """Strings of bytes, `value`; answers for `tf.train.BytesList`."""

    FIELDS = (Field(1, "value", "bytes", "many"),)


class FloatList(Message):
    """Numbers of 32 bits, `value`; answers for `tf.train.FloatList`."""

    FIELDS = (Field(1, "value", "float", "many"),)


class Int64List(Message):
    """Integers, `value`; answers for `tf.train.Int64List`."""

    FIELDS = (Field(1, "value", "int64", "many"),)


class Feature(Message):
    """One of three lists, the `kind`; answers for `tf.train.Feature`."""

    FIELDS = (
        Field(1, "bytes_list", BytesList),
        Field(2, "float_list", FloatList),
        Field(3, "int64_list", Int64List),
    )
    ONEOF = "kind"


class Features(Message):
    """Features by their names, `feature`; answers for `tf.train.Features`."""

    FIELDS = (Field(1, "feature", Feature, "map"),)


class FeatureList(Message):
    """Features one after the other, `feature`; answers for `tf.train.FeatureList`."""

    FIELDS = (Field(1, "feature", Feature, "many"),)


class FeatureLists(Message):
    """Lists of features by their names, `feature_list`; answers for `tf.train.FeatureLists`."""

    FIELDS = (Field(1, "feature_list", FeatureList, "map"),)


class Example(Message):
    """The `features` of an example; answers for `tf.train.Example`."""

    FIELDS = (Field(1, "features", Features),)


class SequenceExample(Message):
    """An example's `context` and its `feature_lists`; answers for `tf.train.SequenceExample`."""

    FIELDS = (Field(1, "context", Features), Field(2, "feature_lists", FeatureLists))
