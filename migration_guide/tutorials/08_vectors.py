"""Vectors: one derivative per element, and targets that are not scalars."""

import tensorflow as tf

x = tf.Variable([1.0, 2.0, 3.0])
y = tf.Variable([4.0, 5.0, 6.0])

with tf.GradientTape(persistent=True) as tape:
    f = tf.square(x) + 2 * tf.square(y) + 1
    total = tf.reduce_sum(f)
    dot = tf.tensordot(x, y, axes=1)

df_dx, df_dy = tape.gradient(f, [x, y])

print(x)
print("f:", f)
print("df/dx:", df_dx)
print("df/dy:", df_dy)
# For a vector target, this is the gradient of the sum of its elements.
print("of the sum:", tape.gradient(total, x))
print("of the dot product:", tape.gradient(dot, [x, y]))
# output_gradients are weights for the elements of the target.
print("weighted:", tape.gradient(f, x, output_gradients=tf.constant([1.0, 0.0, 10.0])))
del tape

matrix = tf.Variable([[1.0, 2.0], [3.0, 4.0]])

with tf.GradientTape() as tape:
    image = tf.matmul(matrix, [[1.0], [-1.0]])

print("matrix:", tape.gradient(image, matrix))
