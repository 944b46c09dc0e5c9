"""Executors: how a lowered program runs."""
