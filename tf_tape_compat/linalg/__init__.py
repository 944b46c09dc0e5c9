"""`tf.linalg`: linear algebra and linear operators."""

from .. import _api
from .._linear_operators.adjoint_inverse import LinearOperatorAdjoint as LinearOperatorAdjoint
from .._linear_operators.adjoint_inverse import LinearOperatorInversion as LinearOperatorInversion
from .._linear_operators.base import LinearOperator as LinearOperator
from .._linear_operators.block_triangular import (
    LinearOperatorBlockLowerTriangular as LinearOperatorBlockLowerTriangular,
)
from .._linear_operators.blocks import LinearOperatorBlockDiag as LinearOperatorBlockDiag
from .._linear_operators.circulant import LinearOperatorCirculant as LinearOperatorCirculant
from .._linear_operators.circulant import LinearOperatorCirculant2D as LinearOperatorCirculant2D
from .._linear_operators.circulant import LinearOperatorCirculant3D as LinearOperatorCirculant3D
from .._linear_operators.composition import LinearOperatorComposition as LinearOperatorComposition
from .._linear_operators.dense import LinearOperatorFullMatrix as LinearOperatorFullMatrix
from .._linear_operators.dense import LinearOperatorLowerTriangular as LinearOperatorLowerTriangular
from .._linear_operators.diagonal import LinearOperatorDiag as LinearOperatorDiag
from .._linear_operators.identity import LinearOperatorIdentity as LinearOperatorIdentity
from .._linear_operators.identity import (
    LinearOperatorScaledIdentity as LinearOperatorScaledIdentity,
)
from .._linear_operators.kronecker import LinearOperatorKronecker as LinearOperatorKronecker
from .._linear_operators.low_rank_update import (
    LinearOperatorLowRankUpdate as LinearOperatorLowRankUpdate,
)
from .._linear_operators.reflections import LinearOperatorHouseholder as LinearOperatorHouseholder
from .._linear_operators.reflections import LinearOperatorPermutation as LinearOperatorPermutation
from .._linear_operators.toeplitz import LinearOperatorToeplitz as LinearOperatorToeplitz
from .._linear_operators.tridiagonal import LinearOperatorTridiag as LinearOperatorTridiag
from .._linear_operators.zeros import LinearOperatorZeros as LinearOperatorZeros
from .._ops.array.creation import eye as eye
from .._ops.linalg.banded import banded_triangular_solve as banded_triangular_solve
from .._ops.linalg.banded import tridiagonal_matmul as tridiagonal_matmul
from .._ops.linalg.banded import tridiagonal_solve as tridiagonal_solve
from .._ops.linalg.decompositions import cholesky as cholesky
from .._ops.linalg.decompositions import eigh as eigh
from .._ops.linalg.decompositions import eigvalsh as eigvalsh
from .._ops.linalg.decompositions import qr as qr
from .._ops.linalg.decompositions import svd as svd
from .._ops.linalg.diagonals import adjoint as adjoint
from .._ops.linalg.diagonals import band_part as band_part
from .._ops.linalg.diagonals import diag as diag
from .._ops.linalg.diagonals import diag_part as diag_part
from .._ops.linalg.diagonals import matrix_transpose as matrix_transpose
from .._ops.linalg.diagonals import set_diag as set_diag
from .._ops.linalg.diagonals import tensor_diag as tensor_diag
from .._ops.linalg.diagonals import tensor_diag_part as tensor_diag_part
from .._ops.linalg.einsum import einsum as einsum
from .._ops.linalg.least_squares import lstsq as lstsq
from .._ops.linalg.least_squares import matrix_rank as matrix_rank
from .._ops.linalg.least_squares import pinv as pinv
from .._ops.linalg.lu import lu as lu
from .._ops.linalg.lu import lu_matrix_inverse as lu_matrix_inverse
from .._ops.linalg.lu import lu_reconstruct as lu_reconstruct
from .._ops.linalg.lu import lu_solve as lu_solve
from .._ops.linalg.matmul import cross as cross
from .._ops.linalg.matmul import matmul as matmul
from .._ops.linalg.matmul import matvec as matvec
from .._ops.linalg.matmul import tensordot as tensordot
from .._ops.linalg.matmul import trace as trace
from .._ops.linalg.matrix_functions import eig as eig
from .._ops.linalg.matrix_functions import eigvals as eigvals
from .._ops.linalg.matrix_functions import expm as expm
from .._ops.linalg.matrix_functions import logm as logm
from .._ops.linalg.matrix_functions import sqrtm as sqrtm
from .._ops.linalg.norms import l2_normalize as l2_normalize
from .._ops.linalg.norms import norm as norm
from .._ops.linalg.norms import normalize as normalize
from .._ops.linalg.solvers import cholesky_solve as cholesky_solve
from .._ops.linalg.solvers import det as det
from .._ops.linalg.solvers import inv as inv
from .._ops.linalg.solvers import logdet as logdet
from .._ops.linalg.solvers import slogdet as slogdet
from .._ops.linalg.solvers import solve as solve
from .._ops.linalg.solvers import triangular_solve as triangular_solve
from .._ops.linalg.tridiagonal_eigenvalues import eigh_tridiagonal as eigh_tridiagonal
from .._ops.math.clipping import global_norm as global_norm
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
