"""Checkpoints in TensorFlow's own format; the public names are in `tf.train`.

table                   tables of sorted keys in a file
bundle, slices          a checkpoint's tensors in data files, with an index
first_format            the format of TensorFlow's first checkpoints
object_graph            the objects that the tensors belong to
saving, restoring       from objects to tensors, and back
"""
