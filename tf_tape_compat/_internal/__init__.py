"""Names of `tensorflow.python` that libraries import although they are not public.

`install()` finds the module for `tensorflow.python.util.nest` in `util/nest.py`, and so on. A name
that is public too does not have to be here: `_api/internal.txt` lists those.
"""
