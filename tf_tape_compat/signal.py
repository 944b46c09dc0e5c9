"""`tf.signal`: Fourier and cosine transforms, framing and windows."""

from . import _api
from ._ops.signal.dct import dct as dct
from ._ops.signal.dct import idct as idct
from ._ops.signal.fft import fft as fft
from ._ops.signal.fft import fft2d as fft2d
from ._ops.signal.fft import fft3d as fft3d
from ._ops.signal.fft import fftshift as fftshift
from ._ops.signal.fft import ifft as ifft
from ._ops.signal.fft import ifft2d as ifft2d
from ._ops.signal.fft import ifft3d as ifft3d
from ._ops.signal.fft import ifftshift as ifftshift
from ._ops.signal.fft import irfft as irfft
from ._ops.signal.fft import irfft2d as irfft2d
from ._ops.signal.fft import irfft3d as irfft3d
from ._ops.signal.fft import rfft as rfft
from ._ops.signal.fft import rfft2d as rfft2d
from ._ops.signal.fft import rfft3d as rfft3d
from ._ops.signal.fft_nd import signal_fftnd as fftnd
from ._ops.signal.fft_nd import signal_ifftnd as ifftnd
from ._ops.signal.fft_nd import signal_irfftnd as irfftnd
from ._ops.signal.fft_nd import signal_rfftnd as rfftnd
from ._ops.signal.framing import frame as frame
from ._ops.signal.framing import overlap_and_add as overlap_and_add
from ._ops.signal.mel import linear_to_mel_weight_matrix as linear_to_mel_weight_matrix
from ._ops.signal.mel import mfccs_from_log_mel_spectrograms as mfccs_from_log_mel_spectrograms
from ._ops.signal.stft import inverse_mdct as inverse_mdct
from ._ops.signal.stft import inverse_stft as inverse_stft
from ._ops.signal.stft import inverse_stft_window_fn as inverse_stft_window_fn
from ._ops.signal.stft import mdct as mdct
from ._ops.signal.stft import stft as stft
from ._ops.signal.windows import hamming_window as hamming_window
from ._ops.signal.windows import hann_window as hann_window
from ._ops.signal.windows import kaiser_bessel_derived_window as kaiser_bessel_derived_window
from ._ops.signal.windows import kaiser_window as kaiser_window
from ._ops.signal.windows import vorbis_window as vorbis_window

__getattr__, __dir__ = _api.namespace(__name__)
