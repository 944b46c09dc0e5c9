"""Threads of iterators: elements that are computed ahead, and functions that run in parallel.

The worker threads never refer to the iterator that the program holds. When that is collected, or
its iteration is closed, they end.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

from .._core.devices.placement import stay_on_host
from .arguments import AUTOTUNE
from .structure import Flat

_MEASURED_CALLS = 4
_WORTH_A_THREAD = 2e-4  # seconds; shorter calls are slower in threads


class _Buffer:
    """What a thread has read ahead: results, errors and the end.

    With a size of `AUTOTUNE`, it begins with one place. As in TensorFlow, it doubles if it was full
    when an element was taken, and is then found empty.
    """

    def __init__(self, size: int) -> None:
        self.is_tuned = size == AUTOTUNE
        self.size = 1 if self.is_tuned else size
        self._was_full = False
        self.condition = threading.Condition()
        self.items: deque[tuple[bool, Any]] = deque()
        self.ended = False
        self.closed = False

    def tune(self) -> None:
        """Called before an element is taken or waited for."""
        count = len(self.items)
        if count == self.size:
            self._was_full = True
        elif not count and self._was_full:
            self.size *= 2
            self._was_full = False

    def close(self) -> None:
        """Ends the thread."""
        with self.condition:
            self.closed = True
            self.items.clear()
            self.condition.notify_all()


def _read_ahead(source: Iterator[Flat], buffer: _Buffer) -> None:
    stay_on_host()
    condition = buffer.condition
    while True:
        with condition:
            while len(buffer.items) >= buffer.size and not buffer.closed:
                condition.wait()
            if buffer.closed:
                return
        try:
            item: tuple[bool, Any] = (True, next(source))
        except StopIteration:
            with condition:
                buffer.ended = True
                condition.notify_all()
            return
        except BaseException as error:
            item = (False, error)
        with condition:
            if buffer.closed:
                return
            buffer.items.append(item)
            condition.notify_all()
        del item


class Prefetched:
    """Iterates over elements that a thread reads ahead; it starts with the first element."""

    def __init__(self, source: Iterator[Flat], size: int) -> None:
        self._source: Iterator[Flat] | None = source
        self._buffer = _Buffer(size)
        self.close = self._buffer.close
        weakref.finalize(self, self._buffer.close)

    def __iter__(self) -> Prefetched:
        return self

    def __next__(self) -> Flat:
        buffer = self._buffer
        if self._source is not None:
            arguments = (self._source, buffer)
            self._source = None
            threading.Thread(
                target=_read_ahead, args=arguments, name="tf.data prefetch", daemon=True
            ).start()
        with buffer.condition:
            while not buffer.items:
                if buffer.ended or buffer.closed:
                    raise StopIteration
                if buffer.is_tuned:
                    buffer.tune()
                    buffer.condition.notify_all()
                buffer.condition.wait()
            if buffer.is_tuned:
                buffer.tune()
            is_element, item = buffer.items.popleft()
            buffer.condition.notify_all()
        if is_element:
            return item
        raise item


class ParallelMap:
    """Iterates over the results of a function that runs in several threads.

    Errors of the function or the input are raised in the place of their element.

    Args:
      call: the function.
      source: iterates over its arguments.
      parallelism: the number of threads.
      in_order: whether results come in the order of the input, or as soon as they are there.
    """

    def __init__(
        self, call: Callable[[Any], Any], source: Iterator[Any], parallelism: int, in_order: bool
    ) -> None:
        self._call = call
        self._source = source
        self._parallelism = parallelism
        self._in_order = in_order
        self._pool = ThreadPoolExecutor(parallelism, "tf.data map", initializer=stay_on_host)
        self._pending: deque[Future[Any]] = deque()
        self._ended = False
        self.close = _closer(self._pool)
        weakref.finalize(self, self.close)

    def __iter__(self) -> ParallelMap:
        return self

    def _fill(self) -> None:
        while not self._ended and len(self._pending) < self._parallelism:
            try:
                argument = next(self._source)
            except StopIteration:
                self._ended = True
                self._pool.shutdown(wait=False)
                return
            except BaseException as error:
                failed: Future[Any] = Future()
                failed.set_exception(error)
                self._pending.append(failed)
            else:
                try:
                    self._pending.append(self._pool.submit(self._call, argument))
                except RuntimeError:  # the iteration was closed
                    self._ended = True

    def __next__(self) -> Any:
        self._fill()
        if not self._pending:
            raise StopIteration
        if self._in_order:
            future = self._pending.popleft()
        else:
            done = wait(self._pending, return_when=FIRST_COMPLETED).done
            future = next(future for future in self._pending if future in done)
            self._pending.remove(future)
        result = future.result()
        self._fill()
        return result


def _closer(pool: ThreadPoolExecutor) -> Callable[[], None]:
    return lambda: pool.shutdown(wait=False, cancel_futures=True)


class TunedMap:
    """As `ParallelMap`; whether threads are worth it is measured on the first calls."""

    def __init__(
        self, call: Callable[[Any], Any], source: Iterator[Any], parallelism: int, in_order: bool
    ) -> None:
        self._call = call
        self._source = source
        self._arguments = parallelism, in_order
        self._calls = 0
        self._seconds = 0.0
        self._parallel: ParallelMap | None = None

    def __iter__(self) -> TunedMap:
        return self

    def close(self) -> None:
        """Ends the threads."""
        if self._parallel is not None:
            self._parallel.close()

    def __next__(self) -> Any:
        if self._parallel is not None:
            return next(self._parallel)
        argument = next(self._source)
        if self._calls > _MEASURED_CALLS:
            return self._call(argument)
        start = time.perf_counter()
        result = self._call(argument)
        self._calls += 1
        if self._calls > 1:  # the first call makes caches
            self._seconds += time.perf_counter() - start
        if self._calls > _MEASURED_CALLS and self._seconds > _MEASURED_CALLS * _WORTH_A_THREAD:
            self._parallel = ParallelMap(self._call, self._source, *self._arguments)
        return result


def parallel_map(
    call: Callable[[Any], Any],
    source: Iterator[Any],
    parallelism: int,
    deterministic: bool | None,
    context: Any,
) -> Iterator[Any]:
    """Maps a function over elements with `parallelism` threads, or `AUTOTUNE`."""
    in_order = context.deterministic if deterministic is None else deterministic
    limit = context.options.threading.private_threadpool_size or 0
    is_tuned = parallelism == AUTOTUNE
    threads = (os.cpu_count() or 1) if is_tuned else parallelism
    if limit > 0:
        threads = min(threads, limit)
    if threads == 1:
        return map(call, source)
    results = (TunedMap if is_tuned else ParallelMap)(call, source, threads, in_order)
    context.register(results)
    return results


def prefetched(source: Iterator[Flat], size: int, context: Any) -> Iterator[Flat]:
    """Reads up to `size` elements ahead in a thread."""
    results = Prefetched(source, size)
    context.register(results)
    return results
