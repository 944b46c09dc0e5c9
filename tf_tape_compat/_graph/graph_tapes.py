"""Tapes in a graph: their own, and those that were entered outside of it.

While a graph is open, the tapes around it do not record its operations. As in TensorFlow, they may
still be used:

- What concerns tensors from outside alone (`watch`, `gradient` of an outer target) happens outside,
  and the graph captures the results.
- What concerns tensors of this graph is seen by a *local* recorder that stands for the tape here.
  It is made when the tape is first used so, and then records the earlier nodes, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import nest
from .._core.devices import placement
from .._core.devices.cpu_kernels import other_kernels
from .._core.gradients import tape_gradient
from .._core.gradients.gradient_operands import wants_zeros, zeros
from .._core.recording import activation, admission
from .._core.recording.execution_context import current_context
from .._core.recording.recorder import Recorder
from .._core.recording.tape_set import EMPTY, TRAINABLE, thread
from .._core.tensor.tensor import EagerTensor
from .._core.variables.variable import Variable
from .gradient_sources import source_shapes
from .nodes import GradientNode, Node, WatchNode
from .replay import activate
from .symbolic_tensor import SymbolicTensor
from .unsupported import TraceUnsupported

_USED_INSIDE = "a tape from outside of the function is used inside"


class GraphTapes:
    """The part of a graph that tapes ask."""

    building_function: bool
    outer_graph: Any
    reads_variables: bool
    nodes: list[Node]
    captures: dict[int, tuple[EagerTensor, SymbolicTensor]]
    used_variables: dict[int, Variable]
    _constants: dict[int, EagerTensor]

    def __init__(self) -> None:
        super().__init__()
        self._around: tuple[Any, tuple[Recorder, ...]] = (EMPTY, ())  # what records around it
        self._caller: Any = None  # the call around it
        self._caller_scope = ""
        self._recorders: set[Recorder] = set()
        self._begin = 0  # torch's number when tracing began
        self._local: dict[Recorder, Recorder] = {}  # what stands for tapes from outside
        # Where tapes from outside were stopped: ranges of nodes.
        self._stopped: dict[Recorder, list[list[float]]] = {}

    @contextmanager
    def _apart(self) -> Iterator[None]:
        """A context in which the tapes around do not record."""
        before = self._around
        self._around = activation.switch(EMPTY, ())
        try:
            yield
        finally:
            thread.active, thread.stack = self._around
            for recorder in thread.stack:
                recorder.begin_range()
            self._around = before
            for local in self._local.values():
                local.release()
            self._local, self._stopped = {}, {}

    @contextmanager
    def _under_outer_tapes(self) -> Iterator[Any]:
        """A context in which nodes are added to the outer graph, under its own tapes."""
        inside = activation.switch(*self._around)
        try:
            yield self.outer_graph
        finally:
            self._around = activation.switch(*inside)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """A context in which everything is as around this graph: in the outer one, or eager."""
        call, scope = current_context.call, current_context.scope
        current_context.call, current_context.scope = self._caller, self._caller_scope
        try:
            with self._under_outer_tapes():
                yield
        finally:
            current_context.call, current_context.scope = call, scope

    # -- whose tapes, and whose tensors -----------------------------------------------------------

    def owns_recorder(self, recorder: Recorder) -> bool:
        """Whether a recorder is that of a tape of this graph."""
        if recorder in self._recorders or recorder in thread.stack:
            return True
        if recorder in self._stopped or recorder in self._local:
            return False
        ranges = recorder.recorded_ranges
        return not self._is_recording(recorder) and not (ranges and ranges[0][0] < self._begin)

    def _is_recording(self, recorder: Recorder) -> bool:
        """Whether a recorder from outside is recording around this graph."""
        graph: Any = self
        while graph is not None:
            if recorder in graph._around[1]:
                return True
            graph = graph.outer_graph
        return False

    def _has_recorded(self, recorder: Recorder) -> bool:
        """Whether a recorder from outside recorded around this graph, at any time."""
        return recorder in self._stopped or self._is_recording(recorder)

    def check_recorder(self, recorder: Recorder) -> None:
        """Raises TraceUnsupported for the recorder of a tape outside of the function."""
        if not self.owns_recorder(recorder):
            raise TraceUnsupported(_USED_INSIDE)

    def are_outside(self, values: Any) -> bool:
        """Whether no tensor among values belongs to this graph."""
        return not any(
            isinstance(x, EagerTensor)
            and (x.graph is self if type(x) is SymbolicTensor else id(x) in self._constants)
            for x in nest.flatten(values, expand_composites=True)
        )

    def _check_accessible(self: Any, values: Any) -> None:
        """Raises an error for tensors of a function that is not around this graph."""
        for tensor in nest.flatten(values, expand_composites=True):
            if type(tensor) is SymbolicTensor:
                outer = self
                while outer is not None and outer is not tensor.graph:
                    outer = outer.outer_graph
                if outer is None:
                    self.symbol(tensor)

    def inside(self: Any, values: Any) -> Any:
        """Results from outside as tensors of this graph."""
        return nest.map_structure(
            lambda x: self.symbol(x) if isinstance(x, EagerTensor) else x,
            values,
            expand_composites=True,
        )

    # -- the methods of tapes ---------------------------------------------------------------------

    def watch(self: Any, recorder: Recorder, item: Any) -> None:
        """Does what `GradientTape.watch` does with a tensor or variable."""
        if not self.owns_recorder(recorder):
            self._watch_by_outer_tape(recorder, item)
        elif isinstance(item, Variable):
            self.note_variable(item)
            self.add_node(WatchNode(recorder, [], item))
        elif item.dtype.torch in TRAINABLE:
            self.add_node(WatchNode(recorder, [self.symbol(item)], None))

    def _watch_by_outer_tape(self: Any, recorder: Recorder, item: Any) -> None:
        if isinstance(item, EagerTensor) and item.dtype.torch not in TRAINABLE:
            return
        if isinstance(item, EagerTensor) and not self.are_outside(item):
            local = self._local_recorder(recorder)
            self.add_node(WatchNode(local, [self.symbol(item)], None))
            return
        self._check_is_function()
        with self.outside():
            if self.outer_graph is not None:
                self.outer_graph.watch(recorder, item)
            elif isinstance(item, Variable):
                admission.watch_variable(recorder, item)
            else:
                admission.watch(recorder, item)
        if recorder in self._local:  # it is tracked from now on, also where it was captured before
            self._watch_capture(recorder, item)

    def add_gradient(self: Any, recorder: Recorder, *arguments: Any) -> Any:
        """Adds `GradientTape.gradient`; see `GradientNode` for the arguments."""
        if not self.owns_recorder(recorder):
            target, sources, cotangents, unconnected = arguments
            if self.are_outside((target, cotangents)):
                return self._outer_gradient(recorder, target, sources, cotangents, unconnected)
            if any(map(self.are_outside, nest.flatten(target))) and cotangents is not None:
                raise TraceUnsupported(_USED_INSIDE)
            self.inside(target)
            local = self.local_recorder_for(recorder, sources)
            result = self._add_gradient(local, *arguments)
            self.end_local(recorder)
            return result
        return self._add_gradient(recorder, *arguments)

    def _add_gradient(self: Any, recorder: Recorder, *arguments: Any) -> Any:
        target, sources, *options = arguments
        structure, inputs = self.lift((target, sources, *options), keep_variables=True)
        shapes = source_shapes(sources)
        has_known_rows = all(x.shape.is_fully_defined() for n in self.nodes for x in n.outputs)
        return self.add_node(GradientNode(recorder, structure, inputs, shapes, has_known_rows))

    def _outer_gradient(
        self: Any, recorder: Recorder, target: Any, sources: Any, cotangents: Any, unconnected: Any
    ) -> Any:
        """The gradient of a target outside: there, for it does not depend on this graph."""
        self._check_is_function()
        flat = nest.flatten(sources)
        self._check_accessible((target, flat, cotangents))
        outer = [source for source in flat if self.are_outside(source)]
        with self.outside():
            gradients = tape_gradient.gradient(recorder, target, outer, cotangents, unconnected)
        remaining = iter(self.inside(gradients))
        fill = zeros if wants_zeros(unconnected) else lambda source: None
        results = [next(remaining) if self.are_outside(source) else fill(source) for source in flat]
        if isinstance(sources, (EagerTensor, Variable)):
            return results[0]
        return nest.pack_sequence_as(sources, results)

    def suspend(self: Any, recorder: Recorder) -> bool:
        """Stops a tape from outside; False if it is one of this graph."""
        if self.owns_recorder(recorder):
            return False
        if recorder in self._around[1]:
            self._drop(recorder)
        elif self.outer_graph is not None:
            with self.outside():
                self.outer_graph.suspend(recorder)
        self._stopped.setdefault(recorder, []).append([len(self.nodes), float("inf")])
        if recorder in self._local:
            activation.deactivate(self._local[recorder])
        return True

    def _drop(self, recorder: Recorder) -> None:
        """Takes a recorder from those around."""
        with self.outside():
            activation.deactivate(recorder)

    def resume(self: Any, recorder: Recorder) -> bool:
        """Continues a tape that was suspended; False if it is one of this graph."""
        if self.owns_recorder(recorder):
            return False
        stops = self._stopped.get(recorder)
        if not stops:
            raise TraceUnsupported("a tape from outside of the function is entered inside")
        stops[-1][1] = len(self.nodes)
        with self.outside():
            if self.outer_graph is None or not self.outer_graph.resume(recorder):
                activation.activate(recorder)
        if recorder in self._local:
            activation.activate(self._local[recorder])
        return True

    # -- local recorders --------------------------------------------------------------------------

    def local_recorder_for(self: Any, recorder: Recorder, sources: Any) -> Recorder:
        """What stands for a tape from outside, to differentiate a target of this graph.

        Raises TraceUnsupported if the gradient would go on outside of the graph.
        """
        local: Recorder = self._local_recorder(recorder)
        flat = nest.flatten(sources, expand_composites=True)
        outer = [x for x in flat if isinstance(x, Variable) or self.are_outside(x)]
        if outer and self._has_recorded(recorder):
            derived = [x for x, _ in self.captures.values() if self._is_derived(recorder, x)]
            on_the_way = [x for x in derived if not any(x is source for source in outer)]
            reads_outside = any(isinstance(x, Variable) for x in outer) and not self.reads_variables
            if on_the_way or reads_outside or (derived and len(outer) > 1):
                raise TraceUnsupported(_USED_INSIDE)
        return local

    def end_local(self, recorder: Recorder) -> None:
        """Ends what stands for a tape whose only gradient was taken."""
        if not recorder.persistent:
            self._local.pop(recorder).release()

    def _check_is_function(self) -> None:
        if not self.building_function:
            raise TraceUnsupported(_USED_INSIDE)

    def _local_recorder(self: Any, recorder: Recorder) -> Recorder:
        local: Recorder | None = self._local.get(recorder)
        if local is None:
            self._check_is_function()
            if recorder.forward_mode:
                raise TraceUnsupported("an accumulator from outside of the function is used inside")
            local = self._local[recorder] = Recorder(recorder.persistent, recorder.watch_accessed)
            is_recording = self._is_recording(recorder)
            begin = len(self.nodes)
            for tensor, _ in list(self.captures.values()):
                self._watch_capture(recorder, tensor)
            watches, self.nodes[begin:] = self.nodes[begin:], []
            if self._has_recorded(recorder):
                self._record_again(local, self._stopped.get(recorder, ()))
            if is_recording:
                own = list(thread.stack)
                activate((), [])
                activate((), [local, *own])
            self.nodes[:0] = watches
        return local

    def _record_again(self: Any, local: Recorder, stops: Any) -> None:
        """Runs the examples of all nodes again, so that a recorder sees them."""
        own = list(thread.stack)
        try:
            for number, node in enumerate(self.nodes):
                if any(begin <= number < end for begin, end in stops):
                    continue
                used = [*node.recorders, node.read_recorder, node.watching_recorder]
                if not all(x is None or x.alive for x in used):
                    raise TraceUnsupported(_USED_INSIDE)
                node.recorders = (local, *node.recorders)
                activate((), list(node.recorders))
                with placement.host_scope(), other_kernels():
                    results, _ = self.example_results(node, node.stated_results())
                for output, result in zip(node.outputs, results, strict=True):
                    output.shadow.first = result
        finally:
            activate((), own)

    def capture_for_tapes(self, tensor: EagerTensor) -> None:
        """Notes a tensor that was captured just now for tapes from outside that track it."""
        for recorder in self._local:
            self._watch_capture(recorder, tensor)

    def _watch_capture(self: Any, recorder: Recorder, tensor: Any) -> None:
        """Makes what stands for a tape watch a captured tensor that the tape tracks."""
        captured = self.captures.get(id(tensor))
        if tensor.dtype.torch not in TRAINABLE:
            return
        if captured is not None and self._is_tracked(recorder, tensor):
            self.add_node(WatchNode(self._local[recorder], [captured[1]], None))

    def may_track(self, recorder: Recorder) -> bool:
        """Whether a recorder from outside tracks a captured tensor, or may track a variable."""
        return bool(self.used_variables) or any(
            x.dtype.torch in TRAINABLE and self._is_tracked(recorder, x)
            for x, _ in self.captures.values()
        )

    def _is_tracked(self, recorder: Recorder, tensor: EagerTensor) -> bool:
        """Whether a tape from outside tracks a tensor from outside."""
        return self._outer_recorder(recorder, tensor) in _example(tensor)._tapes.recorders

    def _is_derived(self, recorder: Recorder, tensor: EagerTensor) -> bool:
        """Whether a tape recorded how a tensor from outside was computed."""
        if tensor.dtype.torch not in TRAINABLE or not self._is_tracked(recorder, tensor):
            return False
        return not self._outer_recorder(recorder, tensor).watches_leaf(_example(tensor)._t)

    def _outer_recorder(self, recorder: Recorder, tensor: EagerTensor) -> Recorder:
        """What records the examples of a tensor from outside for a tape."""
        if type(tensor) is not SymbolicTensor:
            return recorder
        with self.outside():
            outer: Any = tensor.graph
            if recorder.forward_mode or outer.owns_recorder(recorder):
                return recorder
            local: Recorder = outer._local_recorder(recorder)
            return local


def _example(tensor: EagerTensor) -> EagerTensor:
    return tensor.shadow.first if type(tensor) is SymbolicTensor else tensor
