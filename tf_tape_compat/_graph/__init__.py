"""Graphs of operations, and how they are lowered to programs of torch calls and run.

docs/how_functions_work.md describes the two levels. The package is imported at the first traced
call of a process.
"""
