"""What is read ahead of the program without being asked for.

TensorFlow ends pipelines with a prefetch of its own. What shows of it is the order of data that is
shuffled and repeated: with the last element of a pass, the next pass has begun and has taken seeds,
so an iterator that is made then gets later ones. Such pipelines read one element ahead here.
"""

from __future__ import annotations

from collections.abc import Iterator

from .dataset import DatasetV2
from .options import Options
from .ordering import RepeatDataset
from .parallel import Prefetched
from .structure import Flat


def with_injected_prefetch(
    dataset: DatasetV2, source: Iterator[Flat], options: Options
) -> Iterator[Flat]:
    """The iterator of a whole pipeline, which reads one element ahead where that shows."""
    if isinstance(source, Prefetched) or not _repeats_random_order(dataset):
        return source
    optimization = options.experimental_optimization
    switches = (
        options.autotune.enabled,
        optimization.apply_default_optimizations,
        optimization.inject_prefetch,
    )
    return source if False in switches else _OneAhead(source)


def _repeats_random_order(dataset: DatasetV2, is_repeated: bool = False) -> bool:
    generator = getattr(dataset, "_seeds", None)
    if is_repeated and generator is not None and generator.reseeds:
        return True
    is_repeated = is_repeated or isinstance(dataset, RepeatDataset)
    return any(_repeats_random_order(x, is_repeated) for x in dataset._inputs())


class _OneAhead:
    """Iterates over elements, each of which is read when the one before is asked for.

    The program's thread reads it: another one would take longer than most batches.
    """

    def __init__(self, source: Iterator[Flat]) -> None:
        self._source: Iterator[Flat] | None = source
        self._has_begun = False
        self._element: Flat = ()
        self._error: BaseException | None = None  # in place of the element

    def __iter__(self) -> _OneAhead:
        return self

    def __next__(self) -> Flat:
        if not self._has_begun:
            self._has_begun = True
            self._read()
        element, error = self._element, self._error
        self._read()
        if error is not None:
            raise error
        return element

    def _read(self) -> None:
        if self._source is None:
            return
        try:
            self._element, self._error = next(self._source), None
        except StopIteration as end:
            self._source, self._error = None, end
        except Exception as error:
            self._error = error
