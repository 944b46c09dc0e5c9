"""`tf.data.experimental.TFRecordWriter`: writes the elements of a dataset to a file."""

from __future__ import annotations

from typing import Any

from .._core.types.tensor_spec import TensorSpec
from .._ops.io.tf_record import TFRecordWriter as FileWriter
from ..errors import OpError
from . import arguments
from .arguments import STRING
from .components import payload
from .dataset import DatasetV2, IterationContext
from .failures import IterationError, as_operation_error


class TFRecordWriter:
    """Writes datasets of strings to a file. Implements `tf.data.experimental.TFRecordWriter`.

    Args:
      filename: the file.
      compression_type: "", "ZLIB" or "GZIP".
    """

    def __init__(self, filename: Any, compression_type: Any = None) -> None:
        operation = "DatasetToTFRecord"
        self._path: bytes = arguments.scalar(filename, "filename", operation, STRING)
        self._compression: bytes = arguments.scalar(
            compression_type or "", "compression_type", operation, STRING
        )

    def write(self, dataset: Any) -> None:
        """Writes the elements, in place of what is in the file.

        Raises:
          TypeError: if it is not a dataset, or its elements are not scalar strings.
          OpError: for errors of the file system and of the dataset.
        """
        if not isinstance(dataset, DatasetV2):
            raise TypeError(
                f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}."
            )
        spec = dataset.element_spec
        if not (isinstance(spec, TensorSpec) and TensorSpec([], STRING).is_compatible_with(spec)):
            shapes, types = getattr(spec, "shape", spec), getattr(spec, "dtype", spec)
            raise TypeError(
                "Invalid `dataset`. Expected a`dataset` that produces scalar `tf.string` elements, "
                f"but got a dataset which produces elements with shapes {shapes} and types "
                f"{types}."
            )
        compression = self._compression.decode()
        options = compression if compression in ("GZIP", "ZLIB") else ""
        try:
            with FileWriter(self._path, options) as writer:
                for (value,) in dataset._start(IterationContext(dataset.options())):
                    writer.write(payload(value).item())
        except (IterationError, OpError) as error:
            raise as_operation_error(error, "DatasetToTFRecord", "") from None
