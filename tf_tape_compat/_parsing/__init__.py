"""Serialized `tf.train.Example` messages as tensors: `tf.io.parse_example` and the like.

features                  the classes that describe features, such as `FixedLenFeature`
plan                      what is to be parsed: the keys, types and shapes of a dict of features
wire, columns             the values of one message, one by one; those of a batch, vectorized
outputs                   values as the arrays of dense, sparse and ragged tensors
composites                sparse and ragged tensors of several features
examples, sequences       the public functions
"""
