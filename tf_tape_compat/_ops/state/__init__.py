"""Updates of variables."""
