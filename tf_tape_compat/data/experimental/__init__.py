"""`tf.data.experimental`: more sources, transformations and options."""

from ... import _api
from ..._data.arguments import AUTOTUNE as AUTOTUNE
from ..._data.arguments import INFINITE as INFINITE_CARDINALITY
from ..._data.arguments import UNKNOWN as UNKNOWN_CARDINALITY
from ..._data.buffering import assert_cardinality as assert_cardinality
from ..._data.csv_batches import make_csv_dataset as make_csv_dataset
from ..._data.csv_files import CsvDatasetV2 as CsvDataset
from ..._data.example_batches import make_batched_features_dataset as make_batched_features_dataset
from ..._data.example_batches import parse_example_dataset as parse_example_dataset
from ..._data.experimental import SHARD_HINT as SHARD_HINT
from ..._data.experimental import Counter as Counter
from ..._data.experimental import bucket_by_sequence_length as bucket_by_sequence_length
from ..._data.experimental import cardinality as cardinality
from ..._data.experimental import choose_from_datasets as choose_from_datasets
from ..._data.experimental import copy_to_device as copy_to_device
from ..._data.experimental import dense_to_ragged_batch as dense_to_ragged_batch
from ..._data.experimental import dense_to_sparse_batch as dense_to_sparse_batch
from ..._data.experimental import enable_debug_mode as enable_debug_mode
from ..._data.experimental import enumerate_dataset as enumerate_dataset
from ..._data.experimental import get_next_as_optional as get_next_as_optional
from ..._data.experimental import get_single_element as get_single_element
from ..._data.experimental import get_structure as get_structure
from ..._data.experimental import group_by_reducer as group_by_reducer
from ..._data.experimental import group_by_window as group_by_window
from ..._data.experimental import ignore_errors as ignore_errors
from ..._data.experimental import map_and_batch as map_and_batch
from ..._data.experimental import pad_to_cardinality as pad_to_cardinality
from ..._data.experimental import parallel_interleave as parallel_interleave
from ..._data.experimental import prefetch_to_device as prefetch_to_device
from ..._data.experimental import rejection_resample as rejection_resample
from ..._data.experimental import sample_from_datasets as sample_from_datasets
from ..._data.experimental import scan as scan
from ..._data.experimental import shuffle_and_repeat as shuffle_and_repeat
from ..._data.experimental import take_while as take_while
from ..._data.experimental import unbatch as unbatch
from ..._data.experimental import unique as unique
from ..._data.iterator import at as at
from ..._data.key_reducers import Reducer as Reducer
from ..._data.lookup import DatasetInitializer as DatasetInitializer
from ..._data.lookup import index_table_from_dataset as index_table_from_dataset
from ..._data.lookup import table_from_dataset as table_from_dataset
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
from ..._data.record_writer import TFRecordWriter as TFRecordWriter
from ..._data.sources import from_list as from_list
from ..._data.sql import SqlDatasetV2 as SqlDataset
from ..._data.variants import from_variant as from_variant
from ..._data.variants import load as load
from ..._data.variants import make_saveable_from_iterator as make_saveable_from_iterator
from ..._data.variants import save as save
from ..._data.variants import snapshot as snapshot
from ..._data.variants import to_variant as to_variant

__all__ = ["INFINITE_CARDINALITY", "UNKNOWN_CARDINALITY"]

__getattr__, __dir__ = _api.namespace(__name__)
