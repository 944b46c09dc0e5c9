"""`tf.data`: datasets, and their iterators and options."""

from .. import _api
from .._data import register_all as _register_all
from .._data.arguments import AUTOTUNE as AUTOTUNE
from .._data.arguments import INFINITE as INFINITE_CARDINALITY
from .._data.arguments import UNKNOWN as UNKNOWN_CARDINALITY
from .._data.dataset import DatasetV2 as Dataset
from .._data.files import FixedLengthRecordDatasetV2 as FixedLengthRecordDataset
from .._data.files import TextLineDatasetV2 as TextLineDataset
from .._data.files import TFRecordDatasetV2 as TFRecordDataset
from .._data.iterator import IteratorBase as Iterator
from .._data.iterator import IteratorSpec as IteratorSpec
from .._data.iterator import NumpyIterator as NumpyIterator
from .._data.options import Options as Options
from .._data.options import ThreadingOptions as ThreadingOptions
from .._data.specs import DatasetSpec as DatasetSpec
from . import experimental as experimental

__all__ = ["INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY", "Dataset", "Iterator"]

__getattr__, __dir__ = _api.namespace(__name__)
