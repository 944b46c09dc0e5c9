"""`tf.data.experimental`: more sources, transformations and options."""

from ... import _api
from ..._data.arguments import AUTOTUNE as AUTOTUNE
from ..._data.arguments import INFINITE as INFINITE_CARDINALITY
from ..._data.arguments import UNKNOWN as UNKNOWN_CARDINALITY
from ..._data.buffering import assert_cardinality as assert_cardinality
from ..._data.flattening import parallel_interleave as parallel_interleave
from ..._data.iterator import at as at
from ..._data.optional import Optional as Optional
from ..._data.options import AutoShardPolicy as AutoShardPolicy
from ..._data.options import AutotuneAlgorithm as AutotuneAlgorithm
from ..._data.options import AutotuneOptions as AutotuneOptions
from ..._data.options import DistributeOptions as DistributeOptions
from ..._data.options import ExternalStatePolicy as ExternalStatePolicy
from ..._data.options import OptimizationOptions as OptimizationOptions
from ..._data.options import ServiceOptions as ServiceOptions
from ..._data.options import ThreadingOptions as ThreadingOptions
from ..._data.random_sources import RandomDatasetV2 as RandomDataset
from ..._data.random_sources import shuffle_and_repeat as shuffle_and_repeat
from ..._data.resampling import rejection_resample_old as rejection_resample
from ..._data.selecting import choose_from_datasets_old as choose_from_datasets
from ..._data.selecting import sample_from_datasets_old as sample_from_datasets
from ..._data.sources import from_list as from_list

__all__ = ["INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY"]

__getattr__, __dir__ = _api.namespace(__name__)
