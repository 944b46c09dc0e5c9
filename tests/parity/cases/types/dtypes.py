"""`tf.DType`: every type's attributes, `tf.as_dtype` of everything, comparison, text, pickling."""

import copy
import pickle
from typing import Any

import ml_dtypes
import numpy as np

from tests.parity.harness import attempt, exact_message

_PUBLIC = (
    "bfloat16 bool complex64 complex128 double float16 float32 float64 half int8 int16 int32 int64 "
    "qint8 qint16 qint32 quint8 quint16 resource string uint8 uint16 uint32 uint64 variant"
).split()

_EXPERIMENTAL = (
    "float4_e2m1fn float8_e4m3b11fnuz float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz "
    "int2 int4 uint2 uint4"
).split()

_ATTRIBUTES = (
    "name as_datatype_enum as_numpy_dtype is_floating is_integer is_bool is_complex is_unsigned "
    "is_numeric is_numpy_compatible is_quantized min max limits size real_dtype base_dtype"
).split()

_CONVERTIBLE: dict[str, Any] = {
    "name": "float32",
    "name_alias_float": "float",
    "name_alias_half": "half",
    "name_alias_double": "double",
    "name_ref": "float32_ref",
    "name_alias_ref": "double_ref",
    "name_experimental": "float8_e5m2",
    "enum": 3,
    "enum_ref": 103,
    "enum_as_float": 1.0,
    "enum_as_bool": True,
    "python_float": float,
    "python_bool": bool,
    "python_object": object,
    "numpy_type": np.float32,
    "numpy_bool": np.bool_,
    "numpy_str": np.str_,
    "numpy_bytes": np.bytes_,
    "numpy_object": np.object_,
    "numpy_default_int": np.int_,
    "numpy_longlong": np.longlong,
    "numpy_uintc": np.uintc,
    "numpy_dtype": np.dtype("int16"),
    "numpy_dtype_big_endian": np.dtype(">f4"),
    "numpy_dtype_unicode": np.dtype("U5"),
    "numpy_dtype_quantized": np.dtype([("qint8", np.int8)]),
    "numpy_array": np.ones(3),
    "numpy_array_of_strings": np.array(["a"]),
    "numpy_scalar": np.complex64(1),
    "ml_dtypes_type": ml_dtypes.bfloat16,
    "ml_dtypes_int4": ml_dtypes.int4,
    "ml_dtypes_dtype": np.dtype(ml_dtypes.float8_e4m3fn),
}

_NOT_CONVERTIBLE: dict[str, Any] = {
    "python_int": int,
    "python_str": str,
    "python_complex": complex,
    "python_bytes": bytes,
    "none": None,
    "unknown_name": "foo",
    "numpy_code": "f4",
    "name_int": "int",
    "bytes": b"float32",
    "unknown_enum": 400,
    "list": [1],
    "dict": {},
    "numpy_longdouble": np.longdouble,
    "numpy_datetime": np.dtype("M8[s]"),
    "numpy_generic": np.generic,
    "numpy_record": np.dtype([("x", np.int8)]),
}


def _attributes(name):
    @exact_message
    def case(tf):
        dtype = tf.as_dtype(name)
        results = {attribute: attempt(getattr, dtype, attribute) for attribute in _ATTRIBUTES}
        return results, repr(dtype), str(dtype), f"{dtype}", hash(dtype), int(dtype), bool(dtype)

    return case


def _round_trips(name):
    def case(tf):
        dtype = tf.as_dtype(name)
        copies = [copy.copy(dtype), copy.deepcopy(dtype), pickle.loads(pickle.dumps(dtype))]
        return [each is dtype for each in copies], tf.DType(dtype.as_datatype_enum) == dtype

    return case


def _as_dtype(value):
    @exact_message
    def case(tf):
        dtype = tf.as_dtype(value)
        return dtype, dtype is tf.dtypes.as_dtype(dtype.name)

    return case


def _compared(value):
    def case(tf):
        return [
            (dtype == value, dtype != value, attempt(dtype.is_compatible_with, value))
            for dtype in (tf.float32, tf.int32, tf.string, tf.bool, tf.as_dtype("float32_ref"))
        ]

    return case


CASES = {
    **{f"attributes_{name}": _attributes(name) for name in _PUBLIC + _EXPERIMENTAL},
    **{f"attributes_{name}_ref": _attributes(f"{name}_ref") for name in ("float32", "complex64")},
    **{f"round_trips_{name}": _round_trips(name) for name in _PUBLIC + _EXPERIMENTAL},
    **{f"as_dtype_{name}": _as_dtype(value) for name, value in _CONVERTIBLE.items()},
    **{f"as_dtype_of_{name}": _as_dtype(value) for name, value in _NOT_CONVERTIBLE.items()},
    **{
        f"compared_with_{name}": _compared(value)
        for name, value in {**_CONVERTIBLE, **_NOT_CONVERTIBLE}.items()
        if not isinstance(value, np.ndarray)
    },
}


def namespaces(tf):
    names = [(name, getattr(tf.dtypes, name), getattr(tf, name)) for name in _PUBLIC]
    experimental = tf.dtypes.experimental
    return (
        names,
        [getattr(experimental, name) for name in _EXPERIMENTAL],
        tf.dtypes.DType is tf.DType,
        tf.dtypes.as_dtype is tf.as_dtype,
        tf.half is tf.float16,
        tf.double is tf.float64,
    )


def quantized_dtypes(tf):
    return tf.dtypes.QUANTIZED_DTYPES


def printed(tf):
    print(tf.float32, [tf.int8, tf.bfloat16], {"dtype": tf.bool}, f"{tf.string} {tf.half!r}")
    print({tf.float32, tf.int32, tf.string, tf.bool, tf.int64})


def compared_with_numpy_on_the_left(tf):
    return np.float32 == tf.float32, np.dtype("float32") == tf.float32, "float32" == tf.float32


def compared_with_arrays_and_tensors(tf):
    array = np.ones(2, np.float32)
    return tf.float32 == array, tf.float64 == array, tf.float32 == tf.constant(1.0)


def all_pairs_are_compared(tf):
    dtypes = [tf.as_dtype(name) for name in _PUBLIC]
    return [[one == two for two in dtypes] for one in dtypes]


def compatible_with_references(tf):
    ref = tf.as_dtype("float32_ref")
    return tf.float32.is_compatible_with(ref), ref.is_compatible_with(tf.float32), ref.base_dtype


def supertypes(tf):
    return (
        tf.float32.is_subtype_of(tf.float32),
        tf.float32.is_subtype_of(tf.float64),
        tf.float32.most_specific_common_supertype([]),
        tf.float32.most_specific_common_supertype([tf.float32, tf.float32]),
        tf.float32.most_specific_common_supertype([tf.float32, tf.int32]),
    )


def made_from_enums(tf):
    return [tf.DType(1), tf.DType("3"), tf.DType(tf.bool), tf.DType(np.int64(14))]


@exact_message
def made_from_an_unknown_enum(tf):
    return tf.DType(4000)


def made_from_a_name(tf):
    return tf.DType("float32")


def ordered(tf):
    return tf.float32 < tf.int32


def name_is_read_only(tf):
    tf.float32.name = "other"


def as_keys(tf):
    table = {tf.float32: 1, tf.as_dtype("int32"): 2}
    return table[tf.as_dtype(np.float32)], table[tf.int32], tf.int64 in table, tf.DType(1) in table


@exact_message
def numpy_does_not_take_them(tf):
    return attempt(np.dtype, tf.float32), np.zeros(2, tf.float32.as_numpy_dtype)


@exact_message
def as_dtype_of_a_tensor(tf):
    return tf.as_dtype(tf.constant(1.0))


def quantized_types_in_numpy(tf):
    return {
        name: np.array([1, 2], getattr(tf, name).as_numpy_dtype).tolist()
        for name in ("qint8", "quint8", "qint16", "quint16", "qint32")
    }


def members_of_the_class_tensor(tf):
    names = (
        sorted(tf.Tensor.OVERLOADABLE_OPERATORS)
        + (
            "__array__ __bool__ __len__ __iter__ __round__ dtype eval get_shape name ndim ref "
            "set_shape shape numpy device graph op"
        ).split()
    )
    x = tf.constant([1.0, 2.0])
    sums = tf.Tensor.__add__(x, x), tf.Tensor.__rsub__(x, 3.0), tf.Tensor.__getitem__(x, 1)
    return [(name, hasattr(tf.Tensor, name)) for name in names], sums
