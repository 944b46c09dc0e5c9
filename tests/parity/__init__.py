"""Cases that are recorded on TensorFlow and replayed on this package, without TensorFlow.

A case is a function of one argument named `tf`, in a module of `cases`, one module a family.
`python -m tests.parity.record [family ...]`, run where TensorFlow is installed, writes what the
cases return, print, log and raise to `recordings/<family>.json`; `test_parity.py` runs them here.
"""
