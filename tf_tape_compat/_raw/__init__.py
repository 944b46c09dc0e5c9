"""How `tf.raw_ops` is made of the functions under public names; see building.py."""
