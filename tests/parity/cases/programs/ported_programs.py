"""Complete programs, as users port them: small models, filters, samplers and solvers, trained."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.parity.harness import tolerance


def _normal(tf: Any, shape: Any, seed: int, dtype: str = "float32") -> Any:
    return tf.random.stateless_normal(shape, [seed, 1], dtype=dtype)


@tolerance(1e-4, 1e-5)
def recurrent_cell(tf: Any) -> Any:
    """An LSTM over sequences of different lengths, unrolled, in a loop, and by `tf.scan`."""
    weights = [tf.Variable(_normal(tf, s, i) * 0.4) for i, s in enumerate([[3, 16], [4, 16], [16]])]
    x, lengths = _normal(tf, [2, 5, 3], 7), tf.constant([3, 5])

    def cell(state: Any, x: Any) -> Any:
        h, c = state
        i, f, g, o = tf.split(x @ weights[0] + h @ weights[1] + weights[2], 4, axis=-1)
        c = tf.sigmoid(f + 1.0) * c + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(c), c

    def unrolled() -> Any:
        state, outputs = (tf.zeros([2, 4]), tf.zeros([2, 4])), []
        for t, step in enumerate(tf.unstack(x, axis=1)):
            kept = tf.expand_dims(t < lengths, 1)
            new = cell(state, step)
            state = tuple(tf.where(kept, a, b) for a, b in zip(new, state, strict=True))
            outputs.append(tf.where(kept, state[0], 0.0))
        return tf.stack(outputs, 1)

    @tf.function
    def looped(x: Any) -> Any:
        array, state = tf.TensorArray(tf.float32, 5), (tf.zeros([2, 4]), tf.zeros([2, 4]))
        rows = tf.transpose(x, [1, 0, 2])
        for i in tf.range(5):
            state = cell(state, rows[i])
            array = array.write(i, state[0])
        return tf.transpose(array.stack(), [1, 0, 2])

    start = (tf.zeros([2, 4]), tf.zeros([2, 4]))
    with tf.GradientTape(persistent=True) as tape:
        mean = tf.reduce_mean(tf.square(unrolled()))
        last = tf.scan(cell, tf.transpose(x, [1, 0, 2]), initializer=start)[0][-1]
        total = tf.reduce_sum(last)
    clipped, norm = tf.clip_by_global_norm(tape.gradient(mean, weights), 0.1)
    return mean, clipped, norm, looped(x)[:, -1], last, tape.gradient(total, weights)


@tolerance(1e-4, 1e-5)
def attention_block(tf: Any) -> Any:
    """Masked attention of two heads over embedded tokens, with the loss of the next token."""
    names = ["q", "k", "v", "o"]
    w = {name: tf.Variable(_normal(tf, [8, 8], i) * 0.3) for i, name in enumerate(names)}
    table, gain = tf.Variable(_normal(tf, [6, 8], 9)), tf.Variable(tf.ones([8]))
    tokens = tf.constant([[1, 5, 2, 0], [3, 3, 4, 1]])
    padding = tf.cast(tokens == 0, tf.float32)[:, tf.newaxis, tf.newaxis, :]
    mask = tf.maximum(padding, 1 - tf.linalg.band_part(tf.ones([4, 4]), -1, 0))

    def heads(x: Any) -> Any:
        return tf.transpose(tf.reshape(x, [tf.shape(x)[0], -1, 2, 4]), [0, 2, 1, 3])

    with tf.GradientTape() as tape:
        x = tf.nn.embedding_lookup(table, tokens) * tf.math.sqrt(8.0)
        q, k, v = (heads(tf.tensordot(x, w[n], 1)) for n in "qkv")
        scores = tf.einsum("bhqd,bhkd->bhqk", q, k) / tf.sqrt(4.0) + mask * -1e9
        share = tf.nn.softmax(scores)
        mixed = tf.reshape(tf.transpose(share @ v, [0, 2, 1, 3]), [2, 4, 8])
        x = x + tf.tensordot(mixed, w["o"], 1)
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        x = tf.nn.batch_normalization(x, mean, variance, None, gain, 1e-6)
        logits = tf.matmul(tf.nn.gelu(x), table, transpose_b=True)
        following = tf.roll(tokens, -1, 1)
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(following, logits)
        kept = tf.cast(following != 0, tf.float32)
        loss = tf.reduce_sum(each * kept) / tf.reduce_sum(kept)
    gradients = tape.gradient(loss, {**w, "table": table, "gain": gain})
    norms = {name: tf.norm(tf.convert_to_tensor(g)) for name, g in gradients.items()}
    best = tf.math.top_k(tf.nn.log_softmax(logits[:, -1]), 2)
    return loss, share[0, 0], norms, best.indices, type(gradients["table"]).__name__


@tolerance(1e-4, 1e-5)
def autoencoder_and_denoiser(tf: Any) -> Any:
    """The bound of a variational autoencoder by Adam, and samples of a diffusion model."""
    shapes = [[6, 5], [5, 4], [2, 5], [5, 6]]
    w = [tf.Variable(_normal(tf, s, i) * 0.4) for i, s in enumerate(shapes)]
    x = tf.random.stateless_uniform([8, 6], [1, 2])
    first, second = ([tf.Variable(tf.zeros_like(v)) for v in w] for _ in range(2))

    def bound(noise: Any) -> Any:
        mean, log_variance = tf.split(tf.nn.relu(x @ w[0]) @ w[1], 2, axis=1)
        code = noise * tf.exp(log_variance * 0.5) + mean
        logits = tf.nn.relu(code @ w[2]) @ w[3]
        data = tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=logits)
        prior = 0.5 * tf.reduce_sum(tf.exp(log_variance) + mean**2 - 1.0 - log_variance, 1)
        return tf.reduce_mean(tf.reduce_sum(data, 1) + prior)

    losses = []
    for step in range(1, 4):
        with tf.GradientTape() as tape:
            loss = bound(_normal(tf, [8, 2], 10 + step))
        losses.append(loss)
        rate = 0.02 * tf.sqrt(1 - 0.999 ** float(step)) / (1 - 0.9 ** float(step))
        for v, m, s, g in zip(w, first, second, tape.gradient(loss, w), strict=True):
            m.assign(0.9 * m + 0.1 * g)
            s.assign(0.999 * s + 0.001 * tf.square(g))
            v.assign_sub(rate * m / (tf.sqrt(s) + 1e-7))
    beta = tf.linspace(1e-2, 0.2, 6)
    kept = tf.math.cumprod(1 - beta)
    sample = _normal(tf, [2, 6], 30)
    for t in reversed(range(6)):
        noise = tf.tanh(sample @ w[0]) @ w[3]
        mean = (sample - beta[t] / tf.sqrt(1 - kept[t]) * noise) / tf.sqrt(1 - beta[t])
        sample = mean + (tf.sqrt(beta[t]) * _normal(tf, [2, 6], 40 + t) if t else 0.0)
    return losses, [tf.norm(v) for v in w], kept, sample


@tolerance(1e-4, 1e-6)
def physics_informed(tf: Any) -> Any:
    """Burgers' equation: derivatives by nested tapes inside of the loss, and its parameter."""
    shapes = [[2, 6], [6, 6], [6, 1]]
    w = [tf.Variable(_normal(tf, s, i, "float64") * 0.5) for i, s in enumerate(shapes)]
    viscosity = tf.Variable(0.02, dtype=tf.float64)
    x = tf.reshape(tf.linspace(tf.constant(-1.0, tf.float64), 1.0, 5), [5, 1])
    t = tf.fill([5, 1], tf.constant(0.3, tf.float64))

    def net(t: Any, x: Any) -> Any:
        h = tf.concat([t, x], 1)
        for matrix in w[:-1]:
            h = tf.tanh(h @ matrix)
        return h @ w[-1]

    def residual() -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape(persistent=True) as inner:
                inner.watch([t, x])
                u = net(t, x)
            u_x = inner.gradient(u, x)
        u_t, u_xx = inner.gradient(u, t), outer.gradient(u_x, x)
        return u_t + u * u_x - viscosity * u_xx

    losses = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            start = net(tf.zeros_like(x), x) + tf.sin(np.pi * x)
            loss = tf.reduce_mean(residual() ** 2) + tf.reduce_mean(start**2)
        gradients = tape.gradient(loss, [*w, viscosity])
        losses.append((loss, gradients[-1]))
        for v, g in zip([*w, viscosity], gradients, strict=True):
            v.assign_sub(0.05 * g)
    with tf.autodiff.ForwardAccumulator(viscosity, tf.constant(1.0, tf.float64)) as forward:
        left = residual()
    return losses, left, forward.jvp(left)


@tolerance(1e-4, 1e-5)
def policy_gradients(tf: Any) -> Any:
    """Returns, advantages, a clipped objective, and a natural gradient by conjugate gradients."""
    rng = np.random.default_rng(0)
    seen = tf.constant(rng.normal(size=(8, 4)), tf.float32)
    actions, rewards = (
        tf.constant(rng.integers(0, 3, 8)),
        tf.constant(rng.normal(size=8), tf.float32),
    )
    w, value = tf.Variable(_normal(tf, [4, 3], 1)), tf.Variable(_normal(tf, [4, 1], 2))
    back = tf.TensorArray(tf.float32, 8)
    total = tf.constant(0.0)
    for i in tf.range(8):
        total = rewards[::-1][i] + 0.9 * total
        back = back.write(i, total)
    returns = back.stack()[::-1]
    returns = (returns - tf.reduce_mean(returns)) / tf.math.reduce_std(returns)
    with tf.GradientTape(persistent=True) as tape:
        logs = tf.nn.log_softmax(seen @ w)
        taken = tf.gather_nd(logs, tf.stack([tf.range(8, dtype=tf.int64), actions], 1))
        guess = tf.squeeze(seen @ value, 1)
        advantage = tf.stop_gradient(returns - guess)
        ratio = tf.exp(taken - tf.stop_gradient(taken - 0.1))
        clipped = tf.minimum(ratio * advantage, tf.clip_by_value(ratio, 0.8, 1.05) * advantage)
        entropy = -tf.reduce_sum(tf.exp(logs) * logs, 1)
        actor = -tf.reduce_mean(clipped + 0.01 * entropy)
        miss = returns - guess
        critic = tf.reduce_sum(tf.where(abs(miss) < 1.0, 0.5 * miss**2, abs(miss) - 0.5))

    def fisher(vector: Any) -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                new = tf.nn.log_softmax(seen @ w)
                old = tf.stop_gradient(new)
                distance = tf.reduce_mean(tf.reduce_sum(tf.exp(old) * (old - new), 1))
            slope = tf.reduce_sum(inner.gradient(distance, w) * vector)
        return outer.gradient(slope, w) + 0.1 * vector

    slope = tape.gradient(actor, w)
    step, rest = tf.zeros_like(slope), slope
    direction, square = rest, tf.reduce_sum(rest * rest)
    for _ in range(4):
        bent = fisher(direction)
        size = square / tf.reduce_sum(direction * bent)
        step, rest = step + size * direction, rest - size * bent
        new = tf.reduce_sum(rest * rest)
        direction, square = rest + new / square * direction, new
    drawn = tf.random.stateless_categorical(seen @ w, 2, [3, 4])
    return returns, actor, slope, tape.gradient(critic, [w, value]), step, drawn


@tolerance(1e-4, 1e-5)
def states_and_processes(tf: Any) -> Any:
    """A Gaussian process, a Kalman filter and a hidden Markov model, and their gradients."""
    x = tf.constant(np.linspace(0, 1, 5)[:, None])
    y, logs = tf.sin(6 * x[:, 0]), tf.Variable(tf.constant([0.0, -1.0, -3.0], tf.float64))

    def kernel(a: Any, b: Any) -> Any:
        square = tf.reduce_sum(tf.math.squared_difference(a[:, None], b[None]), -1)
        return tf.exp(logs[0] - 0.5 * square / tf.exp(2 * logs[1]))

    with tf.GradientTape() as tape:
        lower = tf.linalg.cholesky(kernel(x, x) + tf.exp(logs[2]) * tf.eye(5, dtype=tf.float64))
        solved = tf.linalg.cholesky_solve(lower, y[:, None])
        evidence = 0.5 * tf.reduce_sum(y * solved[:, 0])
        evidence += tf.reduce_sum(tf.math.log(tf.linalg.diag_part(lower)))
    results = [evidence, tape.gradient(evidence, logs)]
    new = tf.constant([[0.25], [0.7]], tf.float64)
    half = tf.linalg.triangular_solve(lower, kernel(x, new))
    results += [kernel(new, x) @ solved, kernel(new, new) - tf.matmul(half, half, transpose_a=True)]

    move, look = tf.constant([[1.0, 0.1], [0.0, 1.0]]), tf.constant([[1.0, 0.0]])
    noise, blur = tf.Variable(0.01 * tf.eye(2)), tf.Variable([[0.1]])
    with tf.GradientTape() as tape:
        mean, spread, likely = tf.zeros([2, 1]), tf.eye(2), tf.constant(0.0)
        for z in tf.sin(tf.range(4.0) * 0.3):
            mean, spread = move @ mean, move @ spread @ tf.transpose(move) + noise
            scale = look @ spread @ tf.transpose(look) + blur
            gain, miss = spread @ tf.transpose(look) @ tf.linalg.inv(scale), z - look @ mean
            mean, spread = mean + gain @ miss, (tf.eye(2) - gain @ look) @ spread
            likely -= 0.5 * tf.linalg.slogdet(scale)[1]
            likely -= 0.5 * tf.squeeze(tf.transpose(miss) @ tf.linalg.solve(scale, miss))
    results += [mean, likely, tape.gradient(likely, [noise, blur])]

    logits, start = tf.Variable([[1.0, 0.0], [0.2, 2.0]]), tf.math.log([0.6, 0.4])
    emitted = tf.nn.log_softmax(tf.constant([[1.0, 0.0, 0.0], [0.0, 0.0, 2.0]]))
    with tf.GradientTape() as tape:
        forward, best, origins = start + emitted[:, 0], start + emitted[:, 0], []
        for seen in tf.constant([2, 1, 2]):
            steps, shown = tf.nn.log_softmax(logits), tf.gather(emitted, seen, axis=1)
            forward = tf.reduce_logsumexp(forward[:, None] + steps, 0) + shown
            origins.append(tf.argmax(best[:, None] + steps, 0))
            best = tf.reduce_max(best[:, None] + steps, 0) + shown
        likely = tf.reduce_logsumexp(forward)
    return [*results, likely, tape.gradient(likely, logits), tf.stack(origins), best]


@tolerance(1e-3, 1e-4)
def optimizers(tf: Any) -> Any:
    """Newton's method, L-BFGS, and optimizers with slots by `variable.ref()` in a `tf.Module`."""

    def valley(x: Any) -> Any:
        return tf.reduce_sum(10.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = valley(x)
        return value, tape.gradient(value, x)

    x = tf.constant([1.2, 1.1, 1.3], tf.float64)
    for _ in range(2):
        with tf.GradientTape() as tape:
            tape.watch(x)
            _, g = slope(x)
        x -= tf.linalg.solve(tape.jacobian(g, x), g[:, None])[:, 0]
    results = [x]

    x = tf.constant([-1.2, 1.0], tf.float64)
    value, g = slope(x)
    steps: list[Any] = []
    for _ in range(6):
        q, scales = g, []
        for s, y in reversed(steps):
            scales.append(tf.tensordot(s, q, 1) / tf.tensordot(y, s, 1))
            q = q - scales[-1] * y
        if steps:
            s, y = steps[-1]
            q = q * tf.tensordot(s, y, 1) / tf.tensordot(y, y, 1)
        for (s, y), scale in zip(steps, reversed(scales), strict=True):
            q = q + s * (scale - tf.tensordot(y, q, 1) / tf.tensordot(y, s, 1))
        size = 1.0
        while slope(x - size * q)[0] > value and size > 1e-6:
            size *= 0.5
        new = x - size * q
        value, after = slope(new)
        steps = [*steps, (new - x, after - g)][-4:]
        x, g = new, after
    results += [x, value]

    class Optimizer(tf.Module):
        def __init__(self, kind: str) -> None:
            super().__init__(name=kind)
            self.slots: dict[Any, Any] = {}

        def slot(self, v: Any, name: str) -> Any:
            key = (v.ref(), name)
            if key not in self.slots:
                self.slots[key] = tf.Variable(tf.zeros(v.shape), trainable=False, name=name)
            return self.slots[key]

        def apply(self, pairs: Any) -> None:
            for g, v in pairs:
                if self.name == "momentum":
                    m = self.slot(v, "m")
                    v.assign_sub(0.05 * m.assign(0.9 * m + g))
                else:
                    s = self.slot(v, "s")
                    s.assign(0.9 * s + 0.1 * tf.square(g))
                    v.assign_sub(0.05 * g * tf.math.rsqrt(s + 1e-7))

    for kind in ("momentum", "rmsprop"):
        optimizer, variables = Optimizer(kind), [tf.Variable([1.0, -2.0]), tf.Variable(3.0)]
        for _ in range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(variables[0] ** 2) * variables[1]
            optimizer.apply(zip(tape.gradient(loss, variables), variables, strict=True))
        results += [[v.read_value() for v in variables], len(optimizer.variables)]
    return results


@tolerance(1e-4, 1e-5)
def adversaries(tf: Any) -> Any:
    """A generator and a critic with a penalty of its gradient, in one `tf.function`."""

    class Layers(tf.Module):
        def __init__(self, sizes: list[int], seed: int, name: str) -> None:
            super().__init__(name=name)
            with self.name_scope:
                self.layers = [
                    (
                        tf.Variable(_normal(tf, [a, b], seed + n) * 0.6, name="w"),
                        tf.Variable(tf.zeros([b]), name="b"),
                    )
                    for n, (a, b) in enumerate(zip(sizes[:-1], sizes[1:], strict=True))
                ]

        def __call__(self, x: Any) -> Any:
            for w, b in self.layers[:-1]:
                x = tf.nn.leaky_relu(x @ w + b, 0.2)
            w, b = self.layers[-1]
            return x @ w + b

    maker, critic = Layers([3, 4, 2], 1, "maker"), Layers([2, 4, 1], 5, "critic")
    real = _normal(tf, [6, 2], 20) + 2.0

    def loss(target: float, logits: Any) -> Any:
        labels = target * tf.ones_like(logits)
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))

    @tf.function
    def train(z: Any) -> Any:
        with tf.GradientTape() as of_maker, tf.GradientTape() as of_critic:
            made = maker(z)
            part = tf.random.stateless_uniform([6, 1], [3, 3])
            between = part * real + (1 - part) * made
            with tf.GradientTape() as inner:
                inner.watch(between)
                score = critic(between)
            steep = tf.norm(inner.gradient(score, between) + 1e-6, axis=1)
            fooled = loss(1.0, critic(made))
            caught = loss(1.0, critic(real)) + loss(0.0, critic(made))
            caught += 10.0 * tf.reduce_mean((steep - 1.0) ** 2)
        for tape, goal, module in ((of_maker, fooled, maker), (of_critic, caught, critic)):
            variables = module.trainable_variables
            for v, g in zip(variables, tape.gradient(goal, variables), strict=True):
                v.assign_sub(0.05 * g)
        return fooled, caught

    losses = [train(_normal(tf, [6, 3], 30 + i)) for i in range(3)]
    names = [v.name for v in maker.variables]
    return losses, names, tf.linalg.global_norm(critic.trainable_variables)


@tolerance(1e-3, 1e-4)
def pictures(tf: Any) -> Any:
    """A picture with the textures of another one, by Gram matrices, and a convolutional network."""
    rng = np.random.default_rng(1)
    picture = tf.constant(rng.random((1, 8, 8, 3)), tf.float32)
    filters = tf.Variable(_normal(tf, [3, 3, 3, 4], 2) * 0.3)

    def textures(image: Any) -> Any:
        seen = tf.nn.relu(tf.nn.conv2d(image, filters, 1, "SAME"))
        sizes = tf.shape(seen)
        return tf.einsum("bijc,bijd->bcd", seen, seen) / tf.cast(sizes[1] * sizes[2], tf.float32)

    wanted, image = textures(tf.image.rot90(picture) ** 2), tf.Variable(picture)
    losses = []
    for _ in range(3):
        with tf.GradientTape() as tape:
            style = tf.add_n([tf.reduce_mean((textures(image) - wanted) ** 2) * 10.0])
            loss = style + 1e-3 * tf.reduce_sum(tf.image.total_variation(image))
        image.assign(tf.clip_by_value(image - 0.5 * tape.gradient(loss, image), 0.0, 1.0))
        losses.append(loss)
    weights, labels = tf.Variable(_normal(tf, [64, 3], 5) * 0.1), tf.one_hot([2, 0], 3)
    batch = tf.stack([picture[0], tf.image.adjust_hue(picture[0], 0.2)])
    with tf.GradientTape() as tape:
        mean, variance = tf.nn.moments(batch, [0, 1, 2])
        x = tf.nn.batch_normalization(batch, mean, variance, None, None, 1e-3)
        x = tf.nn.relu(tf.nn.conv2d(x, filters, 1, "SAME"))
        x = tf.reshape(tf.nn.max_pool2d(x, 2, 2, "SAME"), [2, 64])
        loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, x @ weights))
    gradients = tape.gradient(loss, [filters, weights])
    return losses, tf.reduce_mean(image), loss, [tf.norm(g) for g in gradients]


@tolerance(1e-4, 1e-4)
def words(tf: Any) -> Any:
    """Words counted, hashed, embedded in rows of different lengths, and contrasted with others."""
    lines = tf.constant(["To be, or not to be", "that is the question", ""])
    plain = tf.strings.regex_replace(tf.strings.lower(lines), "[^a-z ]", "")
    rows = tf.strings.split(plain)
    results, places, counts = tf.unique_with_counts(rows.flat_values)
    order = tf.argsort(counts, direction="DESCENDING", stable=True)
    ids = rows.with_values(places)
    table = tf.Variable(_normal(tf, [8, 4], 3))
    with tf.GradientTape() as tape:
        means = tf.reduce_mean(tf.nn.embedding_lookup(table, ids), 1)
        score = tf.reduce_sum(means[:2] ** 2)
    gradient = tape.gradient(score, table)
    mark = tf.fill([rows.nrows(), 1], "#")
    padded = tf.concat([mark, rows, mark], 1)
    pairs = tf.strings.join([padded[:, :-1], padded[:, 1:]], separator="+")
    buckets = tf.strings.to_hash_bucket_fast(pairs, 50)
    with tf.GradientTape() as tape:
        nearby = tf.nn.embedding_lookup(table, [[0, 1, 2], [3, 0, 1]])
        dots = tf.einsum("be,bce->bc", tf.gather(table, [4, 5]), nearby)
        labels = tf.concat([tf.ones([2, 1]), tf.zeros([2, 2])], 1)
        contrast = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, dots))
    sliced = tape.gradient(contrast, table)
    table.scatter_sub(tf.IndexedSlices(0.1 * sliced.values, sliced.indices))
    near = tf.math.l2_normalize(table, 1)
    tf.print("rows:", ids, "words:", tf.size(results), summarize=2)
    return (
        *(
            tf.gather(results, order)[:2],
            ids,
            means,
            tf.convert_to_tensor(gradient),
            pairs,
            buckets,
        ),
        *(contrast, sliced, tf.math.top_k(near @ tf.transpose(near), 2).indices),
    )


@tolerance(1e-3, 1e-3)
def sounds(tf: Any) -> Any:
    """Cepstra of a sound, its inverse transform, and a sound fitted to a spectrum."""
    time = tf.range(512.0) / 8000.0
    sound = tf.sin(2 * np.pi * 440 * time) + 0.3 * tf.sin(2 * np.pi * 1200 * time)
    spectrum = tf.signal.stft(sound, 128, 64)
    bands = tf.signal.linear_to_mel_weight_matrix(8, 65, 8000, 80.0, 3800.0)
    loud = tf.math.log(tf.tensordot(tf.abs(spectrum), bands, 1) + 1e-2)
    cepstra = tf.signal.mfccs_from_log_mel_spectrograms(loud)[..., :4]
    window = tf.signal.inverse_stft_window_fn(64)
    again = tf.signal.inverse_stft(spectrum, 128, 64, window_fn=window)
    fitted, losses = tf.Variable(tf.cos(40.0 * time)), []
    for _ in range(3):
        with tf.GradientTape() as tape:
            miss = tf.abs(tf.signal.stft(fitted, 128, 64)) - tf.abs(spectrum)
            loss = tf.reduce_mean(miss**2)
        fitted.assign_sub(0.5 * tape.gradient(loss, fitted))
        losses.append(loss)
    rebuilt = tf.reduce_max(abs(again[128:384] - sound[128:384])) < 1e-4
    return cepstra, rebuilt, losses, tf.signal.frame(sound, 200, 150).shape.as_list()
