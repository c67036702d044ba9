"""A day and a time of day in two columns."""

from datetime import datetime, time

import pytest

from bureau.foreign_moments import at_time, time_of


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("8:30", time(8, 30)),
        ("08.05", time(8, 5)),
        (" 23:59:59.5 ", time(23, 59, 59)),
        (datetime(1899, 12, 31, 7, 15), time(7, 15)),
        ("24:00", None),
        ("830", None),
        ("hommikul", None),
    ],
)
def test_a_time_of_day_is_read(cell, read):
    assert time_of(cell) == read


def test_a_day_that_has_a_time_takes_no_other():
    assert at_time(datetime(2026, 10, 1), "8:30") == datetime(2026, 10, 1, 8, 30)
    assert at_time(datetime(2026, 10, 1, 9), "8:30") is None
    assert at_time(datetime(2026, 10, 1), "hommikul") is None
