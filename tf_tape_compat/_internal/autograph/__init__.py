"""AutoGraph: only what a library needs to be imported."""
