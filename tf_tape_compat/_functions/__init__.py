"""`tf.function`, run eagerly: how calls are told apart, checked, converted and counted."""
