"""What `tf.experimental.numpy` stands on: NumPy's functions, composed of our operations.

They import nothing of the public namespaces but `nest`, and are imported when first used.
"""
