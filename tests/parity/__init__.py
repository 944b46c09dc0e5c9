"""Cases that are recorded on TensorFlow and replayed on this package, without TensorFlow.

A case is a function of one argument named `tf`. The modules of `cases` are families of cases.
`python -m tests.parity.record [FAMILY ...]`, run where TensorFlow is installed, records what the
cases return, print, log and raise in `recordings/`; `test_parity.py` replays them here.
"""
