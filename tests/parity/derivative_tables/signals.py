"""Rows: tf.signal, tf.image, tf.sparse and the rest of tf.linalg and tf.math."""

from __future__ import annotations

from typing import Any

from tests.parity.derivative_tables.rows import (
    HERMITIAN,
    LINE,
    OTHER,
    PAIR,
    PLANE_PAIR,
    SPD,
    TALL,
    add,
    by_name,
    grid,
)

_DOUBLE, _PLANE = ["float64"], ["complex128"]


def _add(name: str, call: Any, *points: Any, types: Any = _DOUBLE) -> None:
    add(name, call, *points, types=types)


# -- tf.signal ----------------------------------------------------------------------------------

_WAVES = [[1 + 1j, 2.0, -0.5j], [0.5, 1 - 1j, 2j]]
for _name in "fft ifft fft2d ifft2d fftshift ifftshift".split():
    _add(
        f"signal.{_name}", lambda tf, x, f=_name: getattr(tf.signal, f)(x**2), _WAVES, types=_PLANE
    )
for _name in "fft3d ifft3d".split():
    _add(
        f"signal.{_name}",
        lambda tf, x, f=_name: getattr(tf.signal, f)(x**2),
        [_WAVES],
        types=_PLANE,
    )
_add("signal.rfft", lambda tf, x: tf.abs(tf.signal.rfft(x)) ** 2, grid(2, 5))
_add("signal.rfft of length", lambda tf, x: tf.signal.rfft(x**2, [6]), grid(2, 4))
_add("signal.rfft2d", lambda tf, x: tf.signal.rfft2d(x**2), grid(2, 4))
_add("signal.rfft3d", lambda tf, x: tf.signal.rfft3d(x**2), grid(1, 2, 4))
_add("signal.irfft", lambda tf, x: tf.signal.irfft(x**2), _WAVES, types=_PLANE)
_add("signal.irfft of length", lambda tf, x: tf.signal.irfft(x**2, [5]), _WAVES, types=_PLANE)
_add("signal.irfft2d", lambda tf, x: tf.signal.irfft2d(x**2), _WAVES, types=_PLANE)
_add("signal.irfft3d", lambda tf, x: tf.signal.irfft3d(x**2), [_WAVES], types=_PLANE)
for _type in (1, 2, 3, 4):
    _add(f"signal.dct {_type}", lambda tf, x, t=_type: tf.signal.dct(x**2, t), grid(2, 4))
    _add(f"signal.idct {_type}", lambda tf, x, t=_type: tf.signal.idct(x**2, t), grid(2, 4))
_add("signal.dct ortho", lambda tf, x: tf.signal.dct(x**2, 2, n=3, norm="ortho"), grid(2, 4))
_add(
    "signal.frame",
    lambda tf, x: tf.signal.frame(x, 3, 2, pad_end=True, pad_value=0.5) ** 3,
    grid(6),
)
_add("signal.overlap_and_add", lambda tf, x: tf.signal.overlap_and_add(x, 2) ** 3, grid(2, 3))
_add("signal.stft", lambda tf, x: tf.abs(tf.signal.stft(x, 4, 2)), grid(8))
_add(
    "signal.inverse_stft",
    lambda tf, x: tf.signal.inverse_stft(x**2, 4, 2),
    _WAVES,
    types=_PLANE,
)
_add("signal.mdct", lambda tf, x: tf.signal.mdct(x, 4) ** 2, grid(8))
_add("signal.inverse_mdct", lambda tf, x: tf.signal.inverse_mdct(x) ** 2, grid(2, 2))
_add(
    "signal.mfccs_from_log_mel_spectrograms",
    lambda tf, x: tf.signal.mfccs_from_log_mel_spectrograms(x) ** 2,
    grid(2, 3),
)

# -- tf.image -----------------------------------------------------------------------------------

_IMAGE, _COLOURS = grid(1, 3, 2, 1), [[[[0.2, 0.5, 0.9], [0.7, 0.1, 0.3]]]]
_BRIGHT = [[[[0.2], [0.5], [0.9]], [[0.7], [0.1], [0.4]], [[0.3], [0.8], [0.6]]]]
for _method in "bilinear nearest bicubic area lanczos3 lanczos5 gaussian mitchellcubic".split():
    add(
        f"image.resize {_method}",
        lambda tf, x, m=_method: tf.image.resize(x, [4, 5], m) ** 2,
        _IMAGE,
        types=["float32"],
    )
for _method in "bilinear bicubic lanczos3".split():
    add(
        f"image.resize {_method} antialiased",
        lambda tf, x, m=_method: tf.image.resize(x, [2, 1], m, antialias=True) ** 2,
        _IMAGE,
        types=["float32"],
    )
add(
    "image.resize_with_pad",
    lambda tf, x: tf.image.resize_with_pad(x, 4, 4) ** 2,
    _IMAGE,
    types=["float32"],
)
for _method in "bilinear nearest".split():
    add(
        f"image.crop_and_resize {_method}",
        lambda tf, x, b, m=_method: tf.image.crop_and_resize(x, b, [0, 0], [2, 3], m, 0.5) ** 2,
        _IMAGE,
        [[0.1, 0.2, 0.8, 0.7], [0.6, -0.2, 0.3, 1.2]],
        types=["float32"],
    )
_MOVES = {
    "resize_with_crop_or_pad": lambda tf, x: tf.image.resize_with_crop_or_pad(x, 2, 3),
    "extract_patches": lambda tf, x: tf.image.extract_patches(
        x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "SAME"
    ),
    "flip_left_right": lambda tf, x: tf.image.flip_left_right(x),
    "flip_up_down": lambda tf, x: tf.image.flip_up_down(x),
    "rot90": lambda tf, x: tf.image.rot90(x),
    "transpose": lambda tf, x: tf.image.transpose(x),
    "central_crop": lambda tf, x: tf.image.central_crop(x, 0.5),
    "crop_to_bounding_box": lambda tf, x: tf.image.crop_to_bounding_box(x, 1, 0, 2, 1),
    "pad_to_bounding_box": lambda tf, x: tf.image.pad_to_bounding_box(x, 1, 0, 4, 3),
    "grayscale_to_rgb": lambda tf, x: tf.image.grayscale_to_rgb(x),
    "image_gradients": lambda tf, x: tf.image.image_gradients(x),
    "sobel_edges": lambda tf, x: tf.image.sobel_edges(x),
}
for _name, _move in _MOVES.items():
    _add(
        f"image.{_name}",
        lambda tf, x, f=_move: [y**3 for y in tf.nest.flatten(f(tf, x))],
        _IMAGE,
    )
_add(
    "image.extract_glimpse",
    lambda tf, x: tf.image.extract_glimpse(x, [2, 2], [[0.1, 0.2]]),
    _IMAGE,
    types=["float32"],
)
for (
    _name
) in "rgb_to_hsv hsv_to_rgb rgb_to_yiq yiq_to_rgb rgb_to_yuv yuv_to_rgb rgb_to_grayscale".split():
    _add(f"image.{_name}", lambda tf, x, f=_name: getattr(tf.image, f)(x) ** 2, _COLOURS)
for _name in "brightness contrast gamma hue saturation".split():
    add(
        f"image.adjust_{_name}",
        lambda tf, x, f=_name: getattr(tf.image, f"adjust_{f}")(x, 0.3) ** 2,
        _COLOURS,
        types=["float32"],
    )
_add("image.per_image_standardization", by_name("image.per_image_standardization"), _BRIGHT)
_add("image.total_variation", lambda tf, x: tf.image.total_variation(x**2), _BRIGHT)
add(
    "image.psnr",
    lambda tf, x, y: tf.image.psnr(x, y, 1.0),
    _BRIGHT,
    [_BRIGHT[0][::-1]],
    types=["float32"],
)
add(
    "image.ssim",
    lambda tf, x, y: tf.image.ssim(x, y, 1.0, filter_size=3),
    _BRIGHT,
    [[row[::-1] for row in _BRIGHT[0]]],
    types=["float32"],
)

# -- tf.sparse ----------------------------------------------------------------------------------


def _sparse(tf: Any, values: Any) -> Any:
    return tf.sparse.SparseTensor([[0, 0], [0, 2], [1, 1]], values, [2, 3])


_VALUES = [0.5, -1.0, 2.0]
_SPARSE = {
    "to_dense": lambda tf, s: tf.sparse.to_dense(s),
    "reduce_sum": lambda tf, s: tf.sparse.reduce_sum(s, 1),
    "reduce_max": lambda tf, s: tf.sparse.reduce_max(s, 1),
    "softmax": lambda tf, s: tf.sparse.softmax(s).values,
    "add": lambda tf, s: tf.sparse.add(s, s).values,
    "concat": lambda tf, s: tf.sparse.concat(1, [s, s]).values,
    "slice": lambda tf, s: tf.sparse.slice(s, [0, 0], [2, 2]).values,
    "split": lambda tf, s: [part.values for part in tf.sparse.split(s, 3, 1)],
    "transpose": lambda tf, s: tf.sparse.transpose(s).values,
    "reshape": lambda tf, s: tf.sparse.reshape(s, [3, 2]).values,
    "reorder": lambda tf, s: tf.sparse.reorder(s).values,
    "retain": lambda tf, s: tf.sparse.retain(s, [True, False, True]).values,
    "fill_empty_rows": lambda tf, s: tf.sparse.fill_empty_rows(s, 1.0)[0].values,
    "maximum": lambda tf, s: tf.sparse.maximum(s, s).values,
    "map_values": lambda tf, s: tf.sparse.map_values(tf.exp, s).values,
}
for _name, _use in _SPARSE.items():
    _add(
        f"sparse.{_name}",
        lambda tf, v, f=_use: [y**3 for y in tf.nest.flatten(f(tf, _sparse(tf, v)))],
        _VALUES,
    )
_add(
    "sparse.sparse_dense_matmul",
    lambda tf, v, b: tf.sparse.sparse_dense_matmul(_sparse(tf, v), b),
    _VALUES,
    TALL,
)
_add(
    "sparse.sparse_dense_matmul adjoint",
    lambda tf, v, b: tf.sparse.sparse_dense_matmul(
        _sparse(tf, v), b, adjoint_a=True, adjoint_b=True
    ),
    _VALUES,
    [[0.5, 1.0], [2.0, -1.0]],
)
for _name in "sum mean sqrt_n".split():
    _add(
        f"sparse.segment_{_name}",
        lambda tf, x, f=_name: getattr(tf.sparse, f"segment_{f}")(x, [2, 0, 2], [0, 0, 1]) ** 3,
        TALL,
    )

# -- tf.linalg ----------------------------------------------------------------------------------

_BANDS = [[1.0, 2.0, 0.5], [3.0, -2.5, 4.0], [0.5, 1.5, -1.0]]
_add("linalg.lu", lambda tf, a: tf.linalg.lu(a)[0] ** 2, PAIR)
_add("linalg.lu of complex", lambda tf, a: tf.linalg.lu(a)[0] ** 2, PLANE_PAIR, types=_PLANE)
_add(
    "linalg.lu_solve",
    lambda tf, a, b: tf.linalg.lu_solve(*tf.linalg.lu(a), b),
    PAIR,
    [[1.0], [2.0]],
)
_add("linalg.lu_reconstruct", lambda tf, a: tf.linalg.lu_reconstruct(a, [1, 0]) ** 2, PAIR)
_add("linalg.lu_matrix_inverse", lambda tf, a: tf.linalg.lu_matrix_inverse(*tf.linalg.lu(a)), PAIR)
_add("linalg.lstsq", by_name("linalg.lstsq"), TALL, [[1.0], [2.0], [0.5]])
_add(
    "linalg.lstsq regular",
    by_name("linalg.lstsq", l2_regularizer=0.5),
    [[1.5, -0.5, 1.0], [0.25, 2.0, 0.5]],
    [[1.0], [2.0]],
)
_add("linalg.lstsq slow", by_name("linalg.lstsq", fast=False), TALL, [[1.0], [2.0], [0.5]])
_add("linalg.pinv", by_name("linalg.pinv"), TALL)
_add("linalg.sqrtm", by_name("linalg.sqrtm"), SPD)
_add("linalg.logm", by_name("linalg.logm"), HERMITIAN, types=_PLANE)
_add("linalg.eig", lambda tf, a: [tf.abs(y) ** 2 for y in tf.linalg.eig(a)], PAIR)
_add("linalg.eigvals", by_name("linalg.eigvals"), PLANE_PAIR, types=_PLANE)
_add(
    "linalg.eigh_tridiagonal",
    lambda tf, a, b: tf.linalg.eigh_tridiagonal(a, b),
    [1.0, 2.0, 4.0],
    [0.5, 0.3],
)
_add("linalg.tridiagonal_matmul", by_name("linalg.tridiagonal_matmul"), _BANDS, TALL)
_add("linalg.tridiagonal_solve", by_name("linalg.tridiagonal_solve"), _BANDS, TALL)
_add("linalg.banded_triangular_solve", by_name("linalg.banded_triangular_solve"), _BANDS[1:], TALL)
_add(
    "linalg.banded_triangular_solve upper",
    by_name("linalg.banded_triangular_solve", lower=False, adjoint=True),
    [[0.5, 1.5, -1.0], [3.0, -2.5, 4.0]],
    TALL,
)
_add("linalg.matrix_rank", lambda tf, a: [tf.cast(tf.linalg.matrix_rank(a), a.dtype), a**2], PAIR)


def _operator(name: str, make: Any, *points: Any, types: Any = _DOUBLE) -> None:
    def call(tf: Any, *tensors: Any) -> Any:
        operator = make(tf.linalg, *tensors)
        size = operator.shape[-1]
        right = tf.reshape(tf.cast(tf.range(1, size + 1), operator.dtype), [size, 1])
        return operator.matmul(right), operator.solve(right), operator.log_abs_determinant()

    _add(f"linalg.{name}", call, *points, types=types)


_operator("LinearOperatorDiag", lambda la, d: la.LinearOperatorDiag(d), [1.0, -2.0])
_operator("LinearOperatorFullMatrix", lambda la, a: la.LinearOperatorFullMatrix(a), PAIR)
_operator("LinearOperatorLowerTriangular", lambda la, a: la.LinearOperatorLowerTriangular(a), PAIR)
_operator(
    "LinearOperatorCirculant",
    lambda la, s: la.LinearOperatorCirculant(s, input_output_dtype=s.dtype),
    [4.0, 1 + 1j, 2.0],
    types=_PLANE,
)
_operator("LinearOperatorHouseholder", lambda la, v: la.LinearOperatorHouseholder(v), [1.0, -2.0])
_operator(
    "LinearOperatorToeplitz",
    lambda la, c, r: la.LinearOperatorToeplitz(c, r),
    [2.0, 1.0],
    [2.0, 0.5],
)
_operator("LinearOperatorTridiag", lambda la, b: la.LinearOperatorTridiag(b, "compact"), _BANDS)
_operator(
    "LinearOperatorKronecker",
    lambda la, a, b: la.LinearOperatorKronecker(
        [la.LinearOperatorFullMatrix(a), la.LinearOperatorFullMatrix(b)]
    ),
    PAIR,
    OTHER,
)
_operator(
    "LinearOperatorLowRankUpdate",
    lambda la, d, u: la.LinearOperatorLowRankUpdate(la.LinearOperatorDiag(d), u),
    [2.0, 3.0],
    [[0.5], [1.0]],
)

# -- tf.math ------------------------------------------------------------------------------------

_add("math.betainc", by_name("math.betainc"), [0.5, 2.0], [1.0, 1.5], [0.3, 0.6])
_add("math.betainc by x", lambda tf, x: tf.math.betainc(x * 0 + 2.0, x * 0 + 1.5, x), [0.3, 0.6])
for _name in """
    dawsn spence fresnel_cos fresnel_sin expint bessel_i0 bessel_i1 bessel_j0 bessel_j1 bessel_k0
    bessel_k0e bessel_k1 bessel_k1e bessel_y0 bessel_y1
""".split():
    _add(f"math.special.{_name}", by_name(f"math.special.{_name}"), [0.3, 1.0, 2.5])
_add("clip_by_value of line", lambda tf, x: tf.clip_by_value(x, x * 0.5, 1.0) ** 3, LINE)
