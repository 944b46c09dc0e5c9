"""tf.signal: Fourier and cosine transforms, frames, windows and spectra."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from tests.parity.case_helpers.tables import (
    COMPLEX,
    EVERY,
    REAL,
    gradients,
    of_dtype,
    outcomes,
    ramp,
)
from tests.parity.harness import tolerance

_CLOSE = tolerance(rtol=2e-5, atol=2e-5)
_WAVE = np.sin(np.arange(24) * 0.7).astype("float32")


def _points(shape: Any, dtype: str = "complex64") -> np.ndarray:
    values = np.cos(np.arange(int(np.prod(shape))) * 1.3) * 2
    if dtype.startswith("complex"):
        values = values + 1j * np.sin(np.arange(values.size) * 0.9)
    return values.reshape(shape).astype(dtype)


def _complex_to_complex(name: str) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        f = getattr(tf.signal, name)
        rows: dict[str, Callable[[], Any]] = {
            f"{shape} {d}": lambda shape=shape, d=d: f(_points(shape, d))
            for shape in ((5,), (2, 3), (1, 2, 4), (2, 2, 1, 3), (2, 0, 3), (0, 2, 3), ())
            for d in COMPLEX
        }
        rows |= {d: lambda d=d: f(of_dtype(tf, np.ones((1, 2, 3)), d)) for d in EVERY}
        rows |= {
            "floats": lambda: f([[[1.0, 2.0]]]),
            "integers": lambda: f([[[1, 2]]]),
            "complex": lambda: f([[[1j, 2]]]),
            "array": lambda: f(np.ones((1, 1, 2))),
            "variable": lambda: f(tf.Variable(_points((1, 2, 2)))),
            "named": lambda: f(input=_points((1, 1, 3)), name="some"),
        }
        for d in COMPLEX:
            rows[f"gradient {d}"] = lambda d=d: gradients(tf, f, _points((2, 2, 3), d))
        return outcomes(rows)

    return case


def _of_real(name: str, rank: int) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        f = getattr(tf.signal, name)
        rows: dict[str, Callable[[], Any]] = {}
        for shape in ((5,), (4,), (2, 3), (2, 3, 4), (2, 2, 2, 5), (0, 3, 4), ()):
            rows[f"{shape}"] = lambda shape=shape: f(_points(shape, "float32"))
        x = _points((2, 3, 4), "float32")
        for lengths in ((4,), (6,), (3,), (2,), (7,), (1,), (-1,)):
            full = [3, 3, *lengths][-rank:]
            rows[f"length {full}"] = lambda full=full: f(x, full)
            rows[f"empty length {full}"] = lambda full=full: f(
                np.zeros((0, 3, 3, 4), "float32"), full
            )
        rows |= {d: lambda d=d: f(of_dtype(tf, np.ones((1, 2, 3)), d)) for d in EVERY}
        rows |= {
            "shorter": lambda: f(x, [2, 2, 3][-rank:]),
            "longer": lambda: f(x, [4, 5, 6][-rank:]),
            "too many": lambda: f(x, [4] * (rank + 1)),
            "scalar length": lambda: f(x, 4),
            "matrix length": lambda: f(x, [[4]]),
            "float length": lambda: f(x, [4.0] * rank),
            "tensor length": lambda: f(x, tf.constant([4] * rank)),
            "long length": lambda: f(x, tf.constant([4] * rank, tf.int64)),
            "float64": lambda: f(x.astype("float64"), [5] * rank),
            "integers": lambda: f([[[1, 2, 3]]]),
            "floats": lambda: f([[[1.0, 2.0, 4.0]]]),
            "named": lambda: f(input_tensor=x, fft_length=None, name="some"),
        }
        for n in (None, 4, 5, 8, 2, 3):
            for d in ("float32", "float64"):
                full = None if n is None else [2, 3, n][-rank:]
                rows[f"gradient {n} {d}"] = lambda full=full, d=d: gradients(
                    tf, lambda v: f(v, full), _points((2, 3, 4), d)
                )
        rows["gradient cropped rows"] = lambda: gradients(
            tf, lambda v: f(v, [2, 2, 4][-rank:]), _points((2, 3, 4), "float32")
        )
        return outcomes(rows)

    return case


def _to_real(name: str, rank: int) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        f = getattr(tf.signal, name)
        rows: dict[str, Callable[[], Any]] = {}
        for shape in ((5,), (4,), (2, 3), (2, 3, 4), (2, 2, 2, 5), (0, 3, 4), ()):
            rows[f"{shape}"] = lambda shape=shape: f(_points(shape))
        x = _points((2, 3, 4))
        for last in (4, 6, 3, 2, 7, 1, 9, -1):
            full = [3, 3, last][-rank:]
            rows[f"length {full}"] = lambda full=full: f(x, full)
        rows |= {d: lambda d=d: f(of_dtype(tf, np.ones((1, 2, 3)), d)) for d in EVERY}
        rows |= {
            "too many": lambda: f(x, [4] * (rank + 1)),
            "scalar length": lambda: f(x, 4),
            "matrix length": lambda: f(x, [[4]]),
            "tensor length": lambda: f(x, tf.constant([4] * rank)),
            "complex128": lambda: f(x.astype("complex128"), [5] * rank),
            "floats": lambda: f([[[1.0, 2.0, 4.0]]]),
            "complex": lambda: f([[[1.0, 2.0j, 4.0]]]),
            "named": lambda: f(input_tensor=x, fft_length=None, name="some"),
        }
        for n in (None, 7, 8, 5, 3, 9):
            for d in COMPLEX:
                full = None if n is None else [2, 3, n][-rank:]
                rows[f"gradient {n} {d}"] = lambda full=full, d=d: gradients(
                    tf, lambda v: f(v, full), _points((2, 3, 4), d)
                )
        return outcomes(rows)

    return case


def shifts(tf: Any) -> Any:
    rows: dict[str, Callable[[], Any]] = {}
    x = ramp((2, 3, 4))
    for name in ("fftshift", "ifftshift"):
        f = getattr(tf.signal, name)
        for axes in (None, 0, 1, -1, 3, (0,), (-1, 0), [0, 1, 2], (5,), (-4,), [], [1, 1]):
            rows[f"{name} {axes}"] = lambda f=f, axes=axes: f(x, axes)
        rows[f"{name} tensor"] = lambda f=f: f(x, tf.constant([1]))
        rows[f"{name} array"] = lambda f=f: f(x, np.array([1, 2]))
        rows[f"{name} scalar"] = lambda f=f: f(1.0)
        rows[f"{name} empty"] = lambda f=f: f(np.zeros((0, 3)))
        rows[f"{name} gradient"] = lambda f=f: gradients(tf, f, ramp((2, 3)))
        for d in EVERY:
            rows[f"{name} {d}"] = lambda f=f, d=d: f(of_dtype(tf, [0, 1, 2], d))
    return outcomes(rows)


def frames(tf: Any) -> Any:
    f, x = tf.signal.frame, ramp((2, 7))
    rows: dict[str, Callable[[], Any]] = {}
    lengths = [(3, 2), (5, 2), (2, 3), (7, 1), (8, 1), (9, 4), (4, 4), (1, 1), (3, -1), (3, 0)]
    for length, step in [*lengths, (0, 2), (-1, 2), (-1, 0), (3.0, 2), (3, 2.0), (3.0, 2.0)]:
        for end in (False, True):
            rows[f"{length} {step} {end}"] = lambda a=(length, step, end): f(x, *a)
    long = tf.constant(3, tf.int64)
    rows |= {
        "axis 0": lambda: f(ramp((5, 2)), 2, 2, axis=0),
        "axis 1": lambda: f(ramp((2, 5, 2)), 3, 2, True, 9, 1),
        "axis -2": lambda: f(ramp((2, 5, 2)), 3, 1, axis=-2),
        "axis 3": lambda: f(x, 2, 1, axis=3),
        "axis -3": lambda: f(x, 2, 1, axis=-3),
        "axis list": lambda: f(x, 2, 1, axis=[0]),
        "axis tensor": lambda: f(x, 2, 4, axis=tf.constant(1)),
        "list length": lambda: f(x, [2], 1),
        "list step": lambda: f(x, 2, [1]),
        "scalar": lambda: f(1.0, 2, 1),
        "long": lambda: f(x, long, 2),
        "both long": lambda: f(x, long, tf.constant(2, tf.int64), True),
        "value": lambda: f(x, 3, 3, True, 7.5),
        "value of integers": lambda: f([1, 2, 3], 2, 2, True, 7),
        "wrong value": lambda: f([1, 2, 3], 2, 2, True, 7.5),
        "value list": lambda: f(x, 3, 3, True, [7.5]),
        "unused value": lambda: f(x, 3, 3, False, [7.5]),
        "strings": lambda: f(["a", "b", "c"], 2, 2, True, "x"),
        "strings cut": lambda: f(["a", "b", "c"], 2, 1),
        "booleans": lambda: f([True, False, True], 2, 2, True, False),
        "empty": lambda: f(np.zeros((0,), "float32"), 2, 2),
        "empty to the end": lambda: f(np.zeros((0,), "float32"), 2, 2, True),
        "empty batch": lambda: f(np.zeros((0, 5), "float32"), 2, 2),
        "gradient": lambda: gradients(tf, lambda v: f(v, 3, 2), ramp((2, 6))),
        "gradient to the end": lambda: gradients(
            tf, lambda v, p: f(v, 4, 2, True, p), ramp((5,)), ramp(())
        ),
        "gradient of nothing": lambda: gradients(tf, lambda v: f(v, 7, 2), ramp((2, 6))),
        "named": lambda: f(signal=x, frame_length=2, frame_step=5, name="some"),
    }
    for d in EVERY:
        rows[d] = lambda d=d: f(of_dtype(tf, [0, 1, 2, 1], d), 2, 1)
        rows[f"{d} to the end"] = lambda d=d: f(of_dtype(tf, [0, 1, 2], d), 2, 2, True)
    return outcomes(rows)


def overlapping(tf: Any) -> Any:
    f, x = tf.signal.overlap_and_add, ramp((2, 3, 4))
    rows: dict[str, Callable[[], Any]] = {}
    for step in (1, 2, 3, 4, 5, 9, 0, -1, 2.0, [2], tf.constant(3, tf.int64)):
        rows[f"{step}"] = lambda step=step: f(x, step)
    for d in EVERY:
        rows[d] = lambda d=d: f(of_dtype(tf, np.ones((2, 3)), d), 2)
        rows[f"{d} apart"] = lambda d=d: f(of_dtype(tf, np.ones((2, 3)), d), 3)
    rows |= {
        "vector": lambda: f([1.0, 2.0], 1),
        "no frames": lambda: f(np.zeros((0, 3), "float32"), 2),
        "empty frames": lambda: f(np.zeros((2, 0), "float32"), 2),
        "empty batch": lambda: f(np.zeros((2, 0, 3, 4), "float32"), 2),
        "gradient": lambda: gradients(tf, lambda v: f(v, 2), ramp((2, 3, 3))),
        "gradient of complex": lambda: gradients(tf, lambda v: f(v, 1), ramp((3, 3), "complex64")),
        "gradient apart": lambda: gradients(tf, lambda v: f(v, 3), ramp((2, 3))),
        "named": lambda: f(signal=x, frame_step=3, name="some"),
    }
    return outcomes(rows)


def _window(name: str) -> Callable[[Any], Any]:
    def case(tf: Any) -> Any:
        f = getattr(tf.signal, name)
        rows: dict[str, Callable[[], Any]] = {}
        for length in (0, 1, 2, 3, 4, 5, 8, 9, -1, -2, [3], 3.0, "a"):
            rows[f"{length!r}"] = lambda length=length: f(length)
        for d in EVERY:
            rows[d] = lambda d=d: f(6, dtype=tf.as_dtype(d))
        rows |= {
            "type by name": lambda: f(6, dtype="float32"),
            "tensor": lambda: f(tf.constant(6)),
            "long tensor": lambda: f(tf.constant(6, tf.int64)),
            "named": lambda: f(window_length=4, name="some"),
        }
        if name.startswith("kaiser"):
            for beta in (0, 1, 3.5, 30.0, -2.0, [3.0]):
                rows[f"beta {beta}"] = lambda beta=beta: f(6, beta)
            rows["gradient"] = lambda: gradients(tf, lambda b: f(5, b), np.float32(3.0))
        elif name != "vorbis_window":
            for whole in (True, False, 0, "a", [True], None):
                rows[f"periodic {whole}"] = lambda whole=whole: f(6, whole)
                rows[f"odd periodic {whole}"] = lambda whole=whole: f(5, whole)
        return outcomes(rows)

    return case


def _cosine(name: str) -> Callable[[Any], Any]:
    @_CLOSE
    def case(tf: Any) -> Any:
        f = getattr(tf.signal, name)
        x = _points((2, 4), "float32")
        rows: dict[str, Callable[[], Any]] = {}
        for kind in (1, 2, 3, 4, 5, 0, 1.0):
            for norm in (None, "ortho", "x"):
                for n in (None, 3, 6, 0, -1):
                    rows[f"{kind} {norm} {n}"] = lambda a=(kind, n, -1, norm): f(x, *a)
                if kind in (1, 2, 3, 4):
                    rows[f"gradient {kind} {norm}"] = lambda a=(kind, 5, -1, norm): gradients(
                        tf, lambda v: f(v, *a), x
                    )
                    rows[f"cropped {kind} {norm}"] = lambda a=(kind, 3, -1, norm): gradients(
                        tf, lambda v: f(v, *a), x.astype("float64")
                    )
            rows[f"{kind} empty batch"] = lambda kind=kind: f(np.zeros((0, 4), "float32"), kind)
            rows[f"{kind} of one"] = lambda kind=kind: f(np.ones((2, 1), "float32"), kind)
            for d in EVERY:
                rows[f"{kind} {d}"] = lambda kind=kind, d=d: f(of_dtype(tf, [[1, 2]], d), kind)
        rows |= {
            "axis": lambda: f(x, axis=1),
            "scalar": lambda: f(1.0),
            "integers": lambda: f([1, 2, 3]),
            "length in a tensor": lambda: f(x, n=tf.constant(3)),
            "float length": lambda: f(x, n=3.0),
            "named": lambda: f(input=x, type=2, n=None, axis=-1, norm=None, name="some"),
        }
        return outcomes(rows)

    return case


@_CLOSE
def short_time(tf: Any) -> Any:
    s = tf.signal
    rows: dict[str, Callable[[], Any]] = {}
    table: list[dict[str, Any]] = [
        {"frame_length": 8, "frame_step": 4},
        {"frame_length": 6, "frame_step": 3, "fft_length": 8},
        {"frame_length": 6, "frame_step": 3, "fft_length": 4},
        {"frame_length": 6, "frame_step": 3, "window_fn": None},
        {"frame_length": 6, "frame_step": 2, "window_fn": s.hamming_window},
        {"frame_length": 1, "frame_step": 3},
        {"frame_length": 30, "frame_step": 3},
        {"frame_length": 8.0, "frame_step": 4},
        {"frame_length": [8], "frame_step": 4},
        {"frame_length": 8, "frame_step": [4]},
    ]
    for i, k in enumerate(table):
        rows[f"stft {i}"] = lambda k=k: s.stft(_WAVE, **k)
        rows[f"padded stft {i}"] = lambda k=k: s.stft(_WAVE, **k, pad_end=True)
        if i != 6 and i != 5:
            rows[f"inverse {i}"] = lambda k=k: s.inverse_stft(s.stft(_WAVE, **k), **k)
            rows[f"gradient {i}"] = lambda k=k: gradients(tf, lambda v: s.stft(v, **k), _WAVE[:14])
    long = tf.constant(4, tf.int64)
    bins = _points((2, 3, 3))
    rows |= {
        "double": lambda: s.stft(_WAVE.astype("float64"), 8, 4),
        "batch": lambda: s.stft(_WAVE.reshape(2, 12), 4, 4),
        "integers": lambda: s.stft([1, 2, 3, 4], 2, 1),
        "integers without window": lambda: s.stft([1, 2, 3, 4], 2, 1, window_fn=None),
        "half": lambda: s.stft(_WAVE.astype("float16"), 2, 1),
        "long": lambda: s.stft(_WAVE, long, long),
        "scalar": lambda: s.stft(1.0, 2, 1),
        "inverse of one": lambda: s.inverse_stft([1j], 2, 1),
        "inverse of a list": lambda: s.inverse_stft([[1j, 1j]], 2, 1),
        "inverse of real": lambda: s.inverse_stft([[1.0, 1.0]], 2, 1),
        "inverse longer": lambda: s.inverse_stft(bins, 6, 3, 4, None),
        "inverse batch": lambda: s.inverse_stft(bins, 4, 2),
        "inverse gradient": lambda: gradients(tf, lambda v: s.inverse_stft(v, 4, 2), bins),
        "there and back": lambda: s.inverse_stft(
            s.stft(_WAVE, 8, 4), 8, 4, window_fn=s.inverse_stft_window_fn(4)
        ),
    }
    for size, step in ((8, 4), (8, 3), (6, 2), (4, 8), (5, 2)):
        rows[f"window {size} {step}"] = lambda a=(size, step): s.inverse_stft_window_fn(a[1])(
            a[0], dtype=tf.float32
        )
    rows |= {
        "window list": lambda: s.inverse_stft_window_fn([2])(4, dtype=tf.float32),
        "window type": lambda: s.inverse_stft_window_fn(2)(4, dtype="float32"),
        "window hamming": lambda: s.inverse_stft_window_fn(2, s.hamming_window)(4, tf.float64),
    }
    return outcomes(rows)


@_CLOSE
def modified_cosine(tf: Any) -> Any:
    s = tf.signal
    rows: dict[str, Callable[[], Any]] = {}
    table: list[dict[str, Any]] = [
        {"frame_length": 8},
        {"frame_length": 4, "norm": "ortho"},
        {"frame_length": 8, "pad_end": True, "window_fn": None},
        {"frame_length": 8, "window_fn": s.kaiser_bessel_derived_window},
        {"frame_length": 6},
        {"frame_length": 8, "norm": "x"},
        {"frame_length": [8]},
        {"frame_length": 8.0},
        {"frame_length": 0},
    ]
    for i, k in enumerate(table):
        back = {q: v for q, v in k.items() if q in ("window_fn", "norm")}
        rows[f"mdct {i}"] = lambda k=k: s.mdct(_WAVE, **k)
        rows[f"inverse {i}"] = lambda k=k, back=back: s.inverse_mdct(s.mdct(_WAVE, **k), **back)
        rows[f"gradient {i}"] = lambda k=k: gradients(tf, partial(s.mdct, **k), _WAVE[:16])
    rows |= {
        "vector": lambda: s.inverse_mdct([1.0, 2.0]),
        "odd": lambda: s.inverse_mdct([[1.0, 2.0, 3.0]]),
        "integers": lambda: s.inverse_mdct([[1, 2, 3, 4]]),
        "norm": lambda: s.inverse_mdct([[1.0, 2.0, 3.0, 4.0]], norm="x"),
        "double": lambda: s.inverse_mdct(_points((2, 2, 4), "float64")),
        "gradient": lambda: gradients(tf, s.inverse_mdct, _points((3, 4), "float32")),
    }
    return outcomes(rows)


@_CLOSE
def mel_weights(tf: Any) -> Any:
    f = tf.signal.linear_to_mel_weight_matrix
    table: list[dict[str, Any]] = [
        {},
        {"num_mel_bins": 0},
        {"num_mel_bins": 1},
        {"num_spectrogram_bins": 1},
        {"lower_edge_hertz": -1.0},
        {"lower_edge_hertz": 4000.0},
        {"upper_edge_hertz": 4001.0},
        {"sample_rate": 0},
        {"sample_rate": tf.constant(8000)},
        {"sample_rate": tf.constant(8000.0)},
        {"sample_rate": 10000, "lower_edge_hertz": 20, "upper_edge_hertz": 5000},
        {"dtype": "float32"},
    ]
    rows = {
        f"{k}": lambda k=k: f(**{"num_mel_bins": 4, "num_spectrogram_bins": 9, **k}) for k in table
    }
    for d in ("float32", "float64", "int32"):
        rows[d] = lambda d=d: f(3, 6, dtype=tf.as_dtype(d))
    return outcomes(rows)


@_CLOSE
def cepstral_coefficients(tf: Any) -> Any:
    f = tf.signal.mfccs_from_log_mel_spectrograms
    rows: dict[str, Callable[[], Any]] = {
        d: lambda d=d: f(of_dtype(tf, ramp((2, 5)), d)) for d in (*REAL, "int32", "complex64")
    }
    rows |= {
        "no bins": lambda: f(np.zeros((2, 0), "float32")),
        "scalar": lambda: f(1.0),
        "gradient": lambda: gradients(tf, f, _points((2, 3, 5), "float32")),
        "named": lambda: f(log_mel_spectrograms=[[1.0, 2.0]], name="some"),
    }
    return outcomes(rows)


_WINDOWS = "hann hamming kaiser kaiser_bessel_derived vorbis".split()

CASES = {
    **{n: _complex_to_complex(n) for n in "fft fft2d fft3d ifft ifft2d ifft3d".split()},
    **{n: _of_real(n, i + 1) for i, n in enumerate("rfft rfft2d rfft3d".split())},
    **{n: _to_real(n, i + 1) for i, n in enumerate("irfft irfft2d irfft3d".split())},
    **{f"{n}_window": _window(f"{n}_window") for n in _WINDOWS},
    "dct": _cosine("dct"),
    "idct": _cosine("idct"),
}
