"""`tf.math.special`: special functions."""

from .. import _api
from .._ops.math.bessel import bessel_i0 as bessel_i0
from .._ops.math.bessel import bessel_i0e as bessel_i0e
from .._ops.math.bessel import bessel_i1 as bessel_i1
from .._ops.math.bessel import bessel_i1e as bessel_i1e
from .._ops.math.bessel import bessel_j0 as bessel_j0
from .._ops.math.bessel import bessel_j1 as bessel_j1
from .._ops.math.bessel import bessel_k0 as bessel_k0
from .._ops.math.bessel import bessel_k0e as bessel_k0e
from .._ops.math.bessel import bessel_k1 as bessel_k1
from .._ops.math.bessel import bessel_k1e as bessel_k1e
from .._ops.math.bessel import bessel_y0 as bessel_y0
from .._ops.math.bessel import bessel_y1 as bessel_y1
from .._ops.math.special_integrals import dawsn as dawsn
from .._ops.math.special_integrals import expint as expint
from .._ops.math.special_integrals import fresnel_cos as fresnel_cos
from .._ops.math.special_integrals import fresnel_sin as fresnel_sin
from .._ops.math.special_integrals import spence as spence

__getattr__, __dir__ = _api.namespace(__name__)
