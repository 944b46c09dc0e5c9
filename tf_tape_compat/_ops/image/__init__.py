"""`tf.image`: colors, resizing, crops, boxes and image quality."""
