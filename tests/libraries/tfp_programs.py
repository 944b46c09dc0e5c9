"""Small programs with TensorFlow Probability, whose wheel has no tests."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

tfd, tfb = tfp.distributions, tfp.bijectors


@pytest.mark.parametrize(
    "make",
    [
        lambda x: tfd.Normal(x, 2.0),
        lambda x: tfd.LogNormal(x, 1.0),
        lambda x: tfd.Gamma(x, 1.0),
        lambda x: tfd.Beta(x, 2.0),
        lambda x: tfd.Exponential(x),
        lambda x: tfd.Laplace(x, 1.0),
        lambda x: tfd.StudentT(3.0, x, 1.0),
        lambda x: tfd.Uniform(0.0, x),
        lambda x: tfd.Independent(tfd.Normal(x, [1.0, 2.0]), 1),
        lambda x: tfd.MultivariateNormalDiag([x, x], [1.0, 2.0]),
        lambda x: tfd.TransformedDistribution(tfd.Normal(x, 1.0), tfb.Exp()),
    ],
)
def test_density_and_sample(make):
    """The gradient of the density is that of finite differences; samples have the event shape."""
    x = tf.Variable(1.5)
    point = 0.4
    with tf.GradientTape() as tape:
        distribution = make(x)
        value = tf.fill(distribution.event_shape, point)
        density = distribution.log_prob(value)
    gradient = tape.gradient(density, x)
    steps = [float(make(tf.constant(1.5 + h)).log_prob(value)) for h in (1e-2, -1e-2)]
    assert float(gradient) == pytest.approx((steps[0] - steps[1]) / 2e-2, abs=1e-2)
    sample = make(x).sample(3, seed=(1, 2))
    assert sample.shape == [3, *make(x).event_shape]


@pytest.mark.parametrize(
    "bijector",
    [tfb.Exp(), tfb.Softplus(), tfb.Sigmoid(), tfb.Shift(2.0), tfb.Scale(3.0), tfb.Tanh()],
)
def test_bijector(bijector):
    """A bijector and its inverse cancel out, and so do their log determinants."""
    x = tf.constant([-0.3, 0.2])
    y = bijector.forward(x)
    assert np.allclose(bijector.inverse(tf.identity(y)), x, atol=1e-5)
    total = bijector.forward_log_det_jacobian(x, 0) + bijector.inverse_log_det_jacobian(y, 0)
    assert np.allclose(total, 0, atol=1e-5)


def test_divergence():
    """The divergence of normal distributions has a closed form."""
    divergence = tfd.kl_divergence(tfd.Normal(0.0, 1.0), tfd.Normal(1.0, 1.0))
    assert float(divergence) == pytest.approx(0.5)


def test_joint_distribution():
    """A joint distribution adds the densities of its parts."""
    joint = tfd.JointDistributionSequential(
        [tfd.Normal(0.0, 1.0), lambda mean: tfd.Normal(mean, 1.0)]
    )
    parts = joint.log_prob_parts([tf.constant(0.5), tf.constant(1.0)])
    assert float(joint.log_prob([0.5, 1.0])) == pytest.approx(sum(map(float, parts)))


def test_trainable_parameters():
    """A distribution lists the variables it is made of, and a transformed variable is one."""
    scale = tfp.util.TransformedVariable(1.0, tfb.Exp(), name="scale")
    distribution = tfd.Normal(tf.Variable(0.0), scale)
    assert len(distribution.trainable_variables) == 2
    with tf.GradientTape() as tape:
        density = distribution.log_prob(0.3)
    assert all(g is not None for g in tape.gradient(density, distribution.trainable_variables))


def test_hamiltonian_monte_carlo():
    """A chain on a normal distribution stays near it."""
    samples = tfp.mcmc.sample_chain(
        20,
        tf.constant(0.0),
        kernel=tfp.mcmc.HamiltonianMonteCarlo(
            tfd.Normal(1.0, 1.0).log_prob, step_size=0.5, num_leapfrog_steps=2
        ),
        trace_fn=None,
        seed=(1, 2),
    )
    assert samples.shape == [20] and abs(float(tf.reduce_mean(samples))) < 4
