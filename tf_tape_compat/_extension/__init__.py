"""Classes of one's own that are made of tensors, and what functions do with them.

`fields` knows annotations, `types` the classes and their specs, `batching` their rows in
`tf.map_fn`, `overrides` the functions that are called in the place of TensorFlow's.
"""
