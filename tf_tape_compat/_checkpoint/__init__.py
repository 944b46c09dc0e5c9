"""Checkpoints in TensorFlow's own format; the public names are in `tf.train`.

crc32c, wire, table   checksums, protocol buffers, and tables of sorted keys in a file
bundle, slices        the tensors of a checkpoint: an index and files of data
object_graph          which object each tensor belongs to
saving, restoring     from objects to files, and back
"""
