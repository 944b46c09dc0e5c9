"""Cases by family: each function of one argument `tf` is run on TensorFlow and on this package."""
