"""Rows of every model that lead to a case, for `tests/test_one_gate.py`: where each model stands, and how its rows are made."""
