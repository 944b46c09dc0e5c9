"""A first derivative: y = x squared at x = 3."""

import tensorflow as tf

x = tf.Variable(3.0)

with tf.GradientTape() as tape:
    y = tf.square(x)

dy_dx = tape.gradient(y, x)

print(x)
print(y)
print(dy_dx)
print("y =", y.numpy(), "and dy/dx =", dy_dx.numpy())
