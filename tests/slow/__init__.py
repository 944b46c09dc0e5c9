"""Tests that take long: `pytest tests/slow`. A plain `pytest` leaves them out."""
