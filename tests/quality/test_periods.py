from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.periods import Compare, Period, Span, compared_with, month_end, months_back, months_until, period_of
from quality.small_numbers import Share

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (Span.THIS_MONTH, date(2026, 11, 1), TODAY),
        (Span.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Span.LAST_30_DAYS, date(2026, 10, 24), TODAY),
        (Span.THIS_QUARTER, date(2026, 10, 1), TODAY),
        (Span.THIS_YEAR, date(2026, 1, 1), TODAY),
    ],
)
def test_a_period_reaches_to_today_at_most(span, first, last):
    assert period_of(span, today=TODAY) == Period(first, last)


def test_days_to_come_are_cut_off():
    assert period_of(Span.CHOSEN, today=TODAY, first=date(2026, 11, 20), last=date(2026, 12, 24)).last == TODAY


@pytest.mark.parametrize(
    ("span", "period", "former"),
    [
        (Span.THIS_MONTH, Period(date(2026, 11, 1), TODAY), Period(date(2026, 10, 1), date(2026, 10, 22))),
        (
            Span.THIS_MONTH,
            Period(date(2026, 11, 1), date(2026, 11, 30)),
            Period(date(2026, 10, 1), date(2026, 10, 31)),
        ),
        (Span.THIS_MONTH, Period(date(2026, 3, 1), date(2026, 3, 30)), Period(date(2026, 2, 1), date(2026, 2, 28))),
        (Span.LAST_MONTH, Period(date(2026, 10, 1), date(2026, 10, 31)), Period(date(2026, 9, 1), date(2026, 9, 30))),
        (Span.LAST_30_DAYS, Period(date(2026, 10, 24), TODAY), Period(date(2026, 9, 24), date(2026, 10, 23))),
        (Span.THIS_QUARTER, Period(date(2026, 10, 1), TODAY), Period(date(2026, 7, 1), date(2026, 8, 22))),
        (Span.THIS_YEAR, Period(date(2026, 1, 1), TODAY), Period(date(2025, 1, 1), date(2025, 11, 22))),
        (Span.CHOSEN, Period(date(2026, 2, 1), date(2026, 2, 28)), Period(date(2026, 1, 1), date(2026, 1, 31))),
        (Span.CHOSEN, Period(date(2026, 2, 3), date(2026, 2, 9)), Period(date(2026, 1, 27), date(2026, 2, 2))),
    ],
)
def test_a_period_is_compared_with_the_same_stretch_before_it(span, period, former):
    assert compared_with(period, span, Compare.FORMER) == former


def test_a_year_ago_has_no_leap_day():
    leap = Period(date(2024, 2, 29), date(2024, 2, 29))

    assert compared_with(leap, Span.CHOSEN, Compare.YEAR_AGO) == Period(date(2023, 2, 28), date(2023, 2, 28))


def test_compared_with_nothing():
    assert compared_with(Period(TODAY, TODAY), Span.CHOSEN, Compare.NOTHING) is None


def test_months_go_back_over_the_year():
    assert months_until(date(2026, 2, 15), 4) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


@given(
    st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.sampled_from([span for span in Span if span is not Span.CHOSEN])
)
def test_the_former_period_ends_before_the_period_begins_and_is_not_longer_than_its_month(today, span):
    period = period_of(span, today=today)

    former = compared_with(period, span, Compare.FORMER)

    assert former.last < period.first
    assert former.first <= former.last <= month_end(former.last)
    assert months_back(period.first, 12) == compared_with(period, span, Compare.YEAR_AGO).first


@pytest.mark.parametrize(
    ("part", "whole", "value", "is_of_few"),
    [(3, 4, None, True), (4, 5, 0.8, True), (27, 30, 0.9, False), (0, 0, None, True)],
)
def test_a_share_of_few_says_nothing_or_little(part, whole, value, is_of_few):
    share = Share(part, whole)

    assert (share.value, share.is_of_few) == (value, is_of_few)
