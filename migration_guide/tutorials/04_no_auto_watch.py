"""watch_accessed_variables=False: the tape watches nothing unless told to."""

import tensorflow as tf

x = tf.Variable(3.0)

with tf.GradientTape(watch_accessed_variables=False) as tape:
    y = tf.square(x)

print("y:", y)
print("dy/dx:", tape.gradient(y, x))
print("watched:", tape.watched_variables())

with tf.GradientTape(watch_accessed_variables=False) as tape:
    y = tf.square(x)

zeros = tape.gradient(y, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)
print("dy/dx, zeros asked for:", zeros)
