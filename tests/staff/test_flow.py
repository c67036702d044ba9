from datetime import date, timedelta

import pytest

from staff.flow import ages, backlog_days, cumulative, day_flows, littles_law, percentile

MONDAY = date(2026, 11, 2)
DAYS = [MONDAY + timedelta(days=number) for number in range(5)]


def test_percentiles_are_values_that_occur():
    assert percentile([1, 2, 3, 4], 0.5) == 2
    assert percentile(list(range(1, 101)), 0.85) == 85
    assert percentile([], 0.5) is None


def test_ages_fall_into_their_buckets():
    found = ages([0, 5, 6, 10, 11, 20, 21, 30, 31, 90])

    assert found.buckets == (("0–5", 2), ("6–10", 2), ("11–20", 2), ("21–30", 2), ("31+", 2))
    assert (found.count, found.p50, found.p85, found.oldest) == (10, 11, 31, 90)


def test_no_open_work_has_no_age():
    found = ages([])

    assert (found.count, found.p50, found.oldest) == (0, None, None)


def test_what_was_open_is_counted_back_from_now():
    flows = day_flows({DAYS[0]: 3, DAYS[2]: 1}, {DAYS[1]: 2}, days=DAYS[:3], open_now=10)

    assert [(flow.open_at_end, flow.net) for flow in flows] == [(11, 3), (9, -2), (10, 1)]


def test_a_cumulative_line_never_falls():
    (registered, ended) = cumulative(
        {"registered": {DAYS[0]: 2, DAYS[1]: 1}, "ended": {DAYS[1]: 2}}, days=DAYS[:3], before={"registered": 5}
    )

    assert registered.totals == (7, 8, 8)
    assert ended.totals == (0, 2, 2)


def test_littles_law_holds_for_a_steady_process():
    flows = day_flows(dict.fromkeys(DAYS, 4), dict.fromkeys(DAYS, 4), days=DAYS, open_now=20)

    law = littles_law(flows, [5.0] * 20)

    assert (law.expected, law.gap, law.holds) == (20, 0, True)


def test_a_gap_above_a_fifth_is_a_signal():
    flows = day_flows(dict.fromkeys(DAYS, 4), dict.fromkeys(DAYS, 4), days=DAYS, open_now=40)

    law = littles_law(flows, [5.0] * 20)

    assert law.gap == pytest.approx(0.5)
    assert not law.holds


def test_backlog_is_open_work_over_the_pace_of_twenty_days():
    assert backlog_days(600, [1000] * 5 + [60] * 20) == 10
    assert backlog_days(600, []) is None
