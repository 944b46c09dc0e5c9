"""Linear operators as composite tensors: structures, specs, gradients, tf.function, loops."""

from functools import partial
from typing import Any

import numpy as np

from tests.parity.case_helpers.elements import brief
from tests.parity.case_helpers.tables import outcomes, ramp
from tests.parity.harness import attempt


def _full(tf: Any, start: float = 1.0, **hints: Any) -> Any:
    return tf.linalg.LinearOperatorFullMatrix(ramp([2, 2], start=start), **hints)


def _operators(tf: Any) -> dict[str, Any]:
    """Functions that make an operator of two rows, of all classes."""
    op = tf.linalg
    full, diag, identity = partial(_full, tf), op.LinearOperatorDiag, op.LinearOperatorIdentity
    return {
        "full": full,
        "full float64": lambda: op.LinearOperatorFullMatrix(ramp([3, 2, 2], "float64")),
        "full complex": lambda: op.LinearOperatorFullMatrix(ramp([2, 2], "complex64")),
        "full hints": lambda: full(is_self_adjoint=True, is_positive_definite=True, name="own"),
        "full empty": lambda: op.LinearOperatorFullMatrix(np.zeros([0, 2, 2], np.float32)),
        "diag": lambda: diag([1.0, 2.0]),
        "tril": lambda: op.LinearOperatorLowerTriangular(ramp([2, 2])),
        "scaled": lambda: op.LinearOperatorScaledIdentity(2, 3.0),
        "scaled batch": lambda: op.LinearOperatorScaledIdentity(
            tf.constant(2), [3.0, 4.0], assert_proper_shapes=True
        ),
        "identity": lambda: identity(2),
        "identity batch": lambda: identity(tf.constant(2), tf.constant([3]), tf.float64),
        "zeros": lambda: op.LinearOperatorZeros(2),
        "zeros wide": lambda: op.LinearOperatorZeros(
            2, 3, [1], is_square=False, is_self_adjoint=False
        ),
        "block diag": lambda: op.LinearOperatorBlockDiag([full(), diag([3.0])]),
        "block diag with identity": lambda: op.LinearOperatorBlockDiag([identity(1), full()]),
        "block triangular": lambda: op.LinearOperatorBlockLowerTriangular(
            [[full()], [full(3.0), diag([1.0, 2.0])]]
        ),
        "kronecker": lambda: op.LinearOperatorKronecker([full(), diag([2.0, 3.0])]),
        "composition": lambda: op.LinearOperatorComposition([full(), full(2.0), identity(2)]),
        "circulant": lambda: op.LinearOperatorCirculant(ramp([3], "complex64")),
        "circulant real": lambda: op.LinearOperatorCirculant(
            ramp([3]), input_output_dtype=tf.complex64
        ),
        "circulant 2D": lambda: op.LinearOperatorCirculant2D(ramp([2, 2], "complex64")),
        "circulant 3D": lambda: op.LinearOperatorCirculant3D(ramp([1, 2, 1], "complex64")),
        "low rank": lambda: op.LinearOperatorLowRankUpdate(full(), [[1.0], [2.0]]),
        "low rank of all": lambda: op.LinearOperatorLowRankUpdate(
            diag([2.0, 3.0], is_positive_definite=True), [[1.0], [2.0]], [3.0], [[1.0], [0.5]]
        ),
        "householder": lambda: op.LinearOperatorHouseholder([3.0, 4.0]),
        "toeplitz": lambda: op.LinearOperatorToeplitz([1.0, 2.0], [1.0, 3.0]),
        "permutation": lambda: op.LinearOperatorPermutation([1, 0]),
        "tridiag": lambda: op.LinearOperatorTridiag(ramp([3, 2])),
        "tridiag sequence": lambda: op.LinearOperatorTridiag(
            list(ramp([3, 2])), diagonals_format="sequence"
        ),
        "inversion": lambda: op.LinearOperatorInversion(full()),
        "adjoint": lambda: op.LinearOperatorAdjoint(full()),
        "variable": lambda: op.LinearOperatorFullMatrix(tf.Variable(ramp([2, 2]))),
        "variables": lambda: op.LinearOperatorTridiag(
            [tf.Variable([1.0, 2.0]), [3.0, 4.0], tf.constant([5.0, 6.0])],
            diagonals_format="sequence",
        ),
    }


def _told(tf: Any, operator: Any) -> Any:
    """An operator, and None, as what is known of it."""
    if not isinstance(operator, tf.linalg.LinearOperator):
        return operator
    hints = ("is_non_singular", "is_self_adjoint", "is_positive_definite", "is_square")
    return {
        "class": type(operator).__name__,
        "name": operator.name,
        "shape": operator.shape.as_list(),
        "dtype": operator.dtype.name,
        "hints": [getattr(operator, hint) for hint in hints],
        "flat": tf.nest.flatten(operator, expand_composites=True),
    }


def _spec_told(tf: Any, spec: Any) -> Any:
    """A spec in a fixed order of its fields."""
    if isinstance(spec, dict):
        return {str(key): _spec_told(tf, spec[key]) for key in sorted(spec)}
    if isinstance(spec, (list, tuple)):
        return [_spec_told(tf, item) for item in spec]
    plain = isinstance(spec, tf.TensorSpec) or type(spec).__name__ == "VariableSpec"
    if isinstance(spec, tf.TypeSpec) and not plain:
        return [type(spec).__name__, *(_spec_told(tf, item) for item in spec._serialize())]
    return repr(spec)


def _structure(tf: Any, make: Any) -> Any:
    operator = make()
    flat = tf.nest.flatten([operator, 1], expand_composites=True)
    plus = partial(tf.nest.map_structure, lambda x: x * 2, expand_composites=True)
    return {
        "flat": flat,
        "leaf": tf.nest.flatten(operator) == [operator],
        "nested": tf.nest.is_nested(operator),
        "packed": _told(tf, tf.nest.pack_sequence_as([operator], flat[:-1], True)[0]),
        "mapped": brief(attempt(lambda: _told(tf, plus(operator)))),
        "tensors": _told(tf, operator._convert_variables_to_tensors()),
        "is_tensor": tf.is_tensor(operator),
    }


def _spec(tf: Any, make: Any) -> Any:
    operator = make()
    spec = tf.type_spec_from_value(operator)
    again = make()._type_spec
    return {
        "spec": _spec_told(tf, spec),
        "same": [spec == again, spec != again, hash(spec) == hash(again)],
        "fits": [spec.is_compatible_with(operator), spec.is_subtype_of(again)],
        "value": spec.value_type is type(operator),
        "super": _spec_told(tf, spec.most_specific_common_supertype([again])),
        "made": _told(tf, spec._from_components(spec._to_components(operator))),
    }


def _gradient(tf: Any, make: Any) -> Any:
    """Watched and differentiated: as a source, in a nest of sources, and as a target."""
    operator = make()
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(operator)
        dense = operator.to_dense()
        y = tf.reduce_sum(dense * tf.cast(ramp(dense.shape.as_list()), dense.dtype))
        other = tf.constant(1.0) * 2
    return {
        "watched": len(tape.watched_variables()),
        "one": brief(attempt(lambda: _told(tf, tape.gradient(y, operator)))),
        "nested": brief(
            attempt(lambda: [_told(tf, g) for g in tape.gradient(y, [operator, dense])])
        ),
        "unconnected": brief(attempt(lambda: _told(tf, tape.gradient(other, operator)))),
        "target": brief(
            attempt(
                lambda: tape.gradient(operator, tf.nest.flatten(operator, expand_composites=True))
            )
        ),
    }


def _function(tf: Any, make: Any) -> Any:
    """As argument and result of a tf.function, with gradients through it."""

    @tf.function
    def same(operator: Any) -> Any:
        return {"operator": operator, "dense": operator.to_dense() * 2}

    operator = make()
    with tf.GradientTape() as tape:
        tape.watch(operator)
        collected = same(operator)
        y = tf.reduce_sum(collected["dense"]) + tf.reduce_sum(collected["operator"].to_dense())
    again = same(make())
    parts = tf.nest.flatten(operator, expand_composites=True)
    return {
        "operator": _told(tf, collected["operator"]),
        "dense": [collected["dense"], again["dense"]],
        "traces": same.experimental_get_tracing_count(),
        "gradients": brief(attempt(lambda: tape.gradient(y, parts))),
    }


_KINDS = {"structure": _structure, "spec": _spec, "gradient": _gradient, "function": _function}


def _case(kind: str, name: str) -> Any:
    return lambda tf: _KINDS[kind](tf, _operators(tf)[name])


class _Names:
    """Stands for the framework where only the names of the operators are asked for."""

    def __getattr__(self, name: str) -> Any:
        return self


CASES = {f"{kind} {name}": _case(kind, name) for kind in _KINDS for name in _operators(_Names())}


def structures_that_differ(tf: Any) -> Any:
    op = tf.linalg
    one = _full(tf)
    others = {
        "same": _full(tf, 3.0),
        "another name": _full(tf, name="other"),
        "another shape": op.LinearOperatorFullMatrix([[5.0]]),
        "another rank": op.LinearOperatorFullMatrix(ramp([3, 2, 2])),
        "known square": _full(tf, is_square=True),
        "another hint": _full(tf, is_non_singular=True),
        "another dtype": op.LinearOperatorFullMatrix(np.ones([2, 2])),
        "another class": op.LinearOperatorLowerTriangular(ramp([2, 2])),
        "of a variable": op.LinearOperatorFullMatrix(tf.Variable(ramp([2, 2]))),
        "a tensor": tf.ones([2, 2]),
    }
    spec = one._type_spec

    def compared(other: Any) -> Any:
        theirs = tf.type_spec_from_value(other)
        return {
            "equal": spec == theirs,
            "subtype": spec.is_subtype_of(theirs),
            "compatible": spec.is_compatible_with(theirs),
            "super": _spec_told(tf, spec.most_specific_common_supertype([theirs])),
            "assert": brief(
                attempt(tf.nest.assert_same_structure, one, other, expand_composites=True)
            ),
        }

    return {name: compared(other) for name, other in others.items()}


def specs(tf: Any) -> Any:
    spec = _full(tf)._type_spec
    blocks = tf.linalg.LinearOperatorBlockDiag([_full(tf), tf.linalg.LinearOperatorDiag([1.0])])
    return {
        "components": _spec_told(tf, spec._component_specs),
        "made": _told(tf, spec._from_components({"matrix": tf.eye(3)})),
        "batch": _spec_told(tf, spec._batch(3)),
        "batch of unknown size": _spec_told(tf, blocks._type_spec._batch(None)),
        "open": _spec_told(tf, type(spec)({"matrix": tf.TensorSpec([None, None])}, {}, ())),
        "a class below": _below(tf),
    }


def _below(tf: Any) -> Any:
    class Own(tf.linalg.LinearOperatorDiag):
        pass

    operator = Own([1.0, 2.0])
    mapped = tf.nest.map_structure(lambda x: x + 1, operator, expand_composites=True)
    return [_spec_told(tf, operator._type_spec), _told(tf, mapped)]


def gradients_of_parts(tf: Any) -> Any:
    """Parts without a gradient, slices, several tapes, weights, and sources in nests."""
    op = tf.linalg
    x = tf.constant(ramp([2, 2]))
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        inside = op.LinearOperatorFullMatrix(x * 2)
        blocks = op.LinearOperatorBlockDiag([inside, op.LinearOperatorIdentity(2), _full(tf)])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(blocks)
            part = inside.to_dense() ** 3
            rows = tf.gather(inside.matrix, [1])
            whole = blocks.matmul(tf.ones([6, 1]))
        inner = tape.gradient(part, inside)
        second = inner.to_dense() * 2
    return {
        "of a part": _told(tf, tape.gradient(part, blocks)),
        "of all": _told(tf, tape.gradient(whole, blocks)),
        "of slices": _told(tf, tape.gradient(rows, inside)),
        "of a nest": [
            _told(tf, g) for g in tape.gradient([part, whole], {"a": inside, "b": blocks}).values()
        ],
        "second": outer.gradient(second, x),
        "by what it was made of": outer.gradient(blocks, x),
        "weights": [
            outer.gradient(inside, x, output_gradients=_full(tf, 3.0)),
            outer.gradient([inside, part], x, output_gradients=[tf.ones([2, 2]) * 3, part]),
        ],
        "zeros": _told(tf, tape.gradient(part, inside, unconnected_gradients="zero")),
        "of its own": _told(tf, tape.gradient(inside, inside)),
        "list of operators": [_told(tf, g) for g in tape.gradient(whole, blocks.operators)],
    }


def gradients_of_training(tf: Any) -> Any:
    """Operators of variables: gradients by the variables, and a step of descent."""
    variable = tf.Variable(ramp([2, 2]))
    operator = tf.linalg.LinearOperatorFullMatrix(variable)

    @tf.function
    def loss(operator: Any) -> Any:
        return tf.reduce_sum(operator.matvec(tf.constant([1.0, 2.0])) ** 2)

    collected = []
    for _ in range(2):
        with tf.GradientTape() as tape:
            value = loss(operator)
        (gradient,) = tape.gradient(value, operator.trainable_variables)
        variable.assign_sub(0.1 * gradient)
        collected.append([value, gradient])
    return collected, variable, loss.experimental_get_tracing_count()


def traces(tf: Any) -> Any:
    """Which operators share a trace, and signatures."""
    op = tf.linalg

    @tf.function
    def dense(operator: Any) -> Any:
        return operator.to_dense() + 1

    counts = []
    x, y = tf.Variable(ramp([2, 2])), tf.Variable(ramp([2, 2]))
    for operator in (
        _full(tf),
        _full(tf, 3.0, name="other"),
        _full(tf, is_non_singular=True),
        op.LinearOperatorFullMatrix(ramp([3, 3])),
        op.LinearOperatorFullMatrix(x),
        op.LinearOperatorFullMatrix(y),
        op.LinearOperatorDiag([1.0, 2.0]),
        op.LinearOperatorDiag([3.0, 2.0]),
        op.LinearOperatorIdentity(2),
        op.LinearOperatorIdentity(2),
        op.LinearOperatorIdentity(3),
        op.LinearOperatorInversion(_full(tf)),
        op.LinearOperatorInversion(_full(tf, 2.0)),
    ):
        dense(operator)
        counts.append(dense.experimental_get_tracing_count())
    spec = _full(tf)._type_spec
    wide = type(spec)({"matrix": tf.TensorSpec([None, 2])}, spec._non_tensor_params, ())
    limited = tf.function(lambda p: p.to_dense(), input_signature=[spec])
    wider = tf.function(lambda p: p.to_dense(), input_signature=[wide])
    concrete = dense.get_concrete_function(_full(tf))
    return {
        "counts": counts,
        "limited": outcomes(
            {
                "same": lambda: limited(_full(tf)),
                "square": lambda: limited(_full(tf, is_square=True)),
                "another shape": lambda: limited(op.LinearOperatorFullMatrix([[1.0]])),
                "another class": lambda: limited(op.LinearOperatorDiag([1.0, 2.0])),
                "a tensor": lambda: limited(tf.ones([2, 2])),
                "wide": lambda: wider(_full(tf)),
                "of a variable": lambda: tf.function(
                    lambda p: p.to_dense(),
                    input_signature=[op.LinearOperatorFullMatrix(x)._type_spec],
                ),
            }
        ),
        "concrete": [
            concrete(_full(tf, 2.0)),
            [[item.shape.as_list(), item.dtype.name] for item in concrete.inputs],
            repr(concrete.structured_outputs.shape),
        ],
    }


def results(tf: Any) -> Any:
    """Operators made in a tf.function, and in control flow."""
    operator = _full(tf)

    @tf.function
    def made(operator: Any) -> Any:
        return operator.inverse(), [operator.adjoint(), operator @ operator, None]

    inverse, (adjoint, product, none) = made(operator)
    index, last = tf.while_loop(
        lambda i, p: i < 3,
        lambda i, p: (i + 1, tf.linalg.LinearOperatorFullMatrix(p.to_dense() + 1)),
        (0, operator),
    )
    branch = tf.cond(tf.constant(True), lambda: operator, lambda: _full(tf, 3.0))
    return [*(_told(tf, item) for item in (inverse, adjoint, product, last, branch)), none, index]


def copies(tf: Any) -> Any:
    x = tf.constant(ramp([2, 2]))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        operator = tf.linalg.LinearOperatorFullMatrix(x)
        same, stopped = tf.identity(operator), tf.stop_gradient(operator)
        y, z = same.to_dense() * 2, stopped.to_dense() * 2
    return {
        "told": [_told(tf, same), _told(tf, stopped), same is operator],
        "gradients": [tape.gradient(y, x), tape.gradient(z, x)],
    }


def custom_gradients(tf: Any) -> Any:
    """Functions of operators, and functions that return them, with gradients of their own."""

    @tf.custom_gradient
    def dense(operator: Any) -> Any:
        return operator.to_dense(), lambda upstream: upstream * 5

    @tf.custom_gradient
    def doubled(operator: Any) -> Any:
        def grad(upstream: Any) -> Any:
            return tf.linalg.LinearOperatorFullMatrix(upstream.to_dense() * 7)

        return tf.linalg.LinearOperatorFullMatrix(operator.to_dense() * 2), grad

    operator = _full(tf)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(operator)
        y = dense(operator) * 2
        made = doubled(operator)
        z = made.to_dense() * 3
    gradients = {
        name: lambda target=target: _told(tf, tape.gradient(target, operator))
        for name, target in {"tensor": y, "operator": z}.items()
    }
    return {"values": [y, _told(tf, made)], "gradients": outcomes(gradients)}


def in_other_composites(tf: Any) -> Any:
    """A field of an extension type, and in a module."""

    class Pair(tf.experimental.ExtensionType):
        operator: tf.linalg.LinearOperatorFullMatrix
        scale: tf.Tensor

    pair = Pair(_full(tf), 2.0)
    doubled = tf.nest.map_structure(lambda x: x * 2, pair, expand_composites=True)
    function = tf.function(lambda p: p.operator.to_dense() * p.scale)
    module = tf.Module()
    module.operator = tf.linalg.LinearOperatorFullMatrix(tf.Variable(ramp([2, 2])))
    return {
        "flat": tf.nest.flatten(pair, expand_composites=True),
        "doubled": [_told(tf, doubled.operator), doubled.scale],
        "spec": _spec_told(tf, pair._type_spec),
        "function": [function(pair), function(doubled), function.experimental_get_tracing_count()],
        "refused": brief(attempt(lambda: Pair(tf.linalg.LinearOperatorDiag([1.0]), 2.0))),
        "variables": module.variables,
    }


def own_classes(tf: Any) -> Any:
    """An operator of a class that does not say what it is made of is no composite."""

    class Own(tf.linalg.LinearOperator):
        def __init__(self, matrix: Any) -> None:
            self.matrix = tf.convert_to_tensor(matrix)
            super().__init__(self.matrix.dtype, parameters={"matrix": matrix})

        def _shape(self) -> Any:
            return self.matrix.shape

        def _shape_tensor(self) -> Any:
            return tf.shape(self.matrix)

        def _matmul(self, x: Any, adjoint: bool = False, adjoint_arg: bool = False) -> Any:
            return tf.matmul(self.matrix, x)

    own = Own(ramp([2, 2]))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(own.matrix)
        y = own.matmul(tf.ones([2, 1]))
    return outcomes(
        {
            "spec": lambda: own._type_spec,
            "described": lambda: tf.type_spec_from_value(own),
            "flat": lambda: tf.nest.flatten(own, expand_composites=True),
            "leaf": lambda: len(tf.nest.flatten(own)),
            "gradient": lambda: tape.gradient(y, own),
            "gradient of its tensor": lambda: tape.gradient(y, own.matrix),
            "function": lambda: tf.function(lambda p: p.matmul(tf.ones([2, 1])))(own),
        }
    )


def refusals(tf: Any) -> Any:
    operator = tf.linalg.LinearOperatorFullMatrix(tf.Variable(ramp([2, 2])))
    plain = _full(tf)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(plain)
        y = operator.to_dense() + plain.to_dense()
    flat = partial(tf.nest.pack_sequence_as, plain, expand_composites=True)
    return outcomes(
        {
            "by an operator of a variable": lambda: tape.gradient(y, operator),
            "too many": lambda: flat([tf.ones([2, 2])] * 2),
            "too few": lambda: flat([]),
            "no matrix": lambda: flat([tf.ones([2])]),
            "components": lambda: plain._type_spec._from_components([tf.eye(2)]),
            "as a tensor": lambda: tf.convert_to_tensor(plain),
            "stacked": lambda: tf.stack([plain, plain]),
            "added": lambda: plain + plain,
            "jacobian": lambda: tape.jacobian(y, plain),
            "jacobian of": lambda: tape.jacobian(plain, plain.matrix),
            "still": lambda: _told(tf, tape.gradient(y, plain)),
        }
    )
