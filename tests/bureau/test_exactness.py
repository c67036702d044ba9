from decimal import Decimal
from fractions import Fraction

import pytest

from bureau.exactness import as_written, is_reached, is_within


def test_digits_tell_the_fraction():
    assert as_written(0.7) == Fraction(7, 10)
    assert as_written(Decimal("12.5")) == Fraction(25, 2)


@pytest.mark.parametrize("percent", range(1, 100))
def test_every_whole_percent_that_is_met_exactly_is_met(percent):
    """However it was reckoned: part by whole, by hundreds, or as one less the rest."""
    target = percent / 100
    for whole in (100, 200, 300, 700, 900):
        for share in (percent * whole / 100 / whole, 1 - (100 - percent) / 100, sum([0.01] * percent)):
            assert is_reached(share, target)
            assert is_within(share, target)


def test_what_is_missed_by_one_row_of_a_million_is_missed():
    assert not is_reached(799_999 / 1_000_000, 0.8)
    assert not is_within(800_001 / 1_000_000, 0.8)
