"""Comma-separated values (RFC 4180)."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from itertools import islice
from typing import Any

import numpy as np
import torch

from ..._core.op.op import op
from ..._core.op.op_errors import refusal
from ..._core.tensor.convert import to_tensor
from ..._core.tensor.host_values import to_numpy
from ..._core.tensor.tensor import STRING, EagerTensor
from ..._core.types.dtype import as_dtype
from ...errors import InvalidArgumentError
from .._support.arguments import invalid_argument, op_error
from ..strings.numbers import number_reader, numbers_array

_TYPES = [as_dtype(name) for name in "float32 float64 int32 int64 string".split()]


def _quoted_field(record: bytes, at: int) -> tuple[bytes, int]:
    """The text of a quoted field whose first character is at `at`, and where it ends."""
    begin = at
    while True:
        end = record.find(b'"', at)
        if end < 0:
            raise invalid_argument("Quoted field has to end with quote followed by delim or end")
        if record[end + 1 : end + 2] != b'"':
            return record[begin:end].replace(b'""', b'"'), end + 1
        at = end + 2


def split_fields(record: bytes, delimiter: bytes, quotes: bool) -> Iterator[bytes]:
    """The fields of a record. Raises InvalidArgumentError if it is malformed."""
    at = 0
    while at < len(record):
        if quotes and record[at : at + 1] == b'"':
            field, at = _quoted_field(record, at + 1)
            if record[at : at + 1] not in (b"", delimiter):
                raise invalid_argument("Quote inside a string has to be escaped by another quote")
        else:
            end = record.find(delimiter, at)
            field = record[at : end if end >= 0 else len(record)]
            at += len(field)
            if b"\n" in field or b"\r" in field or (quotes and b'"' in field):
                raise invalid_argument("Unquoted fields cannot have quotes/CRLFs inside")
        yield field
        at += 1
    if at == len(record) and record:  # the last one is empty
        yield b""


@op("DecodeCSV", "records", unrecorded=True)
def _decode(records: Any, defaults: list[Any], format: tuple[Any, ...]) -> Any:
    try:
        return _columns(records, defaults, *format)
    except InvalidArgumentError as error:
        error.kernel = "DecodeCSV", _wrapped(defaults)
        raise


def _columns(
    records: Any,
    defaults: list[Any],
    delimiter: bytes,
    quotes: bool,
    na_value: bytes,
    columns: list[int] | None,
) -> list[Any]:
    types = [STRING if isinstance(x, np.ndarray) else as_dtype(x.dtype) for x in defaults]
    arrays = [to_numpy(x).reshape(-1).tolist() for x in defaults]
    readers = [None if t is STRING else number_reader(t) for t in types]
    values_of: list[list[Any]] = [[] for _ in defaults]
    for number, record in enumerate(records.reshape(-1).tolist()):
        all_fields = split_fields(record, delimiter, quotes)
        if columns is None:
            fields = list(all_fields)
        else:  # fields after the last of these columns are not checked
            leading = list(islice(all_fields, columns[-1] + 1))
            fields = [leading[i] for i in columns if i < len(leading)]
        if len(fields) != len(defaults):
            raise invalid_argument(
                f"Expect {len(defaults)} fields but have {len(fields)} in record {number}"
            )
        for column, (field, read) in enumerate(zip(fields, readers, strict=True)):
            value: Any = field
            if not field or field == na_value:
                if not arrays[column]:
                    raise invalid_argument(
                        f"Field {column} is required but missing in record {number}!"
                    )
                value = arrays[column][0]
            elif read is not None:
                value = read(field)
                if value is None:
                    shown = field.decode("utf-8", "replace")
                    raise invalid_argument(
                        f"Field {column} in record {number} is not a valid {types[column].name}: "
                        f"{shown}"
                    )
            values_of[column].append(value)
    out: list[Any] = []
    for values, dtype in zip(values_of, types, strict=True):
        if dtype is STRING:
            texts = np.empty(len(values), object)
            texts[:] = values
            out.append(texts.reshape(records.shape))
        else:
            out.append(torch.from_numpy(numbers_array(values, dtype).reshape(records.shape)))
    return out


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[Any]:
    """Splits records into columns. Implements `tf.io.decode_csv`.

    Args:
        records: strings, each of which is a record.
        record_defaults: for each column, a value of its type (float32, float64, int32, int64 or
            string) to use for empty fields; an empty tensor if fields must not be empty.
        field_delim: the delimiter, a single character.
        use_quote_delim: whether fields may be quoted.
        na_value: a text that counts as an empty field.
        select_cols: the columns to return, in ascending order; all by default.
        name: ignored.

    Returns:
        A list of tensors of the shape of `records`, one for each column.

    Raises:
        ValueError: for invalid arguments.
        InvalidArgumentError: if a record is malformed.
    """
    defaults = [to_tensor(default) for default in record_defaults]
    if select_cols is not None:
        if any(a >= b for a, b in zip(select_cols[:-1], select_cols[1:], strict=True)):
            raise ValueError("select_cols is not strictly increasing.")
        if select_cols[0] < 0:
            raise ValueError("select_cols contains negative values.")
        if len(select_cols) != len(defaults):
            raise ValueError("Length of select_cols and record_defaults do not match.")
    if not defaults:
        raise InvalidArgumentError(
            None,
            None,
            "Length for attr 'OUT_TYPE' of 0 must be at least minimum 1\n\t; NodeDef: {{node "
            "DecodeCSV}} [Op:DecodeCSV] name: ",
        )
    _check_defaults(defaults)
    delimiter = field_delim.encode()
    if len(delimiter) != 1:
        raise op_error("DecodeCSV", "field_delim should be only 1 char", wrapped=_wrapped(defaults))
    columns = _decode(
        to_tensor(records, STRING),
        [default._t for default in defaults],
        (
            delimiter,
            bool(use_quote_delim),
            na_value.encode(),
            None if select_cols is None else list(select_cols),
        ),
    )
    return list(columns) if isinstance(columns, (list, tuple)) else [columns]


def _wrapped(defaults: Sized) -> str:
    return f"_OUT_TYPE_{len(defaults)}"


def _check_defaults(defaults: list[EagerTensor]) -> None:
    wrapped = _wrapped(defaults)
    for default in defaults:
        if default.dtype not in _TYPES:
            raise refusal("DecodeCSV", "OUT_TYPE", default.dtype, _TYPES)
    for column, default in enumerate(defaults):
        if default.ndim > 1:
            message = "Each record default should be at most rank 1"
            raise op_error("DecodeCSV", message, wrapped=wrapped)
        count = default.shape.num_elements()
        if count is not None and count > 1:
            message = f"There should only be 1 default per field but field {column} has {count}"
            raise op_error("DecodeCSV", message, wrapped=wrapped)
