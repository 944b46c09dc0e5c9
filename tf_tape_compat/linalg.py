"""`tf.linalg`: linear algebra, by TensorFlow's names."""

from . import _api
from ._ops.clipping import global_norm as global_norm
from ._ops.creation import eye as eye
from ._ops.decompositions import cholesky as cholesky
from ._ops.decompositions import cholesky_solve as cholesky_solve
from ._ops.decompositions import det as det
from ._ops.decompositions import eigh as eigh
from ._ops.decompositions import eigvalsh as eigvalsh
from ._ops.decompositions import expm as expm
from ._ops.decompositions import inv as inv
from ._ops.decompositions import logdet as logdet
from ._ops.decompositions import qr as qr
from ._ops.decompositions import slogdet as slogdet
from ._ops.decompositions import solve as solve
from ._ops.decompositions import svd as svd
from ._ops.decompositions import triangular_solve as triangular_solve
from ._ops.diagonals import adjoint as adjoint
from ._ops.diagonals import band_part as band_part
from ._ops.diagonals import diag as diag
from ._ops.diagonals import diag_part as diag_part
from ._ops.diagonals import matrix_transpose as matrix_transpose
from ._ops.diagonals import set_diag as set_diag
from ._ops.diagonals import tensor_diag as tensor_diag
from ._ops.diagonals import tensor_diag_part as tensor_diag_part
from ._ops.einsum import einsum as einsum
from ._ops.linear import cross as cross
from ._ops.linear import matmul as matmul
from ._ops.linear import matvec as matvec
from ._ops.linear import tensordot as tensordot
from ._ops.linear import trace as trace
from ._ops.norms import l2_normalize as l2_normalize
from ._ops.norms import norm as norm
from ._ops.norms import normalize as normalize

__getattr__, __dir__ = _api.namespace(__name__)
