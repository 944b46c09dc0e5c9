"""The messages of a SavedModel, besides its graphs; see schema.py."""

from __future__ import annotations

_OBJECT = "TrackableObjectGraph.TrackableObject"

SAVED_MODEL: dict[str, dict[str, tuple[int, str]]] = {
    "SavedModel": {
        "saved_model_schema_version": (1, "int64"),
        "meta_graphs": (2, "repeated MetaGraphDef"),
    },
    "MetaGraphDef": {
        "meta_info_def": (1, "MetaGraphDef.MetaInfoDef"),
        "graph_def": (2, "GraphDef"),
        "saver_def": (3, "SaverDef"),
        "collection_def": (4, "map CollectionDef"),
        "signature_def": (5, "map SignatureDef"),
        "asset_file_def": (6, "repeated AssetFileDef"),
        "object_graph_def": (7, "SavedObjectGraph"),
    },
    "MetaGraphDef.MetaInfoDef": {
        "meta_graph_version": (1, "string"),
        "tags": (4, "repeated string"),
        "tensorflow_version": (5, "string"),
        "tensorflow_git_version": (6, "string"),
        "stripped_default_attrs": (7, "bool"),
        "function_aliases": (8, "map string"),
    },
    "SaverDef": {
        "filename_tensor_name": (1, "string"),
        "save_tensor_name": (2, "string"),
        "restore_op_name": (3, "string"),
        "max_to_keep": (4, "int32"),
        "sharded": (5, "bool"),
        "keep_checkpoint_every_n_hours": (6, "float"),
        "version": (7, "int32"),
    },
    "CollectionDef": {
        "node_list": (1, "oneof kind CollectionDef.NodeList"),
        "bytes_list": (2, "oneof kind CollectionDef.BytesList"),
        "any_list": (5, "oneof kind CollectionDef.AnyList"),
    },
    "CollectionDef.NodeList": {"value": (1, "repeated string")},
    "CollectionDef.BytesList": {"value": (1, "repeated bytes")},
    "CollectionDef.AnyList": {"value": (1, "repeated CollectionDef.AnyList.Any")},
    "CollectionDef.AnyList.Any": {"type_url": (1, "string"), "value": (2, "bytes")},
    "SignatureDef": {
        "inputs": (1, "map TensorInfo"),
        "outputs": (2, "map TensorInfo"),
        "method_name": (3, "string"),
        "defaults": (4, "map TensorProto"),
    },
    "TensorInfo": {
        "name": (1, "oneof encoding string"),
        "composite_tensor": (5, "oneof encoding TensorInfo.CompositeTensor"),
        "dtype": (2, "DataType"),
        "tensor_shape": (3, "TensorShapeProto"),
    },
    "TensorInfo.CompositeTensor": {
        "type_spec": (1, "TypeSpecProto"),
        "components": (2, "repeated TensorInfo"),
    },
    "AssetFileDef": {"tensor_info": (1, "TensorInfo"), "filename": (2, "string")},
    # the objects
    "SavedObjectGraph": {
        "nodes": (1, "repeated SavedObject"),
        "concrete_functions": (2, "map SavedConcreteFunction"),
    },
    "SavedObject": {
        "children": (1, f"repeated {_OBJECT}.ObjectReference"),
        "dependencies": (15, f"repeated {_OBJECT}.ObjectReference"),
        "slot_variables": (3, f"repeated {_OBJECT}.SlotVariableReference"),
        "user_object": (4, "oneof kind SavedUserObject"),
        "asset": (5, "oneof kind SavedAsset"),
        "function": (6, "oneof kind SavedFunction"),
        "variable": (7, "oneof kind SavedVariable"),
        "bare_concrete_function": (8, "oneof kind SavedBareConcreteFunction"),
        "constant": (9, "oneof kind SavedConstant"),
        "resource": (10, "oneof kind SavedResource"),
        "captured_tensor": (12, "oneof kind CapturedTensor"),
        "saveable_objects": (11, "map SaveableObject"),
        "registered_name": (13, "string"),
        "registered_saver": (16, "string"),
    },
    "SavedUserObject": {
        "identifier": (1, "string"),
        "version": (2, "VersionDef"),
        "metadata": (3, "string"),
    },
    "SavedAsset": {"asset_file_def_index": (1, "int32")},
    "SavedFunction": {
        "concrete_functions": (1, "repeated string"),
        "function_spec": (2, "FunctionSpec"),
    },
    "FunctionSpec": {
        "fullargspec": (1, "StructuredValue"),
        "is_method": (2, "bool"),
        "input_signature": (5, "StructuredValue"),
        "jit_compile": (6, "int32"),
    },
    "SavedVariable": {
        "dtype": (1, "DataType"),
        "shape": (2, "TensorShapeProto"),
        "trainable": (3, "bool"),
        "synchronization": (4, "int32"),
        "aggregation": (5, "int32"),
        "name": (6, "string"),
        "device": (7, "string"),
    },
    "SavedBareConcreteFunction": {
        "concrete_function_name": (1, "string"),
        "argument_keywords": (2, "repeated string"),
        "allowed_positional_arguments": (3, "int64"),
        "function_spec": (4, "FunctionSpec"),
    },
    "SavedConstant": {"operation": (1, "string")},
    "SavedResource": {"device": (1, "string")},
    "CapturedTensor": {"name": (1, "string"), "concrete_function": (2, "string")},
    "SaveableObject": {"save_function": (2, "int32"), "restore_function": (3, "int32")},
    "SavedConcreteFunction": {
        "bound_inputs": (2, "repeated int32"),
        "canonicalized_input_signature": (3, "StructuredValue"),
        "output_signature": (4, "StructuredValue"),
    },
    "FingerprintDef": {
        "saved_model_checksum": (1, "uint64"),
        "graph_def_program_hash": (2, "uint64"),
        "signature_def_hash": (3, "uint64"),
        "saved_object_graph_hash": (4, "uint64"),
        "checkpoint_hash": (5, "uint64"),
        "uuid": (7, "string"),
        "version": (6, "VersionDef"),
    },
}
