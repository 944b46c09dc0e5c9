"""`tf.signal.fftnd` and its relatives, compared with NumPy: TensorFlow has no CPU kernel."""

import numpy as np
import pytest

import tf_tape_compat as tf

X = (np.arange(24).reshape(2, 3, 4) * 0.5 + 1j * np.cos(np.arange(24).reshape(2, 3, 4))).astype(
    "complex64"
)


@pytest.mark.parametrize("norm", [None, "ortho", "forward", "backward"])
@pytest.mark.parametrize(
    ("length", "axes"), [(None, None), ([4, 3], [0, 2]), ([2], [-1]), (None, [1]), ([3, 6], [1, 2])]
)
@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
def test_values(name, length, axes, norm):
    x = X.real if name == "rfftn" else X
    expected = getattr(np.fft, name)(x, length, axes, norm)
    result = getattr(tf.signal, f"{name}d")(x, length, axes, norm).numpy()
    assert result.dtype == (np.float32 if name == "irfftn" else np.complex64)
    np.testing.assert_allclose(result, expected, rtol=2e-4, atol=2e-4)


def test_raw_names():
    np.testing.assert_allclose(tf.fftnd(X, [3], [1]), np.fft.fftn(X, [3], [1]), rtol=1e-4)
    np.testing.assert_allclose(tf.ifftnd(X, [3], [1]), np.fft.ifftn(X, [3], [1]), rtol=1e-4)
    double = tf.rfftnd(tf.constant(X.real, tf.float64), [4], [2], tf.complex128)
    np.testing.assert_allclose(double, np.fft.rfftn(X.real, [4], [2]), atol=1e-5)
    np.testing.assert_allclose(tf.irfftnd(X, [6], [2]), np.fft.irfftn(X, [6], [2]), atol=1e-5)


@pytest.mark.parametrize(
    ("length", "axes"), [([3], [3]), ([3, 4], [0]), ([0], [0]), ([3, 3], [1, 1]), ([-1], [0])]
)
def test_refused(length, axes):
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.signal.fftnd(X, length, axes)


def test_no_gradient():
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.signal.fftnd(x)
    with pytest.raises(LookupError):
        tape.gradient(y, x)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.rfftnd(X.real, [4], [2], tf.complex128)
