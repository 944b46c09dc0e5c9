"""`tf.summary`: event files for TensorBoard."""

from .. import _api
from .._summary.plugins import audio as audio
from .._summary.plugins import histogram as histogram
from .._summary.plugins import image as image
from .._summary.plugins import scalar as scalar
from .._summary.plugins import text as text
from .._summary.state import record_if as record_if
from .._summary.state import should_record_summaries as should_record_summaries
from .._summary.trace import trace_export as trace_export
from .._summary.trace import trace_off as trace_off
from .._summary.trace import trace_on as trace_on
from .._summary.write import graph as graph
from .._summary.write import write as write
from .._summary.writer import SummaryWriter as SummaryWriter
from .._summary.writer import create_file_writer as create_file_writer
from .._summary.writer import create_noop_writer as create_noop_writer
from .._summary.writer import flush as flush
from . import experimental as experimental

__getattr__, __dir__ = _api.namespace(__name__)
