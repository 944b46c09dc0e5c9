"""The Adam optimizer, for recipes that work without Keras."""

import tensorflow as tf


class Adam:
    """Updates `variables` by Adam (Kingma and Ba, 2015).

    Args:
        variables: the variables to update, a list.
        rate: the learning rate.
        beta_1, beta_2: the decay of the means of gradients and of their squares.
    """

    def __init__(self, variables, rate=0.001, beta_1=0.9, beta_2=0.999):
        self.variables = list(variables)
        self.rate, self.beta_1, self.beta_2 = rate, beta_1, beta_2
        self.steps = tf.Variable(tf.zeros([], self.variables[0].dtype), trainable=False)
        self.means = [tf.Variable(tf.zeros_like(v), trainable=False) for v in self.variables]
        self.squares = [tf.Variable(tf.zeros_like(v), trainable=False) for v in self.variables]

    def apply(self, gradients):
        """Makes one step with `gradients`, a list with one for each variable."""
        self.steps.assign_add(1.0)
        rate = self.rate * tf.sqrt(1.0 - self.beta_2**self.steps) / (1.0 - self.beta_1**self.steps)
        states = zip(self.variables, gradients, self.means, self.squares, strict=True)
        for variable, gradient, mean, square in states:
            mean.assign_add((1.0 - self.beta_1) * (gradient - mean))
            square.assign_add((1.0 - self.beta_2) * (tf.square(gradient) - square))
            variable.assign_sub(rate * mean / (tf.sqrt(square) + 1e-7))
