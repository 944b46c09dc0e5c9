"""`tf.config.threading`, on torch's thread pools."""

from __future__ import annotations

import torch


class _Settings:
    intra = 0
    inter = 0


def get_intra_op_parallelism_threads() -> int:
    """The stored setting, 0 by default.

    Implements `tf.config.threading.get_intra_op_parallelism_threads`.
    """
    return _Settings.intra


def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """The number of threads within one operation (torch.set_num_threads); 0 leaves it to torch.

    Implements `tf.config.threading.set_intra_op_parallelism_threads`.
    """
    if isinstance(num_threads, int) and num_threads > 0:
        torch.set_num_threads(num_threads)
    _Settings.intra = num_threads


def get_inter_op_parallelism_threads() -> int:
    """The stored setting, 0 by default.

    Implements `tf.config.threading.get_inter_op_parallelism_threads`.
    """
    return _Settings.inter


def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """The number of threads that run operations in parallel (torch.set_num_interop_threads).

    Implements `tf.config.threading.set_inter_op_parallelism_threads`. Raises RuntimeError once
    torch has started these threads.
    """
    if num_threads == _Settings.inter:
        return
    if isinstance(num_threads, int) and num_threads > 0:
        try:
            torch.set_num_interop_threads(num_threads)
        except RuntimeError:
            raise RuntimeError(
                "Inter op parallelism cannot be modified after initialization."
            ) from None
    _Settings.inter = num_threads
