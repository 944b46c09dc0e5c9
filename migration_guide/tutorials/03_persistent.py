"""A persistent tape computes any number of gradients, until it is deleted."""

import tensorflow as tf

x = tf.Variable(3.0)

with tf.GradientTape(persistent=True) as tape:
    y = tf.square(x)
    z = pow(x, 3)

dy_dx = tape.gradient(y, x)
dz_dx = tape.gradient(z, x)
again = tape.gradient(y, x)
del tape

print("y:", y)
print("dy/dx:", dy_dx)
print("z:", z)
print("dz/dx:", dz_dx)
print("dy/dx again:", again)
