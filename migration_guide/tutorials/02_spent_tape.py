"""A tape computes gradients once: a second call of gradient is an error."""

import tensorflow as tf

x = tf.Variable(3.0)

with tf.GradientTape() as tape:
    y = tf.square(x)
    z = pow(x, 3)

print("dy/dx:", tape.gradient(y, x))

try:
    print("dz/dx:", tape.gradient(z, x))
except RuntimeError as error:
    print("RuntimeError:", error)
