"""Protocol buffers that programs make by hand: `tf.train.Example` and its parts."""
