"""Second derivatives: nested tapes, both persistent."""

import tensorflow as tf

x = tf.Variable(3.0)
y = tf.Variable(4.0)

with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape(persistent=True) as inner:
        f = tf.square(x) + 2 * tf.square(y) + x * x * y + 1
    first = inner.gradient(f, [x, y])

df_dx, df_dy = first
print("f:", f)
print("df/dx:", df_dx)
print("df/dy:", df_dy)
print("d2f/dx2:", outer.gradient(df_dx, x))
print("d2f/dxdy:", outer.gradient(df_dx, y))
print("d2f/dydx:", outer.gradient(df_dy, x))
print("d2f/dy2:", outer.gradient(df_dy, y))
del inner
del outer

with tf.GradientTape(persistent=True) as outer:
    with tf.GradientTape(persistent=True) as inner:
        g = tf.square(x) + 2 * tf.square(y) + 1
    first = inner.gradient(g, [x, y])

# dg/dx does not depend on y, nor dg/dy on x: the result is None, not zero.
hessian = [outer.gradient(derivative, [x, y]) for derivative in first]
del inner
del outer

for row in hessian:
    print(row)

t = tf.constant(2.0)

with tf.GradientTape() as outer:
    outer.watch(t)
    with tf.GradientTape() as inner:
        inner.watch(t)
        h = t**3
    dh_dt = inner.gradient(h, t)
d2h_dt2 = outer.gradient(dh_dt, t)

print("t**3 and its derivatives:", h.numpy(), dh_dt.numpy(), d2h_dt2.numpy())
