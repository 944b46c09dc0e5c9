"""Modules of `tensorflow.python` that libraries import."""

import collections
import importlib
import tempfile

from ...harness import attempt


def _module(tf, path):
    """The internal module; ours without `install()`."""
    package = "tensorflow.python" if tf.__name__ == "tensorflow" else f"{tf.__name__}._internal"
    return importlib.import_module(f"{package}.{path}")


def _core(tf, path):
    """The module of `tensorflow.core`; ours without `install()`."""
    ours = f"{tf.__name__}._internal.core"
    package = "tensorflow.core" if tf.__name__ == "tensorflow" else ours
    return importlib.import_module(f"{package}.{path}")


_Point = collections.namedtuple("Point", "x y")
_SHALLOW = [
    (0, [1, 2]),
    ([0, 0], [[1, 2], {"a": 3}]),
    ([0, [0]], [1, [(2, 3)]]),
    ({"a": 0, "b": 0}, {"b": [1], "a": (2, 3)}),
    (_Point(0, 0), _Point([1], 2)),
    ([0, 0], [1]),
    ([0], 1),
    ([0], (1,)),
    ((0,), [1]),
    ({"a": 0}, {"b": 1}),
    ({"a": 0}, {"a": 1, "b": 2}),
    ([[0], 0], [1, 2]),
    ([], []),
    (None, [1]),
    (_Point(0, 0), _Point(1, 2)),
]


def flatten_up_to(tf):
    nest = _module(tf, "util.nest")
    return [attempt(lambda a=a: nest.flatten_up_to(*a)) for a in _SHALLOW]


def flatten_up_to_any_type(tf):
    nest = _module(tf, "util.nest")
    return [attempt(lambda a=a: nest.flatten_up_to(*a, check_types=False)) for a in _SHALLOW]


def map_structure_up_to(tf):
    nest = _module(tf, "util.nest")
    return [
        attempt(lambda a=a: nest.map_structure_up_to(a[0], lambda x, y: [x, y], a[1], a[1]))
        for a in _SHALLOW
    ]


def map_with_paths(tf):
    nest = _module(tf, "util.nest")
    deep = {"b": [1, (2, 3)], "a": _Point(4, {"c": 5})}
    return [
        nest.map_structure_with_paths(lambda p, v: [p, v], deep),
        nest.map_structure_with_tuple_paths_up_to({"b": 0, "a": 0}, lambda p, v: [p, v], deep),
        nest.flatten_with_tuple_paths(deep),
        nest.flatten_with_joined_string_paths(deep),
        list(nest.yield_flat_paths(deep)),
        nest.map_structure_with_tuple_paths(lambda p, v: (len(p), v), deep),
    ]


def shallow_structure_by_function(tf):
    nest = _module(tf, "util.nest")
    deep = [1, (2, [3]), {"a": 4}]
    return [
        nest.get_traverse_shallow_structure(lambda s: True, deep),
        nest.get_traverse_shallow_structure(lambda s: not isinstance(s, tuple), deep),
        nest.get_traverse_shallow_structure(lambda s: False, deep),
    ]


def kinds_of_structures(tf):
    nest = _module(tf, "util.nest")
    values = [1, [1], {"a": 1}, _Point(1, 2), tf.constant(1), tf.ragged.constant([[1]])]
    return [
        [
            nest.is_nested(v),
            nest.is_nested_or_composite(v),
            nest.is_mapping(v),
            nest.is_namedtuple(v),
        ]
        for v in values
    ]


def registry_of_specs(tf):
    registry = _module(tf, "framework.type_spec_registry")

    class Spec(tf.TypeSpec):
        value_type = property(lambda self: int)
        _component_specs = property(lambda self: [])

        def _serialize(self):
            return ()

        def _to_components(self, value):
            return []

        def _from_components(self, components):
            return 0

    register = registry.register("tests.InternalModulesSpec")
    return [
        register(Spec) is Spec,
        registry.get_name(Spec),
        registry.lookup("tests.InternalModulesSpec") is Spec,
        attempt(lambda: register(Spec)),
        attempt(lambda: registry.register("no_dot")),
        attempt(lambda: registry.register(3)),
        attempt(lambda: registry.register("a.b")(int)),
        attempt(lambda: registry.lookup("a.unknown")),
        attempt(lambda: registry.get_name(int)),
    ]


def composite_tensors(tf):
    composite_tensor = _module(tf, "framework.composite_tensor")

    class Pair(composite_tensor.CompositeTensor):
        def __init__(self, first, second):
            self.first, self.second = first, second

        @property
        def _type_spec(self):
            return PairSpec()

    class PairSpec(tf.TypeSpec):
        value_type = property(lambda self: Pair)

        @property
        def _component_specs(self):
            return {"first": tf.TensorSpec([]), "second": tf.TensorSpec([])}

        def _serialize(self):
            return ()

        def _to_components(self, value):
            return {"first": value.first, "second": value.second}

        def _from_components(self, components):
            return Pair(components["first"], components["second"])

    pair = Pair(tf.constant(1.0), tf.constant(2.0))
    mapped = tf.nest.map_structure(lambda x: x + 1, pair, expand_composites=True)
    is_composite = [
        isinstance(v, composite_tensor.CompositeTensor)
        for v in (pair, tf.ragged.constant([[1]]), tf.sparse.eye(2), tf.constant(1), 1)
    ]
    return [
        tf.nest.flatten(pair, expand_composites=True),
        len(tf.nest.flatten(pair)),
        type(mapped) is Pair,
        [mapped.first, mapped.second],
        is_composite,
    ]


def collections_by_identity(tf):
    identity = _module(tf, "util.object_identity")
    a, b = tf.constant(1), tf.constant(1)
    keyed = identity.ObjectIdentityDictionary()
    keyed[a] = 1
    keyed[b] = 2
    unique = identity.ObjectIdentitySet([a, b, a])
    return [
        len(keyed),
        keyed[a],
        keyed[b],
        a in unique,
        tf.constant(1) in unique,
        len(unique),
        len(unique.intersection([a])),
        len(unique.difference([a])),
    ]


def variables_to_tensors(tf):
    utils = _module(tf, "util.variable_utils")
    converted = utils.convert_variables_to_tensors([tf.Variable(1.0), {"a": tf.constant(2)}, 3])
    return [converted, tf.is_tensor(converted[0]), isinstance(converted[0], tf.Variable)]


def variable_specs(tf):
    spec_of = _module(tf, "ops.resource_variable_ops").VariableSpec
    spec = spec_of([2, None], tf.float32, trainable=False)
    fits = tf.Variable([[1.0], [2.0]], trainable=False)
    return [
        spec.shape,
        spec.dtype,
        spec.trainable,
        spec.is_compatible_with(fits),
        spec.is_compatible_with(tf.Variable(1.0)),
        spec == spec_of([2, None], tf.float32, trainable=False),
        spec == spec_of([2, None], tf.float32),
    ]


def deprecated_names(tf):
    deprecation = _module(tf, "util.deprecation")

    @deprecation.deprecated("2030-01-01", "Use something else.")
    def old(x):
        """Doubles."""
        return 2 * x

    @deprecation.deprecated_args(None, "Do not.", "y")
    def function(x, y=1):
        return x + y

    @deprecation.deprecated_arg_values(None, "Do not.", y=3)
    def other(x, y=1):
        return x + y

    with deprecation.silence():
        values = [old(2), function(1, y=2), other(1, y=3)]
    return [
        values,
        old.__name__,
        attempt(lambda: deprecation.deprecated("soon", "x")),
        attempt(lambda: deprecation.deprecated(None, "")),
        deprecation.deprecated_argument_lookup("a", None, "b", 2),
        deprecation.deprecated_argument_lookup("a", 1, "b", None),
        attempt(lambda: deprecation.deprecated_argument_lookup("a", 1, "b", 2)),
    ]


def shapes_and_values(tf):
    util, shape = _module(tf, "framework.tensor_util"), _module(tf, "framework.tensor_shape")
    return [
        util.constant_value(tf.constant([1, 2])),
        util.constant_value_as_shape(tf.constant([1, -1])),
        util.is_tf_type(tf.constant(1)),
        util.is_tf_type([1]),
        shape.as_shape([1, None]),
        shape.unknown_shape(),
        shape.unknown_shape(rank=2),
        shape.dimension_value(None),
    ]


def prevented_gradient(tf):
    ops = _module(tf, "ops.array_ops")
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = ops.prevent_gradient(x, message="no")
    return [y, attempt(lambda: tape.gradient(y, x))]


def switched_trainable(tf):
    """Libraries set the private attribute `_trainable` of a variable."""
    x = tf.Variable(3.0)
    found = []
    for flag in (False, True):
        x._trainable = flag
        with tf.GradientTape() as tape:
            y = x * x
        found += [x.trainable, tape.gradient(y, x)]
    return found


def module_with_its_own_variables(tf):
    """`trainable_variables` of a module does not read `variables`, which a class may override."""

    class Module(tf.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = tf.Variable(1.0), tf.Variable(2.0, trainable=False)

        @property
        def variables(self):
            raise ValueError("none yet")

    module = Module()
    return [module.trainable_variables, module.non_trainable_variables]


def products_of_sparse_matrices(tf):
    ops = _module(tf, "ops.linalg.sparse.sparse_csr_matrix_ops")

    def product(a, b, dtype="float32"):
        a, b = (tf.sparse.from_dense(tf.constant(x, dtype)) for x in (a, b))
        matrices = [
            ops.sparse_tensor_to_csr_sparse_matrix(x.indices, x.values, x.dense_shape)
            for x in (a, b)
        ]
        result = ops.sparse_matrix_sparse_mat_mul(*matrices, a.dtype)
        parts = ops.csr_sparse_matrix_to_sparse_tensor(result, a.dtype)
        return [parts.indices, parts.values, parts.dense_shape]

    a, b = [[1, 0, 2], [0, 0, 3]], [[0, 4], [5, 0], [6, 7]]
    return [
        product(a, b),
        product(a, b, "float64"),
        product([a, a], [b, b]),
        attempt(lambda: product(a, a)),
    ]


def updated_slices(tf):
    if tf.__name__ == "tensorflow":
        xla = importlib.import_module("tensorflow.compiler.tf2xla.python.xla")
    else:
        xla = _module(tf, "compiler.tf2xla.python.xla")
    x, update = tf.zeros([3, 4]), tf.ones([2, 2])
    update_at = xla.dynamic_update_slice
    return [
        update_at(x, update, [1, 1]),
        update_at(x, update, tf.constant([2, 5], tf.int64)),
        tf.function(update_at)(x, update, tf.constant([0, 2])),
    ]


def names_of_specs(tf):
    registry = _module(tf, "framework.type_spec_registry")

    class Named(tf.experimental.ExtensionType):
        __name__ = "names_of_specs.Named"
        values: tf.Tensor

    class Unnamed(tf.experimental.ExtensionType):
        values: tf.Tensor

    classes = [tf.TensorSpec, tf.RaggedTensorSpec, tf.SparseTensorSpec, Named.Spec]
    names = [registry.get_name(cls) for cls in classes]
    found = [registry.lookup(name) for name in names]
    unnamed = attempt(lambda: registry.get_name(Unnamed.Spec))
    return names, [a is b for a, b in zip(found, classes, strict=True)], unnamed[0]


def tensors_of_a_checkpoint(tf):
    inspect_checkpoint = _module(tf, "tools.inspect_checkpoint")
    variables = {"a": tf.Variable([1.0, 2.0]), "b": tf.Variable(3)}
    with tempfile.TemporaryDirectory() as folder:
        path = tf.train.Checkpoint(**variables).write(f"{folder}/state")
        show = inspect_checkpoint.print_tensors_in_checkpoint_file
        show(path, tensor_name="", all_tensors=True)
        show(path, "", False, all_tensor_names=True, count_exclude_pattern="b.*")
        show(path, tensor_name="a/.ATTRIBUTES/VARIABLE_VALUE", all_tensors=False)
        show(path, tensor_name="", all_tensors=False)
        show(path, tensor_name="missing", all_tensors=False)
    show("no such file", "", True)


def smart_conds(tf):
    module = _module(tf, "framework.smart_cond")
    predicates = [True, 0, 1, tf.constant(False), "x", 2]
    return [
        [
            attempt(lambda p=p: module.smart_constant_value(p)),
            attempt(lambda p=p: module.smart_cond(p, lambda: "yes", lambda: "no")),
        ]
        for p in predicates
    ]


def devices_of_this_process(tf):
    devices = _module(tf, "client.device_lib").list_local_devices()
    return [
        (d.name, d.device_type, d.memory_limit, d.locality.bus_id, d.xla_global_id)
        for d in devices
        if d.device_type == "CPU"
    ]


def names_of_exported_symbols(tf):
    tf_export = _module(tf, "util.tf_export").tf_export

    @tf_export("a.b", "c", v1=["d"])
    def function():
        return 1

    return function(), function._tf_api_names, function._tf_api_names_v1


def numbers_of_types(tf):
    types = _core(tf, "framework.types_pb2")
    return (
        [types.DataType.Name(t.as_datatype_enum) for t in (tf.float32, tf.int64, tf.string)],
        [types.DT_FLOAT, types.DT_BOOL, types.DataType.Value("DT_HALF")],
    )


def messages_of_sessions(tf):
    config = tf.compat.v1.ConfigProto()
    rewriter = _core(tf, "protobuf.rewriter_config_pb2").RewriterConfig
    config.graph_options.rewrite_options.constant_folding = rewriter.OFF
    return str(config)
