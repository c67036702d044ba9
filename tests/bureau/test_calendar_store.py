"""The stored calendar is what counts, and a change of it is seen at once."""

from datetime import date, time

import pytest

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.models import CalendarDay, OpeningHours
from bureau.working_calendar import CalendarGap, estonian_holidays

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_days_stored():
    CalendarDay.objects.all().delete()
    OpeningHours.objects.all().delete()
    reference.forget()


def store_holidays(*years):
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day.day, kind=day.kind, name_et=day.name_et, name_en=day.name_en)
        for day in estonian_holidays(years)
    )
    reference.forget()


def test_an_empty_calendar_is_not_filled_in_from_elsewhere():
    with pytest.raises(CalendarGap, match="2026"):
        working_calendar().is_working_day(date(2026, 11, 24))


def test_stored_days_and_hours_make_the_calendar():
    store_holidays(2026)
    OpeningHours.objects.create(weekday=2, opens=time(9), closes=time(16), valid_from=date(2020, 1, 1))

    calendar = working_calendar()

    assert not calendar.is_working_day(date(2026, 12, 24))
    assert calendar.opening_hours(date(2026, 12, 23)) == ((time(9), time(13)),)
    assert calendar.day_name(date(2026, 6, 24), "et") == "jaanipäev"


def test_a_closure_is_seen_as_soon_as_it_is_stored_and_gone_when_removed():
    store_holidays(2026)
    day = date(2026, 10, 9)
    assert working_calendar().is_working_day(day)

    closure = CalendarDay.objects.create(day=day, kind="closure", name_et="majapäev", name_en="staff day")
    assert not working_calendar().is_working_day(day)

    closure.delete()
    assert working_calendar().is_working_day(day)


def test_unchanged_rows_give_the_same_calendar_again():
    store_holidays(2026)
    first = working_calendar()

    reference.forget()

    assert working_calendar() is first
