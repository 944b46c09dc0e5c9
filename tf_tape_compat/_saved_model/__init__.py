"""`tf.saved_model`: programs in files of TensorFlow's format.

Writing: `save` walks the objects (object_view), turns the graphs of their functions into messages
(function_writer, with the special operations of node_writers) and the variables into a checkpoint.
Reading: `load` makes the objects, and functions whose Python runs the operations of a message one
by one (function_reader, with the special operations of node_readers). They are traced like any
other function, so what is loaded has gradients and can be saved again.
"""
