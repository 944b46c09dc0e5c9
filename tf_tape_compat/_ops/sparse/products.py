"""The product of two sparse matrices, or of two batches of them."""

from __future__ import annotations

from typing import Any

import torch

from ..._core.op.op import op
from .._support.arguments import brackets, invalid_argument


@op(
    "SparseMatrixSparseMatMul",  # TensorFlow's has two variants; these are their parts
    "a_indices:int64 a_values:T a_shape:int64 b_indices:int64 b_values:T b_shape:int64",
)
def sparse_matmul(a_indices, a_values, a_shape, b_indices, b_values, b_shape, name=None):
    """The indices, values and shape of the product. Matrices are ordered by rows.

    Raises InvalidArgumentError if the sizes do not fit.
    """
    rank, a_sizes, b_sizes = a_indices.shape[-1], a_shape.tolist(), b_shape.tolist()
    if rank not in (2, 3) or len(b_sizes) != rank:
        raise invalid_argument(f"sparse matrices must have rank 2 or 3 but saw rank {rank}")
    if a_sizes[-1] != b_sizes[-2] or a_sizes[:-2] != b_sizes[:-2]:
        raise invalid_argument(
            "Inner product dimensions of A and B do not agree.  Shapes are: "
            f"{brackets(a_sizes)} vs. {brackets(b_sizes)}"
        )
    first, second = _pairs(a_indices, b_indices, a_sizes[-1])
    rows, columns = a_indices[first, :-1], b_indices[second, -1:]
    places, group = torch.cat([rows, columns], 1).unique(dim=0, return_inverse=True)
    products = a_values[first] * b_values[second]
    values = products.new_zeros(len(places)).index_add(0, group, products)
    return [places, values, torch.tensor([*a_sizes[:-1], b_sizes[-1]], device=a_shape.device)]


def _pairs(a: torch.Tensor, b: torch.Tensor, inner: int) -> Any:
    """The numbers of the elements that are multiplied: column of `a` is row of `b`."""
    batch_a = a[:, 0] if a.shape[1] == 3 else 0
    batch_b = b[:, 0] if b.shape[1] == 3 else 0
    wanted, present = batch_a * inner + a[:, -1], batch_b * inner + b[:, -2]
    begin = torch.searchsorted(present, wanted)
    count = torch.searchsorted(present, wanted, right=True) - begin
    first = torch.arange(len(a), device=a.device).repeat_interleave(count)
    offset = torch.arange(len(first), device=a.device) - (count.cumsum(0) - count)[first]
    return first, begin[first] + offset
