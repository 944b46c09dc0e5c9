"""`tf.signal`."""

from __future__ import annotations

from ..draw import Draw
from . import Recipe

_REAL = ["float32", "float32", "float64"]
_COMPLEX = ["complex64", "complex64", "complex128"]


def _shape(draw: Draw, dimensions: int) -> list[int]:
    return [*draw.shape(0, 2), *(draw.choice([1, 2, 3, 4, 5, 8, 0]) for _ in range(dimensions))]


def _fft(name: str, dimensions: int) -> Recipe:
    def recipe(draw: Draw) -> str:
        x = draw.tensor(draw.choice(_COMPLEX), _shape(draw, dimensions), -3, 3)
        return f"tf.signal.{name}({x})"

    return recipe


def _length(draw: Draw, dimensions: int) -> str:
    sizes = [draw.choice([1, 2, 3, 4, 5, 6, 8]) for _ in range(dimensions)]
    if draw.chance(0.04):
        sizes[0] = draw.choice([0, -1])
    return draw.choice([repr(sizes), f"tf.constant({sizes})"])


def _real_fft(name: str, dimensions: int) -> Recipe:
    def recipe(draw: Draw) -> str:
        kinds = _COMPLEX if name.startswith("i") else _REAL
        x = draw.tensor(draw.choice(kinds), _shape(draw, dimensions), -3, 3)
        return f"tf.signal.{name}({x}{draw.maybe(f', {_length(draw, dimensions)}')})"

    return recipe


def _nd(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        real = name == "rfftnd"
        shape = [draw.choice([1, 2, 3, 4]) for _ in range(draw.integer(1, 3))]
        x = draw.tensor(draw.choice(_REAL if real else _COMPLEX), shape, -3, 3)
        rest = ""
        count = len(shape)
        if draw.flag():
            count = draw.integer(1, len(shape))
            axes = draw.random.sample(range(len(shape)), count)
            axes = sorted(axes) if draw.chance(0.8) else axes
            rest = f", axes={[axis - len(shape) if draw.flag() else axis for axis in axes]}"
        rest += draw.maybe(f", fft_length={[draw.integer(1, 5) for _ in range(count)]}")
        norm = draw.choice(["backward", "ortho", "forward", "x"])
        rest += draw.maybe(f", norm={norm!r}", 0.3)
        return f"tf.signal.{name}({x}{rest})"

    return recipe


def _shift(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = draw.shape(0, 3)
        x = draw.tensor(draw.dtype("fics"), shape, -3, 3)
        axes = draw.axis(len(shape), several=True, none=True)
        return f"tf.signal.{name}({x}{draw.maybe(f', axes={axes}', 0.7)})"

    return recipe


def _cosine(name: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        shape = [*draw.shape(0, 2), draw.choice([1, 2, 3, 4, 5, 8])]
        x = draw.tensor(draw.dtype("F"), shape, -3, 3)
        kind = draw.choice([1, 2, 3, 4, 2, 5])
        rest = draw.maybe(f", n={draw.choice([1, 2, 3, 6, 0])}", 0.3)
        rest += draw.maybe(", norm='ortho'", 0.4) + draw.maybe(", axis=-1", 0.2)
        rest += draw.maybe(", axis=0", 0.05) + draw.maybe(", norm='x'", 0.03)
        return f"tf.signal.{name}({x}, type={kind}{rest})"

    return recipe


def _window_of(draw: Draw) -> str:
    return draw.choice(
        ["", "", ", window_fn=None", ", window_fn=tf.signal.hamming_window",
         ", window_fn=tf.signal.vorbis_window"]
    )  # fmt: skip


def _frame(draw: Draw) -> str:
    shape = draw.shape(1, 3)
    x = draw.tensor(draw.dtype("fic"), shape, -3, 3)
    length, step = draw.integer(1, 4), draw.integer(1, 3)
    if draw.chance(0.05):
        length, step = draw.choice([(0, 1), (2, 0), (-1, 1), (2, -1)])
    rest = draw.maybe(", pad_end=True") + draw.maybe(", pad_value=3", 0.3)
    axis = draw.maybe(f", axis={draw.axis(len(shape))}")
    if draw.chance(0.1):
        return f"tf.signal.frame({x}, tf.constant({length}), tf.constant({step}){rest}{axis})"
    return f"tf.signal.frame({x}, {length}, {step}{rest}{axis})"


def _overlap_and_add(draw: Draw) -> str:
    shape = [*draw.shape(0, 2), draw.integer(1, 4), draw.integer(1, 5)]
    x = draw.tensor(draw.dtype("fic"), shape, -3, 3)
    step = draw.choice(["1", "2", "3", "5", "tf.constant(2)", "0", "2.0"])
    return f"tf.signal.overlap_and_add({x}, {step})"


def _stft(draw: Draw) -> str:
    x = draw.tensor(draw.choice(_REAL), [*draw.shape(0, 1), draw.integer(0, 12)], -3, 3)
    rest = draw.maybe(f", fft_length={draw.choice([2, 4, 5, 8])}")
    rest += _window_of(draw) + draw.maybe(", pad_end=True")
    return f"tf.signal.stft({x}, {draw.integer(1, 5)}, {draw.integer(1, 4)}{rest})"


def _inverse_stft(draw: Draw) -> str:
    length = draw.integer(1, 6)
    shape = [*draw.shape(0, 1), draw.integer(1, 4), draw.integer(1, 5)]
    x = draw.tensor(draw.choice(_COMPLEX), shape, -3, 3)
    rest = draw.maybe(f", fft_length={draw.choice([4, 5, 8])}")
    rest += draw.choice(["", _window_of(draw), ", window_fn=tf.signal.inverse_stft_window_fn(2)"])
    return f"tf.signal.inverse_stft({x}, {length}, {draw.integer(1, 4)}{rest})"


def _inverse_window(draw: Draw) -> str:
    step = draw.integer(1, 4)
    window = draw.maybe(", forward_window_fn=tf.signal.hamming_window", 0.4)
    kind = draw.choice(["float32", "float64", "float16"])
    return (
        f"tf.signal.inverse_stft_window_fn({step}{window})({draw.integer(1, 8)}, dtype=tf.{kind})"
    )


def _mdct(draw: Draw) -> str:
    x = draw.tensor(draw.choice(_REAL), [*draw.shape(0, 1), draw.integer(0, 14)], -3, 3)
    length = draw.choice([4, 4, 8, 12, 6])
    rest = draw.choice(["", "", ", window_fn=tf.signal.kaiser_bessel_derived_window",
                        ", window_fn=None"])  # fmt: skip
    rest += draw.maybe(", pad_end=True") + draw.maybe(", norm='ortho'", 0.4)
    return f"tf.signal.mdct({x}, {length}{rest})"


def _inverse_mdct(draw: Draw) -> str:
    shape = [*draw.shape(0, 1), draw.integer(1, 4), draw.choice([2, 4, 6, 3])]
    x = draw.tensor(draw.choice(_REAL), shape, -3, 3)
    rest = draw.choice(["", "", ", window_fn=tf.signal.kaiser_bessel_derived_window",
                        ", window_fn=None"])  # fmt: skip
    return f"tf.signal.inverse_mdct({x}{rest}{draw.maybe(', norm=' + repr('ortho'), 0.4)})"


def _window(name: str, *options: str) -> Recipe:
    def recipe(draw: Draw) -> str:
        length = draw.choice([0, 1, 2, 3, 4, 5, 8, 9])
        text = draw.choice([f"{length}", f"tf.constant({length})"])
        rest = "".join(draw.maybe(f", {option}") for option in options)
        kind = draw.choice(["float32", "float64", "float16", "bfloat16", "int32"])
        return f"tf.signal.{name}({text}{rest}{draw.maybe(f', dtype=tf.{kind}')})"

    return recipe


def _mel(draw: Draw) -> str:
    bins, spectrogram = draw.choice([1, 4, 10, 0]), draw.choice([9, 17, 1, 0])
    low, high = draw.choice([(125.0, 3800.0), (0.0, 4000.0), (300, 200), (20, 5000.0)])
    kind = draw.choice(["float32", "float64", "float16"])
    lines = draw.maybe(f", dtype=tf.{kind}")
    rate = draw.choice(["8000", "8000.0", "tf.constant(8000.0)", "tf.constant(8000)"])
    sizes = f"{bins}, {spectrogram}, {rate}, {low}, {high}"
    return f"tf.signal.linear_to_mel_weight_matrix({sizes}{lines})"


def _mfcc(draw: Draw) -> str:
    shape = [*draw.shape(0, 2), draw.integer(0, 6)]
    return (
        f"tf.signal.mfccs_from_log_mel_spectrograms({draw.tensor(draw.dtype('F'), shape, -3, 3)})"
    )


_FFT = {"fft": 1, "ifft": 1, "fft2d": 2, "ifft2d": 2, "fft3d": 3, "ifft3d": 3}
_RFFT = {"rfft": 1, "irfft": 1, "rfft2d": 2, "irfft2d": 2, "rfft3d": 3, "irfft3d": 3}
_WINDOWS = {
    "hann_window": ["periodic=False"],
    "hamming_window": ["periodic=False"],
    "vorbis_window": [],
    "kaiser_window": ["beta=3.0"],
    "kaiser_bessel_derived_window": ["beta=2.0"],
}

RECIPES: dict[str, Recipe] = {
    **{f"signal.{name}": _fft(name, n) for name, n in _FFT.items()},
    **{f"signal.{name}": _real_fft(name, n) for name, n in _RFFT.items()},
    **{f"signal.{name}": _nd(name) for name in ("fftnd", "ifftnd", "rfftnd", "irfftnd")},
    **{f"signal.{name}": _shift(name) for name in ("fftshift", "ifftshift")},
    **{f"signal.{name}": _cosine(name) for name in ("dct", "idct")},
    **{f"signal.{name}": _window(name, *options) for name, options in _WINDOWS.items()},
    "signal.frame": _frame,
    "signal.overlap_and_add": _overlap_and_add,
    "signal.stft": _stft,
    "signal.inverse_stft": _inverse_stft,
    "signal.inverse_stft_window_fn": _inverse_window,
    "signal.mdct": _mdct,
    "signal.inverse_mdct": _inverse_mdct,
    "signal.linear_to_mel_weight_matrix": _mel,
    "signal.mfccs_from_log_mel_spectrograms": _mfcc,
}
