"""Tapes over torch's parameters, modules and operations, and torch's optimizers over variables."""

from __future__ import annotations

import gc
import threading
import weakref

import numpy as np
import pytest
import torch

import tf_tape_compat as tf


def module():
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 1))


def expected(model, x):
    loss = ((model(x) - 1.0) ** 2).mean()
    return [g.numpy() for g in torch.autograd.grad(loss, list(model.parameters()))]


X = torch.tensor([[1.0, 2.0], [3.0, -4.0]])


def tf_loss(model):
    return tf.reduce_mean(tf.square(model(tf.constant(X.numpy())) - 1.0))


def torch_loss(model):
    return ((model(X) - 1.0) ** 2).mean()


def mixed_loss(model):
    return tf.reduce_mean(tf.square(model(X) - 1.0))


def torch_at_the_end(model):
    return torch.nn.functional.mse_loss(tf.identity(model(X)).torch(), torch.ones(2, 1))


@pytest.mark.parametrize("loss", [tf_loss, torch_loss, mixed_loss, torch_at_the_end])
@pytest.mark.parametrize("persistent", [False, True])
def test_parameters(loss, persistent):
    """Whichever library computes the loss, the gradients are torch's."""
    model = module()
    with tf.GradientTape(persistent=persistent) as tape:
        value = loss(model)
    for _ in range(1 + persistent):
        gradients = tape.gradient(value, list(model.parameters()))
        for gradient, reference in zip(gradients, expected(model, X), strict=True):
            assert isinstance(gradient, tf.Tensor)
            np.testing.assert_allclose(gradient, reference, rtol=1e-5)


def test_a_module_is_a_dict_of_parameters():
    model = module()
    with tf.GradientTape() as tape:
        value = tf_loss(model)
    gradients = tape.gradient(value, {"model": model, "other": tf.Variable(1.0)})
    assert gradients["other"] is None
    assert list(gradients["model"]) == [name for name, _ in model.named_parameters()]
    for gradient, reference in zip(gradients["model"].values(), expected(model, X), strict=True):
        np.testing.assert_allclose(gradient, reference, rtol=1e-5)


def test_tensors_and_parameters_together():
    p = torch.nn.Parameter(torch.tensor([1.0, 2.0]))
    v = tf.Variable([3.0, 4.0])
    c = tf.constant([5.0, 6.0])
    with tf.GradientTape() as tape:
        tape.watch(c)
        y = tf.reduce_sum(p * v * c)
    gradients = tape.gradient(y, [p, v, c])
    assert [g.numpy().tolist() for g in gradients] == [[15.0, 24.0], [5.0, 12.0], [3.0, 8.0]]


# -- what tapes record ----------------------------------------------------------------------------


def test_only_what_ran_inside_counts():
    """As for a tape over variables: operations outside of its context are constants."""
    p = torch.nn.Parameter(torch.tensor(3.0))
    before = p * p
    with tf.GradientTape(persistent=True) as tape:
        inside = before * p
        with tape.stop_recording():
            paused = p * p
        resumed = paused * p
        tensor = tf.convert_to_tensor(paused) * p
    after = inside * p
    assert tape.gradient(inside, p) == 9.0
    assert tape.gradient(resumed, p) == 9.0 and tape.gradient(tensor, p) == 9.0
    assert tape.gradient(paused, p) is None
    assert tape.gradient(before, p) is None and tape.gradient(after, p) is None
    assert tape.gradient(inside, before) is None  # computed outside, and not watched


def test_intermediate_torch_tensors():
    p = torch.nn.Parameter(torch.tensor(3.0))
    with tf.GradientTape() as tape:
        a = p * 2.0
        y = tf.square(a)
    assert [g.numpy() for g in tape.gradient(y, [a, p])] == [12.0, 24.0]


def test_watching():
    p = torch.nn.Parameter(torch.tensor(3.0))
    q = torch.nn.Parameter(torch.tensor(2.0))
    with tf.GradientTape(watch_accessed_variables=False, persistent=True) as tape:
        tape.watch(p)
        y = tf.square(p) * q
        z = (p * q).sum()
        w = q * 3.0
    assert [g if g is None else g.numpy() for g in tape.gradient(y, [p, q])] == [12.0, None]
    assert [g if g is None else g.numpy() for g in tape.gradient(z, [p, q])] == [2.0, None]
    assert tape.gradient(w, [p, q]) == [None, None]


def test_frozen_parameters():
    model = module()
    model.requires_grad_(False)
    with tf.GradientTape() as tape:
        value = tf_loss(model)
    assert tape.gradient(value, list(model.parameters())) == [None] * 4
    with tf.GradientTape() as tape:
        tape.watch(model)
        value = tf_loss(model)
    gradients = tape.gradient(value, list(model.parameters()))
    for gradient, reference in zip(gradients, expected(model, X), strict=True):
        np.testing.assert_allclose(gradient, reference, rtol=1e-5)


def test_watching_what_cannot_be_watched(caplog):
    whole = torch.tensor([1, 2])
    result = torch.ones(2, requires_grad=True) * 2.0
    with tf.GradientTape() as tape:
        tape.watch(whole)
        with pytest.raises(ValueError, match="outside of the tape"):
            tape.watch(result)
        y = tf.reduce_sum(tf.cast(whole, tf.float32))
    assert "must be floating (e.g. tf.float32), got tf.int64" in caplog.text
    assert tape.gradient(y, whole) is None and not whole.requires_grad


def test_rules_of_tensorflow_hold_for_its_operations():
    """tf.floor has no gradient, torch.floor has zeros."""
    p = torch.nn.Parameter(torch.tensor(3.5))
    with tf.GradientTape(persistent=True) as tape:
        a, b = tf.floor(p) * 1.0, torch.floor(p)
        c = tf.stop_gradient(p) * 2.0
        with torch.no_grad():
            d = p * p
    assert tape.gradient(a, p) is None and tape.gradient(b, p) == 0.0
    assert tape.gradient(c, p) is None and tape.gradient(d, p) is None
    zeros = tape.gradient(c, p, unconnected_gradients="zero")
    assert zeros == 0.0


def test_a_target_that_is_a_source():
    p = torch.nn.Parameter(torch.tensor([3.0, 1.0]))
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(p * p)
    assert tape.gradient([y, p], p).numpy().tolist() == [7.0, 3.0]


def test_output_gradients():
    p = torch.nn.Parameter(torch.tensor([3.0, 1.0]))
    with tf.GradientTape() as tape:
        y = p * p
    weights = torch.tensor([1.0, 10.0])
    assert tape.gradient(y, p, output_gradients=weights).numpy().tolist() == [6.0, 20.0]


def test_second_derivatives():
    p = torch.nn.Parameter(torch.tensor(3.0))
    q = torch.nn.Parameter(torch.tensor(2.0))
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.square(p) * (q * q)
        first = inner.gradient(y, p)
        target = first * first
    assert [g.numpy() for g in outer.gradient(target, [p, q])] == [
        2 * (2 * 3 * 4) * 8.0,
        2 * (2 * 3 * 4) * 24.0,
    ]


def test_jacobians():
    p = torch.nn.Parameter(torch.tensor([3.0, 1.0]))
    with tf.GradientTape(persistent=True) as tape:
        y = p * p
    assert tape.jacobian(y, p).numpy().tolist() == [[6.0, 0.0], [0.0, 2.0]]
    m = torch.nn.Parameter(torch.tensor([[3.0, 1.0], [2.0, 5.0]]))
    with tf.GradientTape() as tape:
        y = tf.square(m)
    result = tape.batch_jacobian(y, m).numpy()
    assert result.tolist() == [[[6.0, 0.0], [0.0, 2.0]], [[4.0, 0.0], [0.0, 10.0]]]


def test_inside_a_function():
    """A function with torch parameters is not traced, so that nothing is lost."""
    model = module()

    @tf.function
    def loss():
        return tf_loss(model)

    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, list(model.parameters()))
    for gradient, reference in zip(gradients, expected(model, X), strict=True):
        np.testing.assert_allclose(gradient, reference, rtol=1e-5)


def test_a_gradient_inside_a_function():
    model = module()

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            value = tf_loss(model)
        return tape.gradient(value, list(model.parameters()))

    for _ in range(2):
        for gradient, reference in zip(step(), expected(model, X), strict=True):
            np.testing.assert_allclose(gradient, reference, rtol=1e-5)


def test_operations_of_another_thread():
    """Numbers of nodes of another thread mean nothing to the tape: its own thread counts."""
    p = torch.nn.Parameter(torch.tensor(3.0))
    results = []
    with tf.GradientTape() as tape:
        worker = threading.Thread(target=lambda: results.append(tf.square(p)))
        worker.start()
        worker.join()
        y = p * 2.0
    assert tape.gradient(y, p) == 2.0
    assert not results[0]._tapes.recorders


def test_the_programs_graph_is_kept():
    """The tape leaves torch's graph to torch: backward() works afterwards."""
    p = torch.nn.Parameter(torch.tensor(3.0))
    with tf.GradientTape() as tape:
        y = p * p * p
        z = tf.square(y)
    assert tape.gradient(z, p) == 2 * 27.0 * 27.0
    y.backward()
    assert p.grad == 27.0


def test_memory_is_freed():
    p = torch.nn.Parameter(torch.zeros(10))
    with tf.GradientTape() as tape:
        y = torch.exp(p)
        kept = weakref.ref(y)
        z = tf.reduce_sum(y)
    tape.gradient(z, p)
    del y, tape
    gc.collect()
    assert kept() is None and not z.torch().requires_grad


# -- tensors of both kinds ------------------------------------------------------------------------


def test_torch_and_from_torch_share_memory():
    values = torch.arange(4.0)
    tensor = tf.from_torch(values)
    assert tensor.torch().data_ptr() == values.data_ptr()
    assert tensor.numpy().tolist() == [0.0, 1.0, 2.0, 3.0] and isinstance(tensor, tf.Tensor)
    for wrong in ([1.0], np.ones(2), tf.constant(1.0)):
        with pytest.raises(TypeError, match=r"from_torch takes a torch\.Tensor"):
            tf.from_torch(wrong)
    with pytest.raises(TypeError, match="to_dense"):
        tf.from_torch(torch.eye(2).to_sparse())
    with pytest.raises(TypeError, match="torch has no string tensors"):
        tf.constant("a").torch()


def test_torch_operations_between_ours():
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.square(torch.sin((x * 2.0).torch())))
    np.testing.assert_allclose(
        tape.gradient(y, x), 4 * np.sin([2.0, 4.0]) * np.cos([2.0, 4.0]), rtol=1e-5
    )


def test_tensors_in_numpy_by_dlpack():
    for value in (tf.constant([[1.0, 2.0]]), tf.Variable([[1.0, 2.0]])):
        assert np.from_dlpack(value).tolist() == [[1.0, 2.0]]
        assert torch.from_dlpack(value).tolist() == [[1.0, 2.0]]
    array = np.arange(3.0)
    capsule = tf.experimental.dlpack.from_dlpack(array.__dlpack__())
    assert capsule.numpy().tolist() == [0.0, 1.0, 2.0]


def test_tensors_in_jax_by_dlpack():
    jax = pytest.importorskip("jax")
    there = jax.dlpack.from_dlpack(tf.constant([[1.0, 2.0]]))
    assert np.asarray(there).tolist() == [[1.0, 2.0]]
    assert tf.from_torch(torch.from_dlpack(there)).numpy().tolist() == [[1.0, 2.0]]


def test_tensors_in_cupy_by_dlpack():
    cupy = pytest.importorskip("cupy")
    there = cupy.from_dlpack(tf.constant([[1.0, 2.0]]).gpu())
    assert cupy.asnumpy(there).tolist() == [[1.0, 2.0]]


# -- torch's optimizers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "make",
    [
        lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9),
        lambda parameters: torch.optim.Adam(parameters, lr=0.1),
        lambda parameters: torch.optim.AdamW(parameters, lr=0.1, weight_decay=0.1),
        lambda parameters: torch.optim.RMSprop(parameters, lr=0.01),
    ],
)
def test_torch_optimizers_update_variables(make):
    variables = [tf.Variable([1.0, 2.0]), tf.Variable([[3.0]])]
    parameters = [torch.nn.Parameter(torch.tensor(v.numpy())) for v in variables]
    ours, reference = make([v.torch() for v in variables]), make(parameters)
    kept = variables[0].value()
    for step in range(5):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.square(variables[0])) * tf.reduce_sum(variables[1])
        gradients = tape.gradient(loss, variables)
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.torch().grad = gradient.torch()
        ours.step()
        reference.zero_grad()
        (parameters[0].square().sum() * parameters[1].sum()).backward()
        reference.step()
        if step == 2:
            variables[0].assign([5.0, 4.0])
            with torch.no_grad():
                parameters[0].copy_(torch.tensor([5.0, 4.0]))
    for variable, parameter in zip(variables, parameters, strict=True):
        np.testing.assert_allclose(variable, parameter.detach(), rtol=1e-5)
    assert kept.numpy().tolist() == [1.0, 2.0]  # what was read stays


def test_the_parameter_of_a_variable():
    variable = tf.Variable([1.0, 2.0], trainable=False)
    parameter = variable.torch()
    assert variable.torch() is parameter and not parameter.requires_grad
    variable.assign([3.0, 4.0])
    assert variable.torch().tolist() == [3.0, 4.0]
    with torch.no_grad():
        parameter.zero_()
    assert variable.numpy().tolist() == [3.0, 4.0]
    with pytest.raises(TypeError, match=r"cannot be of type int32; use variable\.value"):
        tf.Variable(1).torch()
    reference = weakref.ref(parameter)
    del parameter
    assert reference() is None


def test_variable_and_parameter_are_two_sources():
    variable = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.square(variable) + 5.0 * variable.torch()
    assert [g.numpy() for g in tape.gradient(y, [variable, variable.torch()])] == [6.0, 5.0]
