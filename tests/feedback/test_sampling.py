"""Who is asked: the order of reasons, a draw that anybody can repeat, and hours at which nobody is written to."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.sampling import Facts, decide, lot, rate_for, send_moment

TODAY = date(2026, 11, 25)
TALLINN = ZoneInfo("Europe/Tallinn")


def facts(**more) -> Facts:
    return Facts(**{"event_key": "case_closed 1 0", "on": TODAY, **more})


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "invited"), ({"is_running": False, "has_declined": True}, "survey_closed"), ({"meets_conditions": False}, "conditions"),
        ({"is_internal": True}, "internal"), ({"is_restricted": True}, "restricted"), ({"has_address": False}, "no_address"),
        ({"has_declined": True, "asked_on": (TODAY,)}, "declined"), ({"has_open_complaint": True}, "open_complaint"),
        ({"asked_on": (date(2026, 11, 1),)}, "asked_lately"), ({"asked_on": (date(2026, 10, 25),)}, "invited"),
        ({"asked_on": (date(2026, 1, 5), date(2026, 3, 5), date(2026, 5, 5), date(2026, 7, 5))}, "asked_enough"),
        ({"asked_on": (date(2025, 11, 20), date(2026, 3, 5), date(2026, 5, 5), date(2026, 7, 5))}, "invited"),
    ],
)  # fmt: skip
def test_the_first_thing_that_stands_against_it_is_the_reason(more, reason):
    assert decide(facts(**more), rate=100).reason == reason


def test_nobody_is_drawn_at_a_rate_of_nought_and_the_lot_is_kept():
    found = decide(facts(), rate=0)

    assert (found.reason, found.draw) == ("not_sampled", lot("case_closed 1 0"))


@given(st.text(min_size=1, max_size=40), st.text(max_size=5))
def test_the_same_event_draws_the_same_lot(key, salt):
    assert lot(key, salt=salt) == lot(key, salt=salt)
    assert 0 <= lot(key, salt=salt) < 100


@pytest.mark.parametrize("rate", [5, 30, 75])
def test_the_share_invited_is_close_to_the_rate(rate):
    invited = sum(decide(facts(event_key=f"case_closed {n} 0"), rate=rate).is_invited for n in range(10_000))

    assert abs(invited / 10_000 - rate / 100) < 0.015


def test_a_stratum_may_have_its_own_rate():
    assert rate_for("phone", rate_percent=10, stratum_rates={"phone": 50}) == 50
    assert rate_for("email", rate_percent=10, stratum_rates={"phone": 50}) == 10


@pytest.mark.parametrize(
    ("event", "delay", "wanted"),
    [
        ((25, 10), 2, (25, 12)), ((25, 19), 2, (26, 8)), ((25, 23), 2, (26, 8)), ((25, 3), 2, (25, 8)), ((25, 6), 2, (25, 8)),
        ((25, 18), 2, (26, 8)),
    ],
)  # fmt: skip
def test_the_letter_waits_for_the_morning(event, delay, wanted):
    at = datetime(2026, 11, *event, tzinfo=TALLINN)

    found = send_moment(at, delay_hours=delay, quiet_from=time(20), quiet_until=time(8))

    assert found == datetime(2026, 11, *wanted, tzinfo=TALLINN)


def test_without_quiet_hours_only_the_delay_counts():
    at = datetime(2026, 11, 25, 23, tzinfo=TALLINN)

    assert send_moment(at, delay_hours=1, quiet_from=time(0), quiet_until=time(0)) == datetime(2026, 11, 26, tzinfo=TALLINN)  # fmt: skip
