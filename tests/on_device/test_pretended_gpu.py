"""The pretended GPU: what it shares with CUDA, and what it watches."""

import copy
import gc
import pickle
import threading

import numpy as np
import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from tests.device import limits, mixing, selection, watch

pytestmark = pytest.mark.skipif(selection.name != "gpu", reason="needs the pretended GPU")

GPU = "gpu"
aten = torch.ops.aten


def ones(*shape, device=GPU, dtype=torch.float32):
    return torch.ones(shape, device=device, dtype=dtype)


# Calls with a tensor `x` on the device, of shape [3, 4], and a function `host` that makes tensors
# in host memory. torch knows for CUDA, without one, which it takes and what the results are like;
# only not for `x[...]` and `x.to(...)`, which need a build for CUDA.
MIXED = {
    "add": lambda x, host: x + host(3, 4),
    "add a scalar": lambda x, host: x + host(),
    "a scalar first": lambda x, host: host() * x,
    "add in place": lambda x, host: x.add_(host()),
    "add a matrix in place": lambda x, host: x.add_(host(3, 4)),
    "into the host": lambda x, host: host(3, 4).add_(x),
    "two scalars": lambda x, host: torch.addcmul(x, host(), host(3, 4)),
    "matmul": lambda x, host: x @ host(4, 4),
    "cat": lambda x, host: torch.cat([x, host(3, 4)]),
    "stack": lambda x, host: torch.stack([x, host(3, 4)]),
    "where": lambda x, host: torch.where(x > 0, x, host()),
    "where of matrices": lambda x, host: torch.where(x > 0, x, host(3, 4)),
    "where of scalars": lambda x, host: torch.where(host() > 0, x, host()),
    "index": lambda x, host: aten.index(x, [host(2).long()]),
    "index_select": lambda x, host: x.index_select(0, host(2).long()),
    "gather": lambda x, host: x.gather(0, host(1, 4).long()),
    "index_put": lambda x, host: x.index_put((host(2).long(),), host()),
    "index_put a matrix": lambda x, host: x.index_put((host(2).long(),), host(2, 4)),
    "maximum": lambda x, host: torch.maximum(x, host()),
    "pow": lambda x, host: host() ** x,
    "lerp": lambda x, host: torch.lerp(x, x, host(3, 4)),
    "clamp": lambda x, host: torch.clamp(x, max=host()),
    "scatter": lambda x, host: x.scatter(0, host(1, 4).long(), 1.0),
    "embedding": lambda x, host: torch.nn.functional.embedding(host(2).long(), x),
    "solve": lambda x, host: torch.linalg.solve(x @ x.t(), host(3, 3)),
    "nextafter": lambda x, host: torch.nextafter(x, host()),
}


def _outcome(call, device):
    x = torch.rand(3, 4, device=device)
    try:
        result = call(x, lambda *shape: ones(*shape, device="cpu"))
    except RuntimeError:
        return "refused"
    return result.device.type.replace(GPU, "cuda"), tuple(result.shape), result.dtype


def _on_cuda(call):
    with FakeTensorMode(allow_non_fake_inputs=True):
        return _outcome(call, "cuda")


@pytest.mark.parametrize("name", MIXED)
def test_devices_mix_as_on_cuda(name):
    assert _outcome(MIXED[name], GPU) == _on_cuda(MIXED[name])


def test_what_torch_knows_for_cuda_only_on_a_gpu():
    with pytest.raises(RuntimeError, match="indices should be either on cpu or on the same device"):
        ones(3, 4, device="cpu")[ones(2).long()]
    x = ones(2, 2)
    x.copy_(torch.zeros(2))
    assert x.tolist() == [[0, 0], [0, 0]]
    host = torch.zeros(2)
    host.copy_(ones(2))
    assert host.tolist() == [1, 1]


LAYOUTS = {
    "transposed": lambda x: x.t() + 1,
    "channels last": lambda x: x.reshape(1, 3, 2, 2).to(memory_format=torch.channels_last) * 2,
    "expanded": lambda x: x.narrow(1, 0, 1).expand(3, 5),
    "sliced": lambda x: aten.slice(x.narrow(0, 1, 2), 1, 0, 4, 2),
    "sliced sum": lambda x: aten.slice(x.narrow(0, 1, 2), 1, 0, 4, 2).sum(0),
    "matmul": lambda x: x @ x.t(),
    "permuted": lambda x: x.reshape(3, 2, 2).permute(2, 0, 1).exp(),
    "like": lambda x: torch.zeros_like(x.t()),
    "cat": lambda x: torch.cat([x, x]),
    "unfold": lambda x: x.unfold(1, 2, 1),
    "real parts": lambda x: torch.view_as_real(torch.complex(x, x)),
    "diagonal": lambda x: x.diagonal(),
    "sort": lambda x: x.t().sort(0)[0],
    "split": lambda x: x.split(2, 1)[1],
    "clone": lambda x: x.t().clone(),
    "contiguous": lambda x: x.t().clone(memory_format=torch.contiguous_format),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_are_cudas(name):
    y = LAYOUTS[name](torch.rand(3, 4).to(GPU))
    with FakeTensorMode():
        expected = LAYOUTS[name](torch.rand(3, 4, device="cuda"))
    assert y.device.type == GPU
    assert (y.shape, y.stride(), y.storage_offset(), y.dtype) == (
        expected.shape, expected.stride(), expected.storage_offset(), expected.dtype
    )  # fmt: skip


def test_numbers_do_not_leave_without_a_copy():
    x = ones(2)
    for read in (x.numpy, lambda: np.asarray(x), lambda: np.add(x, 1)):
        with pytest.raises(TypeError, match="can't convert gpu:0 device type tensor to numpy"):
            read()
    np.testing.assert_array_equal(x.cpu().numpy(), [1, 1])
    assert x.tolist() == [1, 1] and float(x[0]) == 1
    # No program can read the address, but equal tensors have equal ones.
    assert x.data_ptr() > 2**59 and x.data_ptr() == x.view(2, 1).data_ptr()


def test_views_share_memory():
    x = torch.arange(6.0).to(GPU)
    view = x.view(2, 3)[1:].t()
    version = x._version
    view.mul_(10)
    assert x.tolist() == [0, 1, 2, 30, 40, 50]
    assert view._base is x and x._version == version + 1
    assert x.view(torch.int32).shape == (6,)
    bits = x.view(torch.int32)
    bits[0] = 0x3F800000
    assert x.tolist()[0] == 1


def test_conjugate_and_negative_views():
    x = torch.tensor([1 + 2j, 3 - 1j]).to(GPU)
    assert x.conj().is_conj() and x.conj().cpu().tolist() == [1 - 2j, 3 + 1j]
    assert x.conj().imag.is_neg() and x.conj().imag.cpu().tolist() == [-2, 1]
    np.testing.assert_allclose((x.conj() @ x).cpu(), 15)


def test_sizes_that_kernels_change():
    out = torch.empty(0, device=GPU)
    torch.add(ones(2, 3), 1, out=out)
    assert out.tolist() == [[2, 2, 2], [2, 2, 2]]
    x = ones(2)
    x.resize_(3)[2] = 5
    assert x.tolist() == [1, 1, 5]
    x.set_(ones(4).untyped_storage(), 1, (2,), (1,))
    assert x.tolist() == [1, 1] and x.storage_offset() == 1
    values, indices = torch.empty(0, device=GPU), torch.empty(0, dtype=torch.long, device=GPU)
    torch.sort(torch.tensor([2.0, 1.0]).to(GPU), out=(values, indices))
    assert values.tolist() == [1, 2] and indices.tolist() == [1, 0]


def test_factories():
    for make in (torch.zeros, torch.ones, torch.rand, torch.randn, torch.empty):
        assert make(2, device=GPU).device == torch.device(GPU, 0)
    assert torch.arange(3, device=GPU).tolist() == [0, 1, 2]
    assert torch.tensor([[1, 2]], device=GPU).tolist() == [[1, 2]]
    assert torch.full_like(ones(2), 3).tolist() == [3, 3]
    with torch.device(GPU):
        assert torch.zeros(1).device.type == GPU
    assert torch.nn.Linear(2, 2, device=GPU)(ones(1, 2)).device.type == GPU


def test_random_numbers_are_not_the_hosts():
    torch.manual_seed(3)
    state = torch.get_rng_state()
    first = torch.rand(3, device=GPU)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(3)
    assert torch.equal(torch.rand(3, device=GPU), first)
    assert not torch.equal(torch.rand(3, device=GPU), first)


def test_accelerator():
    assert torch.accelerator.current_accelerator() == torch.device(GPU)
    assert torch.accelerator.is_available() and torch.accelerator.device_count() == 1
    torch.accelerator.synchronize()
    assert torch.accelerator.current_device_index() == 0


def test_memory_is_counted_and_freed():
    gc.collect()
    before = torch.accelerator.memory_allocated()
    x = torch.empty(1000, device=GPU)
    y = x[10:]
    assert torch.accelerator.memory_allocated() == before + 4000
    del x
    gc.collect()
    assert torch.accelerator.memory_allocated() == before + 4000
    assert torch.accelerator.max_memory_allocated() >= before + 4000
    del y
    gc.collect()
    assert torch.accelerator.memory_allocated() == before


def test_copies_keep_the_device():
    x = torch.rand(3).to(GPU)
    for other in (copy.deepcopy(x), pickle.loads(pickle.dumps(x)), torch.from_dlpack(x)):
        assert other.device == x.device and torch.equal(other, x)
    shared = torch.from_dlpack(x[1:])
    shared[0] = 7
    assert x.tolist()[1] == 7 and shared.cpu().tolist()[0] == 7
    assert torch.from_dlpack(x[:0]).cpu().tolist() == []


def test_backward_runs_on_a_thread_of_the_device():
    threads = []

    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, gradient):
            threads.append(threading.get_ident())
            return gradient * 2

    x = ones(2).requires_grad_()
    Double.apply(x).sum().backward()
    assert x.grad.device == x.device and x.grad.tolist() == [2, 2]
    assert threads and threads[0] != threading.get_ident()


def test_derivatives():
    data = torch.rand(4, 4, dtype=torch.float64)

    def f(x):
        return (
            (torch.linalg.inv(x @ x.t() + torch.eye(4, dtype=x.dtype, device=x.device))).sin().sum()
        )

    def convolved(x):
        kernel = torch.ones(2, 1, 2, 2, dtype=x.dtype, device=x.device)
        return torch.nn.functional.conv2d(x[None, None].sin(), kernel).pow(3).sum()

    for function in (f, convolved):
        for derivative in (
            torch.func.grad(function),
            torch.func.hessian(function),
            torch.func.jacfwd(torch.func.grad(function)),
            torch.vmap(torch.func.grad(lambda row: row.sin().prod())),
            lambda x, function=function: torch.func.jvp(function, (x,), (x,))[1],
        ):
            y = derivative(data.to(GPU))
            assert y.device.type == GPU
            np.testing.assert_allclose(y.cpu(), derivative(data), rtol=1e-9, atol=1e-12)


def test_lacking_kernels_and_dtypes():
    with limits.lacking(kernels={"sinh"}, dtypes=limits.MPS_DTYPES):
        with pytest.raises(NotImplementedError, match="'aten::sinh' is not currently implemented"):
            ones(2).sinh()
        with pytest.raises(TypeError, match="doesn't support float64"):
            torch.ones(2, dtype=torch.float64).to(GPU)
        with pytest.raises(TypeError, match="doesn't support float64"):
            ones(2).double()
        assert ones(2).cosh().device.type == GPU
    assert ones(2).sinh().double().dtype == torch.float64


def test_declarations_are_read():
    unchecked, structured = mixing.declarations()
    assert {"add.Tensor", "where.self", "copy_"} <= unchecked
    assert not {"mm", "gather", "index_select"} & unchecked
    assert {"add.Tensor", "mm"} <= structured


def _operation(text, filename="<op Square tf_tape_compat._ops.math.x.square>"):
    """A function as the package generates them, whose kernel runs a line of code."""
    namespace = {"torch": torch}
    exec(compile(f"def square(x):\n    return {text}", filename, "exec"), namespace)
    return namespace["square"]


@pytest.fixture
def watched(monkeypatch):
    monkeypatch.setattr(watch, "mode", "fail")
    before = watch.reads.copy(), watch.copies.copy()
    yield
    watch.reads.clear(), watch.copies.clear()
    watch.reads.update(before[0]), watch.copies.update(before[1])


@pytest.mark.parametrize(
    "text",
    ["float(x[0])", "x.cpu()", "x.tolist()", "x.nonzero()", "x[x > 0]", "bool(x.any())",
     "torch.equal(x, x)", "x.unique()", "x.masked_select(x > 0)"],
)  # fmt: skip
def test_hidden_reads(watched, text):
    with pytest.raises(watch.HiddenReadError, match="Square math.x.square"):
        _operation(text)(ones(2))
    _operation(text, "program.py")(ones(2))  # the program may read
    _operation(text, "<op Unique tf_tape_compat._ops.array.unique.unique>")(ones(2))


@pytest.mark.parametrize(
    "text", ["x + torch.ones(2).to(x)", "x * torch.tensor([1.0, 2.0], device='gpu')"]
)
def test_silent_copies(watched, text):
    with pytest.raises(watch.SilentCopyError, match="Square math.x.square"):
        _operation(text)(ones(2))
    _operation(text, "program.py")(ones(2))


@pytest.mark.parametrize(
    "text", ["x + x", "x * 2", "x.sum()", "x[:1]", "torch.zeros(2, device='gpu')"]
)
def test_nothing_to_report(watched, text):
    _operation(text)(ones(2))
