"""`tf.signal`: Fourier and cosine transforms, frames and windows of signals."""

from . import _api
from ._ops.cosine_transforms import dct as dct
from ._ops.cosine_transforms import idct as idct
from ._ops.fourier import fft as fft
from ._ops.fourier import fft2d as fft2d
from ._ops.fourier import fft3d as fft3d
from ._ops.fourier import fftshift as fftshift
from ._ops.fourier import ifft as ifft
from ._ops.fourier import ifft2d as ifft2d
from ._ops.fourier import ifft3d as ifft3d
from ._ops.fourier import ifftshift as ifftshift
from ._ops.fourier import irfft as irfft
from ._ops.fourier import irfft2d as irfft2d
from ._ops.fourier import irfft3d as irfft3d
from ._ops.fourier import rfft as rfft
from ._ops.fourier import rfft2d as rfft2d
from ._ops.fourier import rfft3d as rfft3d
from ._ops.fourier_axes import signal_fftnd as fftnd
from ._ops.fourier_axes import signal_ifftnd as ifftnd
from ._ops.fourier_axes import signal_irfftnd as irfftnd
from ._ops.fourier_axes import signal_rfftnd as rfftnd
from ._ops.framing import frame as frame
from ._ops.framing import overlap_and_add as overlap_and_add
from ._ops.mel import linear_to_mel_weight_matrix as linear_to_mel_weight_matrix
from ._ops.mel import mfccs_from_log_mel_spectrograms as mfccs_from_log_mel_spectrograms
from ._ops.signal_windows import hamming_window as hamming_window
from ._ops.signal_windows import hann_window as hann_window
from ._ops.signal_windows import kaiser_bessel_derived_window as kaiser_bessel_derived_window
from ._ops.signal_windows import kaiser_window as kaiser_window
from ._ops.signal_windows import vorbis_window as vorbis_window
from ._ops.spectra import inverse_mdct as inverse_mdct
from ._ops.spectra import inverse_stft as inverse_stft
from ._ops.spectra import inverse_stft_window_fn as inverse_stft_window_fn
from ._ops.spectra import mdct as mdct
from ._ops.spectra import stft as stft

__getattr__, __dir__ = _api.namespace(__name__)
