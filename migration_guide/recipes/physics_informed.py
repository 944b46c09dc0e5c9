"""A physics-informed network (Raissi, Perdikaris and Karniadakis, 2019) for growing yeast.

The data are Carlson's measurements of 1913: the amount of yeast in a culture, hour by hour. A
network u(t) is fitted both to them and to the logistic equation u' = r u (1 - u / k), and the
constants r and k along with it. A tape inside the training tape computes u'.
"""

import picture
import tensorflow as tf
from adam import Adam

YEAST = [9.6, 18.3, 29.0, 47.2, 71.1, 119.1, 174.6, 257.3, 350.7, 441.0]
YEAST += [513.3, 559.7, 594.8, 629.4, 640.8, 651.1, 655.9, 659.6, 661.8]
hours = tf.reshape(tf.range(19.0), [-1, 1])
amounts = tf.reshape(tf.constant(YEAST), [-1, 1]) / 100
everywhere = tf.reshape(tf.linspace(0.0, 18.0, 73), [-1, 1])

tf.random.set_seed(3)
network_parameters = [
    tf.Variable(tf.random.normal([1, 16], stddev=1.0)),
    tf.Variable(tf.random.normal([16], stddev=1.0)),
    tf.Variable(tf.random.normal([16, 1], stddev=0.5)),
    tf.Variable([3.0]),
]
r = tf.Variable(1.0)
k = tf.Variable(5.0)
parameters = [*network_parameters, r, k]
optimizer = Adam(parameters, rate=0.02)


def u(t):
    w1, b1, w2, b2 = network_parameters
    return tf.nn.tanh((t / 9 - 1) @ w1 + b1) @ w2 + b2


def equation_error(t):
    with tf.GradientTape() as tape:
        tape.watch(t)
        value = u(t)
    return tape.gradient(value, t) - r * value * (1 - value / k)


@tf.function
def train_step():
    with tf.GradientTape() as tape:
        data_loss = tf.reduce_mean(tf.square(u(hours) - amounts))
        equation_loss = tf.reduce_mean(tf.square(equation_error(everywhere)))
        loss = data_loss + equation_loss
    optimizer.apply(tape.gradient(loss, parameters))
    return data_loss, equation_loss


for step in range(1001):
    data_loss, equation_loss = train_step()
    if step % 250 == 0:
        print(f"step {step}: data {data_loss:.5f}, equation {equation_loss:.5f}")
print(f"r = {r.numpy():.3f} per hour, k = {100 * k.numpy():.1f}")

if picture.wanted():
    with picture.axes(width=4.8) as axes:
        axes.plot(everywhere, 100 * u(everywhere), label="network")
        axes.plot(hours, 100 * amounts, "o", label="measured")
        axes.axhline(100 * k.numpy(), linestyle=":", color="gray", label="k")
        axes.set(title="Yeast in a culture", xlabel="hours", ylabel="amount")
        axes.legend()
