"""Rows: products, solutions and decompositions of matrices."""

from __future__ import annotations

from tests.parity.derivative_tables.rows import (
    HERMITIAN,
    LINE,
    OTHER,
    PAIR,
    PLANE_PAIR,
    SPD,
    TABLE,
    TALL,
    TIES,
    add,
    by_name,
)

# -- linear algebra -----------------------------------------------------------------------------

add("matmul", by_name("matmul"), PAIR, OTHER)
add("matmul of complex", by_name("matmul"), PLANE_PAIR, HERMITIAN, types=["complex128"])
add("matmul transposed", by_name("matmul", transpose_a=True, transpose_b=True), PAIR, OTHER)
add(
    "matmul adjoint",
    by_name("matmul", adjoint_a=True),
    PLANE_PAIR,
    HERMITIAN,
    types=["complex128"],
)
add("matmul broadcast", by_name("matmul"), [PAIR, OTHER], SPD)
add("linalg.matvec", by_name("linalg.matvec"), PAIR, [0.5, 1.0])
add("tensordot", lambda tf, a, b: tf.tensordot(a, b, [[1], [0]]), PAIR, OTHER)
add("einsum", lambda tf, a, b: tf.einsum("ij,kj->ik", a, b), PAIR, OTHER)
add(
    "einsum of three",
    lambda tf, a, b, c: tf.einsum("ij,jk,k->i", a, b, c),
    PAIR,
    OTHER,
    [1.0, 2.0],
)
add("einsum batched", lambda tf, a: tf.einsum("...ij,...jk->...ik", a, a), [PAIR, OTHER])
add("matmul of batches", by_name("matmul", transpose_a=True), [PAIR, OTHER], [SPD, PAIR])
add(
    "matmul of batches, adjoint",
    by_name("matmul", adjoint_b=True),
    [PLANE_PAIR],
    [HERMITIAN],
    types=["complex128"],
)
add(
    "matmul of batches, transposed",
    by_name("matmul", transpose_b=True),
    [PLANE_PAIR],
    [HERMITIAN],
    types=["complex128"],
)
add("matmul by broadcast matrix", by_name("matmul"), SPD, [PAIR, OTHER])
add(
    "linalg.matvec transposed",
    by_name("linalg.matvec", transpose_a=True),
    [PAIR, OTHER],
    [[0.5, 1.0], [2.0, -1.0]],
)
add(
    "tensordot of turned",
    lambda tf, a, b: tf.tensordot(a, b, [[0, 2], [1, 0]]),
    [PAIR, OTHER],
    [SPD, PAIR],
)
add("tensordot outer", lambda tf, a, b: tf.tensordot(a, b, 0), [0.5, 1.0], PAIR)
add("tensordot of all", lambda tf, a, b: tf.tensordot(a, b, 2), PAIR, OTHER)
add("einsum outer", lambda tf, a, b: tf.einsum("i,j->ji", a, b), [0.5, 1.0], [2.0, -1.0])
add("einsum of vectors", lambda tf, a, b: tf.einsum("i,i->", a, b), [0.5, 1.0], [2.0, -1.0])
add("einsum of elements", lambda tf, a, b: tf.einsum("ij,ij->ij", a, b), PAIR, OTHER)
add("einsum summed", lambda tf, a, b: tf.einsum("ij,k->i", a, b), PAIR, [0.5, 1.0])
add("einsum turned", lambda tf, a: tf.einsum("ij->ji", a) ** 2, PAIR)
add("einsum diagonal", lambda tf, a, b: tf.einsum("ii,ij->j", a, b), PAIR, OTHER)
add("einsum of four", lambda tf, a, b: tf.einsum("ij,jk,kl,li->", a, b, a, b), PAIR, OTHER)
add(
    "einsum batched by one",
    lambda tf, a, b: tf.einsum("...ij,jk->...ik", a, b),
    [PAIR, OTHER],
    SPD,
)
add(
    "linalg.solve of batches",
    by_name("linalg.solve", adjoint=True),
    [PAIR, SPD],
    [[[1.0], [2.0]], [[0.5], [1.5]]],
)
add(
    "linalg.solve of complex",
    by_name("linalg.solve", adjoint=True),
    PLANE_PAIR,
    [[1.0], [2j]],
    types=["complex128"],
)
add(
    "linalg.triangular_solve broadcast",
    by_name("linalg.triangular_solve"),
    SPD,
    [[[1.0], [2.0]], [[0.5], [1.5]]],
)
add(
    "linalg.triangular_solve of complex",
    by_name("linalg.triangular_solve", adjoint=True),
    PLANE_PAIR,
    [[1.0], [2j]],
    types=["complex128"],
)
add("linalg.inv of batches", by_name("linalg.inv", adjoint=True), [PAIR, SPD])
add("linalg.det of batches", by_name("linalg.det"), [PAIR, SPD])
add("linalg.cholesky of complex", by_name("linalg.cholesky"), HERMITIAN, types=["complex128"])
add("linalg.eigvalsh of complex", by_name("linalg.eigvalsh"), HERMITIAN, types=["complex128"])
add("linalg.svd values of tall", by_name("linalg.svd", compute_uv=False), TALL)
add("linalg.qr of tall", lambda tf, a: [x**2 for x in tf.linalg.qr(a)], TALL)
add("einsum trace", lambda tf, a: tf.einsum("ii->", a) ** 2, PAIR)
add("linalg.trace", lambda tf, a: tf.linalg.trace(a) ** 2, PAIR)
add("linalg.det", by_name("linalg.det"), PAIR)
add("linalg.logdet", by_name("linalg.logdet"), SPD)
add("linalg.slogdet", by_name("linalg.slogdet"), PAIR)
add("linalg.inv", by_name("linalg.inv"), PAIR)
add("linalg.inv adjoint", by_name("linalg.inv", adjoint=True), PLANE_PAIR, types=["complex128"])
add("linalg.cholesky", by_name("linalg.cholesky"), SPD)
add("linalg.solve", by_name("linalg.solve"), PAIR, [[1.0], [2.0]])
add("linalg.triangular_solve", by_name("linalg.triangular_solve"), PAIR, [[1.0], [2.0]])
add(
    "linalg.triangular_solve adjoint",
    by_name("linalg.triangular_solve", lower=False, adjoint=True),
    PAIR,
    [[1.0], [2.0]],
)
add("linalg.cholesky_solve", by_name("linalg.cholesky_solve"), SPD, [[1.0], [2.0]])
add("linalg.qr", lambda tf, a: [x**2 for x in tf.linalg.qr(a)], PAIR)
add("linalg.eigh", lambda tf, a: [x**2 for x in tf.linalg.eigh(a)], SPD)
add("linalg.eigvalsh", by_name("linalg.eigvalsh"), SPD)
add("linalg.svd", lambda tf, a: [x**2 for x in tf.linalg.svd(a)], PAIR)
add("linalg.svd values", by_name("linalg.svd", compute_uv=False), PAIR)
add("linalg.expm", by_name("linalg.expm"), OTHER)
add("linalg.cross", by_name("linalg.cross"), [1.0, 2.0, -1.0], [0.5, -1.0, 2.0])
add("linalg.adjoint", lambda tf, a: tf.linalg.adjoint(a) ** 2, PLANE_PAIR, types=["complex128"])
add("linalg.band_part", lambda tf, a: tf.linalg.band_part(a, 0, -1) ** 2, PAIR)
add("linalg.diag", lambda tf, a: tf.linalg.diag(a) ** 2, [0.5, 2.0])
add("linalg.diag_part", lambda tf, a: tf.linalg.diag_part(a) ** 2, PAIR)
add("linalg.set_diag", lambda tf, a, d: tf.linalg.set_diag(a, d) ** 2, PAIR, [0.5, 3.0])
add("linalg.tensor_diag", lambda tf, a: tf.linalg.tensor_diag(a) ** 2, [0.5, 2.0])
add("linalg.tensor_diag_part", lambda tf, a: tf.linalg.tensor_diag_part(a) ** 2, PAIR)
add("linalg.matrix_transpose", lambda tf, a: tf.linalg.matrix_transpose(a) ** 2, PAIR)

add("reduce_sum kept", lambda tf, x: tf.reduce_sum(x, [1], True) * x, TABLE)
add("reduce_max kept", lambda tf, x: tf.reduce_max(x, -1, True) * x, TIES)
add("reduce_logsumexp kept", lambda tf, x: tf.reduce_logsumexp(x, 0, True) * x, TABLE)
add("math.reduce_std kept", lambda tf, x: tf.math.reduce_std(x, 0, True) * x, TABLE)
add(
    "unsorted_segment_prod of a table",
    lambda tf, x: tf.math.unsorted_segment_prod(x, [[1, 0], [-1, 1]], 2) ** 2,
    PAIR,
)
add("nn.log_softmax columns", by_name("nn.log_softmax", axis=0), PAIR)
add(
    "nn.sparse_softmax_cross_entropy_with_logits of batches",
    lambda tf, x: tf.nn.sparse_softmax_cross_entropy_with_logits([[1, 0]], x),
    [PAIR],
)
add("softmax of product", lambda tf, x, y: tf.nn.softmax(x @ y), PAIR, OTHER)
add("square of sum", lambda tf, x, y: tf.square(x + y) * x, [0.5, 2.0], [1.0, -1.0])
add("product of sigmoids", lambda tf, x, y: tf.sigmoid(x * y) * tf.tanh(x), [0.5, 2.0], [1.0, -1.0])
add("quotient of exponentials", lambda tf, x: tf.exp(x) / (1 + tf.exp(x)), LINE)
add("log of square", lambda tf, x: tf.math.log(1 + x * x), LINE)
