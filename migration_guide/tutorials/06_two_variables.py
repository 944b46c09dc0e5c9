"""A function of two variables: the gradients have the structure of the sources."""

import tensorflow as tf

x = tf.Variable(3.0)
y = tf.Variable(4.0)

with tf.GradientTape(persistent=True) as tape:
    f = tf.square(x) + 2 * tf.square(y) + x * y + 1

df_dx, df_dy = tape.gradient(f, [x, y])
as_list = tape.gradient(f, [x, y])
as_tuple = tape.gradient(f, (x, y))
as_dict = tape.gradient(f, {"x": x, "y": y})
del tape

print("f:", f)
print("df/dx:", df_dx)
print("df/dy:", df_dy)
print(as_list)
print(as_tuple)
print(as_dict)
