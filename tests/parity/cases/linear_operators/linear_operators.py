"""`tf.linalg.LinearOperator` and its classes: all methods of many operators, and their products."""

from functools import partial

import numpy as np

from tests.parity.case_helpers.tables import gradients, outcomes, ramp
from tests.parity.harness import tolerance

_SPD = np.array([[4.0, 2.0, 0.5], [2.0, 5.0, 1.0], [0.5, 1.0, 3.0]])
_GENERAL = np.array([[2.0, -1.0, 0.5], [0.25, 3.0, -2.0], [1.0, 0.75, 1.5]])
_HERMITIAN = np.array([[4.0, 1 + 1j, 0], [1 - 1j, 3.0, 0.5j], [0, -0.5j, 2.0]])
_COMPLEX = np.array([[2.0, 1 + 1j, 0.5], [1 - 2j, 3.0 + 0.5j, -1j], [0.5j, 1.0, 2.5]])
_BATCH = np.stack([_GENERAL, _SPD])
_F64 = np.float64


def _operators(tf):
    """Functions that make operators of three columns, by name."""
    op = tf.linalg
    diag, full = op.LinearOperatorDiag, op.LinearOperatorFullMatrix
    tril, identity = op.LinearOperatorLowerTriangular, op.LinearOperatorIdentity
    scaled = op.LinearOperatorScaledIdentity
    spd = {"is_self_adjoint": True, "is_positive_definite": True}
    compact = np.array([[1.0, -2.0, 9.0], [3.0, 4.0, -2.0], [9.0, 2.0, 0.5]])
    f64 = tf.float64
    return {
        "full": lambda: full(_GENERAL),
        "full spd": lambda: full(_SPD, **spd),
        "full self-adjoint": lambda: full(_HERMITIAN, is_self_adjoint=True),
        "full complex": lambda: full(_COMPLEX, is_non_singular=True),
        "full batch": lambda: full(_BATCH),
        "full wide": lambda: full(_GENERAL[:2]),
        "full singular": lambda: full(np.ones([3, 3]), is_non_singular=False),
        "full variable": lambda: full(tf.Variable(_GENERAL), name="own"),
        "full float": lambda: full(_SPD.astype(np.float32), **spd),
        "tril": lambda: tril(_GENERAL),
        "tril complex": lambda: tril(_COMPLEX, is_non_singular=True),
        "tril batch": lambda: tril(_BATCH, is_non_singular=True),
        "diag": lambda: diag([2.0, -3.0, 0.5]),
        "diag f64": lambda: diag(np.array([2.0, 3.0, 0.5]), is_positive_definite=True),
        "diag complex": lambda: diag(np.array([2.0, -3.0j, 0.5 + 1j])),
        "diag batch": lambda: diag(np.array([[2.0, 3.0, 0.5], [1.0, -1.0, 4.0]])),
        "diag zero": lambda: diag(np.array([2.0, 0.0, 0.5])),
        "identity": lambda: identity(3, dtype=f64),
        "identity batch": lambda: identity(3, batch_shape=[2], dtype=f64),
        "identity float": lambda: identity(3, assert_proper_shapes=True),
        "scaled": lambda: scaled(3, np.float64(2.5)),
        "scaled batch": lambda: scaled(3, np.array([2.0, -3.0]), is_non_singular=True),
        "scaled complex": lambda: scaled(3, np.complex128(1 - 2j), assert_proper_shapes=True),
        "scaled zero": lambda: scaled(3, np.float64(0)),
        "zeros": lambda: op.LinearOperatorZeros(3, dtype=f64),
        "zeros batch": lambda: op.LinearOperatorZeros(3, batch_shape=[2], dtype=f64),
        "zeros wide": lambda: op.LinearOperatorZeros(
            2, 3, dtype=f64, is_square=False, is_self_adjoint=False
        ),
        "householder": lambda: op.LinearOperatorHouseholder(np.array([1.0, -2.0, 0.5])),
        "householder batch": lambda: op.LinearOperatorHouseholder(_GENERAL[:2]),
        "permutation": lambda: op.LinearOperatorPermutation([2, 0, 1], dtype=f64),
        "permutation batch": lambda: op.LinearOperatorPermutation(
            [[2, 0, 1], [1, 0, 2]], dtype=f64
        ),
        "permutation self-adjoint": lambda: op.LinearOperatorPermutation(
            [1, 0, 2], dtype=f64, is_self_adjoint=True
        ),
        "toeplitz": lambda: op.LinearOperatorToeplitz(
            np.array([1.0, 2.0, -3.0]), np.array([1.0, 0.5, 4.0])
        ),
        "toeplitz batch": lambda: op.LinearOperatorToeplitz(_GENERAL[:2], _SPD[:2]),
        "toeplitz complex": lambda: op.LinearOperatorToeplitz(_COMPLEX[0], _COMPLEX[1]),
        "toeplitz spd": lambda: op.LinearOperatorToeplitz(
            np.array([4.0, 1.0, 0.5]), np.array([4.0, 1.0, 0.5]), **spd
        ),
        "circulant": lambda: op.LinearOperatorCirculant(
            np.array([1.0, 2.0 + 1j, 2.0 - 1j]), input_output_dtype=f64
        ),
        "circulant real": lambda: op.LinearOperatorCirculant(
            np.array([1.0, 2.0, 3.0]), input_output_dtype=tf.complex128, is_positive_definite=True
        ),
        "circulant complex": lambda: op.LinearOperatorCirculant(_COMPLEX[0].astype(np.complex64)),
        "circulant batch": lambda: op.LinearOperatorCirculant(
            _COMPLEX[:2], input_output_dtype=tf.complex128, is_non_singular=True
        ),
        "circulant 2D": lambda: op.LinearOperatorCirculant2D(
            ramp([1, 3], "complex128"), input_output_dtype=tf.complex128
        ),
        "circulant 3D": lambda: op.LinearOperatorCirculant3D(
            ramp([1, 3, 1], "complex128"), input_output_dtype=tf.complex128
        ),
        "tridiag": lambda: op.LinearOperatorTridiag(compact),
        "tridiag complex": lambda: op.LinearOperatorTridiag(compact + 1j * compact[::-1]),
        "tridiag sequence": lambda: op.LinearOperatorTridiag(
            list(compact), diagonals_format="sequence"
        ),
        "tridiag matrix": lambda: op.LinearOperatorTridiag(
            np.diag(compact[1]) + np.diag(compact[0, :2], 1) + np.diag(compact[0, :2], -1),
            diagonals_format="matrix",
            is_self_adjoint=True,
        ),
        "tridiag batch": lambda: op.LinearOperatorTridiag(np.stack([compact, compact * 2])),
        "kronecker": lambda: op.LinearOperatorKronecker([full(_GENERAL), scaled(1, _F64(2))]),
        "kronecker wide": lambda: op.LinearOperatorKronecker(
            [full(np.array([[2.0], [3.0]])), full(_SPD)]
        ),
        "kronecker spd": lambda: op.LinearOperatorKronecker(
            [full(np.array([[2.0]]), **spd), full(_SPD, **spd)]
        ),
        "kronecker batch": lambda: op.LinearOperatorKronecker(
            [full(_BATCH), full(np.array([[[-2.0]]]))], is_non_singular=True
        ),
        "block diag": lambda: op.LinearOperatorBlockDiag(
            [full(_SPD[:2, :2]), diag(np.array([3.0]))]
        ),
        "block diag spd": lambda: op.LinearOperatorBlockDiag(
            [full(_SPD[:2, :2], **spd), diag(np.array([3.0]), is_positive_definite=True)]
        ),
        "block diag batch": lambda: op.LinearOperatorBlockDiag(
            [full(_BATCH[:, :2, :2]), diag(np.array([3.0]))]
        ),
        "block triangular": lambda: op.LinearOperatorBlockLowerTriangular(
            [[full(_SPD[:2, :2])], [full(_SPD[2:, :2]), diag(np.array([3.0]))]]
        ),
        "block triangular of three": lambda: op.LinearOperatorBlockLowerTriangular(
            [
                [scaled(1, np.array([2.0, 3.0]))],
                [identity(1, dtype=f64), diag(np.array([3.0]), is_non_singular=True)],
                [full(np.array([[1.5]])), diag(np.array([0.5])), tril(np.array([[4.0]]))],
            ]
        ),
        "composition": lambda: op.LinearOperatorComposition([full(_GENERAL), diag(_SPD[0])]),
        "composition wide": lambda: op.LinearOperatorComposition(
            [full(_GENERAL[:2]), full(_BATCH)]
        ),
        "composition of adjoints": lambda: (
            lambda a: op.LinearOperatorComposition([a, a.H], is_non_singular=True)
        )(tril(_GENERAL)),
        "adjoint": lambda: op.LinearOperatorAdjoint(full(_COMPLEX)),
        "adjoint wide": lambda: op.LinearOperatorAdjoint(full(_GENERAL[:, :2].T.copy())),
        "inversion": lambda: op.LinearOperatorInversion(full(_GENERAL)),
        "inversion spd": lambda: op.LinearOperatorInversion(full(_SPD, **spd)),
        "low rank": lambda: op.LinearOperatorLowRankUpdate(
            full(_GENERAL), _SPD[:, :2], np.array([1.0, -2.0]), v=_GENERAL[:, 1:]
        ),
        "low rank spd": lambda: op.LinearOperatorLowRankUpdate(
            diag(np.array([2.0, 3.0, 0.5]), is_positive_definite=True), _SPD[:, :1]
        ),
        "low rank batch": lambda: op.LinearOperatorLowRankUpdate(
            identity(3, dtype=f64), _BATCH[..., :1], np.array([0.5]), is_diag_update_positive=True
        ),
        "low rank complex": lambda: op.LinearOperatorLowRankUpdate(
            full(_COMPLEX), _HERMITIAN[:, :2], v=_COMPLEX[:, 1:]
        ),
    }


def _known(op):
    hints = (op.is_non_singular, op.is_self_adjoint, op.is_positive_definite, op.is_square)
    return [type(op).__name__, op.name, op.dtype.name, op.shape.as_list(), list(hints)]


def _described(op):
    return [*_known(op), op.to_dense()]


def _argument(op, shape):
    """An argument of the operator's type, and of this shape."""
    return ramp(shape, op.dtype.name, 0.5, -0.3)


def _methods(tf, op):
    """What each method of an operator returns."""
    rows, columns = op.shape[-2:]
    x, y = _argument(op, [columns, 2]), _argument(op, [rows, 2])
    rows_ = {
        "known": lambda: _known(op),
        "parameters": lambda: sorted(op.parameters),
        "shapes": lambda: [
            op.shape,
            op.batch_shape,
            op.tensor_rank,
            int(op.domain_dimension),
            int(op.range_dimension),
            op.shape_tensor(),
            op.batch_shape_tensor(),
            op.tensor_rank_tensor(),
            op.domain_dimension_tensor(),
            op.range_dimension_tensor(),
        ],
        "matmul": lambda: op.matmul(x),
        "matmul adjoint": lambda: op.matmul(y, adjoint=True),
        "matmul of adjoint": lambda: op.matmul(np.conj(x.T), adjoint_arg=True),
        "matmul adjoints": lambda: op.matmul(np.conj(y.T), adjoint=True, adjoint_arg=True),
        "matmul batch": lambda: op.matmul(_argument(op, [2, columns, 1])),
        "@": lambda: op @ x,
        "matvec": lambda: op.matvec(x[:, 0]),
        "matvec adjoint": lambda: op.matvec(y[:, 0], adjoint=True),
        "solve": lambda: op.solve(y),
        "solve adjoint": lambda: op.solve(x, adjoint=True),
        "solve of adjoint": lambda: op.solve(np.conj(y.T), adjoint_arg=True),
        "solve adjoints": lambda: op.solve(np.conj(x.T), adjoint=True, adjoint_arg=True),
        "solve batch": lambda: op.solve(_argument(op, [2, rows, 1])),
        "solvevec": lambda: op.solvevec(y[:, 0]),
        "solvevec adjoint": lambda: op.solvevec(x[:, 0], adjoint=True),
        "to_dense": lambda: op.to_dense(),
        "diag_part": lambda: op.diag_part(),
        "trace": lambda: op.trace(),
        "determinant": lambda: op.determinant(),
        "log_abs_determinant": lambda: op.log_abs_determinant(),
        "add_to_tensor": lambda: op.add_to_tensor(_argument(op, op.shape.as_list())),
        "eigvals": lambda: tf.sort(tf.math.real(op.eigvals()), axis=-1),
        "cond": lambda: op.cond(),
        "adjoint": lambda: _described(op.adjoint()),
        "H": lambda: _known(op.H),
        "H of H": lambda: _known(op.H.H),
        "inverse": lambda: _described(op.inverse()),
        "inverse of inverse": lambda: _known(op.inverse().inverse()),
        "cholesky": lambda: _described(op.cholesky()),
        "assert_non_singular": lambda: op.assert_non_singular(),
        "assert_positive_definite": lambda: op.assert_positive_definite(),
        "assert_self_adjoint": lambda: op.assert_self_adjoint(),
        "wrong size": lambda: op.matmul(_argument(op, [4, 2])),
        "wrong size of vector": lambda: op.matvec(_argument(op, [4])),
        "wrong size of right side": lambda: op.solve(_argument(op, [4, 2])),
        "wrong type": lambda: op.matmul(tf.cast(x, tf.float16)),
        "part": lambda: _known(op[..., None] if op.batch_shape.rank == 0 else op[1:]),
        "first": lambda: _known(op[0]),
    }
    kind = type(op).__name__
    # Where TensorFlow's own code fails, whatever the numbers are.
    if op.dtype.is_complex:
        del rows_["assert_non_singular"]
    if kind == "LinearOperatorLowRankUpdate":
        del rows_["assert_self_adjoint"]
    if op.shape.rank > 2 and kind in (
        "LinearOperatorLowRankUpdate",
        "LinearOperatorBlockLowerTriangular",
    ):
        del rows_["part"], rows_["first"]
    elif op.shape.rank > 2:
        rows_["parts"] = lambda: op[:1].to_dense()
        rows_["one"] = lambda: op[1].to_dense()
    return outcomes(rows_)


def _case(name):
    @tolerance(2e-4, 1e-5)
    def case(tf):
        return _methods(tf, _operators(tf)[name]())

    return case


_NAMES = """full; full spd; full self-adjoint; full complex; full batch; full wide; full singular;
full variable; full float; tril; tril complex; tril batch; diag; diag f64; diag complex; diag batch;
diag zero; identity; identity batch; identity float; scaled; scaled batch; scaled complex; scaled
zero; zeros; zeros batch; zeros wide; householder; householder batch; permutation; permutation
batch; permutation self-adjoint; toeplitz; toeplitz batch; toeplitz complex; toeplitz spd;
circulant; circulant real; circulant complex; circulant batch; circulant 2D; circulant 3D; tridiag;
tridiag complex; tridiag sequence; tridiag matrix; tridiag batch; kronecker; kronecker wide;
kronecker spd; kronecker batch; block diag; block diag spd; block diag batch; block triangular;
block triangular of three; composition; composition wide; composition of adjoints; adjoint;
adjoint wide; inversion; inversion spd; low rank; low rank spd; low rank batch; low rank complex"""

CASES = {" ".join(name.split()): _case(" ".join(name.split())) for name in _NAMES.split(";")}


@tolerance(1e-4, 1e-5)
def products(tf):
    """What the product and the quotient of two operators are, for operators of one type."""
    made = {name: make() for name, make in _operators(tf).items()}
    chosen = """full; full spd; full wide; full singular; tril; diag f64; diag batch; identity;
    scaled; zeros; zeros wide; householder; permutation; toeplitz; circulant; tridiag;
    kronecker spd; block diag; block triangular; composition of adjoints; inversion; low rank spd"""
    names = [" ".join(name.split()) for name in chosen.split(";")]
    rows = {}
    for left in names:
        for right in names:
            for method in ("matmul", "solve"):
                for adjoint in (False, True) if left == "diag f64" else (False,):
                    rows[f"{left} {method} {right} {adjoint}"] = partial(
                        lambda a, b, m, f: _known(getattr(made[a], m)(made[b], adjoint_arg=f)),
                        left,
                        right,
                        method,
                        adjoint,
                    )
    for left in ("circulant real", "circulant batch", "diag complex", "tril complex"):
        for right in ("circulant real", "circulant batch", "diag complex", "tril complex"):
            for method in ("matmul", "solve"):
                rows[f"{left} {method} {right} dense"] = partial(
                    lambda a, b, m: _described(getattr(made[a], m)(made[b])), left, right, method
                )
    for left in ("diag f64", "scaled", "tril", "full", "identity", "block diag"):
        for right in ("diag f64", "scaled", "tril", "full", "identity", "block diag"):
            for method in ("matmul", "solve"):
                rows[f"{left} {method} {right} dense"] = partial(
                    lambda a, b, m: getattr(made[a], m)(made[b]).to_dense(), left, right, method
                )
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def functions(tf):
    """The functions of `tf.linalg` on operators."""
    linalg = tf.linalg
    op = linalg.LinearOperatorFullMatrix(_SPD, is_self_adjoint=True, is_positive_definite=True)
    general = linalg.LinearOperatorFullMatrix(_GENERAL)
    x = ramp([3, 2], "float64")
    return outcomes(
        {
            "adjoint": lambda: _described(linalg.adjoint(general)),
            "cholesky": lambda: _described(linalg.cholesky(op)),
            "cholesky of any": lambda: linalg.cholesky(general),
            "diag_part": lambda: linalg.diag_part(general),
            "det": lambda: linalg.det(general),
            "inv": lambda: _described(linalg.inv(general)),
            "inv adjoint": lambda: _described(linalg.inv(general, adjoint=True)),
            "logdet": lambda: linalg.logdet(op),
            "logdet of any": lambda: linalg.logdet(general),
            "trace": lambda: linalg.trace(general),
            "matmul": lambda: tf.matmul(general, x),
            "matmul adjoint": lambda: linalg.matmul(general, x, adjoint_a=True),
            "matmul of adjoint": lambda: linalg.matmul(general, x.T.copy(), adjoint_b=True),
            "matmul right": lambda: tf.matmul(x.T.copy(), general),
            "matmul right adjoint": lambda: tf.matmul(x.T.copy(), general, adjoint_b=True),
            "matmul both": lambda: _described(tf.matmul(general, op)),
            "matmul transposed": lambda: tf.matmul(general, x, transpose_a=True),
            "matmul sparse": lambda: tf.matmul(general, x, a_is_sparse=True),
            "tensor @ operator": lambda: tf.constant(x.T.copy()) @ general,
            "matvec": lambda: linalg.matvec(general, x[:, 0]),
            "matvec adjoint": lambda: linalg.matvec(general, x[:, 0], adjoint_a=True),
            "matvec transposed": lambda: linalg.matvec(general, x[:, 0], transpose_a=True),
            "solve": lambda: linalg.solve(general, x),
            "solve adjoint": lambda: linalg.solve(general, x, adjoint=True),
            "solve operators": lambda: _described(linalg.solve(general, op)),
            "solve tensor and operator": lambda: linalg.solve(tf.constant(_SPD), op),
            "add": lambda: tf.add(general, x),
            "exp": lambda: tf.exp(general),
            "is_tensor": lambda: tf.is_tensor(general),
        }
    )


@tolerance(1e-5, 1e-6)
def operator_gradients(tf):
    """Gradients by the parameters and by the arguments."""
    op = tf.linalg
    x = ramp([3, 2], "float64", 0.5, -0.3)
    makers = {
        "full": (op.LinearOperatorFullMatrix, _GENERAL),
        "spd": (
            partial(op.LinearOperatorFullMatrix, is_self_adjoint=True, is_positive_definite=True),
            _SPD,
        ),
        "tril": (op.LinearOperatorLowerTriangular, _GENERAL),
        "diag": (op.LinearOperatorDiag, _SPD[0]),
        "scaled": (partial(op.LinearOperatorScaledIdentity, 3), np.float64(2.5)),
        "householder": (op.LinearOperatorHouseholder, _GENERAL[0]),
        "tridiag": (op.LinearOperatorTridiag, _SPD),
        "toeplitz": (lambda c: op.LinearOperatorToeplitz(c, c), _SPD[0]),
        "circulant": (
            partial(op.LinearOperatorCirculant, input_output_dtype=tf.float64),
            np.array([1.0, 2.0, 2.0]),
        ),
        "kronecker": (
            lambda a: op.LinearOperatorKronecker(
                [op.LinearOperatorFullMatrix(a), op.LinearOperatorScaledIdentity(1, a[0, 0])]
            ),
            _GENERAL,
        ),
        "block diag": (
            lambda a: op.LinearOperatorBlockDiag(
                [op.LinearOperatorFullMatrix(a[:2, :2]), op.LinearOperatorDiag(a[2, 2:])]
            ),
            _GENERAL,
        ),
        "block triangular": (
            lambda a: op.LinearOperatorBlockLowerTriangular(
                [
                    [op.LinearOperatorFullMatrix(a[:2, :2])],
                    [op.LinearOperatorFullMatrix(a[2:, :2]), op.LinearOperatorDiag(a[2, 2:])],
                ]
            ),
            _GENERAL,
        ),
        "low rank": (
            lambda u: op.LinearOperatorLowRankUpdate(op.LinearOperatorDiag(_SPD[0]), u),
            _GENERAL[:, :2],
        ),
    }
    rows = {}
    for name, (make, value) in makers.items():
        rows |= {
            f"matmul {name}": partial(
                lambda m, v: gradients(tf, lambda p, x: m(p).matmul(x), v, x, second=False),
                make,
                value,
            ),
            f"solve {name}": partial(
                lambda m, v: gradients(tf, lambda p, x: m(p).solve(x), v, x, second=False),
                make,
                value,
            ),
            f"numbers {name}": partial(
                lambda m, v: gradients(
                    tf,
                    lambda p: (m(p).determinant(), m(p).log_abs_determinant(), m(p).trace()),
                    v,
                    second=False,
                ),
                make,
                value,
            ),
        }

    def of_variable():
        variable = tf.Variable(_GENERAL)
        operator = op.LinearOperatorFullMatrix(variable)
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(operator.matmul(x))
        first = tape.gradient(y, variable)
        variable.assign_add(np.ones([3, 3]))
        return first, operator.matmul(x), [v.name for v in operator.variables]

    rows["of a variable"] = of_variable
    return outcomes(rows)


def refusals(tf):
    """Arguments that no operator is made of, and hints that contradict."""
    op = tf.linalg
    full, diag = op.LinearOperatorFullMatrix, op.LinearOperatorDiag
    tril, identity = op.LinearOperatorLowerTriangular, op.LinearOperatorIdentity
    spd = {"is_self_adjoint": True, "is_positive_definite": True}
    a = full(_GENERAL)
    yes = {"is_non_singular": True, "is_self_adjoint": True, "is_positive_definite": True}
    sure = diag(np.array([1.0, 2.0]), is_positive_definite=True)
    rows = {
        "abstract": lambda: op.LinearOperator(tf.float32),
        "integers": lambda: full([[1, 2], [3, 4]]),
        "vector": lambda: full([1.0, 2.0]),
        "tril vector": lambda: tril([1.0, 2.0]),
        "tril not square": lambda: tril(_GENERAL, is_square=False),
        "diag scalar": lambda: diag(1.0),
        "diag real": lambda: diag([1.0], is_self_adjoint=False),
        "diag not square": lambda: diag([1.0], is_square=False),
        "definite, singular": lambda: full(_SPD, is_positive_definite=True, is_non_singular=False),
        "non-singular, not square": lambda: full(_SPD, is_non_singular=True, is_square=False),
        "self-adjoint, not square": lambda: full(_SPD, is_self_adjoint=True, is_square=False),
        "square after all": lambda: full(_SPD, is_square=False).is_square,
        "identity rows": lambda: identity(-1),
        "identity float": lambda: identity(2.0),
        "identity vector": lambda: identity([2]),
        "identity batch": lambda: identity(2, batch_shape=2),
        "identity batch float": lambda: identity(2, batch_shape=[2.0]),
        "identity negative batch": lambda: identity(2, batch_shape=[-2]),
        "identity variable": lambda: identity(tf.Variable(2)),
        "identity shapes": lambda: identity(2, assert_proper_shapes=True).matmul(np.ones([3, 1])),
        "scaled real": lambda: op.LinearOperatorScaledIdentity(2, 1.0, is_self_adjoint=False),
        "scaled square": lambda: op.LinearOperatorScaledIdentity(2, 1.0, is_square=False),
        "zeros sizes": lambda: op.LinearOperatorZeros(2, 3),
        "householder scalar": lambda: op.LinearOperatorHouseholder(1.0),
        "householder definite": lambda: op.LinearOperatorHouseholder(
            [1.0, 2.0], is_positive_definite=True
        ),
        "householder self-adjoint": lambda: op.LinearOperatorHouseholder(
            [1.0, 2.0], is_self_adjoint=False
        ),
        "no permutation": lambda: op.LinearOperatorPermutation([0, 0]),
        "permutation of floats": lambda: op.LinearOperatorPermutation([0.0, 1.0]),
        "permutation scalar": lambda: op.LinearOperatorPermutation(0),
        "permutation singular": lambda: op.LinearOperatorPermutation([0], is_non_singular=False),
        "toeplitz sizes": lambda: op.LinearOperatorToeplitz([1.0, 2.0], [1.0]),
        "toeplitz scalar": lambda: op.LinearOperatorToeplitz(1.0, [1.0]),
        "circulant scalar": lambda: op.LinearOperatorCirculant(1.0),
        "circulant 2D vector": lambda: op.LinearOperatorCirculant2D([1.0, 2.0]),
        "circulant real": lambda: op.LinearOperatorCirculant([1.0], is_self_adjoint=False),
        "circulant square": lambda: op.LinearOperatorCirculant([1.0], is_square=False),
        "tridiag format": lambda: op.LinearOperatorTridiag(_SPD, diagonals_format="dense"),
        "no operators": lambda: op.LinearOperatorComposition([]),
        "no list": lambda: op.LinearOperatorKronecker(a),
        "no kronecker": lambda: op.LinearOperatorKronecker([]),
        "no blocks": lambda: op.LinearOperatorBlockDiag([]),
        "two types": lambda: op.LinearOperatorComposition([a, diag([1.0, 2.0, 3.0])]),
        "composition sizes": lambda: op.LinearOperatorComposition([a, diag(_SPD[0, :2])]).shape,
        "composition definite": lambda: op.LinearOperatorComposition(
            [sure, sure], is_self_adjoint=False
        ),
        "rows of blocks": lambda: op.LinearOperatorBlockLowerTriangular([[a], [a]]),
        "sizes of blocks": lambda: op.LinearOperatorBlockLowerTriangular([[a], [sure, sure]]),
        "blocks not square": lambda: op.LinearOperatorBlockLowerTriangular([[full(_SPD[:2])]]),
        "blocks square": lambda: op.LinearOperatorBlockLowerTriangular([[a]], is_square=False),
        "inverse of singular": lambda: op.LinearOperatorInversion(full(_SPD, False)),
        "inverse of wide": lambda: op.LinearOperatorInversion(full(_SPD[:2])),
        "inverse not singular": lambda: op.LinearOperatorInversion(a, is_non_singular=False),
        "adjoint hint": lambda: op.LinearOperatorAdjoint(full(_SPD, **spd), is_self_adjoint=False),
        "low rank sizes": lambda: op.LinearOperatorLowRankUpdate(a, np.ones([2, 1])),
        "low rank update": lambda: op.LinearOperatorLowRankUpdate(a, np.ones([3, 1]), np.ones([2])),
        "low rank positive": lambda: op.LinearOperatorLowRankUpdate(
            a, np.ones([3, 1]), is_diag_update_positive=False
        ),
        "low rank self-adjoint": lambda: op.LinearOperatorLowRankUpdate(
            full(_SPD, **spd), np.ones([3, 1]), is_self_adjoint=False
        ),
        "products": lambda: a.matmul(sure),
        "solutions": lambda: a.solve(sure),
        "not self-adjoint": lambda: a.eigvals(),
        "no cholesky": lambda: a.cholesky(),
        "blocks in lists": lambda: [
            op.LinearOperatorBlockDiag([a, sure]).matmul([np.ones([3, 1]), np.ones([2, 1])]),
            op.LinearOperatorBlockDiag([a, sure]).matvec([np.ones([3]), np.ones([2])]),
            op.LinearOperatorBlockDiag([a, sure]).solve([np.ones([3, 1]), np.ones([2, 1])]),
            op.LinearOperatorBlockDiag([a, sure]).solvevec([np.ones([3]), np.ones([2])]),
        ],
        "blocks of other sizes": lambda: op.LinearOperatorBlockDiag([a, sure]).matmul(
            [np.ones([2, 1]), np.ones([3, 1])]
        ),
        "block matrices": lambda: op.LinearOperatorBlockDiag([sure, sure]).matmul(
            [[1.0, 2.0], [3.0, 4.0]]
        ),
        "number of blocks": lambda: op.LinearOperatorBlockDiag([sure, sure]).matmul(
            op.LinearOperatorBlockDiag([full(np.eye(4))])
        ),
    }
    for name, kind in (
        ("kronecker", op.LinearOperatorKronecker),
        ("block diag", op.LinearOperatorBlockDiag),
        ("composition", op.LinearOperatorComposition),
    ):
        for hint in yes:
            rows[f"{name} {hint}"] = partial(
                lambda k, h: _known(k([sure, sure], **{h: False})), kind, hint
            )
    return outcomes(rows)


@tolerance(1e-4, 1e-5)
def blockwise(tf):
    """Arguments in blocks, of operators of blocks."""
    op = tf.linalg
    full, diag = op.LinearOperatorFullMatrix, op.LinearOperatorDiag
    corner, last = full(_SPD[:2, :2]), diag(np.array([3.0]))
    both = {
        "diag": op.LinearOperatorBlockDiag([corner, last]),
        "triangular": op.LinearOperatorBlockLowerTriangular([[corner], [full(_SPD[2:, :2]), last]]),
    }
    x, y = ramp([2, 2], "float64"), ramp([1, 2], "float64", -1)
    rows = {}
    for key, operator in both.items():
        for method in ("matmul", "solve"):
            for adjoint in (False, True):
                call = getattr(operator, method)
                rows |= {
                    f"{key} {method} {adjoint}": partial(call, [x, y], adjoint=adjoint),
                    f"{key} {method} of adjoints {adjoint}": partial(
                        call, [x.T.copy(), y.T.copy()], adjoint=adjoint, adjoint_arg=True
                    ),
                }
        for method in ("matvec", "solvevec"):
            for adjoint in (False, True):
                rows[f"{key} {method} {adjoint}"] = partial(
                    getattr(operator, method), [x[:, 0], y[:, 0]], adjoint=adjoint
                )
        rows[f"{key} inverse"] = partial(
            lambda o: [
                [_known(b) for b in (row if isinstance(row, (list, tuple)) else [row])]
                for row in o.inverse().operators
            ],
            operator,
        )
    return outcomes(rows)


@tolerance(1e-5, 1e-6)
def conjugate_gradient(tf):
    """`tf.linalg.experimental.conjugate_gradient`."""
    function = tf.linalg.experimental.conjugate_gradient
    op = tf.linalg.LinearOperatorFullMatrix
    spd = {"is_self_adjoint": True, "is_positive_definite": True}
    a, rhs = op(_SPD, **spd), tf.constant([1.0, 2.0, -1.0], tf.float64)
    many = op(np.stack([_SPD, _SPD + np.eye(3)]), **spd)
    rough = tf.linalg.LinearOperatorDiag(1 / np.diag(_SPD))
    return outcomes(
        {
            "plain": lambda: function(a, rhs),
            "type": lambda: type(function(a, rhs)).__name__,
            "preconditioner": lambda: function(a, rhs, preconditioner=rough),
            "start": lambda: function(a, rhs, x=np.array([0.1, 0.2, 0.3])),
            "tol": lambda: function(a, rhs, tol=0.3),
            "max_iter": lambda: function(a, rhs, max_iter=1),
            "batch": lambda: function(many, rhs, name="given").x,
            "batch of right sides": lambda: function(a, tf.stack([rhs, rhs * 2])).x,
            "any": lambda: function(op(_GENERAL), rhs),
            "zero": lambda: function(a, tf.zeros([3], tf.float64)).i,
            "gradient": lambda: gradients(tf, lambda b: function(a, b).x, rhs, second=False),
        }
    )


@tolerance(1e-5, 1e-6)
def own_operator(tf):
    """A user's own class of operators."""

    class Shift(tf.linalg.LinearOperator):
        def __init__(self, size, name="Shift"):
            self.size = size
            super().__init__(tf.float64, name=name, parameters={"size": size, "name": name})

        def _shape(self):
            return tf.TensorShape([self.size, self.size])

        def _shape_tensor(self):
            return tf.constant([self.size, self.size])

        def _matmul(self, x, adjoint=False, adjoint_arg=False):
            x = tf.linalg.adjoint(x) if adjoint_arg else x
            return tf.roll(x, -1 if adjoint else 1, axis=-2)

    op = Shift(3)
    results = _methods(tf, op)
    results["product"] = _described(tf.matmul(op, op))
    results["function"] = tf.linalg.trace(op)
    return results
