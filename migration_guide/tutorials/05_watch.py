"""watch: choosing the variables and constants that a tape watches."""

import tensorflow as tf

x = tf.Variable(3.0)

with tf.GradientTape(watch_accessed_variables=False) as tape:
    tape.watch(x)
    y = tf.square(x)

print("variable:", tape.gradient(y, x))

c = tf.constant(3.0)

with tf.GradientTape() as tape:
    y = tf.square(c)

print("constant, not watched:", tape.gradient(y, c))

with tf.GradientTape() as tape:
    tape.watch(c)
    y = tf.square(c)

print("constant, watched:", tape.gradient(y, c))

fixed = tf.Variable(3.0, trainable=False)

with tf.GradientTape() as tape:
    y = x * fixed

print("not trainable:", tape.gradient(y, [x, fixed]))
