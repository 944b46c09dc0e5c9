"""Functions of indices: gather, scatter, segments, unique values, counts, and parts by rank."""

from __future__ import annotations

import numpy as np

from ..draw import Draw
from . import Recipe


def _indices(draw: Draw, shape: list[int], size: int, wrong: float = 0.05) -> str:
    """Indices below `size`, as a literal or a tensor; one out of range now and then."""
    count = int(np.prod(shape))
    high = max(size - 1, 0)
    values = [draw.integer(0, high) for _ in range(count)]
    if values and draw.chance(wrong):
        values[0] = draw.choice([-1, size])
    return draw.integers(np.reshape(values, shape).astype(int).tolist(), 0.3)


def _gather(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("ficbs"), shape)
    axis = draw.integer(0, len(shape) - 1)
    batch = draw.integer(0, axis) if draw.chance(0.3) else 0
    indices = _indices(draw, [*shape[:batch], *draw.shape(0, 2)], shape[axis])
    given = ""
    if axis or draw.chance(0.3):
        given = f", axis={draw.choice([axis, axis - len(shape)])}"
    return f"tf.gather({x}, {indices}{given}{f', batch_dims={batch}' if batch else ''})"


def _nd(draw: Draw, shape: list[int], wrong: float = 0.05, batch: int = 0) -> tuple[str, list[int]]:
    """Indices for the `_nd` functions, and the shape of what they select."""
    own = shape[batch:]
    depth = draw.integer(0 if draw.chance(0.1) else min(1, len(own)), len(own))
    outer = [*shape[:batch], *draw.shape(0 if draw.chance(0.2) else 1, 2)]
    count = int(np.prod(outer))
    rows = [[draw.integer(0, max(own[i] - 1, 0)) for i in range(depth)] for _ in range(count)]
    if count and depth and draw.chance(wrong):
        rows[0][0] = draw.choice([-1, own[0]])
    array = np.array(rows, "int64").reshape([*outer, depth])
    text = draw.tensor(draw.dtype("n"), array.shape, values=array.ravel().tolist())
    if array.size and draw.chance(0.3):
        del draw.inputs[text]
        text = repr(array.tolist())
    return text, [*outer, *own[depth:]]


def _gather_nd(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("ficbs"), shape)
    batch = draw.integer(0, len(shape) - 1) if draw.chance(0.2) else 0
    indices, _ = _nd(draw, shape, batch=batch)
    policy = draw.maybe(", bad_indices_policy='IGNORE'", 0.1)
    return f"tf.gather_nd({x}, {indices}{f', batch_dims={batch}' if batch else ''}{policy})"


def _scatter_nd(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    indices, selected = _nd(draw, shape)
    updates = draw.tensor(draw.dtype("ficbs"), selected)
    policy = draw.maybe(", bad_indices_policy='IGNORE'", 0.1)
    return f"tf.scatter_nd({indices}, {updates}, {draw.integers(shape)}{policy})"


def _bounds(name: str) -> list[float | None]:
    """No NaN for extremes: TensorFlow's result depends on the order of evaluation."""
    return [-3, 3] if name.endswith(("max", "min")) else [None, None]


def _tensor_scatter(name: str, kinds: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape(1, 3)
        x = draw.tensor(dtype, shape, *_bounds(name))
        indices, selected = _nd(draw, shape)
        updates = draw.tensor(dtype, [] if draw.chance(0.1) else selected, *_bounds(name))
        return f"tf.tensor_scatter_nd_{name}({x}, {indices}, {updates})"

    return recipe


def _sparse_update(name: str, kinds: str) -> Recipe:
    """A variable's method that takes IndexedSlices."""

    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape(1, 3)
        x = draw.tensor(dtype, shape, *_bounds(name))
        count = draw.integer(0, 3)
        indices = _indices(draw, [count], shape[0])
        values = draw.tensor(dtype, [count, *shape[1:]], *_bounds(name))
        draw.inputs[x]["kind"] = "tensor"
        slices = f"tf.IndexedSlices(tf.constant({values}), tf.constant({indices}, tf.int32))"
        if indices.startswith("x"):
            slices = f"tf.IndexedSlices(tf.constant({values}), {indices})"
        if name == "batch_scatter_update":
            return f"tf.Variable({x}).{name}({slices})"
        return f"(lambda v: (v.{name}({slices}), v.numpy())[1])(tf.Variable({x}))"

    return recipe


def _variable_nd(name: str, kinds: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape(1, 3)
        x = draw.tensor(dtype, shape)
        indices, selected = _nd(draw, shape)
        draw.inputs[x]["kind"] = "tensor"
        if name == "gather_nd":
            return f"tf.Variable({x}).gather_nd({indices})"
        updates = draw.tensor(dtype, selected)
        return f"(lambda v: (v.{name}({indices}, {updates}), v.numpy())[1])(tf.Variable({x}))"

    return recipe


def _sparse_read(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("fic"), shape)
    draw.inputs[x]["kind"] = "variable"
    return f"{x}.sparse_read({_indices(draw, draw.shape(0, 2), shape[0])})"


def _assign(name: str, kinds: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype(kinds), draw.shape()
        x, y = draw.tensor(dtype, shape), draw.tensor(dtype, shape)
        draw.inputs[x]["kind"] = "tensor"
        rest = draw.maybe(", read_value=False", 0.2)
        return f"(lambda v: (v.{name}({y}{rest}), v.numpy())[1])(tf.Variable({x}))"

    return recipe


def _assign_slice(draw: Draw) -> str:
    dtype, shape = draw.dtype("ficb"), draw.shape(1, 3)
    x = draw.tensor(dtype, shape)
    draw.inputs[x]["kind"] = "tensor"
    key, selected = [], []
    for size in shape[: draw.integer(1, len(shape))]:
        if size and draw.chance(0.3):
            key.append(str(draw.integer(-size, size - 1)))
            continue
        low, step = draw.integer(0, size), draw.choice([1, 1, 2])
        high = draw.integer(low, size)
        key.append(f"{low}:{high}:{step}" if step > 1 else f"{low}:{high}")
        selected.append(len(range(low, high, step)))
    selected += shape[len(key) :]
    y = draw.tensor(dtype, [] if draw.chance(0.1) else selected)
    return f"(lambda v: (v[{', '.join(key)}].assign({y}), v.numpy())[1])(tf.Variable({x}))"


def _segment(name: str, kinds: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(1, 3)
        x = draw.tensor(draw.dtype(kinds), shape, *_bounds(name))
        ids = sorted(draw.integer(0, 4) for _ in range(shape[0]))
        if draw.chance(0.1):
            ids = ids[::-1]
        return f"tf.math.{name}({x}, {draw.integers(ids, 0.3)})"

    return recipe


def _unsorted(name: str, kinds: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(1, 3)
        x = draw.tensor(draw.dtype(kinds), shape, *_bounds(name))
        covered = shape[: draw.integer(1, len(shape))]
        count = draw.integer(0, 4)
        ids = [draw.integer(-1, max(count - 1, 0)) for _ in range(int(np.prod(covered)))]
        if ids and draw.chance(0.05):
            ids[0] = count
        array = np.array(ids, "int64").reshape(covered).tolist()
        return f"tf.math.{name}({x}, {draw.integers(array, 0.3)}, {draw.integers(count, 0.8)})"

    return recipe


def _unique(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.dtype("ifsb"), [draw.integer(0, 6)])
        out = draw.maybe(f", out_idx=tf.{draw.choice(['int32', 'int64'])}")
        return f"tf.{name}({x}{out})"

    return recipe


def _searchsorted(draw: Draw) -> str:
    dtype, outer = draw.dtype("Fi"), draw.shape(0, 2)
    size = draw.integer(0, 5)
    count = int(np.prod(outer))
    rows = [sorted(draw.numbers(dtype, size, -3, 3)) for _ in range(count)]
    values = [item for row in rows for item in row]
    x = draw.tensor(dtype, [*outer, size], values=values)
    y = draw.tensor(dtype, [*outer, draw.integer(0, 4)], -4, 4)
    side = draw.maybe(f", side={draw.choice(['left', 'right'])!r}")
    return f"tf.searchsorted({x}, {y}{side}{draw.maybe(', out_type=tf.int64')})"


def _dynamic_partition(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("ficbs"), shape)
    covered = shape[: draw.integer(0, len(shape))]
    count = draw.integer(1, 4)
    parts = [draw.integer(0, count - 1) for _ in range(int(np.prod(covered)))]
    if parts and draw.chance(0.05):
        parts[0] = draw.choice([-1, count])
    places = draw.tensor("int32", covered, values=parts)
    return f"tf.dynamic_partition({x}, {places}, {count})"


def _dynamic_stitch(draw: Draw) -> str:
    dtype, inner = draw.dtype("ficbs"), draw.shape(0, 2)
    indices, data = [], []
    for _ in range(draw.integer(1, 3)):
        outer = draw.shape(0, 2)
        places = [draw.integer(0, 5) for _ in range(int(np.prod(outer)))]
        indices.append(draw.tensor("int32", outer, values=places))
        data.append(draw.tensor(dtype, [*outer, *inner]))
    name = draw.choice(["dynamic_stitch", "raw_ops.ParallelDynamicStitch"])
    if name != "dynamic_stitch":
        return f"tf.{name}(indices=[{', '.join(indices)}], data=[{', '.join(data)}])"
    return f"tf.{name}([{', '.join(indices)}], [{', '.join(data)}])"


def _invert_permutation(draw: Draw) -> str:
    size = draw.integer(0, 6)
    order = draw.random.sample(range(size), size)
    if order and draw.chance(0.15):
        order[0] = draw.integer(-1, size)
    return f"tf.math.invert_permutation({draw.integers(order, 0.3)})"


def _top_k(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("fi"), shape)
    k = draw.integer(0, shape[-1] + draw.chance(0.1))
    rest = draw.maybe(", sorted=False", 0.2) + draw.maybe(", index_type=tf.int64", 0.2)
    return f"tf.math.top_k({x}, k={draw.integers(k, 0.8)}{rest})"


def _in_top_k(draw: Draw) -> str:
    batch, classes = draw.integer(0, 4), draw.integer(1, 5)
    predictions = draw.tensor("float32", [batch, classes])
    targets = draw.tensor(draw.dtype("n"), [batch], -1, classes)
    return f"tf.math.in_top_k({targets}, {predictions}, {draw.integer(0, classes + 1)})"


def _bincount(draw: Draw) -> str:
    shape = draw.shape(0, 2)
    x = draw.tensor(draw.dtype("n"), shape, -1 if draw.chance(0.1) else 0, 6)
    rest = ""
    dtype = draw.dtype("Fn")
    if draw.chance(0.4):
        rest += f", weights={draw.tensor(dtype, shape)}"
    rest += draw.maybe(f", minlength={draw.integer(0, 8)}")
    rest += draw.maybe(f", maxlength={draw.integer(0, 8)}")
    rest += draw.maybe(f", dtype=tf.{draw.dtype('Fn')}", 0.3)
    rest += draw.maybe(f", axis={draw.choice([0, -1, 1])}", 0.4)
    rest += draw.maybe(", binary_output=True", 0.2)
    return f"tf.math.bincount({x}{rest})"


def _histogram(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype = draw.dtype("Fn")
        x = draw.tensor(dtype, draw.shape(0, 2), -4, 6)
        bounds = draw.choice(["[-2, 2]", "[0, 1]", "[-3, 5]"])
        if dtype.startswith("float"):
            bounds = draw.choice(["[-2.0, 2.0]", "[0.0, 1.0]", "[1.0, 1.0]"])
        rest = draw.maybe(f", nbins={draw.integer(1, 6)}", 0.9)
        rest += draw.maybe(", dtype=tf.int64", 0.3)
        return f"tf.{name}({x}, {bounds}{rest})"

    return recipe


def _confusion_matrix(draw: Draw) -> str:
    size = [draw.integer(0, 5)]
    labels = draw.tensor(draw.dtype("n"), size, 0, 3)
    predictions = draw.tensor(draw.inputs[labels]["dtype"], size, -1 if draw.chance(0.1) else 0, 3)
    rest = draw.maybe(f", num_classes={draw.integer(1, 5)}")
    if draw.chance(0.3):
        rest += f", weights={draw.tensor(draw.dtype('Fn'), size)}"
    rest += draw.maybe(f", dtype=tf.{draw.dtype('nF')}", 0.3)
    return f"tf.math.confusion_matrix({labels}, {predictions}{rest})"


def _edit_distance(draw: Draw) -> str:
    dtype, rows = draw.choice(["int64", "string", "int32"]), draw.integer(1, 3)

    def sequences() -> str:
        size = draw.integer(0, 4)
        if rows * size == 0:
            return f"tf.sparse.from_dense(tf.zeros([{rows}, {size}], tf.{dtype}))"
        values = ["" if draw.chance(0.3) else draw.choice("abc") for _ in range(rows * size)]
        if dtype != "string":
            values = [draw.integer(0, 3) for _ in range(rows * size)]
        return f"tf.sparse.from_dense({draw.tensor(dtype, [rows, size], values=values)})"

    normalize = draw.maybe(", normalize=False")
    return f"tf.edit_distance({sequences()}, {sequences()}{normalize})"


def _unravel(draw: Draw) -> str:
    dims = [draw.integer(1, 4) for _ in range(draw.integer(1, 3))]
    high = int(np.prod(dims)) - 1 + draw.chance(0.1)
    shape = draw.shape(0, 1)
    values = [draw.integer(0, high) for _ in range(int(np.prod(shape)))]
    dtype = draw.dtype("n")
    x = draw.tensor(dtype, shape, values=values)
    return f"tf.unravel_index({x}, tf.constant({dims}, tf.{dtype}))"


def _add_n(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype("fic"), draw.shape()
        parts = [draw.tensor(dtype, shape) for _ in range(draw.integer(1, 4))]
        return f"tf.{name}([{', '.join(parts)}])"

    return recipe


def _matmul(draw: Draw) -> str:
    dtype = draw.dtype("Ffcn")
    m, k, n = draw.size(), draw.size(), draw.size()
    batch = draw.shape(0, 1)
    a, b = [m, k], [k, n]
    options = ""
    if draw.chance(0.3):
        a, options = [k, m], options + draw.choice([", transpose_a=True", ", adjoint_a=True"])
    if draw.chance(0.3):
        b, options = [n, k], options + draw.choice([", transpose_b=True", ", adjoint_b=True"])
    x = draw.tensor(dtype, [*batch, *a], -3, 3)
    y = draw.tensor(dtype, [*draw.broadcast(batch), *b], -3, 3)
    return f"tf.matmul({x}, {y}{options})"


def _tensordot(draw: Draw) -> str:
    dtype, shared = draw.dtype("Fcn"), draw.shape(0, 2)
    a, b = [*draw.shape(0, 2), *shared], [*shared, *draw.shape(0, 2)]
    axes: object = len(shared)
    if draw.flag():
        axes = [list(range(len(a) - len(shared), len(a))), list(range(len(shared)))]
    x, y = draw.tensor(dtype, a, -3, 3), draw.tensor(dtype, b, -3, 3)
    return f"tf.tensordot({x}, {y}, {draw.integers(axes, 0.9)})"


def _einsum(draw: Draw) -> str:
    equation = draw.choice(
        ["ij,jk->ik", "ij,jk", "ij->ji", "ii->i", "ii", "ij,ij->", "i,j->ij", "bij,bjk->bik",
         "...ij,...jk->...ik", "ij,j->i", "i->", "ij->j", "i,i->i", "abc,cd->abd", "ij,jk,kl->il",
         "...i->...", "ij , jk -> ik", "ab,bc->ca", "i...,i->...", "iij->j"]
    )  # fmt: skip
    dtype = draw.dtype("Fc")
    sizes = {letter: draw.size() for letter in "abcdijkl"}
    operands = []
    for part in equation.replace(" ", "").split("->")[0].split(","):
        letters = part.replace("...", "")
        shape = [sizes[letter] for letter in letters]
        if "..." in part:
            extra = draw.choice([[], [2], [1], [2, 1]])
            shape = [*extra, *shape] if part.startswith("...") else [*shape, *extra]
        operands.append(draw.tensor(dtype, shape, -3, 3))
    return f"tf.einsum({equation!r}, {', '.join(operands)})"


def _clip_by_norm(draw: Draw) -> str:
    shape = draw.shape()
    x = draw.tensor(draw.dtype("Ff"), shape)
    norm = draw.choice(["1.0", "0.0", "2", "-1.0", "tf.constant(0.5)"])
    axes = draw.maybe(f", axes={draw.axis(len(shape), several=True)}", 0.5)
    return f"tf.clip_by_norm({x}, {norm}{axes})"


def _global_norm(draw: Draw) -> str:
    dtype = draw.dtype("F")
    parts = [draw.tensor(dtype, draw.shape()) for _ in range(draw.integer(1, 3))]
    if draw.chance(0.2):
        parts.insert(0, "None")
    if draw.chance(0.3):
        return f"tf.linalg.global_norm([{', '.join(parts)}])"
    use = draw.maybe(", use_norm=2.0", 0.2)
    return f"tf.clip_by_global_norm([{', '.join(parts)}], {draw.choice(['1.0', '0.5'])}{use})"


def _polyval(draw: Draw) -> str:
    dtype, shape = draw.dtype("Ffci"), draw.shape()
    parts = [draw.tensor(dtype, draw.broadcast(shape)) for _ in range(draw.integer(0, 3))]
    return f"tf.math.polyval([{', '.join(parts)}], {draw.tensor(dtype, shape)})"


def _one(name: str, kinds: str, low: int = 0) -> Recipe:
    def recipe(draw: Draw) -> str:
        return f"tf.{name}({draw.tensor(draw.dtype(kinds), draw.shape(low, 3))})"

    return recipe


def _of_two_numbers(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        dtype, shape = draw.dtype("F"), draw.shape()
        x, y = draw.tensor(dtype, shape), draw.tensor(dtype, draw.broadcast(shape))
        return f"tf.{name}({x}, {y})"

    return recipe


def _scalar_mul(draw: Draw) -> str:
    dtype = draw.dtype("fic")
    scalar = draw.tensor(dtype, []) if draw.flag() else "2"
    return f"tf.scalar_mul({scalar}, {draw.tensor(dtype, draw.shape())})"


def _lbeta(draw: Draw) -> str:
    return f"tf.math.lbeta({draw.tensor(draw.dtype('F'), draw.shape(0, 3), 0.1, 4)})"


_SCATTERS = {"add": "fic", "sub": "fic", "max": "fi", "min": "fi", "update": "ficbs"}
_SLICES = {
    "scatter_add": "fic", "scatter_sub": "fic", "scatter_max": "fi", "scatter_min": "fi",
    "scatter_mul": "fic", "scatter_div": "f", "scatter_update": "ficb",
    "batch_scatter_update": "fic",
}  # fmt: skip
_SEGMENTS = {"sum": "fic", "prod": "fic", "mean": "fic", "max": "fi", "min": "fi"}

RECIPES: dict[str, Recipe] = {
    "gather": _gather,
    "gather_nd": _gather_nd,
    "scatter_nd": _scatter_nd,
    **{f"tensor_scatter_nd_{n}": _tensor_scatter(n, kinds) for n, kinds in _SCATTERS.items()},
    **{f"Variable.{name}": _sparse_update(name, kinds) for name, kinds in _SLICES.items()},
    **{
        f"Variable.scatter_nd_{name}": _variable_nd(f"scatter_nd_{name}", kinds)
        for name, kinds in [("add", "fic"), ("sub", "fic"), ("update", "ficb")]
    },
    "Variable.gather_nd": _variable_nd("gather_nd", "fic"),
    "Variable.sparse_read": _sparse_read,
    "Variable.assign": _assign("assign", "ficbs"),
    "Variable.assign_add": _assign("assign_add", "fic"),
    "Variable.assign_sub": _assign("assign_sub", "fic"),
    "Variable.assign of a slice": _assign_slice,
    **{f"math.segment_{n}": _segment(f"segment_{n}", kinds) for n, kinds in _SEGMENTS.items()},
    **{
        f"math.unsorted_segment_{n}": _unsorted(f"unsorted_segment_{n}", kinds)
        for n, kinds in {**_SEGMENTS, "sqrt_n": "f"}.items()
    },
    "unique": _unique("unique"),
    "unique_with_counts": _unique("unique_with_counts"),
    "searchsorted": _searchsorted,
    "dynamic_partition": _dynamic_partition,
    "dynamic_stitch": _dynamic_stitch,
    "math.invert_permutation": _invert_permutation,
    "math.top_k": _top_k,
    "math.in_top_k": _in_top_k,
    "math.bincount": _bincount,
    "histogram_fixed_width": _histogram("histogram_fixed_width"),
    "histogram_fixed_width_bins": _histogram("histogram_fixed_width_bins"),
    "math.confusion_matrix": _confusion_matrix,
    "edit_distance": _edit_distance,
    "unravel_index": _unravel,
    "add_n": _add_n("add_n"),
    "math.accumulate_n": _add_n("math.accumulate_n"),
    "matmul": _matmul,
    "tensordot": _tensordot,
    "einsum": _einsum,
    "clip_by_norm": _clip_by_norm,
    "clip_by_global_norm": _global_norm,
    "math.polyval": _polyval,
    "math.is_non_decreasing": _one("math.is_non_decreasing", "fi"),
    "math.is_strictly_increasing": _one("math.is_strictly_increasing", "fi"),
    "complex": _of_two_numbers("complex"),
    "scalar_mul": _scalar_mul,
    "math.lbeta": _lbeta,
    "stop_gradient": _one("stop_gradient", "ficbs"),
}
