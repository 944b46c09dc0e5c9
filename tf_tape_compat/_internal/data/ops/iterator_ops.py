"""`tensorflow.python.data.ops.iterator_ops`."""


class IteratorBase:
    """The base of iterators over datasets."""


class OwnedIterator(IteratorBase):
    """An iterator over a dataset."""
