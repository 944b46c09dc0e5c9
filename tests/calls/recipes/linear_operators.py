"""`tf.linalg.LinearOperator*`: every class, and a method of it."""

from __future__ import annotations

from collections.abc import Callable

from ..draw import Draw
from ..matrices import batch, broadcast_batch, matrix, values
from . import Recipe

Maker = Callable[[Draw, str, list[int], int, str], str]
"""Draws an operator of a dtype, a batch and a size; the last argument are hints to pass on."""


def _full(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    kind = "definite" if "positive_definite=True" in hints else "regular"
    kind = "symmetric" if kind == "regular" and "self_adjoint=True" in hints else kind
    return f"LinearOperatorFullMatrix({matrix(draw, dtype, [*sizes, n, n], kind)}{hints})"


def _rectangular(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    x = matrix(draw, dtype, [*sizes, n, draw.integer(1, 4)], "any", "regular")
    return f"LinearOperatorFullMatrix({x})"


def _diagonal(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    low = 0.5 if hints or draw.flag() else -2
    return f"LinearOperatorDiag({_real(draw, dtype, [*sizes, n], low)}{hints})"


def _real(draw: Draw, dtype: str, shape: list[int], low: float, high: float = 2.5) -> str:
    """A tensor with no imaginary part."""
    name = draw.tensor(dtype, shape, low, high)
    if dtype.startswith("complex") and draw.flag():
        given = draw.inputs[name]
        given["values"] = [[pair[0], 0.0] for pair in given["values"]]
    return name


def _lower(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    known = draw.maybe(", is_non_singular=True", 0.3)
    return f"LinearOperatorLowerTriangular({matrix(draw, dtype, [*sizes, n, n], 'lower')}{known})"


def _identity(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    shape = f", batch_shape={sizes}" if sizes or draw.chance(0.2) else ""
    checks = draw.maybe(", assert_proper_shapes=True", 0.2)
    return f"LinearOperatorIdentity({n}{shape}, dtype=tf.{dtype}{checks})"


def _scaled(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    multiplier = _real(draw, dtype, sizes, 0.5)
    checks = draw.maybe(", assert_proper_shapes=True", 0.2)
    return f"LinearOperatorScaledIdentity({n}, {multiplier}{hints}{checks})"


def _zeros(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    shape = f", batch_shape={sizes}" if sizes else ""
    columns = f", {draw.integer(1, 4)}, is_square=False" if draw.chance(0.2) else ""
    return f"LinearOperatorZeros({n}{columns}{shape}, dtype=tf.{dtype})"


def _householder(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    axis = draw.tensor(dtype, [*sizes, n], 0.2, 2)
    if n == 1:  # whatever it is: its gradient is what rounding leaves of 0
        axis = f"tf.stop_gradient({axis})"
    return f"LinearOperatorHouseholder({axis})"


def _permutation(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    count = 1
    for size in sizes:
        count *= size
    order = [row for _ in range(count) for row in draw.random.sample(range(n), n)]
    perm = draw.tensor(draw.choice(["int32", "int64"]), [*sizes, n], values=order)
    return f"LinearOperatorPermutation({perm}, dtype=tf.{dtype})"


def _toeplitz(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    count = 1
    for size in sizes:
        count *= size
    one = [values(draw, dtype, [n, n], "regular") for _ in range(count)]
    rows = [row[:n] for row in one]
    columns = [row[::n] for row in one]
    col = draw.tensor(dtype, [*sizes, n], values=[v for part in columns for v in part])
    row = draw.tensor(dtype, [*sizes, n], values=[v for part in rows for v in part])
    return f"LinearOperatorToeplitz({col}, {row}{draw.maybe(', is_square=True', 0.2)})"


def _tridiagonal(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    way = draw.choice(["compact", "sequence", "matrix"])
    if way == "matrix":
        x = matrix(draw, dtype, [*sizes, n, n], "regular")
        return f"LinearOperatorTridiag({x}, 'matrix')"
    parts = [draw.tensor(dtype, [*sizes, n], *bounds) for bounds in ((-1, 1), (2.5, 4), (-1, 1))]
    if way == "sequence":
        return f"LinearOperatorTridiag([{', '.join(parts)}], 'sequence')"
    return f"LinearOperatorTridiag(tf.stack([{', '.join(parts)}], -2), diagonals_format='compact')"


def _circulant(dimensions: int) -> Maker:
    name = "LinearOperatorCirculant" + ("" if dimensions == 1 else f"{dimensions}D")

    def make(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
        shape = [*sizes, *([n] if dimensions == 1 else _block(draw, n, dimensions))]
        spectrum = draw.tensor(draw.choice([_complex(dtype), dtype]), shape, 0.5, 2)
        known = draw.choice(["", "", ", is_self_adjoint=True", ", is_non_singular=True"])
        return f"{name}({spectrum}, input_output_dtype=tf.{dtype}{known})"

    return make


def _block(draw: Draw, n: int, dimensions: int) -> list[int]:
    """Sizes of so many axes whose product is `n`."""
    block = [1] * dimensions
    block[draw.integer(0, dimensions - 1)] = n
    if n == 4 and draw.flag():
        block = [2, 2, 1][:dimensions]
    return block


def _complex(dtype: str) -> str:
    return {"float32": "complex64", "float64": "complex128"}.get(dtype, dtype)


def _adjoint(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    return f"LinearOperatorAdjoint({_simple(draw, dtype, sizes, n, hints)})"


def _inversion(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    return f"LinearOperatorInversion({_simple(draw, dtype, sizes, n, hints)})"


def _composition(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    parts = [_simple(draw, dtype, sizes, n, "") for _ in range(draw.integer(1, 3))]
    return f"LinearOperatorComposition([{', '.join(parts)}])"


def _block_diagonal(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    cut = [n] if n < 2 or draw.chance(0.2) else [1, n - 1]
    parts = [_simple(draw, dtype, broadcast_batch(draw, sizes), size, hints) for size in cut]
    return f"LinearOperatorBlockDiag([{', '.join(parts)}]{hints})"


def _block_lower(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    if n < 2:
        return f"LinearOperatorBlockLowerTriangular([[{_simple(draw, dtype, sizes, n, '')}]])"
    below = draw.tensor(dtype, [*sizes, n - 1, 1], -1, 1)
    one = _simple(draw, dtype, sizes, 1, ", is_non_singular=True")
    other = _simple(draw, dtype, sizes, n - 1, ", is_non_singular=True")
    return (
        f"LinearOperatorBlockLowerTriangular([[{one}], "
        f"[tf.linalg.LinearOperatorFullMatrix({below}), {other}]])"
    )


def _kronecker(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    cut = draw.choice([[n], [1, n], [n, 1], [2, n // 2] if n == 4 else [n]])
    parts = [_simple(draw, dtype, sizes, size, hints) for size in cut]
    return f"LinearOperatorKronecker([{', '.join(parts)}]{hints})"


def _low_rank(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    k = draw.integer(1, 2)
    base = draw.choice([_diagonal, _identity, _full])(draw, dtype, sizes, n, hints)
    u = draw.tensor(dtype, [*sizes, n, k], -0.4, 0.4)
    rest = ""
    if draw.flag():
        rest += f", diag_update={_real(draw, dtype, [*sizes, k], 0.5, 1)}"
        rest += draw.maybe(", is_diag_update_positive=True")
    if not hints and draw.flag():
        rest += f", v={draw.tensor(dtype, [*sizes, n, k], -0.4, 0.4)}"
    return f"LinearOperatorLowRankUpdate(tf.linalg.{base}, {u}{rest}{hints})"


_SIMPLE: list[Maker] = [_full, _full, _diagonal, _lower, _identity, _scaled, _tridiagonal]


def _simple(draw: Draw, dtype: str, sizes: list[int], n: int, hints: str) -> str:
    makers = [_full, _diagonal, _scaled] if "self_adjoint" in hints else _SIMPLE
    return f"tf.linalg.{draw.choice(makers)(draw, dtype, sizes, n, hints)}"


_MAKERS: dict[str, Maker] = {
    "FullMatrix": _full,
    "Diag": _diagonal,
    "LowerTriangular": _lower,
    "Identity": _identity,
    "ScaledIdentity": _scaled,
    "Zeros": _zeros,
    "Householder": _householder,
    "Permutation": _permutation,
    "Toeplitz": _toeplitz,
    "Tridiag": _tridiagonal,
    "Circulant": _circulant(1),
    "Circulant2D": _circulant(2),
    "Circulant3D": _circulant(3),
    "Adjoint": _adjoint,
    "Inversion": _inversion,
    "Composition": _composition,
    "BlockDiag": _block_diagonal,
    "BlockLowerTriangular": _block_lower,
    "Kronecker": _kronecker,
    "LowRankUpdate": _low_rank,
}

_PLAIN = [
    "to_dense()", "to_dense()", "diag_part()", "trace()", "determinant()", "log_abs_determinant()",
    "cond()", "tensor_rank_tensor()", "shape_tensor()", "batch_shape_tensor()", "shape",
    "domain_dimension_tensor()", "range_dimension_tensor()", "assert_non_singular()",
    "assert_positive_definite()", "assert_self_adjoint()", "name", "dtype", "tensor_rank",
    "is_square", "is_non_singular", "is_self_adjoint", "is_positive_definite", "batch_shape",
    "graph_parents", "adjoint().to_dense()", "H.to_dense()", "inverse().to_dense()",
    "cholesky().to_dense()", "eigvals()", "domain_dimension", "range_dimension",
]  # fmt: skip
_HINTS = [
    "", "", "", ", is_self_adjoint=True", ", is_self_adjoint=True, is_positive_definite=True",
    ", is_non_singular=True",
]  # fmt: skip
_FLAGS = ["", "", ", adjoint=True", ", adjoint_arg=True", ", adjoint=True, adjoint_arg=True"]


_KNOWN = (
    "type(o).__name__, o.is_square, o.is_non_singular, o.is_self_adjoint, o.is_positive_definite"
)


def _other(draw: Draw, dtype: str, sizes: list[int], n: int) -> str:
    return _simple(draw, dtype, sizes, n, "")


def _use(draw: Draw, made: str, dtype: str, sizes: list[int], n: int) -> str:
    """A call of one of the operator's methods, or of a function that takes it."""
    way = draw.integer(0, 12)
    if way < 5:
        return f"tf.linalg.{made}.{draw.choice(_PLAIN)}"
    right = broadcast_batch(draw, sizes)
    if way == 5 or way == 6:
        method, flags = ("matmul", "solve")[way - 5], draw.choice(_FLAGS)
        k = draw.integer(1, 3)
        shape = [k, n] if "adjoint_arg" in flags else [n, k]
        return f"tf.linalg.{made}.{method}({draw.tensor(dtype, [*right, *shape], -2, 2)}{flags})"
    if way == 7 or way == 8:
        method, flags = ("matvec", "solvevec")[way - 7], draw.maybe(", adjoint=True", 0.3)
        return f"tf.linalg.{made}.{method}({draw.tensor(dtype, [*right, n], -2, 2)}{flags})"
    if way == 9:
        return f"tf.linalg.{made}.add_to_tensor({draw.tensor(dtype, [*right, n, n], -2, 2)})"
    if way == 10:
        method, flags = draw.choice(["matmul", "solve", "__matmul__"]), draw.choice(_FLAGS)
        flags = "" if method == "__matmul__" else flags
        result = f"tf.linalg.{made}.{method}({_other(draw, dtype, sizes, n)}{flags})"
        return f"(lambda o: [{_KNOWN}, o.to_dense()])({result})"
    if way == 11:
        x = draw.tensor(dtype, [*right, n, n], -2, 2)
        return draw.choice(
            [f"tf.linalg.matmul(tf.linalg.{made}, {x})", f"tf.linalg.matmul({x}, tf.linalg.{made})",
             f"tf.linalg.solve(tf.linalg.{made}, {x})", f"tf.linalg.det(tf.linalg.{made})",
             f"tf.linalg.inv(tf.linalg.{made}).to_dense()", f"tf.linalg.trace(tf.linalg.{made})",
             f"tf.linalg.diag_part(tf.linalg.{made})", f"tf.convert_to_tensor(tf.linalg.{made})",
             f"tf.linalg.adjoint(tf.linalg.{made}).to_dense()", f"tf.add(tf.linalg.{made}, {x})",
             f"tf.linalg.matmul(tf.linalg.{made}, {x}, adjoint_a=True)",
             f"tf.linalg.logdet(tf.linalg.{made})", f"tf.linalg.{made} + {x}",
             f"tf.linalg.cholesky(tf.linalg.{made}).to_dense()"]
        )  # fmt: skip
    slices = draw.choice(["0", "..., 0", "0:1", "...", ":, 0", "tf.newaxis", "-1"])
    if draw.flag():
        method = draw.choice(["adjoint", "inverse"])
        return f"(lambda o: [{_KNOWN}, o.name, o.shape])(tf.linalg.{made}.{method}())"
    return f"tf.linalg.{made}[{slices}].to_dense()"


def _recipe(make: Maker) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.choice(["float32", "float32", "float64", "complex64", "complex128"])
        sizes, n = batch(draw, 1), draw.choice([1, 2, 3, 4])
        return _use(draw, make(draw, dtype, sizes, n, draw.choice(_HINTS)), dtype, sizes, n)

    return recipe


RECIPES: dict[str, Recipe] = {
    f"linalg.LinearOperator{name}": _recipe(make) for name, make in _MAKERS.items()
}
RECIPES["linalg.LinearOperator"] = _recipe(_rectangular)
