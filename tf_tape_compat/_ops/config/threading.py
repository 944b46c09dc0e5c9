"""`tf.config.threading`, on torch's thread pools."""

from __future__ import annotations

import torch


class _Threads:
    intra = 0
    inter = 0


def get_intra_op_parallelism_threads() -> int:
    """What was set, or 0; answers for the function of `tf.config.threading`."""
    return _Threads.intra


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """How many threads one operation may use (torch.set_num_threads); 0 leaves it to torch.

    Implements `tf.config.threading.set_intra_op_parallelism_threads`.
    """
    if isinstance(num_threads, int) and num_threads > 0:
        torch.set_num_threads(num_threads)
    _Threads.intra = num_threads


def get_inter_op_parallelism_threads() -> int:
    """What was set, or 0; answers for the function of `tf.config.threading`."""
    return _Threads.inter


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """How many threads run operations side by side (torch.set_num_interop_threads).

    Implements `tf.config.threading.set_inter_op_parallelism_threads`. Raises RuntimeError once
    torch has started them.
    """
    if num_threads == _Threads.inter:
        return
    if isinstance(num_threads, int) and num_threads > 0:
        try:
            torch.set_num_interop_threads(num_threads)
        except RuntimeError:
            raise RuntimeError(
                "Inter op parallelism cannot be modified after initialization."
            ) from None
    _Threads.inter = num_threads
