"""Models trained from the same seed: losses, metrics and predictions."""

import numpy as np

from tests.parity.harness import tolerance


def data(classes=2):
    random = np.random.RandomState(0)
    x = random.rand(96, 8).astype("float32")
    y = (x.sum(1) * classes / 8).astype("int32")
    return x, y


def dense(tf, *more):
    return tf.keras.Sequential([tf.keras.layers.Dense(16, "relu"), *more, tf.keras.layers.Dense(3)])


def fitted(tf, model, y=None, **arguments):
    x, labels = data(3)
    history = model.fit(
        x, labels if y is None else y, epochs=3, batch_size=16, verbose=0, **arguments
    )
    return history.history


@tolerance(1e-5, 1e-6)
def sequential(tf):
    tf.keras.utils.set_random_seed(1)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = dense(tf, tf.keras.layers.Dropout(0.3))
    model.compile("adam", loss, metrics=["accuracy"])
    x, y = data(3)
    return fitted(tf, model), model.evaluate(x, y, verbose=0), model.predict(x[:3], verbose=0)


@tolerance(1e-5, 1e-6)
def run_eagerly(tf):
    tf.keras.utils.set_random_seed(1)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = dense(tf, tf.keras.layers.Dropout(0.3))
    model.compile("adam", loss, metrics=["accuracy"], run_eagerly=True)
    return fitted(tf, model)


@tolerance(1e-5, 1e-6)
def functional(tf):
    tf.keras.utils.set_random_seed(2)
    layers = tf.keras.layers
    inputs = tf.keras.Input((8,))
    first = layers.Dense(4, "tanh")(inputs)
    second = layers.BatchNormalization()(first)
    outputs = layers.Dense(1)(layers.concatenate([first, second]))
    model = tf.keras.Model(inputs, outputs)
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = data(3)
    return fitted(tf, model, y[:, None].astype("float32"), validation_split=0.2)


class Subclassed:
    """Makes a subclassed model with a `train_step` of its own."""

    def __new__(cls, tf):
        class Model(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = tf.keras.layers.Dense(1)
                self.mean = tf.keras.metrics.Mean(name="squares")

            def call(self, x):
                return self.dense(x)

            def train_step(self, batch):
                x, y = batch
                with tf.GradientTape() as tape:
                    loss = tf.reduce_mean((self(x) - tf.cast(y[:, None], tf.float32)) ** 2)
                gradients = tape.gradient(loss, self.trainable_variables)
                self.optimizer.apply_gradients(
                    zip(gradients, self.trainable_variables, strict=True)
                )
                self.mean.update_state(loss)
                return {"squares": self.mean.result()}

        return Model()


@tolerance(1e-5, 1e-6)
def train_step(tf):
    tf.keras.utils.set_random_seed(3)
    model = Subclassed(tf)
    model.compile("adam")
    return fitted(tf, model)


@tolerance(1e-5, 1e-6)
def tape_loop(tf):
    tf.keras.utils.set_random_seed(4)
    model = dense(tf)
    optimizer = tf.keras.optimizers.Adam(0.01)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    x, y = data(3)
    losses = []
    for _ in range(4):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
        losses.append(value)
    return losses, model.get_weights()


@tolerance(1e-5, 1e-6)
def function_loop(tf):
    tf.keras.utils.set_random_seed(4)
    model = dense(tf)
    model.build((None, 8))
    optimizer = tf.keras.optimizers.RMSprop(0.01)
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(value, variables), variables, strict=True))
        return value

    x, y = data(3)
    return [step(tf.constant(x), tf.constant(y)) for _ in range(4)]


@tolerance(1e-5, 1e-6)
def gradients(tf):
    """What a tape gives for variables of Keras: gradients, jacobians, watching."""
    tf.keras.utils.set_random_seed(5)
    layer = tf.keras.layers.Dense(2)
    x = tf.ones([3, 4])
    layer(x)
    with tf.GradientTape(persistent=True) as tape:
        y = layer(x)
        z = tf.reduce_sum(y**2)
    with tf.GradientTape(watch_accessed_variables=False) as watching:
        watching.watch(layer.kernel.value)
        w = tf.reduce_sum(layer(x))
    return (
        tape.gradient(z, layer.trainable_variables),
        tape.gradient(z, {"kernel": layer.kernel, "x": [layer.bias]}),
        tape.jacobian(y, layer.bias),
        watching.gradient(w, [layer.kernel, layer.bias]),
        tf.is_tensor(layer.kernel),
        isinstance(layer.kernel, tf.Variable),
        [v.shape for v in tape.watched_variables()],
    )


def watched_variable_of_keras(tf):
    tf.keras.backend.clear_session()
    layer = tf.keras.layers.Dense(1, kernel_initializer="zeros")
    layer.build((None, 2))
    with tf.GradientTape() as tape:
        tape.watch(layer.kernel)


@tolerance(1e-5, 1e-6)
def aliases(tf):
    """The names outside of tf.keras, and compat.v1's."""
    return (
        tf.losses.MeanSquaredError()([1.0, 2.0], [3.0, 5.0]),
        tf.metrics.Mean()([1.0, 3.0]),
        tf.optimizers.SGD(0.5).learning_rate.numpy(),
        tf.initializers.Ones()((2,)),
        tf.losses.MeanSquaredError is tf.keras.losses.MeanSquaredError,
        tf.keras.backend.floatx(),
        tf.keras.__version__.split(".")[0],
    )


def optimizer_of_argument(tf):
    """The variable is an argument of the traced function, as in style transfer."""
    optimizer = tf.keras.optimizers.Adam(0.02)

    @tf.function
    def step(image, weight):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(image**2) * weight
        optimizer.apply_gradients([(tape.gradient(loss, image), image)])
        image.assign(tf.clip_by_value(image, 0.0, 1.0))
        return loss

    image, other = tf.Variable([1.0, 2.0]), tf.Variable([1.0, 2.0])
    losses = [step(image, tf.constant(2.0)) for _ in range(3)]
    losses += [step(image, tf.constant([2.0, 3.0])), step(other, tf.constant([2.0, 3.0]))]
    return losses, image, other, len(optimizer.variables)


def metrics_of_counts_are_evaluated(tf):
    """Metrics that tile their thresholds by the size of the batch, which is not known."""
    x = tf.reshape(tf.range(10.0), [10, 1]) - 5.0
    y = tf.cast(x > 0.0, tf.int32)
    model = tf.keras.Sequential(
        [
            tf.keras.Input((1,)),
            tf.keras.layers.Dense(1, activation="sigmoid", kernel_initializer="ones"),
        ]
    )
    metrics = [tf.keras.metrics.TruePositives(), tf.keras.metrics.Precision([0.3, 0.9])]
    model.compile(loss="mse", metrics=metrics)
    return model.evaluate(x, y, batch_size=4, verbose=0, return_dict=True)
