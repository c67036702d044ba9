"""Notices in time: once per clock and level, in working hours, to whom it may concern."""

from datetime import datetime, timedelta

import pytest

from bureau.calendar_store import working_calendar
from bureau.models import Notification
from bureau.working_calendar import TALLINN
from complaints.deadline_warnings import is_working_time, warn_of_deadlines, warn_of_ending_restrictions
from complaints.models import Case, Clock
from tests.factories import AbsenceFactory, CaseFactory, SubstitutionFactory

# Monday 23 November 2026, the line is open.
MONDAY = datetime(2026, 11, 23, 10, 5, tzinfo=TALLINN)
TODAY = MONDAY.date()


def due_in(working_days, **given):
    case = CaseFactory(**given)
    day = working_calendar().add_working_days(TODAY, working_days)
    Clock.objects.filter(case=case).update(
        due_on=day, raw_due_on=day, first_due_on=day, triggered_on=day - timedelta(days=30)
    )
    Case.objects.filter(pk=case.pk).update(due_on=day)
    return case


def told(kind):
    return set(Notification.objects.filter(kind=f"deadline.{kind}").values_list("user_id", flat=True))


@pytest.mark.parametrize(("days", "kind"), [(3, "three_days"), (2, "three_days"), (1, "one_day"), (0, "one_day")])
def test_the_handler_is_warned_as_the_day_draws_near(mari, peeter, days, kind):
    due_in(days, assignee=mari)

    assert warn_of_deadlines(now=MONDAY) == 1
    assert told(kind) == {mari.pk}


def test_four_working_days_are_no_matter_yet(mari):
    due_in(4, assignee=mari)

    assert warn_of_deadlines(now=MONDAY) == 0


def test_a_late_one_is_told_to_the_chief_specialist_too(mari, peeter):
    due_in(-1, assignee=mari)

    warn_of_deadlines(now=MONDAY)

    assert told("late") == {mari.pk, peeter.pk}


def test_one_that_nobody_has_is_told_to_the_chief_specialist(mari, peeter):
    due_in(2)

    warn_of_deadlines(now=MONDAY)

    assert told("three_days") == {peeter.pk}


def test_each_clock_speaks_once_at_each_level(mari, peeter):
    due_in(1, assignee=mari)

    def notices_after(moment):
        warn_of_deadlines(now=moment)
        return Notification.objects.count()

    assert [notices_after(MONDAY + timedelta(hours=hour)) for hour in range(3)] == [1, 1, 1]
    assert notices_after(MONDAY + timedelta(days=2)) == 3


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 23, 3, 0, tzinfo=TALLINN),
        datetime(2026, 11, 22, 11, 0, tzinfo=TALLINN),
        datetime(2026, 12, 24, 11, 0, tzinfo=TALLINN),
    ],
)
def test_nothing_is_said_at_night_on_a_sunday_or_a_holiday(mari, peeter, moment):
    due_in(-1, assignee=mari)

    assert warn_of_deadlines(now=moment) == 0


def test_hours_end_earlier_on_a_shortened_day(db):
    calendar = working_calendar()

    assert is_working_time(datetime(2026, 12, 22, 14, 30, tzinfo=TALLINN), calendar) is True
    assert is_working_time(datetime(2026, 12, 23, 14, 30, tzinfo=TALLINN), calendar) is False


def test_a_met_clock_is_silent(mari, peeter):
    case = due_in(1, assignee=mari)
    Clock.objects.filter(case=case).update(state="met", met_on=TODAY)

    assert warn_of_deadlines(now=MONDAY) == 0


def test_who_stands_in_for_an_absent_handler_is_warned_too(mari, liis, peeter):
    due_in(2, assignee=mari)
    AbsenceFactory(user=mari, starts_on=TODAY, ends_on=TODAY + timedelta(days=9))
    SubstitutionFactory(absent=mari, substitute=liis, starts_on=TODAY, ends_on=TODAY + timedelta(days=9))

    warn_of_deadlines(now=MONDAY)

    assert told("three_days") == {mari.pk, liis.pk}


@pytest.mark.parametrize(("days", "kinds"), [(120, []), (90, ["ends"]), (20, ["ends"]), (-1, ["ended"])])
def test_restrictions_that_end_are_told_in_time(mari, peeter, days, kinds):
    case = CaseFactory(assignee=mari, restricted=True)
    Case.objects.filter(pk=case.pk).update(restricted_until=TODAY + timedelta(days=days))

    warn_of_ending_restrictions(today=TODAY)

    notices = Notification.objects.filter(kind__startswith="restriction.")
    assert sorted({notice.kind.split(".")[1] for notice in notices}) == kinds
    assert {notice.user_id for notice in notices} == ({mari.pk, peeter.pk} if kinds else set())


def test_a_restriction_is_told_at_ninety_and_again_at_thirty_days(mari, peeter):
    case = CaseFactory(assignee=mari, restricted=True)
    Case.objects.filter(pk=case.pk).update(restricted_until=TODAY + timedelta(days=90))

    def notices_after(day):
        warn_of_ending_restrictions(today=TODAY + timedelta(days=day))
        return Notification.objects.count()

    assert [notices_after(day) for day in (0, 1, 59, 60, 61, 91)] == [2, 2, 2, 4, 4, 6]
