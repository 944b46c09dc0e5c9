"""`tf.function`, run eagerly: tracing rules, trace types and conversion of arguments."""
