"""The rows: each is the same computation written twice, with the `tf` API and in raw torch.

A program builds its inputs from the module it is given and returns the function to time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

Program = Callable[[ModuleType], Callable[[], Any]]

# Cheap operations are timed in a loop inside the program, so that the call
# of the program itself, the same on either side, does not flatter the ratio.
LOOP = 100


@dataclass(frozen=True)
class Row:
    name: str
    bound: float  # the most that ours may take, in units of raw torch's time
    on_tf: Program
    on_torch: Program
    operations: int = 1  # in one call of the program: times are shown for one of them


def tf_square(value: Any) -> Program:
    def program(tf):
        x = tf.constant(value)

        def run():
            for _ in range(LOOP):
                y = tf.square(x)
            return y

        return run

    return program


def torch_square(value: Any) -> Program:
    def program(torch):
        x = torch.as_tensor(value)

        def run():
            for _ in range(LOOP):
                y = torch.square(x)
            return y

        return run

    return program


def add(a: Any, b: Any) -> Callable[[], Any]:
    """`a + b`: the same expression on both sides."""

    def run():
        for _ in range(LOOP):
            c = a + b
        return c

    return run


def tf_function_call(tf):
    """A function that calls one operation on a tensor."""
    x = tf.constant(3.0)
    f = tf.function(lambda x: tf.square(x))

    def run():
        for _ in range(LOOP):
            y = f(x)
        return y

    return run


def torch_function_call(torch):
    x = torch.tensor(3.0)
    f = lambda x: torch.square(x)  # noqa: E731

    def run():
        for _ in range(LOOP):
            y = f(x)
        return y

    return run


def tf_scalar_tape(tf):
    v = tf.Variable(3.0)

    def run():
        with tf.GradientTape() as tape:
            y = tf.square(v)
        return tape.gradient(y, v)

    return run


def torch_scalar_tape(torch):
    v = torch.tensor(3.0, requires_grad=True)

    def run():
        y = torch.square(v)
        (gradient,) = torch.autograd.grad(y, v)
        return gradient

    return run


def tf_chain(value: Any) -> Program:
    def program(tf):
        v = tf.Variable(value)

        def run():
            with tf.GradientTape() as tape:
                y = v
                for _ in range(100):
                    y = tf.sin(y * 0.9 + 0.1)
            return tape.gradient(y, v)

        return run

    return program


def torch_chain(value: Any) -> Program:
    def program(torch):
        v = torch.as_tensor(value).requires_grad_()
        ones = torch.ones_like(v) if v.ndim else None

        def run():
            y = v
            for _ in range(100):
                y = torch.sin(y * 0.9 + 0.1)
            (gradient,) = torch.autograd.grad(y, v, ones)
            return gradient

        return run

    return program


def tf_second_derivative(value: Any) -> Program:
    def program(tf):
        v = tf.Variable(value)

        def run():
            with tf.GradientTape() as outer:
                with tf.GradientTape() as inner:
                    y = v**3
                first = inner.gradient(y, v)
            return outer.gradient(first, v)

        return run

    return program


def torch_second_derivative(value: Any) -> Program:
    def program(torch):
        v = torch.as_tensor(value).requires_grad_()
        ones = torch.ones_like(v) if v.ndim else None

        def run():
            y = v**3
            (first,) = torch.autograd.grad(y, v, ones, create_graph=True)
            (second,) = torch.autograd.grad(first, v, ones)
            return second

        return run

    return program


def tf_jacobian(value: Any) -> Program:
    def program(tf):
        x = tf.constant(value)

        def run():
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.sin(x) * x
            return tape.jacobian(y, x)

        return run

    return program


def torch_jacobian(value: Any) -> Program:
    def program(torch):
        x = torch.as_tensor(value)
        jacobian = torch.func.jacrev(lambda x: torch.sin(x) * x)
        return lambda: jacobian(x)

    return program


def tf_batch_jacobian(count: int, size: int) -> Program:
    def program(tf):
        rows, weights = map(tf.constant, _batch(count, size))

        def run():
            with tf.GradientTape() as tape:
                tape.watch(rows)
                y = tf.tanh(rows @ weights)
            return tape.batch_jacobian(y, rows)

        return run

    return program


def torch_batch_jacobian(count: int, size: int) -> Program:
    def program(torch):
        rows, weights = map(torch.as_tensor, _batch(count, size))
        jacobians = torch.func.vmap(torch.func.jacrev(lambda row: torch.tanh(row @ weights)))
        return lambda: jacobians(rows)

    return program


def _batch(count: int, size: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = (count, size), (size, size)
    return [rng.standard_normal(shape, dtype=np.float32) for shape in shapes]


def mean_cross_entropy(torch):
    cross_entropy = torch.nn.functional.cross_entropy
    return lambda logits, labels: torch.mean(cross_entropy(logits, labels, reduction="none"))


@dataclass(frozen=True)
class Perceptron:
    """Two dense layers trained by gradient descent; a step returns the loss before it."""

    inputs: int = 64
    hidden: int = 128
    classes: int = 10
    batch: int = 32
    rate: float = 0.01

    def arrays(self):
        rng = np.random.default_rng(0)

        def normal(*shape):
            return rng.standard_normal(shape, dtype=np.float32)

        parameters = [
            normal(self.inputs, self.hidden) / np.float32(np.sqrt(self.inputs)),
            np.zeros(self.hidden, np.float32),
            normal(self.hidden, self.classes) / np.float32(np.sqrt(self.hidden)),
            np.zeros(self.classes, np.float32),
        ]
        features = normal(self.batch, self.inputs)
        classes = rng.integers(0, self.classes, self.batch)
        return parameters, features, classes

    def on_tf(self, tf):
        arrays, features, classes = self.arrays()
        parameters = w1, b1, w2, b2 = [tf.Variable(a) for a in arrays]
        x, labels = tf.constant(features), tf.constant(classes)

        def run():
            with tf.GradientTape() as tape:
                logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
                each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
                loss = tf.reduce_mean(each)
            gradients = tape.gradient(loss, parameters)
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.assign_sub(self.rate * gradient)
            return loss

        return run

    def on_torch(self, torch):
        """With `F.linear`, which fuses product and bias, and a fused update."""
        F = torch.nn.functional
        arrays, features, classes = self.arrays()
        w1, b1, w2, b2 = map(torch.from_numpy, arrays)
        w1, w2 = w1.T.contiguous(), w2.T.contiguous()  # (outputs, inputs), as F.linear wants it
        parameters = [p.requires_grad_() for p in (w1, b1, w2, b2)]
        x, labels = torch.from_numpy(features), torch.from_numpy(classes)

        def run():
            logits = F.linear(F.relu(F.linear(x, w1, b1)), w2, b2)
            loss = F.cross_entropy(logits, labels)
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for parameter, gradient in zip(parameters, gradients, strict=True):
                    parameter.sub_(gradient, alpha=self.rate)
            return loss

        return run

    def on_plain_torch(self, torch):
        """With `@`, `+` and `-=`, as the `tf` program has it; the loss is one function."""
        return self.in_plain_torch(torch, torch.nn.functional.cross_entropy)

    def on_torch_alike(self, torch):
        """The same operations as the `tf` program, the mean being a separate one."""
        return self.in_plain_torch(torch, mean_cross_entropy(torch))

    def in_plain_torch(self, torch, cross_entropy):
        arrays, features, classes = self.arrays()
        tensors = [torch.from_numpy(a) for a in arrays]
        parameters = w1, b1, w2, b2 = [t.requires_grad_() for t in tensors]
        x, labels = torch.from_numpy(features), torch.from_numpy(classes)

        def run():
            logits = torch.relu(x @ w1 + b1) @ w2 + b2
            loss = cross_entropy(logits, labels)
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for parameter, gradient in zip(parameters, gradients, strict=True):
                    parameter -= self.rate * gradient
            return loss

        return run

    def hessian_on_tf(self, tf):
        """The product of the loss's second derivatives and a vector: a tape around a tape."""
        arrays, features, classes = self.arrays()
        parameters = w1, b1, w2, b2 = [tf.Variable(a) for a in arrays]
        directions = [tf.ones_like(p) for p in parameters]
        x, labels = tf.constant(features), tf.constant(classes)

        def run():
            with tf.GradientTape() as outer:
                with tf.GradientTape() as inner:
                    logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
                    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
                    loss = tf.reduce_mean(each)
                gradients = inner.gradient(loss, parameters)
            return outer.gradient(gradients, parameters, output_gradients=directions)[0]

        return run

    def hessian_on_torch(self, torch):
        return self.hessian_in_torch(torch, torch.nn.functional.cross_entropy)

    def hessian_on_torch_alike(self, torch):
        """With the mean as a separate operation, as in the `tf` program."""
        return self.hessian_in_torch(torch, mean_cross_entropy(torch))

    def hessian_in_torch(self, torch, cross_entropy):
        arrays, features, classes = self.arrays()
        parameters = w1, b1, w2, b2 = [torch.from_numpy(a).requires_grad_() for a in arrays]
        directions = [torch.ones_like(p) for p in parameters]
        x, labels = torch.from_numpy(features), torch.from_numpy(classes)

        def run():
            logits = torch.relu(x @ w1 + b1) @ w2 + b2
            loss = cross_entropy(logits, labels)
            gradients = torch.autograd.grad(loss, parameters, create_graph=True)
            return torch.autograd.grad(gradients, parameters, directions)[0]

        return run

    def pushed_hessian_on_tf(self, tf):
        """The same product as the derivative of the gradient in a direction: forward mode."""
        arrays, features, classes = self.arrays()
        parameters = w1, b1, w2, b2 = [tf.Variable(a) for a in arrays]
        directions = [tf.ones_like(p) for p in parameters]
        x, labels = tf.constant(features), tf.constant(classes)

        def run():
            with tf.autodiff.ForwardAccumulator(parameters, directions) as accumulator:
                with tf.GradientTape() as tape:
                    logits = tf.nn.relu(x @ w1 + b1) @ w2 + b2
                    each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
                    loss = tf.reduce_mean(each)
                gradients = tape.gradient(loss, parameters)
            return accumulator.jvp(gradients)[0]

        return run

    def pushed_hessian_on_torch(self, torch):
        F = torch.nn.functional
        arrays, features, classes = self.arrays()
        parameters = tuple(map(torch.from_numpy, arrays))
        directions = tuple(map(torch.ones_like, parameters))
        x, labels = torch.from_numpy(features), torch.from_numpy(classes)

        def loss(w1, b1, w2, b2):
            return F.cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, labels)

        gradient = torch.func.grad(loss, argnums=(0, 1, 2, 3))
        return lambda: torch.func.jvp(gradient, parameters, directions)[1][0]


VECTOR = np.linspace(-1, 1, 100, dtype=np.float32)
MLP = Perceptron()

ROWS = [
    Row("square of a scalar", 1.35, tf_square(3.0), torch_square(3.0), LOOP),
    Row("square of a 100-vector", 1.35, tf_square(VECTOR), torch_square(VECTOR), LOOP),
    Row(
        "tensor + tensor",
        1.35,
        lambda tf: add(tf.constant(3.0), tf.constant(4.0)),
        lambda torch: add(torch.tensor(3.0), torch.tensor(4.0)),
        LOOP,
    ),
    Row(
        "tensor + Python number",
        1.35,
        lambda tf: add(tf.constant(3.0), 4.0),
        lambda torch: add(torch.tensor(3.0), 4.0),
        LOOP,
    ),
    Row("tf.function of a square", 4.0, tf_function_call, torch_function_call, LOOP),
    Row("tape, square, gradient", 1.3, tf_scalar_tape, torch_scalar_tape),
    Row("chain of 300, gradient", 1.15, tf_chain(0.5), torch_chain(0.5)),
    Row("MLP step, fused torch", 1.2, MLP.on_tf, MLP.on_torch),
    Row("MLP step, plain torch", 1.2, MLP.on_tf, MLP.on_plain_torch),
    Row("MLP step, torch alike", 1.2, MLP.on_tf, MLP.on_torch_alike),
    Row("second derivative", 1.5, tf_second_derivative(3.0), torch_second_derivative(3.0)),
    Row("MLP, Hessian by vector", 1.3, MLP.hessian_on_tf, MLP.hessian_on_torch),
    Row("the same, torch alike", 1.3, MLP.hessian_on_tf, MLP.hessian_on_torch_alike),
    Row("MLP, Hessian, forward", 1.5, MLP.pushed_hessian_on_tf, MLP.pushed_hessian_on_torch),
    Row("jacobian of a 100-vector", 1.5, tf_jacobian(VECTOR), torch_jacobian(VECTOR)),
    Row("batch_jacobian (64, 20)", 1.5, tf_batch_jacobian(64, 20), torch_batch_jacobian(64, 20)),
]
