"""The messages that are used here: their fields' numbers and types.

The names, numbers and types are those of TensorFlow's own messages, so that the bytes are the
same. Enumerations are int32, which has the same encoding.
"""

from __future__ import annotations

from .saved_model_schema import SAVED_MODEL

# A field's type is a scalar type or the name of a message, after one of these words if needed:
# "repeated"; "map", whose keys are strings; "oneof NAME", of which at most one is set.
Fields = dict[str, tuple[int, str]]

_EXAMPLE: dict[str, Fields] = {
    "BytesList": {"value": (1, "repeated bytes")},
    "FloatList": {"value": (1, "repeated float")},
    "Int64List": {"value": (1, "repeated int64")},
    "Feature": {
        "bytes_list": (1, "oneof kind BytesList"),
        "float_list": (2, "oneof kind FloatList"),
        "int64_list": (3, "oneof kind Int64List"),
    },
    "Features": {"feature": (1, "map Feature")},
    "FeatureList": {"feature": (1, "repeated Feature")},
    "FeatureLists": {"feature_list": (1, "map FeatureList")},
    "Example": {"features": (1, "Features")},
    "SequenceExample": {"context": (1, "Features"), "feature_lists": (2, "FeatureLists")},
}

_TENSOR: dict[str, Fields] = {
    "TensorShapeProto": {
        "dim": (2, "repeated TensorShapeProto.Dim"),
        "unknown_rank": (3, "bool"),
    },
    "TensorShapeProto.Dim": {"size": (1, "int64"), "name": (2, "string")},
    "TensorProto": {
        "dtype": (1, "DataType"),
        "tensor_shape": (2, "TensorShapeProto"),
        "version_number": (3, "int32"),
        "tensor_content": (4, "bytes"),
        "float_val": (5, "repeated float"),
        "double_val": (6, "repeated double"),
        "int_val": (7, "repeated int32"),
        "string_val": (8, "repeated bytes"),
        "scomplex_val": (9, "repeated float"),
        "int64_val": (10, "repeated int64"),
        "bool_val": (11, "repeated bool"),
        "dcomplex_val": (12, "repeated double"),
        "half_val": (13, "repeated int32"),
        "uint32_val": (16, "repeated uint32"),
        "uint64_val": (17, "repeated uint64"),
    },
    "VariantTensorDataProto": {
        "type_name": (1, "string"),
        "metadata": (2, "bytes"),
        "tensors": (3, "repeated TensorProto"),
    },
}

# Specs, and the files of saved datasets.
_DATA: dict[str, Fields] = {
    "NoneValue": {},
    "ListValue": {"values": (1, "repeated StructuredValue")},
    "TupleValue": {"values": (1, "repeated StructuredValue")},
    "DictValue": {"fields": (1, "map StructuredValue")},
    "PairValue": {"key": (1, "string"), "value": (2, "StructuredValue")},
    "NamedTupleValue": {"name": (1, "string"), "values": (2, "repeated PairValue")},
    "TensorSpecProto": {
        "name": (1, "string"),
        "shape": (2, "TensorShapeProto"),
        "dtype": (3, "int32"),
    },
    "TypeSpecProto": {
        "type_spec_class": (1, "int32"),
        "type_state": (2, "StructuredValue"),
        "type_spec_class_name": (3, "string"),
        "num_flat_components": (4, "int32"),
    },
    "StructuredValue": {
        "none_value": (1, "oneof kind NoneValue"),
        "float64_value": (11, "oneof kind double"),
        "int64_value": (12, "oneof kind sint64"),
        "string_value": (13, "oneof kind string"),
        "bool_value": (14, "oneof kind bool"),
        "tensor_shape_value": (31, "oneof kind TensorShapeProto"),
        "tensor_dtype_value": (32, "oneof kind int32"),
        "tensor_spec_value": (33, "oneof kind TensorSpecProto"),
        "type_spec_value": (34, "oneof kind TypeSpecProto"),
        "list_value": (51, "oneof kind ListValue"),
        "tuple_value": (52, "oneof kind TupleValue"),
        "dict_value": (53, "oneof kind DictValue"),
        "named_tuple_value": (54, "oneof kind NamedTupleValue"),
        "tensor_value": (55, "oneof kind TensorProto"),
        "numpy_value": (56, "oneof kind TensorProto"),
    },
    "SnapshotMetadataRecord": {
        "graph_hash": (1, "string"),
        "run_id": (2, "string"),
        "creation_timestamp": (3, "int64"),
        "version": (4, "int64"),
        "dtype": (5, "repeated int32"),
        "num_elements": (6, "int64"),
        "finalized": (1000, "bool"),
    },
}

_CHECKPOINT: dict[str, Fields] = {
    "CheckpointState": {
        "model_checkpoint_path": (1, "string"),
        "all_model_checkpoint_paths": (2, "repeated string"),
        "all_model_checkpoint_timestamps": (3, "repeated double"),
        "last_preserved_timestamp": (4, "double"),
    },
    "VersionDef": {
        "producer": (1, "int32"),
        "min_consumer": (2, "int32"),
        "bad_consumers": (3, "repeated int32"),
    },
    "TensorSliceProto": {"extent": (1, "repeated TensorSliceProto.Extent")},
    "TensorSliceProto.Extent": {"start": (1, "int64"), "length": (2, "oneof has_length int64")},
    # the index of a bundle
    "BundleHeaderProto": {
        "num_shards": (1, "int32"),
        "endianness": (2, "int32"),
        "version": (3, "VersionDef"),
    },
    "BundleEntryProto": {
        "dtype": (1, "int32"),
        "shape": (2, "TensorShapeProto"),
        "shard_id": (3, "int32"),
        "offset": (4, "int64"),
        "size": (5, "int64"),
        "crc32c": (6, "fixed32"),
        "slices": (7, "repeated TensorSliceProto"),
    },
    # the objects of a checkpoint
    "TrackableObjectGraph": {"nodes": (1, "repeated TrackableObjectGraph.TrackableObject")},
    "TrackableObjectGraph.TrackableObject": {
        "children": (1, "repeated TrackableObjectGraph.TrackableObject.ObjectReference"),
        "attributes": (2, "repeated TrackableObjectGraph.TrackableObject.SerializedTensor"),
        "slot_variables": (
            3,
            "repeated TrackableObjectGraph.TrackableObject.SlotVariableReference",
        ),
        "registered_saver": (4, "RegisteredSaver"),
        "has_checkpoint_values": (5, "BoolValue"),
    },
    "TrackableObjectGraph.TrackableObject.ObjectReference": {
        "node_id": (1, "int32"),
        "local_name": (2, "string"),
    },
    "TrackableObjectGraph.TrackableObject.SerializedTensor": {
        "name": (1, "string"),
        "full_name": (2, "string"),
        "checkpoint_key": (3, "string"),
    },
    "TrackableObjectGraph.TrackableObject.SlotVariableReference": {
        "original_variable_node_id": (1, "int32"),
        "slot_name": (2, "string"),
        "slot_variable_node_id": (3, "int32"),
    },
    "RegisteredSaver": {"name": (1, "string"), "object_name": (2, "string")},
    "BoolValue": {"value": (1, "bool")},
    # the first format
    "SavedSliceMeta": {
        "name": (1, "string"),
        "shape": (2, "TensorShapeProto"),
        "type": (3, "int32"),
        "slice": (4, "repeated TensorSliceProto"),
    },
    "SavedTensorSliceMeta": {
        "tensor": (1, "repeated SavedSliceMeta"),
        "versions": (2, "VersionDef"),
    },
    "SavedSlice": {
        "name": (1, "string"),
        "slice": (2, "TensorSliceProto"),
        "data": (3, "TensorProto"),
    },
    "SavedTensorSlices": {"meta": (1, "SavedTensorSliceMeta"), "data": (2, "SavedSlice")},
}

_VARIABLE: dict[str, Fields] = {
    "SaveSliceInfoDef": {
        "full_name": (1, "string"),
        "full_shape": (2, "repeated int64"),
        "var_offset": (3, "repeated int64"),
        "var_shape": (4, "repeated int64"),
    },
}

_GRAPH: dict[str, Fields] = {
    "AttrValue": {
        "list": (1, "oneof value AttrValue.ListValue"),
        "s": (2, "oneof value bytes"),
        "i": (3, "oneof value int64"),
        "f": (4, "oneof value float"),
        "b": (5, "oneof value bool"),
        "type": (6, "oneof value DataType"),
        "shape": (7, "oneof value TensorShapeProto"),
        "tensor": (8, "oneof value TensorProto"),
        "placeholder": (9, "oneof value string"),
        "func": (10, "oneof value NameAttrList"),
    },
    "AttrValue.ListValue": {
        "s": (2, "repeated bytes"),
        "i": (3, "repeated int64"),
        "f": (4, "repeated float"),
        "b": (5, "repeated bool"),
        "type": (6, "repeated DataType"),
        "shape": (7, "repeated TensorShapeProto"),
        "tensor": (8, "repeated TensorProto"),
        "func": (9, "repeated NameAttrList"),
    },
    "NameAttrList": {"name": (1, "string"), "attr": (2, "map AttrValue")},
    "NodeDef": {
        "name": (1, "string"),
        "op": (2, "string"),
        "input": (3, "repeated string"),
        "device": (4, "string"),
        "attr": (5, "map AttrValue"),
    },
    "VersionDef": {
        "producer": (1, "int32"),
        "min_consumer": (2, "int32"),
        "bad_consumers": (3, "repeated int32"),
    },
    "OpDef": {
        "name": (1, "string"),
        "input_arg": (2, "repeated OpDef.ArgDef"),
        "output_arg": (3, "repeated OpDef.ArgDef"),
        "is_stateful": (17, "bool"),
        "control_output": (20, "repeated string"),
    },
    "OpDef.ArgDef": {
        "name": (1, "string"),
        "description": (2, "string"),
        "type": (3, "DataType"),
        "type_attr": (4, "string"),
        "number_attr": (5, "string"),
        "type_list_attr": (6, "string"),
        "handle_data": (7, "repeated OpDef.ArgDef.HandleData"),
    },
    "OpDef.ArgDef.HandleData": {"dtype": (1, "DataType"), "shape": (2, "TensorShapeProto")},
    "FunctionDef": {
        "signature": (1, "OpDef"),
        "node_def": (3, "repeated NodeDef"),
        "ret": (4, "map string"),
        "attr": (5, "map AttrValue"),
        "control_ret": (6, "map string"),
        "arg_attr": (7, "repeated FunctionDef.ArgAttrs"),
    },
    "FunctionDef.ArgAttrs": {"key": (1, "uint32"), "value": (2, "FunctionDef.ArgAttrs.Values")},
    "FunctionDef.ArgAttrs.Values": {"attr": (1, "map AttrValue")},
    "FunctionDefLibrary": {
        "function": (1, "repeated FunctionDef"),
        "registered_gradients": (3, "repeated RegisteredGradient"),
    },
    "RegisteredGradient": {
        "gradient_func": (1, "string"),
        "registered_op_type": (2, "string"),
    },
    "GraphDef": {
        "node": (1, "repeated NodeDef"),
        "library": (2, "FunctionDefLibrary"),
        "version": (3, "int32"),
        "versions": (4, "VersionDef"),
    },
}

MESSAGES: dict[str, Fields] = (
    _EXAMPLE | _TENSOR | _DATA | _CHECKPOINT | _VARIABLE | _GRAPH | SAVED_MODEL
)

# The element types of tensors, in the order of their numbers.
DATA_TYPES = (
    "INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 "
    "BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64 FLOAT8_E5M2 "
    "FLOAT8_E4M3FN FLOAT8_E4M3FNUZ FLOAT8_E4M3B11FNUZ FLOAT8_E5M2FNUZ INT4 UINT4 INT2 UINT2"
).split()

DOCSTRINGS = {
    "BytesList": "Strings of bytes, `value`. Implements `tf.train.BytesList`.",
    "FloatList": "Numbers of type float32, `value`. Implements `tf.train.FloatList`.",
    "Int64List": "Integers of type int64, `value`. Implements `tf.train.Int64List`.",
    "Feature": (
        "One of `bytes_list`, `float_list` and `int64_list`, the `kind`. Implements "
        "`tf.train.Feature`."
    ),
    "Features": "Features by name, `feature`. Implements `tf.train.Features`.",
    "FeatureList": "A list of features, `feature`. Implements `tf.train.FeatureList`.",
    "FeatureLists": (
        "Lists of features by name, `feature_list`. Implements `tf.train.FeatureLists`."
    ),
    "Example": "The `features` of an example. Implements `tf.train.Example`.",
    "SequenceExample": (
        "The `context` and the `feature_lists` of an example that is a sequence. Implements "
        "`tf.train.SequenceExample`."
    ),
}
