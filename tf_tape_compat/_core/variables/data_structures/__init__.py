"""Lists, dicts and tuples that a checkpoint finds."""
