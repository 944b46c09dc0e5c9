"""A table of models, each trained for three epochs from the same seed: all that `fit` reports."""

import numpy as np

from tests.parity.harness import tolerance

RANDOM = np.random.RandomState(7)
ROWS = RANDOM.rand(64, 8).astype("float32")
LABELS = (ROWS.sum(1) * 3 / 8).astype("int32")
TARGETS = (ROWS @ RANDOM.rand(8, 1)).astype("float32")
IMAGES = RANDOM.rand(32, 12, 12, 3).astype("float32")
IMAGE_LABELS = RANDOM.randint(0, 3, 32)
SERIES = RANDOM.rand(32, 10, 4).astype("float32")
WORDS = RANDOM.randint(0, 20, (32, 9))
WORDS[:, 6:] *= RANDOM.randint(0, 2, (32, 3))
BINARY = RANDOM.randint(0, 2, (32, 1)).astype("float32")


class Keras:
    """The names that the models below use."""

    def __init__(self, tf):
        self.tf = tf
        self.k = tf.keras
        self.layers = tf.keras.layers

    def sequential(self, *layers):
        return self.k.Sequential(list(layers))

    def classified(self, model, x, y, optimizer="adam", **arguments):
        loss = self.k.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer, loss, metrics=["accuracy"])
        return model.fit(x, y, epochs=3, batch_size=16, verbose=0, **arguments).history

    def regressed(self, model, x, y, optimizer="sgd", **arguments):
        model.compile(optimizer, "mse", metrics=["mae"])
        return model.fit(x, y, epochs=3, batch_size=16, verbose=0, **arguments).history

    def judged(self, model, x, y, optimizer="adam", **arguments):
        model.compile(optimizer, "binary_crossentropy", metrics=["binary_accuracy", "auc"])
        return model.fit(x, y, epochs=3, batch_size=16, verbose=0, **arguments).history


def mlp_sgd(k):
    return k.regressed(k.sequential(k.layers.Dense(8, "relu"), k.layers.Dense(1)), ROWS, TARGETS)


def mlp_momentum(k):
    model = k.sequential(k.layers.Dense(8, "tanh"), k.layers.Dense(1))
    return k.regressed(model, ROWS, TARGETS, k.k.optimizers.SGD(0.05, 0.9, nesterov=True))


def mlp_dropout(k):
    layers = k.layers.Dense(16, "gelu"), k.layers.Dropout(0.4), k.layers.Dense(3)
    return k.classified(k.sequential(*layers), ROWS, LABELS)


def without_shuffling(k):
    model = k.sequential(k.layers.Dense(8, "elu"), k.layers.Dense(3))
    return k.classified(model, ROWS, LABELS, shuffle=False, validation_split=0.25)


def batch_normalization(k):
    layers = k.layers.Dense(8), k.layers.BatchNormalization(), k.layers.ReLU(), k.layers.Dense(3)
    return k.classified(k.sequential(*layers), ROWS, LABELS)


def layer_normalization(k):
    layers = k.layers.Dense(8), k.layers.LayerNormalization(), k.layers.Dense(3)
    return k.classified(k.sequential(*layers), ROWS, LABELS, "rmsprop")


def group_and_unit_normalization(k):
    layers = (
        k.layers.Dense(8),
        k.layers.GroupNormalization(4),
        k.layers.UnitNormalization(),
        k.layers.Dense(3),
    )
    return k.classified(k.sequential(*layers), ROWS, LABELS, "adagrad")


def noise(k):
    layers = (
        k.layers.GaussianNoise(0.1),
        k.layers.Dense(8, "selu"),
        k.layers.GaussianDropout(0.2),
        k.layers.AlphaDropout(0.1),
        k.layers.Dense(1),
    )
    return k.regressed(k.sequential(*layers), ROWS, TARGETS)


def convolution(k):
    layers = (
        k.layers.Conv2D(4, 3, activation="relu"),
        k.layers.MaxPooling2D(),
        k.layers.Conv2D(6, 3, padding="same", strides=2),
        k.layers.Flatten(),
        k.layers.Dense(3),
    )
    return k.classified(k.sequential(*layers), IMAGES, IMAGE_LABELS)


def separable_convolution(k):
    layers = (
        k.layers.SeparableConv2D(4, 3, activation="swish"),
        k.layers.DepthwiseConv2D(3, padding="same"),
        k.layers.AveragePooling2D(2),
        k.layers.SpatialDropout2D(0.2),
        k.layers.GlobalAveragePooling2D(),
        k.layers.Dense(3),
    )
    return k.classified(k.sequential(*layers), IMAGES, IMAGE_LABELS)


def transposed_convolution(k):
    layers = (
        k.layers.Conv2D(4, 3, strides=2, padding="same", activation="relu"),
        k.layers.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu"),
        k.layers.UpSampling2D(2, interpolation="bilinear"),
        k.layers.Cropping2D(6),
        k.layers.Conv2D(3, 1, activation="sigmoid"),
    )
    return k.regressed(k.sequential(*layers), IMAGES, IMAGES, "adam")


def convolution_in_one_dimension(k):
    layers = (
        k.layers.Conv1D(6, 3, padding="causal", dilation_rate=2, activation="relu"),
        k.layers.MaxPooling1D(),
        k.layers.GlobalMaxPooling1D(),
        k.layers.Dense(1, "sigmoid"),
    )
    return k.judged(k.sequential(*layers), SERIES, BINARY)


def convolution_in_three_dimensions(k):
    layers = k.layers.Conv3D(2, 2), k.layers.MaxPooling3D(), k.layers.Flatten(), k.layers.Dense(3)
    return k.classified(k.sequential(*layers), IMAGES[:, :6, :6, :, None], IMAGE_LABELS)


def grouped_convolution(k):
    layers = k.layers.Conv2D(6, 3, groups=3), k.layers.Flatten(), k.layers.Dense(3)
    return k.classified(k.sequential(*layers), IMAGES, IMAGE_LABELS)


def residual(k):
    inputs = k.k.Input((12, 12, 3))
    x = k.layers.Conv2D(4, 3, padding="same")(inputs)
    for _ in range(2):
        y = k.layers.BatchNormalization()(x)
        y = k.layers.Activation("relu")(y)
        y = k.layers.Conv2D(4, 3, padding="same", use_bias=False)(y)
        x = k.layers.add([x, y])
    outputs = k.layers.Dense(3)(k.layers.GlobalAveragePooling2D()(x))
    return k.classified(k.k.Model(inputs, outputs), IMAGES, IMAGE_LABELS)


def augmentation(k):
    layers = (
        k.layers.Rescaling(2.0, -1.0),
        k.layers.RandomFlip("horizontal"),
        k.layers.RandomRotation(0.1),
        k.layers.RandomZoom(0.2),
        k.layers.RandomTranslation(0.1, 0.1),
        k.layers.RandomContrast(0.2),
        k.layers.Flatten(),
        k.layers.Dense(3),
    )
    return k.classified(k.sequential(*layers), IMAGES, IMAGE_LABELS)


def embedding_and_lstm(k):
    layers = k.layers.Embedding(20, 6), k.layers.LSTM(5), k.layers.Dense(1, "sigmoid")
    return k.judged(k.sequential(*layers), WORDS, BINARY)


def masked_lstm(k):
    layers = (
        k.layers.Embedding(20, 6, mask_zero=True),
        k.layers.LSTM(5, return_sequences=True),
        k.layers.LSTM(4),
        k.layers.Dense(1, "sigmoid"),
    )
    return k.judged(k.sequential(*layers), WORDS, BINARY)


def gru_with_dropout(k):
    layers = k.layers.GRU(5, dropout=0.2, recurrent_dropout=0.2), k.layers.Dense(1, "sigmoid")
    return k.judged(k.sequential(*layers), SERIES, BINARY)


def bidirectional(k):
    layers = (
        k.layers.Masking(),
        k.layers.Bidirectional(k.layers.LSTM(3, return_sequences=True)),
        k.layers.TimeDistributed(k.layers.Dense(4, "relu")),
        k.layers.GlobalAveragePooling1D(),
        k.layers.Dense(1, "sigmoid"),
    )
    return k.judged(k.sequential(*layers), SERIES, BINARY)


def stateful_rnn(k):
    layers = (
        k.layers.SimpleRNN(4, stateful=True, return_sequences=True),
        k.layers.RNN([k.layers.GRUCell(3), k.layers.LSTMCell(2)]),
        k.layers.Dense(1, "sigmoid"),
    )
    return k.judged(k.sequential(*layers), SERIES, BINARY, shuffle=False)


def convolutional_lstm(k):
    frames = IMAGES[:, :, :, :, None].transpose(0, 3, 1, 2, 4)[:, :, :6, :6]
    layers = k.layers.ConvLSTM2D(2, 3), k.layers.Flatten(), k.layers.Dense(3)
    return k.classified(k.sequential(*layers), frames, IMAGE_LABELS)


def transformer(k):
    inputs = k.k.Input((9,), dtype="int32")
    x = k.layers.Embedding(20, 8)(inputs)
    y = k.layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x, use_causal_mask=True)
    x = k.layers.LayerNormalization()(x + y)
    y = k.layers.Dense(8)(k.layers.Dense(16, "relu")(x))
    x = k.layers.LayerNormalization()(x + k.layers.Dropout(0.1)(y))
    outputs = k.layers.Dense(1, "sigmoid")(k.layers.GlobalAveragePooling1D()(x))
    return k.judged(k.k.Model(inputs, outputs), WORDS, BINARY)


def several_inputs_and_outputs(k):
    first, second = k.k.Input((8,), name="first"), k.k.Input((8,), name="second")
    shared = k.layers.Dense(6, "relu")
    both = k.layers.Concatenate()([shared(first), shared(second)])
    outputs = {
        "number": k.layers.Dense(1, name="number")(both),
        "class": k.layers.Dense(3, "softmax", name="class")(both),
    }
    model = k.k.Model({"first": first, "second": second}, outputs)
    model.compile(
        "adam",
        {"number": "huber", "class": "sparse_categorical_crossentropy"},
        metrics={"class": "accuracy"},
        loss_weights={"number": 0.5, "class": 2.0},
    )
    x = {"first": ROWS, "second": ROWS[::-1]}
    y = {"number": TARGETS, "class": LABELS}
    return model.fit(x, y, epochs=3, batch_size=16, verbose=0).history


def class_weights(k):
    model = k.sequential(k.layers.Dense(3))
    return k.classified(model, ROWS, LABELS, class_weight={0: 1.0, 1: 3.0, 2: 0.5})


def sample_weights(k):
    weights = np.linspace(0, 2, 64).astype("float32")
    return k.classified(k.sequential(k.layers.Dense(3)), ROWS, LABELS, sample_weight=weights)


def from_a_dataset(k):
    data = k.tf.data.Dataset.from_tensor_slices((ROWS, LABELS)).shuffle(64, seed=3).batch(10)
    model = k.sequential(k.layers.Dense(3))
    model.compile("adam", k.k.losses.SparseCategoricalCrossentropy(from_logits=True))
    validation = data.take(2)
    return model.fit(
        data.repeat(), epochs=3, steps_per_epoch=4, verbose=0, validation_data=validation
    ).history


def from_a_generator(k):
    def batches():
        for start in range(0, 192, 16):
            start %= 64
            yield ROWS[start : start + 16], TARGETS[start : start + 16]

    model = k.sequential(k.layers.Dense(1))
    model.compile("sgd", "mae")
    return model.fit(batches(), epochs=3, steps_per_epoch=4, verbose=0).history


def several_steps_per_execution(k):
    model = k.sequential(k.layers.Dense(8, "relu"), k.layers.Dense(1))
    model.compile("adam", "mse", steps_per_execution=3)
    return model.fit(ROWS, TARGETS, epochs=3, batch_size=8, verbose=0).history


def compiled(k):
    model = k.sequential(k.layers.Dense(8, "relu"), k.layers.Dense(1))
    model.compile("adam", "mse", jit_compile=True)
    return model.fit(ROWS, TARGETS, epochs=3, batch_size=8, verbose=0).history


def mixed_precision(k):
    k.k.mixed_precision.set_global_policy("mixed_float16")
    try:
        layers = k.layers.Dense(8, "relu"), k.layers.Dense(1, dtype="float32")
        return k.regressed(k.sequential(*layers), ROWS, TARGETS, "adam")
    finally:
        k.k.mixed_precision.set_global_policy("float32")


def schedule_and_clipping(k):
    schedule = k.k.optimizers.schedules.CosineDecay(0.1, 12, warmup_steps=3, warmup_target=0.2)
    optimizer = k.k.optimizers.AdamW(schedule, weight_decay=0.01, global_clipnorm=1.0, use_ema=True)
    return k.regressed(k.sequential(k.layers.Dense(1)), ROWS, TARGETS, optimizer)


def optimizers(k):
    results = {}
    for name in "adadelta adafactor adamax ftrl lion nadam".split():
        model = k.sequential(k.layers.Dense(4, "tanh"), k.layers.Dense(1))
        results[name] = k.regressed(model, ROWS, TARGETS, name)
    return results


def accumulated_gradients(k):
    optimizer = k.k.optimizers.Adam(0.01, gradient_accumulation_steps=2)
    return k.regressed(k.sequential(k.layers.Dense(1)), ROWS, TARGETS, optimizer)


def regularizers_and_constraints(k):
    dense = k.layers.Dense(
        8,
        "softplus",
        kernel_regularizer=k.k.regularizers.L1L2(0.01, 0.02),
        activity_regularizer="l2",
        kernel_constraint=k.k.constraints.MaxNorm(1.0),
        bias_initializer="ones",
        kernel_initializer="he_normal",
    )
    last = k.layers.Dense(1, kernel_initializer="orthogonal", kernel_constraint="non_neg")
    return k.regressed(k.sequential(dense, last), ROWS, TARGETS)


def adapted_preprocessing(k):
    normalization = k.layers.Normalization()
    normalization.adapt(ROWS)
    model = k.sequential(
        normalization,
        k.layers.Discretization([-1.0, 0.0, 1.0], output_mode="one_hot"),
        k.layers.Flatten(),
        k.layers.Dense(3),
    )
    return k.classified(model, ROWS, LABELS)


def text(k):
    texts = np.array([" ".join(f"w{word}" for word in row) for row in WORDS])
    vectorize = k.layers.TextVectorization(max_tokens=15, output_sequence_length=7)
    vectorize.adapt(texts)
    model = k.sequential(
        k.layers.Embedding(15, 4), k.layers.GlobalAveragePooling1D(), k.layers.Dense(1, "sigmoid")
    )
    return vectorize.get_vocabulary(), k.judged(model, vectorize(texts), BINARY)


def variational_autoencoder(k):
    """A custom `train_step` with random numbers and an added loss."""
    tf, keras = k.tf, k.k

    class Autoencoder(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder = keras.layers.Dense(4)
            self.decoder = keras.layers.Dense(8, "sigmoid")
            self.seeds = keras.random.SeedGenerator(5)

        def call(self, x):
            mean, log_variance = tf.split(self.encoder(x), 2, axis=1)
            noise = keras.random.normal(tf.shape(mean), seed=self.seeds)
            divergence = tf.exp(log_variance) + mean**2 - 1.0 - log_variance
            self.add_loss(tf.reduce_mean(divergence) / 2)
            return self.decoder(mean + tf.exp(log_variance / 2) * noise)

    return k.regressed(Autoencoder(), ROWS, ROWS, "adam")


MODELS = [
    mlp_sgd, mlp_momentum, mlp_dropout, without_shuffling, batch_normalization, layer_normalization,
    group_and_unit_normalization, noise, convolution, separable_convolution, transposed_convolution,
    convolution_in_one_dimension, convolution_in_three_dimensions, grouped_convolution,
    residual, augmentation,
    embedding_and_lstm, masked_lstm, gru_with_dropout, bidirectional, stateful_rnn,
    convolutional_lstm, transformer, several_inputs_and_outputs, class_weights, sample_weights,
    from_a_dataset, from_a_generator, several_steps_per_execution, compiled, mixed_precision,
    schedule_and_clipping, optimizers, accumulated_gradients, regularizers_and_constraints,
    adapted_preprocessing, text, variational_autoencoder,
]  # fmt: skip


def trained(build):
    @tolerance(1e-5, 1e-6)
    def case(tf):
        tf.keras.backend.clear_session()
        tf.keras.utils.set_random_seed(11)
        return build(Keras(tf))

    return case


CASES = {build.__name__: trained(build) for build in MODELS}
