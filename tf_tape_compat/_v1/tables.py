"""Lookup tables of `tf.compat.v1`, which have an operation that fills them."""

from __future__ import annotations

from typing import Any

import tf_tape_compat as tf

from .operations import tables_initializer


class _Initialized:
    """A table with an initializer, which does nothing: it is filled when it is made."""

    @property
    def initializer(self) -> Any:
        """The operation that fills the table, in a graph."""
        return tables_initializer("key_value_init/LookupTableImportV2")


class StaticHashTable(_Initialized, tf.lookup.StaticHashTable):
    """`tf.lookup.StaticHashTable` with an initializer."""


class StaticVocabularyTable(_Initialized, tf.lookup.StaticVocabularyTable):
    """`tf.lookup.StaticVocabularyTable` with an initializer."""
