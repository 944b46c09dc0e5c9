"""Tests of this package alone, without recordings."""
