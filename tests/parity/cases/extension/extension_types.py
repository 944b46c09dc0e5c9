"""tf.experimental.ExtensionType: fields, specs, equality, structures, functions, loops, rows."""

import copy
import inspect
from collections.abc import Callable
from typing import Any, List, Mapping, Optional, Tuple, Union  # noqa: UP035 -- what it knows

from tests.parity.case_helpers.elements import brief
from tests.parity.harness import attempt


def _outcomes(*calls: Callable[[], Any]) -> list[Any]:
    results = [brief(attempt(call)) for call in calls]
    return [repr(item) if hasattr(type(item), "Spec") else item for item in results]


def _errors(*calls: Callable[[], Any]) -> list[str]:
    return [type(attempt(call)).__name__ for call in calls]


def _masked(tf: Any, base: str = "ExtensionType", **namespace: Any) -> Any:
    annotations = {"values": tf.Tensor, "mask": tf.Tensor}
    bases = (getattr(tf.experimental, base),)
    return type(bases[0])("Masked", bases, {"__annotations__": annotations, **namespace})


def fields(tf: Any) -> Any:
    class Toy(tf.experimental.ExtensionType):
        name: str
        price: tf.Tensor
        features: Mapping[str, tf.Tensor]

    class Store(tf.experimental.ExtensionType):
        name: str
        toys: Tuple[Toy, ...]  # noqa: UP006
        number: Union[int, float] = 3  # noqa: UP007
        weight: Optional[tf.Tensor] = None  # noqa: UP045
        shape: tf.TensorShape = [1, 2]
        dtype: tf.DType = "float32"
        pair: Tuple[int, float] = (1, 2.0)  # noqa: UP006
        rows: Optional[tf.RaggedTensor] = None  # noqa: UP045

    toy = Toy("t", 3.5, {"b": [1, 2], "a": 7.0})
    store = Store("s", [toy], weight=5, rows=tf.ragged.constant([[1], [2, 3]]))

    def change() -> None:
        toy.features["a"] = 1

    flat = tf.nest.flatten(store, expand_composites=True)
    return {
        "repr": [repr(store), repr(store._type_spec)],
        "mapping": [type(toy.features).__name__, len(toy.features), list(toy.features)],
        "flat": [flat, len(tf.nest.flatten(store)), tf.nest.is_nested(store)],
        "doubled": repr(tf.nest.map_structure(lambda t: t * 2, store, expand_composites=True)),
        "packed": repr(tf.nest.pack_sequence_as(store, flat, expand_composites=True)),
        "as_dict": sorted(tf.experimental.extension_type.as_dict(toy)),
        "refused": _errors(
            change,
            lambda: Store("s", 3),
            lambda: Store("s", [toy], number="x"),
            lambda: Store("s", (), pair=(1, 2)),
            lambda: Store("s", (), pair=(1,)),
            lambda: Store("s", (3,)),
            lambda: Store("s", (), shape="a"),
            lambda: Store("s", (), dtype="foo"),
            lambda: Store("s", (), rows=3),
            lambda: Store(3, ()),
            lambda: Store("s"),
            lambda: Store("s", (), more=1),
            lambda: Toy("a", 1, 3),
            lambda: Toy("a", object(), {}),
            lambda: Toy("a", 1, {1: 2}),
        ),
    }


def annotations(tf: Any) -> Any:
    """Which annotations there are, and which names."""

    def make(given: Any, **namespace: Any) -> Any:
        base = tf.experimental.ExtensionType
        return type(base)("Made", (base,), {"__annotations__": given, **namespace})

    kinds = [
        *(list, List[int], object, tf.Variable, tf.TensorSpec, tf.TensorArray, dict[str, int]),  # noqa: UP006
        *(Mapping[str, int], Mapping[tf.Tensor, int], tuple[int, ...], int | None, None),
        *(tf.SparseTensor, tf.IndexedSlices, tf.RaggedTensor, "Unknown", bytes, tf.DType),
    ]
    return {
        "kinds": [brief(attempt(lambda kind=kind: make({"x": kind}).__name__)) for kind in kinds],
        "names": [
            brief(attempt(lambda name=name: make({name: int}).__name__))
            for name in ("self", "Spec", "value_type", "_tf_extension_type_x", "_x", "_type_spec")
        ],
        "others": _outcomes(
            lambda: make({"x": int}, y=3),
            lambda: make({"x": int}, x="a"),
            lambda: make({"x": int, "y": str}, x=3)(1, y="b").y,
            lambda: make({"x": int, "y": str}, x=3)(y="b").x,
            lambda: make({"x": int, "y": str}, x=3)(1, "b"),
            lambda: make({"x": "Unknown"})(3),
            lambda: make({"x": int}, Spec=3),
            lambda: make({"x": int}, Spec=type("Spec", (), {"x": 3})),
            lambda: make({"x": int}, Spec=type("Spec", (int,), {})),
            lambda: make({"x": int}, value_type=3),
            lambda: make({"x": int}, __batch_encoder__=3),
            lambda: tf.experimental.ExtensionType(),
        ),
        "signature": str(inspect.signature(make({"x": int, "y": str}, x=3, y="a").__init__))[:36],
    }


def equality_and_changes(tf: Any) -> Any:
    Masked = _masked(tf)
    one, other = Masked([1, 2], [True, False]), Masked([[3, 4], [5, 6]], [[False, True]] * 2)

    def set_field() -> None:
        one.values = 1

    def set_another() -> None:
        one.more = 1

    def delete_field() -> None:
        del one.mask

    return {
        "equal": [
            one == one,
            one == Masked([1, 2], [True, False]),
            one == Masked([1, 3], [True, False]),
            one == other,
            one == Masked([1.0, 2.0], [True, False]),
            one == one.values,
            one != one,
            one != other,
            copy.copy(one) == one,
            copy.deepcopy(one) == one,
        ],
        "refused": _outcomes(
            set_field, set_another, delete_field, lambda: hash(one), lambda: one.more
        ),
    }


def constructors(tf: Any) -> Any:
    """Constructors, specs and validation of one's own; classes below a class."""

    class Masked(tf.experimental.ExtensionType):
        values: tf.Tensor
        mask: tf.Tensor
        shape = property(lambda self: self.values.shape)
        dtype = property(lambda self: self.values.dtype)

        def __init__(self, values: Any, mask: Any = None) -> None:
            self.mask = tf.ones(tf.shape(values), tf.bool) if mask is None else mask
            self.values = values

        def __validate__(self) -> None:
            self.values.shape.assert_is_compatible_with(self.mask.shape)
            assert self.mask.dtype.is_bool

        class Spec:
            def __init__(self, shape: Any, dtype: Any = tf.float32) -> None:
                self.mask = tf.TensorSpec(shape, tf.bool)
                self.values = tf.TensorSpec(shape, dtype)

            def __repr__(self) -> str:
                return f"Masked.Spec(shape={self.shape}, dtype={self.dtype})"

            shape = property(lambda self: self.values.shape)
            dtype = property(lambda self: self.values.dtype)

    class Below(Masked):
        more: int = 0

        def __init__(self, values: Any) -> None:
            super().__init__(values)
            self.more = 5

    class Incomplete(tf.experimental.ExtensionType):
        x: tf.Tensor

        def __init__(self) -> None:
            pass

    class TooMuch(tf.experimental.ExtensionType):
        x: tf.Tensor

        def __init__(self) -> None:
            self.y = 1

    m, spec = Masked([1.0, 2.0]), Masked.Spec([None])
    with tf.GradientTape() as tape:
        v = tf.Variable([1.0, 2.0])
        loss = tf.reduce_sum(Masked(v * 2).values ** 2)
    with tf.GradientTape(persistent=True) as whole:
        whole.watch(m)
        square = Masked(m.values**2)
    return {
        "made": [repr(m), str(m.shape), m.dtype, tf.nest.flatten(m, expand_composites=True)],
        "specs": [
            repr(spec),
            Masked.Spec([2]) == m._type_spec,
            hash(Masked.Spec([2])) == hash(m._type_spec),
            spec.is_compatible_with(m),
            Masked.Spec([3]).is_compatible_with(m),
            repr(tf.type_spec_from_value(m)),
            repr(Masked.Spec([2]).most_specific_common_supertype([Masked.Spec([3])])),
            Masked.Spec.__name__,
            isinstance(spec, (tf.TypeSpec, tf.experimental.ExtensionTypeSpec)),
        ],
        "below": _outcomes(lambda: repr(Below([1.0])), lambda: Below([1.0])._type_spec.more),
        "refused": _outcomes(
            lambda: Masked([1.0], [True, False]), lambda: Masked([1.0], [1]), Incomplete, TooMuch
        ),
        "gradient": tape.gradient(loss, v),
        "gradient by the whole": _outcomes(
            lambda: whole.gradient(square.values, m),
            lambda: whole.gradient(square, m.values),
            lambda: whole.gradient(square.values, m.values),
        ),
    }


def functions_and_branches(tf: Any) -> Any:
    Masked = _masked(tf)
    x, y = Masked([1, 2, 3], [True, True, False]), Masked([[1, 2]] * 3, [[True, False]] * 3)

    @tf.function
    def changed(m: Any) -> Any:
        return Masked(m.values + 1, tf.logical_not(m.mask))

    spec = Masked.Spec(tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.bool))

    @tf.function(input_signature=[spec])
    def demanding(m: Any) -> Any:
        return m

    def loop(m: Any) -> Any:
        return tf.while_loop(
            lambda i, m: i < 3, lambda i, m: (i + 1, Masked(m.values * 2, m.mask)), [0, m]
        )

    return {
        "function": [repr(changed(x)), repr(changed(y)), changed.experimental_get_tracing_count()],
        "concrete": repr(changed.get_concrete_function(x)(x)),
        "demanding": [repr(demanding(x)), *_errors(lambda: demanding(y), lambda: demanding(3))],
        "branches": [
            repr(tf.cond(tf.constant(True), lambda: x, lambda: x)),
            repr(tf.case([(tf.constant(False), lambda: x)], default=lambda: changed(x))),
            repr(tf.switch_case(tf.constant(1), [lambda: x, lambda: changed(x)])),
        ],
        "loops": [repr(loop(x)), repr(tf.identity(x)), repr(tf.stop_gradient(x))],
        "py_function": tf.py_function(lambda m: m.values, [x], tf.int32),
        "is_tensor": tf.is_tensor(x),
    }


def unknown_to_operations(tf: Any) -> Any:
    x = _masked(tf)([1.0, 2.0], [True, False])
    return _outcomes(
        *(lambda: tf.add(x, 1), lambda: x + 1, lambda: tf.constant(1.0) + x),
        *(lambda: tf.convert_to_tensor(x), lambda: tf.stack([x, x]), lambda: tf.reduce_sum(x)),
        *(lambda: tf.shape(x), lambda: tf.Variable(x), lambda: tf.constant(x), lambda: x[0]),
        *(lambda: tf.nn.softmax(x), lambda: tf.concat([x, x], 0), lambda: tf.zeros_like(x)),
        *(lambda: tf.where(x, 1, 2), lambda: tf.matmul(x, x), lambda: tf.gather(x, 0)),
        *(lambda: tf.debugging.assert_equal(x, x), lambda: tf.cast(x, tf.int32), lambda: len(x)),
    )


def rows(tf: Any) -> Any:
    Masked = _masked(tf, "BatchableExtensionType")
    x = Masked([1, 2, 3], [True, True, False])
    y = Masked([[1, 2], [3, 4], [5, 6]], [[True, False]] * 3)

    class Vehicle(tf.experimental.BatchableExtensionType):
        speed: tf.Tensor
        parts: Tuple[tf.Tensor, ...]  # noqa: UP006
        inner: Masked
        shape: tf.TensorShape
        name: str = "v"

    calls: list[Any] = []

    class Encoder(tf.experimental.ExtensionTypeBatchEncoder):
        def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
            calls.append(minimum_rank)
            return super().encode(spec, value, minimum_rank)

        def decode(self, spec: Any, encoded_value: Any) -> Any:
            calls.append(str(spec.work.shape))
            return super().decode(spec, encoded_value)

    class Net(tf.experimental.BatchableExtensionType):
        work: tf.Tensor
        __batch_encoder__ = Encoder()

    v = Vehicle([1, 2], ([3.0, 4.0], [5, 6]), Masked([7, 8], [True, False]), [2, 1])
    element = Masked.Spec(tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.bool))
    return {
        "taken apart": [
            tf.map_fn(lambda m: m.values * 2, x, fn_output_signature=tf.int32),
            tf.map_fn(lambda m: tf.reduce_sum(m.values), y, fn_output_signature=tf.int32),
            tf.map_fn(lambda p: p[0].values + p[1], (x, tf.range(3)), fn_output_signature=tf.int32),
            tf.map_fn(
                lambda u: (u.speed + u.inner.values, u.shape.rank),
                v,
                fn_output_signature=(tf.int32, tf.int32),
            ),
        ],
        "stacked": [
            repr(tf.map_fn(lambda m: Masked(m.values * 2, m.mask), y)),
            repr(tf.map_fn(lambda t: Masked(t, t > 1), tf.range(3), fn_output_signature=element)),
            repr(tf.map_fn(lambda u: u, v)),
        ],
        "specs": [repr(element._batch(3)), repr(y._type_spec._unbatch())],
        "encoder": [repr(tf.map_fn(lambda n: Net(n.work + 1), Net([1, 2]))), calls],
        "refused": _errors(
            lambda: tf.map_fn(lambda m: m.values, _masked(tf)([1], [True]), tf.int32)
        ),
    }


def overrides(tf: Any) -> Any:
    Masked = _masked(tf)
    x = Masked([1, -2, 3], [True, True, False])
    api = tf.experimental

    @api.dispatch_for_api(tf.stack)
    def stack(values: List[Masked], axis=0):  # noqa: UP006
        return Masked(tf.stack([v.values for v in values], axis), [v.mask for v in values])

    @api.dispatch_for_api(tf.reduce_sum, {"input_tensor": Masked})
    def total(input_tensor: Any, axis: Any = None, keepdims: Any = False) -> Any:
        kept = tf.where(input_tensor.mask, input_tensor.values, 0)
        return tf.reduce_sum(kept, axis, keepdims)

    @api.dispatch_for_api(tf.concat, {"values": List[Masked]}, {0: List[Union[Masked, tf.Tensor]]})  # noqa: UP006, UP007
    def concat(values: Any, axis: Any, name: Any = "x") -> Any:
        return len(values), axis, name

    @api.dispatch_for_unary_elementwise_apis(Masked)
    def one(function: Any, m: Any) -> Any:
        return Masked(function(m.values), m.mask)

    either = Union[Masked, tf.Tensor]  # noqa: UP007

    @api.dispatch_for_binary_elementwise_apis(either, either)
    def two(function: Any, a: Any, b: Any) -> Any:
        masks = [m.mask if isinstance(m, Masked) else True for m in (a, b)]
        values = [m.values if isinstance(m, Masked) else m for m in (a, b)]
        return Masked(function(*values), tf.logical_and(*masks))

    @api.dispatch_for_binary_elementwise_assert_apis(Masked, Masked)
    def assertion(function: Any, a: Any, b: Any) -> Any:
        both = tf.logical_and(a.mask, b.mask)
        return function(tf.boolean_mask(a.values, both), tf.boolean_mask(b.values, both))

    c = tf.constant(1)
    results = {
        "stack": _outcomes(
            lambda: repr(tf.stack([x, x])),
            lambda: repr(tf.stack([x, x], axis=1)),
            lambda: tf.stack([1, 2]),
            lambda: tf.stack([x, 1]),
            lambda: tf.stack([]),
        ),
        "others": [
            *(tf.reduce_sum(x), tf.reduce_sum(x, axis=0, keepdims=True), tf.reduce_sum([1, 2])),
            *(tf.concat([x, x], 0), tf.concat([x, c], 0, name="q"), tf.concat([[1], [2]], 0)),
        ],
        "of one": [
            repr(f)
            for f in (
                *(tf.abs(x), tf.ones_like(x), tf.nn.relu(x), tf.cast(x, tf.float32)),
                *(tf.square(x, name="a"), tf.clip_by_value(x, 0, 2), tf.strings.as_string(x)),
                *(tf.zeros_like(x, dtype=tf.float64), tf.saturate_cast(x, tf.uint8)),
            )
        ],
        "of two": _outcomes(
            *(lambda: repr(tf.add(x, x)), lambda: repr(tf.add(x, c)), lambda: repr(c * x)),
            *(lambda: repr(c - x), lambda: repr(tf.maximum(x, c)), lambda: repr(tf.equal(x, x))),
            *(lambda: repr(c < x), lambda: c + c, lambda: tf.add(x, 1), lambda: x + x),
            *(lambda: x * c, lambda: 1 + x, lambda: repr(tf.pow(x, c)), lambda: c == x),
        ),
        "assertions": _outcomes(
            lambda: tf.debugging.assert_equal(x, x), lambda: tf.debugging.assert_greater(x, x)
        ),
    }

    @api.dispatch_for_api(tf.abs)
    def again(x: Masked, name=None):
        return "again"

    steps = [
        brief(attempt(lambda: tf.abs(x))),
        api.unregister_dispatch_for(again),
        repr(tf.abs(x)),
        api.unregister_dispatch_for(one),
        brief(attempt(lambda: tf.abs(x)))[:10],
        type(attempt(lambda: api.unregister_dispatch_for(one))).__name__,
    ]
    return {**results, "unregistered": steps}


def overrides_refused(tf: Any) -> Any:
    Masked, register = _masked(tf), tf.experimental.dispatch_for_api
    tf.experimental.dispatch_for_unary_elementwise_apis(Masked)(lambda function, m: m)
    return _errors(
        lambda: register(tf.add)(lambda x, y: 1),
        lambda: register(tf.add, {"z": Masked}),
        lambda: register(tf.add, {"x": Masked})(lambda x: 1),
        lambda: register(tf.add, {"x": Mapping[str, Masked]}),
        lambda: register(tf.add, 3),
        lambda: register(tf.add, {"x": Masked})(3),
        lambda: register(len),
        lambda: register(tf.einsum),
        lambda: register(tf.Variable),
        lambda: tf.experimental.dispatch_for_unary_elementwise_apis(Masked)(lambda f, m: m),
    )
