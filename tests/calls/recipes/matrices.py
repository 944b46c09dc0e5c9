"""Products of matrices, their diagonals and norms."""

from __future__ import annotations

from ..draw import Draw
from ..matrices import batch, broadcast_batch, matrix, side
from . import Recipe

_ALIGNS = ["RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT"]


def _turned(draw: Draw, rows: int, columns: int, letter: str) -> tuple[list[int], str]:
    """The shape of a factor, and its flags."""
    word = draw.choice(["", "", "transpose", "adjoint", "both"])
    if not word:
        return [rows, columns], ""
    flags = f", transpose_{letter}=True, adjoint_{letter}=True" if word == "both" else ""
    if word == "both" and draw.chance(0.9):
        flags = f", transpose_{letter}=True"
    return [columns, rows], flags or f", {word}_{letter}=True"


def _matmul(draw: Draw) -> str:
    dtype = draw.dtype("fic")
    n, m, k = side(draw), side(draw), side(draw)
    sizes = batch(draw)
    left, flags_a = _turned(draw, n, m, "a")
    right, flags_b = _turned(draw, m, k, "b")
    a = draw.tensor(dtype, [*sizes, *left])
    other = dtype
    if draw.chance(0.1):
        other = draw.choice(["bfloat16", "float32", "int8", "uint8", "int32"])
    b = draw.tensor(other, [*broadcast_batch(draw, sizes), *right])
    rest = "".join(
        draw.maybe(f", {option}", 0.1)
        for option in ("a_is_sparse=True", "b_is_sparse=True", "grad_a=True", "grad_b=True")
    )
    kind = draw.choice([dtype, "int32", "float32"])
    rest += draw.maybe(f", output_type=tf.{kind}", 0.15)
    return f"tf.linalg.matmul({a}, {b}{flags_a}{flags_b}{rest})"


def _matvec(draw: Draw) -> str:
    dtype = draw.dtype("fic")
    n, m = side(draw), side(draw)
    sizes = batch(draw)
    left, flags = _turned(draw, n, m, "a")
    a = draw.tensor(dtype, [*sizes, *left])
    b = draw.tensor(dtype, [*broadcast_batch(draw, sizes), m])
    rest = draw.maybe(", a_is_sparse=True", 0.1) + draw.maybe(", b_is_sparse=True", 0.1)
    return f"tf.linalg.matvec({a}, {b}{flags}{rest})"


def _tensordot(draw: Draw) -> str:
    dtype = draw.dtype("fic")
    shared = draw.shape(0, 2)
    first, second = draw.shape(0, 2), draw.shape(0, 2)
    count = len(shared)
    if draw.chance(0.4):
        a, b = draw.tensor(dtype, first + shared), draw.tensor(dtype, shared + second)
        return f"tf.linalg.tensordot({a}, {b}, {count})"
    one, other = first + shared, second + shared
    left = list(range(len(first), len(one)))
    right = list(range(len(second), len(other)))
    if draw.flag():
        left = [axis - len(one) for axis in left]
    a, b = draw.tensor(dtype, one), draw.tensor(dtype, other)
    axes: object = [left, right]
    if count == 1 and draw.flag():
        axes = [left[0], right[0]]
    text = f"tf.constant({axes})" if count and draw.chance(0.1) else repr(axes)
    return f"tf.linalg.tensordot({a}, {b}, {text})"


_EQUATIONS = [
    "ij,jk->ik", "ij,jk", "ij->ji", "ij->", "ii->i", "ii", "i,i->", "i,j->ij", "ij,ij->ij",
    "bij,bjk->bik", "...ij,...jk->...ik", "ij...,jk...->ik...", "i...->...", "...i->...",
    "bij,bkj->bik", "ijk,jil->kl", "i,ij,j->", "ij,jk,kl->il", "iij->j", "aab,abc->ac",
    "ij,j->ij", "...ii->...i", "a,b->ba", "ab,cd->acbd", "...,...->...", "b...ij,b...jk->b...ik",
    "ij,kl->", " ij , jk -> ik ", "ijj,k->ik", "abc->cab", "Ab,bC->AC", "i->ii", "ij,jk->iz",
    "i->i->i", "", "->", "i,->i", "...i,...i->...", "ij->j", "i,i,i->i", "bhqd,bhkd->bhqk",
]  # fmt: skip


def _einsum(draw: Draw) -> str:
    equation = draw.choice(_EQUATIONS)
    sizes: dict[str, int] = {}
    extra = draw.shape(0, 2)
    dtype = draw.dtype("fic")
    operands = []
    for term in equation.split("->")[0].replace(" ", "").split(","):
        shape: list[int] = []
        for part in term.replace("...", "."):
            if part == ".":
                start = draw.integer(0, len(extra)) if draw.chance(0.3) else 0
                shape += [1 if draw.chance(0.2) else size for size in extra[start:]]
            else:
                shape.append(sizes.setdefault(part, side(draw)))
        operands.append(draw.tensor(dtype, shape))
    optimize = draw.choice(["", "", "", ", optimize='optimal'", ", optimize='greedy'"])
    return f"tf.linalg.einsum({equation!r}, {', '.join(operands)}{optimize})"


def _of_matrix(name: str, kinds: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.dtype(kinds)
        x = draw.tensor(dtype, [*batch(draw), side(draw), side(draw)])
        rest = "".join(draw.maybe(f", {option}", 0.3) for option in options)
        return f"tf.linalg.{name}({x}{rest})"

    return recipe


def _cross(draw: Draw) -> str:
    dtype, shape = draw.dtype("fi"), [*batch(draw), 3]
    return f"tf.linalg.cross({draw.tensor(dtype, shape)}, {draw.tensor(dtype, shape)})"


def _band_part(draw: Draw) -> str:
    rows, columns = side(draw), side(draw)
    x = draw.tensor(draw.dtype("ficb"), [*batch(draw), rows, columns])
    low, high = draw.integer(-1, rows), draw.integer(-1, columns)
    if draw.chance(0.1):
        low = draw.choice([-2, rows + 1, rows + 3])
    if draw.chance(0.1):
        return (
            f"tf.linalg.band_part({x}, tf.constant({low}, tf.int64), tf.constant({high}, tf.int64))"
        )
    return f"tf.linalg.band_part({x}, {low}, {high})"


def _range(draw: Draw, rows: int, columns: int) -> tuple[int, int]:
    """Diagonals of a matrix, from and to; out of range now and then."""
    beyond = 1 if draw.chance(0.05) else 0
    low = draw.integer(-max(rows - 1, 0) - beyond, max(columns - 1, 0) + beyond)
    if draw.flag():
        return low, low
    return low, draw.integer(low, max(columns - 1, low))


def _k(draw: Draw, low: int, high: int) -> str:
    if low == high:
        return draw.choice([f"{low}", f"({low}, {low})", f"[{low}]", f"tf.constant({low})"])
    if draw.chance(0.05):
        return f"({high}, {low})"
    return draw.choice([f"({low}, {high})", f"[{low}, {high}]", f"tf.constant([{low}, {high}])"])


def _lengths(rows: int, columns: int, low: int, high: int) -> list[int]:
    """The shape of packed diagonals, after the batch."""
    longest = min(rows + min(high, 0), columns - max(low, 0))
    return [longest] if low == high else [high - low + 1, longest]


def _align(draw: Draw) -> str:
    align = draw.choice([*_ALIGNS, "LEFT"]) if draw.chance(0.1) else draw.choice(_ALIGNS)
    return draw.maybe(f", align={align!r}", 0.6)


def _diag_part(draw: Draw) -> str:
    rows, columns = side(draw), side(draw)
    dtype = draw.dtype("ficb")
    x = draw.tensor(dtype, [*batch(draw), rows, columns])
    low, high = _range(draw, rows, columns)
    padding = draw.maybe(f", padding_value={draw.choice([0, 1, 7])}", 0.4)
    k = draw.maybe(f", k={_k(draw, low, high)}", 0.9)
    return f"tf.linalg.diag_part({x}{k}{padding}{_align(draw)})"


def _diag(draw: Draw) -> str:
    rows, columns = side(draw), side(draw)
    low, high = _range(draw, rows, columns)
    shape = [max(n, 0) for n in _lengths(rows, columns, low, high)]
    x = draw.tensor(draw.dtype("ficb"), [*batch(draw), *shape])
    sizes = draw.maybe(f", num_rows={rows}", 0.4) + draw.maybe(f", num_cols={columns}", 0.4)
    padding = draw.maybe(f", padding_value={draw.choice([0, 1, 7])}", 0.4)
    return f"tf.linalg.diag({x}, k={_k(draw, low, high)}{sizes}{padding}{_align(draw)})"


def _set_diag(draw: Draw) -> str:
    rows, columns = side(draw), side(draw)
    sizes = batch(draw)
    dtype = draw.dtype("ficb")
    low, high = _range(draw, rows, columns)
    shape = [max(n, 0) for n in _lengths(rows, columns, low, high)]
    x, diagonal = draw.tensor(dtype, [*sizes, rows, columns]), draw.tensor(dtype, [*sizes, *shape])
    return f"tf.linalg.set_diag({x}, {diagonal}, k={_k(draw, low, high)}{_align(draw)})"


def _tensor_diag(draw: Draw) -> str:
    return f"tf.linalg.tensor_diag({draw.tensor(draw.dtype('fic'), draw.shape(0, 3))})"


def _tensor_diag_part(draw: Draw) -> str:
    shape = draw.shape(0, 2)
    return f"tf.linalg.tensor_diag_part({draw.tensor(draw.dtype('fic'), shape + shape)})"


def _norms(name: str, keepdims: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(1, 4)
        x = draw.tensor(draw.dtype("Fcf"), shape)
        order = draw.choice(["'euclidean'", "1", "2", "np.inf", "'fro'", "3", "0.5", "0", "'x'"])
        axis = draw.axis(len(shape), none=True)
        if len(shape) > 1 and draw.chance(0.4):
            axes = draw.random.sample(range(len(shape)), 2)
            axis = draw.choice([repr(axes), repr(tuple(axes)), f"[{axes[0] - len(shape)}]"])
        if draw.chance(0.2):
            return f"tf.linalg.{name}({x})"
        return f"tf.linalg.{name}({x}, {order}, axis={axis}{draw.maybe(keepdims)})"

    return recipe


def _global_norm(draw: Draw) -> str:
    dtype = draw.dtype("Fcf")
    items = [draw.tensor(dtype, draw.shape()) for _ in range(draw.integer(0, 3))]
    if draw.chance(0.3):
        items.append("None")
    return f"tf.linalg.global_norm([{', '.join(items)}])"


def _eye(draw: Draw) -> str:
    columns = draw.maybe(f", {side(draw)}")
    sizes = draw.maybe(f", batch_shape={batch(draw)}")
    dtype = draw.maybe(f", dtype=tf.{draw.dtype('ficb')}")
    return f"tf.linalg.eye({side(draw)}{columns}{sizes}{dtype})"


def _tridiagonal_matmul(draw: Draw) -> str:
    dtype, sizes, n, k = draw.dtype("Fc"), batch(draw), side(draw), side(draw)
    way = draw.choice(["compact", "sequence", "matrix", "else"])
    if way == "sequence":
        parts = [draw.tensor(dtype, [*sizes, n], -3, 3) for _ in range(3)]
        diagonals = f"[{', '.join(parts)}]"
    elif way == "matrix":
        diagonals = matrix(draw, dtype, [*sizes, n, n], "any", "regular")
    else:
        diagonals = draw.tensor(dtype, [*sizes, 3, n], -3, 3)
    rhs = draw.tensor(dtype, [*sizes, n, k])
    return f"tf.linalg.tridiagonal_matmul({diagonals}, {rhs}, diagonals_format={way!r})"


RECIPES: dict[str, Recipe] = {
    "linalg.matmul": _matmul,
    "linalg.matvec": _matvec,
    "linalg.tensordot": _tensordot,
    "linalg.einsum": _einsum,
    "linalg.matrix_transpose": _of_matrix("matrix_transpose", "ficbs", "conjugate=True"),
    "linalg.adjoint": _of_matrix("adjoint", "ficb"),
    "linalg.trace": _of_matrix("trace", "fic"),
    "linalg.cross": _cross,
    "linalg.band_part": _band_part,
    "linalg.diag_part": _diag_part,
    "linalg.diag": _diag,
    "linalg.set_diag": _set_diag,
    "linalg.tensor_diag": _tensor_diag,
    "linalg.tensor_diag_part": _tensor_diag_part,
    "linalg.norm": _norms("norm", ", keepdims=True"),
    "linalg.normalize": _norms("normalize", ""),
    "linalg.global_norm": _global_norm,
    "linalg.eye": _eye,
    "linalg.tridiagonal_matmul": _tridiagonal_matmul,
}
