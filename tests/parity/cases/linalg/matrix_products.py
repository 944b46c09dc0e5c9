"""Products of matrices and tensors: `tf.matmul`, `tf.tensordot`, `tf.einsum`, and their like."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import (
    COMPLEX,
    EVERY,
    REAL,
    gradients,
    of_dtype,
    outcomes,
    ramp,
)
from tests.parity.harness import attempt

_A, _B = ramp([2, 3]), ramp([3, 4], start=-2.0)
# TensorFlow has no kernels for products of unsigned integers, and lists those it has each time.
_SOME = [*REAL, *COMPLEX, *"int8 int16 int32 int64 uint8 bool string".split()]
_FLAGS = "transpose_a transpose_b adjoint_a adjoint_b a_is_sparse b_is_sparse grad_a grad_b".split()


# -- matmul -------------------------------------------------------------------------------------


def same_in_all_namespaces(tf):
    """`tf.linalg` holds the functions of `tf`."""
    return [
        getattr(tf, name) is getattr(tf.linalg, name) for name in "matmul einsum tensordot".split()
    ]


def matmul_dtypes(tf):
    """Products of every type, alone and in batches."""
    rows = {}
    matrix = [[1, 2], [3, 0]]
    for dtype in _SOME:
        rows[dtype] = partial(lambda d: tf.matmul(*[of_dtype(tf, matrix, d)] * 2), dtype)
        rows[f"{dtype} batch"] = partial(
            lambda d: tf.matmul(*[of_dtype(tf, [matrix], d)] * 2), dtype
        )
    rows["int8 overflow"] = lambda: tf.matmul(
        np.full((1, 2), 2**31 - 1, np.int32), np.ones((2, 1), np.int32)
    )
    return outcomes(rows)


def matmul_flags(tf):
    """Transposition and conjugation, for matrices and batches."""
    rows = {}
    for dtype in ("float32", "complex64"):
        for batch in ([], [2]):
            a, b = ramp([*batch, 2, 2], dtype), ramp([*batch, 2, 2], dtype, start=-2.0)
            for flags in (
                [],
                ["transpose_a"],
                ["transpose_b"],
                ["adjoint_a"],
                ["adjoint_b"],
                ["transpose_a", "transpose_b"],
                ["adjoint_a", "adjoint_b"],
                ["adjoint_a", "transpose_b"],
                ["a_is_sparse"],
                ["a_is_sparse", "b_is_sparse", "transpose_a"],
                ["grad_a", "grad_b"],
                ["transpose_a", "adjoint_a"],
                ["transpose_b", "adjoint_b"],
            ):
                rows[f"{dtype} {batch} {flags}"] = partial(
                    tf.matmul, a, b, **dict.fromkeys(flags, True)
                )
    rows["position"] = lambda: tf.matmul(_A, _A, False, True)
    rows["not square"] = lambda: tf.matmul(_A, _B.T, transpose_b=True)
    rows["not square, both"] = lambda: tf.matmul(_A.T, _B.T, True, True)
    rows["number"] = lambda: tf.matmul(_A, _A, transpose_a=1)
    rows["number, batch"] = lambda: tf.matmul([_A], [_A], transpose_a=1)
    rows["none"] = lambda: tf.matmul(_A, _B, transpose_a=None)
    rows["text"] = lambda: tf.matmul(_A, _A, transpose_b="yes")
    return outcomes(rows)


def matmul_output_type(tf):
    """`output_type`, of 8 bit integers and of others."""
    rows = {}
    for dtype in ("int8", "uint8", "float32", "int32"):
        for out in ("int32", "float32", "float64", None, "bfloat16"):
            rows[f"{dtype} {out}"] = partial(
                lambda d, out: tf.matmul(
                    of_dtype(tf, [[100, 100]], d),
                    of_dtype(tf, [[3], [100]], d),
                    output_type=out and tf.as_dtype(out),
                ),
                dtype,
                out,
            )
    rows["batch"] = lambda: tf.matmul(
        tf.constant([[[100, 2]]], tf.int8), tf.constant([[[3], [4]]], tf.int8), output_type=tf.int32
    )
    rows["transposed"] = lambda: tf.matmul(
        tf.constant([[100], [2]], tf.int8),
        tf.constant([[3], [4]], tf.int8),
        transpose_a=True,
        output_type=tf.int32,
    )
    return outcomes(rows)


def matmul_shapes(tf):
    """Batches, broadcasting, empty matrices, and shapes that do not fit."""
    shapes = {
        "matrices": ([2, 3], [3, 2]),
        "batch": ([2, 1, 3], [2, 3, 1]),
        "broadcast left": ([2, 3], [2, 3, 1]),
        "broadcast right": ([2, 2, 3], [3, 1]),
        "broadcast both": ([2, 1, 1, 2], [3, 2, 1]),
        "broadcast one": ([1, 2, 2], [2, 2, 1]),
        "batches differ": ([2, 2, 2], [3, 2, 2]),
        "inner empty": ([2, 0], [0, 3]),
        "rows empty": ([0, 2], [2, 3]),
        "batch empty": ([0, 2, 2], [0, 2, 2]),
        "inner differ": ([2, 3], [2, 3]),
        "inner differ, batch": ([1, 2, 3], [1, 2, 3]),
        "vector left": ([2], [2, 2]),
        "vector right": ([2, 2], [2]),
        "vectors": ([2], [2]),
        "vector and cube": ([2], [2, 2, 2]),
        "cube and vector": ([2, 2, 2], [2]),
        "scalar left": ([], [2, 2]),
        "scalars": ([], []),
        "five axes": ([2, 1, 2, 1, 2], [1, 2, 1, 2, 1]),
    }
    return outcomes(
        {
            key: partial(lambda a, b: tf.matmul(ramp(a), ramp(b, start=-1.0)), *pair)
            for key, pair in shapes.items()
        }
    )


def matmul_kinds(tf):
    """Kinds of arguments, and pairs of types."""
    rows = {
        "lists": lambda: tf.matmul([[1.0, 2.0]], [[3.0], [4.0]]),
        "list and tensor": lambda: tf.matmul([[1, 2]], tf.constant([[3.0], [4.0]])),
        "tensor and list": lambda: tf.matmul(tf.constant([[3.0], [4.0]]), [[1, 2]]),
        "integers and floats": lambda: tf.matmul([[1, 2]], [[3.0], [4.0]]),
        "floats and integers": lambda: tf.matmul([[1.0, 2.0]], [[3], [4]]),
        "arrays of two types": lambda: tf.matmul(_A, _B.astype(np.float64)),
        "tensors of two types": lambda: tf.matmul(tf.constant(_A), tf.constant(_B, tf.float64)),
        "variables": lambda: tf.matmul(tf.Variable(_A), tf.Variable(_B)),
        "tensors in lists": lambda: tf.matmul(
            [tf.constant([1.0, 2.0])], [[1.0], [tf.constant(2.0)]]
        ),
        "none": lambda: tf.matmul(None, _B),
        "other none": lambda: tf.matmul(_A, None),
        "text": lambda: tf.matmul("a", _B),
        "ragged": lambda: tf.matmul([[1.0], [2.0, 3.0]], _B),
        "names": lambda: tf.matmul(a=_A, b=_B, name="given"),
        "unknown": lambda: tf.matmul(_A, _B, transpose=True),
        "special": lambda: tf.matmul([[np.inf, 0.0]], [[0.0], [np.nan]]),
    }
    return outcomes(rows)


def operator(tf):
    """`@` between tensors, variables, arrays and lists, either way round."""
    a, b = tf.constant(_A), tf.constant(_B)
    v = tf.Variable(_B)
    rows = {
        "tensors": lambda: a @ b,
        "variable": lambda: a @ v,
        "variable left": lambda: tf.Variable(_A) @ b,
        "array": lambda: a @ _B,
        "array left": lambda: _A @ b,
        "list": lambda: a @ _B.tolist(),
        "list left": lambda: _A.tolist() @ b,
        "integers": lambda: a @ [[1], [2], [3]],
        "integers left": lambda: [[1, 2, 3]] @ b,
        "integer tensor": lambda: tf.constant([[1, 2]]) @ tf.constant([[3], [4]]),
        "float list right of integers": lambda: tf.constant([[1, 2]]) @ [[3.0], [4.0]],
        "float list left of integers": lambda: [[3.0, 4.0]] @ tf.constant([[1], [2]]),
        "two types": lambda: a @ tf.constant(_B, tf.float64),
        "array of another type": lambda: a @ _B.astype(np.float64),
        "array of another type left": lambda: _A.astype(np.float64) @ b,
        "vector": lambda: a @ tf.constant([1.0, 2.0, 3.0]),
        "number": lambda: a @ 2.0,
        "number left": lambda: 2.0 @ a,
        "none": lambda: a @ None,
        "none left": lambda: None @ a,
        "text": lambda: a @ "x",
        "object": lambda: a @ object(),
        "batch": lambda: tf.constant(ramp([2, 2, 2])) @ tf.constant(ramp([2, 2])),
    }
    return outcomes(rows)


def matmul_gradient(tf):
    """First and second gradients for each pair of flags, types and batch shapes."""
    rows = {}
    for dtype in ("float64", "complex64"):
        for flags in (
            [],
            ["transpose_a"],
            ["transpose_b"],
            ["transpose_a", "transpose_b"],
            ["adjoint_a"],
            ["adjoint_b"],
        ):
            options = dict.fromkeys(flags, True)
            for batches in ([[], []], [[2], []], [[1], [2]]):
                x, y = (ramp([*batch, 2, 2], dtype) for batch in batches)
                rows[f"{dtype} {batches} {flags}"] = partial(
                    lambda x, y, o: gradients(tf, lambda a, b: tf.matmul(a, b, **o), x, y),
                    x,
                    y,
                    options,
                )
    for batches in ([[], [2]], [[1, 2], [2, 1]], [[0], [0]], [[1], []]):
        x, y = (ramp([*batch, 2, 2]) for batch in batches)
        rows[f"{batches}"] = partial(gradients, tf, tf.matmul, x, y)
    rows["same"] = lambda: gradients(tf, lambda a: tf.matmul(a, a), ramp([2, 2]))
    rows["empty inside"] = lambda: gradients(tf, tf.matmul, ramp([2, 0]), ramp([0, 3]))
    rows["sparse"] = lambda: gradients(
        tf, lambda a, b: tf.matmul(a, b, a_is_sparse=True), ramp([2, 2]), ramp([2, 2])
    )
    rows["operator"] = lambda: gradients(tf, lambda a, b: a @ b, ramp([2, 2]), ramp([2, 1]))
    return outcomes(rows)


def matmul_one_source(tf):
    """One factor is watched, the other is constant; an intermediate product is a source."""
    w = tf.Variable(_B)
    x = tf.constant(_A)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.matmul(x, w)
        z = tf.square(y)
    return tape.gradient(z, [w, x, y]), tape.gradient(z, w)


# -- matvec -------------------------------------------------------------------------------------


def matvec(tf):
    """`tf.linalg.matvec`: flags, batches, errors."""
    product = tf.linalg.matvec
    square = ramp([2, 2], "complex64")
    rows = {
        "plain": lambda: product(_A, [1.0, 2.0, 3.0]),
        "transposed": lambda: product(_A, [1.0, 2.0], transpose_a=True),
        "adjoint": lambda: product(square, [1j, 2.0], adjoint_a=True),
        "complex transposed": lambda: product(square, [1j, 2.0], True),
        "both": lambda: product(_A, [1.0, 2.0], transpose_a=True, adjoint_a=True),
        "sparse": lambda: product(_A, [1.0, 2.0, 3.0], a_is_sparse=True),
        "batch": lambda: product(ramp([2, 2, 3]), ramp([2, 3])),
        "broadcast matrix": lambda: product(_A, ramp([2, 3])),
        "broadcast vector": lambda: product(ramp([2, 2, 3]), [1.0, 2.0, 3.0]),
        "integers": lambda: product([[1, 2], [3, 4]], [5, 6]),
        "length": lambda: product(_A, [1.0, 2.0]),
        "matrix for vector": lambda: product(_A, _B),
        "vectors": lambda: product([1.0, 2.0], [1.0, 2.0]),
        "scalar": lambda: product(_A, 1.0),
        "two types": lambda: product(_A, np.array([1.0, 2.0, 3.0])),
        "variable": lambda: product(tf.Variable(_A), tf.Variable([1.0, 2.0, 3.0])),
        "names": lambda: product(a=_A, b=[1.0, 2.0, 3.0], name="given"),
        "gradient": lambda: gradients(tf, product, _A, [1.0, 2.0, 3.0]),
        "gradient batch": lambda: gradients(tf, product, ramp([2, 1, 2]), [1.0, 2.0]),
    }
    return outcomes(rows)


# -- tensordot ----------------------------------------------------------------------------------


def tensordot_axes(tf):
    """Every form of `axes`."""
    a, b = ramp([2, 3, 4]), ramp([4, 3, 2], start=-3.0)
    axes = {
        "0": 0,
        "1": 1,
        "3, wrong": 3,
        "4": 4,
        "-1": -1,
        "pair": [2, 0],
        "tuple": (1, 1),
        "lists": [[1], [1]],
        "lists of two": [[1, 2], [1, 0]],
        "wrong order": [[1, 2], [0, 1]],
        "negative": [[-1, -2], [0, 1]],
        "all": [[0, 1, 2], [2, 1, 0]],
        "none of each": [[], []],
        "tensor": tf.constant([[2], [0]]),
        "array": np.array([[1, 2], [1, 0]]),
        "vector": tf.constant([2, 0]),
        "scalar tensor": tf.constant(1),
        "numpy integer": np.int64(1),
        "numbers differ": [[1, 2], [0]],
        "three": [[0], [1], [2]],
        "one": [[0]],
        "twice": [[0, 0], [2, 2]],
        "too large": [[3], [0]],
        "too large right": [[0], [3]],
        "too small": [[-4], [0]],
        "lengths differ": [[0], [0]],
        "float": 1.0,
        "text": "ab",
        "none": None,
        "tensors in a list": [[tf.constant(2)], [tf.constant(0)]],
        "mixed": [1, [1]],
        "boolean": True,
    }
    return outcomes(
        {key: partial(lambda x: tf.tensordot(a, b, x), value) for key, value in axes.items()}
    )


def tensordot_kinds(tf):
    """Types, shapes and kinds of arguments."""
    rows = {
        dtype: partial(
            lambda d: tf.tensordot(of_dtype(tf, [[1, 2], [3, 0]], d), of_dtype(tf, [1, 2], d), 1),
            dtype,
        )
        for dtype in _SOME
    }
    rows |= {
        "vectors": lambda: tf.tensordot([1.0, 2.0], [3.0, 4.0], 1),
        "outer": lambda: tf.tensordot([1.0, 2.0], [3.0, 4.0], 0),
        "scalars": lambda: tf.tensordot(2.0, 3.0, 0),
        "scalar and vector": lambda: tf.tensordot(2.0, [3.0, 4.0], 0),
        "scalar, one axis": lambda: tf.tensordot(2.0, [3.0], 1),
        "size one": lambda: tf.tensordot(ramp([2, 1]), ramp([3]), 1),
        "empty": lambda: tf.tensordot(ramp([2, 0]), ramp([0, 3]), 1),
        "matrices": lambda: tf.tensordot(_A, _B, axes=1, name="given"),
        "two types": lambda: tf.tensordot(_A, _B.astype(np.float64), 1),
        "list and tensor": lambda: tf.tensordot([1, 2], tf.constant([1.0, 2.0]), 1),
        "variables": lambda: tf.tensordot(tf.Variable(_A), tf.Variable(_B), 1),
    }
    return outcomes(rows)


def tensordot_gradient(tf):
    """First and second gradients."""
    return outcomes(
        {
            "1": lambda: gradients(tf, lambda a, b: tf.tensordot(a, b, 1), _A, _B),
            "0": lambda: gradients(tf, lambda a, b: tf.tensordot(a, b, 0), [1.0, 2.0], [3.0, 4.0]),
            "lists": lambda: gradients(
                tf, lambda a, b: tf.tensordot(a, b, [[0, 2], [1, 0]]), ramp([2, 1, 2]), ramp([2, 2])
            ),
            "complex": lambda: gradients(
                tf,
                lambda a, b: tf.tensordot(a, b, [[0], [1]]),
                ramp([2, 2], "complex64"),
                ramp([1, 2], "complex64"),
            ),
            "all": lambda: gradients(
                tf, lambda a: tf.tensordot(a, a, [[0, 1], [0, 1]]), ramp([2, 2])
            ),
        }
    )


# -- einsum -------------------------------------------------------------------------------------


def einsum_equations(tf):
    """Equations of one to four operands; ellipses, repeated labels, implicit outputs, errors."""
    one = {
        "transpose": ("ij->ji", [2, 3]),
        "sum": ("ij->", [2, 3]),
        "rows": ("ij->i", [2, 3]),
        "trace": ("ii", [2, 2]),
        "trace, explicit": ("ii->", [2, 2]),
        "diagonal": ("ii->i", [3, 3]),
        "diagonal matrix": ("i->ii", [3]),
        "partial trace": ("iji->j", [2, 3, 2]),
        "implicit order": ("ba", [2, 3]),
        "ellipsis": ("...ij->...ji", [2, 2, 3]),
        "ellipsis summed": ("...i->i", [2, 2]),
        "ellipsis alone": ("...->...", [2, 2]),
        "ellipsis diagonal": ("...ii->...i", [2, 2, 2]),
        "ellipsis of nothing": ("...ij->...ji", [2, 3]),
        "spaces": (" i j -> j i ", [2, 3]),
        "upper case": ("iI->Ii", [2, 3]),
        "unknown output": ("ij->ik", [2, 3]),
        "too few labels": ("i->i", [2, 3]),
        "too many labels": ("ijk->i", [2, 3]),
        "diagonal of a rectangle": ("ii->i", [2, 3]),
        "digits": ("1j->j1", [2, 3]),
        "two arrows": ("i->->i", [2]),
        "empty": ("", []),
        "scalar": ("->", []),
        "dots": ("..i->i", [2]),
        "zero size": ("ij->j", [0, 2]),
    }
    two = {
        "matmul": ("ij,jk->ik", [2, 3], [3, 2]),
        "matmul, implicit": ("ij,jk", [2, 3], [3, 2]),
        "transposed": ("ij,kj->ki", [2, 3], [2, 3]),
        "outer": ("i,j->ij", [2], [3]),
        "inner": ("i,i->", [3], [3]),
        "product": ("ij,ij->ij", [2, 2], [2, 2]),
        "batch": ("bij,bjk->bik", [2, 1, 2], [2, 2, 1]),
        "attention": ("bqhd,bkhd->bhqk", [1, 2, 2, 2], [1, 1, 2, 2]),
        "sum of one": ("ij,k->k", [2, 2], [2]),
        "ellipsis": ("...ij,jk->...ik", [2, 1, 2], [2, 2]),
        "ellipses": ("...ij,...jk->...ik", [2, 1, 1, 2], [2, 2, 1]),
        "ellipsis, implicit": ("...ij,...jk", [2, 1, 2], [2, 2, 1]),
        "ellipsis in front of nothing": ("i...,i...->...", [2, 3], [2]),
        "ellipses differ": ("...i,...i->...", [2, 2], [3, 2]),
        "ellipsis missing in output": ("...ij,...jk->ik", [2, 1, 2], [2, 2, 1]),
        "diagonals": ("ii,i->i", [2, 2], [2]),
        "repeated output": ("i,i->ii", [2], [2]),
        "scalar factor": (",ij->ij", [], [2, 2]),
        "sizes differ": ("ij,jk->ik", [2, 3], [2, 2]),
        "size one": ("ij,jk->ik", [2, 1], [3, 2]),
        "operands missing": ("ij->ji", [2, 2], [2, 2]),
        "operands too many": ("ij,jk,kl->il", [2, 2], [2, 2]),
        "zero size": ("ij,jk->ik", [2, 0], [0, 2]),
    }
    more = {
        "three": ("ij,jk,kl->il", [2, 2], [2, 3], [3, 1]),
        "three, one index": ("i,i,i->i", [2], [2], [2]),
        "three, implicit": ("ij,jk,k", [2, 2], [2, 3], [3]),
        "three, ellipsis": ("...i,ij,j->...", [2, 2], [2, 2], [2]),
        "four": ("a,b,c,d->abcd", [1], [2], [1], [2]),
    }
    return outcomes(
        {
            key: partial(
                lambda equation, *shapes: tf.einsum(equation, *[ramp(s) for s in shapes]), *row
            )
            for rows in (one, two, more)
            for key, row in rows.items()
        }
    )


def einsum_kinds(tf):
    """Types, kinds of arguments and keywords."""
    rows = {
        dtype: partial(
            lambda d: tf.einsum(
                "ij,jk->ik", of_dtype(tf, [[1, 2], [3, 0]], d), of_dtype(tf, [[1], [2]], d)
            ),
            dtype,
        )
        for dtype in _SOME
    }
    rows |= {
        "variable": lambda: tf.einsum("ij,jk->ik", tf.Variable(_A), tf.Variable(_B)),
        "list": lambda: tf.einsum("ij->j", [[1.0, 2.0]]),
        "two types": lambda: tf.einsum("ij,jk->ik", _A, _B.astype(np.float64)),
        "name": lambda: tf.einsum("ij->ji", _A, name="given"),
        "unknown keyword": lambda: tf.einsum("ij->ji", _A, foo=1),
        "nothing": lambda: tf.einsum("ij->ji"),
        "no equation": lambda: tf.einsum(None, _A),
        "equation by name": lambda: tf.einsum(equation="ij->j", name=None),
    }
    for optimize in ("greedy", "optimal", "branch-2", "auto", "branch-all", False, "foo"):
        rows[f"optimize {optimize}"] = partial(
            tf.einsum, "ij,jk,kl->il", _A, _B, ramp([4, 1]), optimize=optimize
        )
    path = ((0, 1), (0, 1))
    rows["optimize, a path"] = lambda: tf.einsum(
        "ij,jk,kl->il", _A, _B, ramp([4, 1]), optimize=path
    )
    rows["optimize, three at a time"] = lambda: tf.einsum(
        "ij,jk,kl->il", _A, _B, ramp([4, 1]), optimize=((0, 1, 2),)
    )
    rows["optimize, two operands"] = lambda: tf.einsum("ij,jk->ik", _A, _B, optimize="foo")
    return outcomes(rows)


def einsum_of_integers(tf):
    results = []
    for dtype in ("int32", "int64"):
        m = tf.reshape(tf.range(9, dtype=dtype), [3, 3])
        for equation in ("ii", "ii->i", "ij->", "ij->i", "ij->ji"):
            results.append(attempt(tf.einsum, equation, m))
        results += [tf.einsum("ij,jk->ik", m, m), tf.einsum("ij,ij->", m, m)]
    return results


def einsum_gradient(tf):
    """First and second gradients."""
    equations = {
        "matmul": ("ij,jk->ik", [2, 2], [2, 1]),
        "transpose": ("ij->ji", [2, 3]),
        "sum": ("ij->i", [2, 3]),
        "sum and transpose": ("ijk->ki", [2, 2, 2]),
        "trace": ("ii->", [2, 2]),
        "diagonal": ("ii->i", [2, 2]),
        "diagonal matrix": ("i->ii", [2]),
        "outer": ("i,j->ij", [2], [3]),
        "inner": ("i,i->", [3], [3]),
        "left out": ("ij,k->k", [2, 2], [2]),
        "batch": ("bij,bjk->bik", [2, 1, 2], [2, 2, 1]),
        "ellipsis": ("...ij,jk->...ik", [2, 1, 2], [2, 2]),
        "broadcast": ("...ij,...jk->...ik", [1, 1, 2], [2, 2, 1]),
        "three": ("ij,jk,kl->il", [2, 2], [2, 2], [2, 1]),
    }
    rows = {
        key: partial(
            lambda equation, *shapes: gradients(
                tf, lambda *x: tf.einsum(equation, *x), *[ramp(s) for s in shapes]
            ),
            *row,
        )
        for key, row in equations.items()
    }
    for dtype in COMPLEX:
        rows[dtype] = partial(
            gradients,
            tf,
            partial(tf.einsum, "ij,jk->ki"),
            ramp([2, 2], dtype),
            ramp([2, 1], dtype),
        )
    return outcomes(rows)


# -- cross, trace -------------------------------------------------------------------------------


def cross(tf):
    """The cross product."""
    product = tf.linalg.cross
    rows = {
        d: partial(lambda d: product(of_dtype(tf, [1, 2, 3], d), of_dtype(tf, [3, 0, 5], d)), d)
        for d in EVERY
    }
    rows |= {
        "batch": lambda: product(ramp([2, 3]), ramp([2, 3], start=-2.0)),
        "length": lambda: product([1.0, 2.0], [1.0, 2.0]),
        "shapes": lambda: product(ramp([2, 3]), ramp([3])),
        "size one": lambda: product(ramp([2, 3]), ramp([1, 3])),
        "scalars": lambda: product(1.0, 2.0),
        "empty": lambda: product(ramp([0, 3]), ramp([0, 3])),
        "two types": lambda: product(ramp([3]), ramp([3], "float64")),
        "names": lambda: product(a=[1, 2, 3], b=[3, 4, 6], name="given"),
        "gradient": lambda: gradients(tf, product, [1.0, 2.0, 3.0], [4.0, 0.0, -1.0]),
        "gradient of itself": lambda: gradients(tf, lambda x: product(x, x * x), [1.0, 2.0, 3.0]),
    }
    return outcomes(rows)


def trace(tf):
    """The sum of the diagonal."""
    rows = {
        d: partial(lambda d: tf.linalg.trace(of_dtype(tf, [[1, 2], [3, 4]], d)), d)
        for d in EVERY[:-1]
    }
    rows |= {
        "wide": lambda: tf.linalg.trace(_A),
        "tall": lambda: tf.linalg.trace(_A.T),
        "batch": lambda: tf.linalg.trace(ramp([2, 2, 3])),
        "empty": lambda: tf.linalg.trace(ramp([0, 0])),
        "vector": lambda: tf.linalg.trace([1.0, 2.0]),
        "scalar": lambda: tf.linalg.trace(1.0),
        "list": lambda: tf.linalg.trace([[1, 2], [3, 4]], name="given"),
        "gradient": lambda: gradients(tf, tf.linalg.trace, _A),
        "gradient batch": lambda: gradients(tf, tf.linalg.trace, ramp([2, 2, 2])),
        "int8 overflow": lambda: tf.linalg.trace(np.full((2, 2), 100, np.int8)),
    }
    return outcomes(rows)


def flags_are_keywords(tf):
    """Each flag of `tf.matmul` may be given by name as False."""
    return {name: attempt(tf.matmul, _A, _B, **{name: False}) for name in _FLAGS}
