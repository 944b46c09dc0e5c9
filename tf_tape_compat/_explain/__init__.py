"""Why a gradient is None: the history of tensors under tapes, and what it says about a gradient.

Nothing here is imported before a program asks for it. `history` keeps what happened, `hooks` makes
operations and tapes tell it, `analysis` finds the reason, `sentences` words it.
"""
