"""`tf.function`: tracing rules, trace types and conversion of arguments."""
