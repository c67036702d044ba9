"""Working days and hours of Estonia; the laws are told in bureau/working_calendar.py."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.working_calendar import (
    CalendarGap,
    DayKind,
    OpeningHoursClash,
    SpecialDay,
    WeeklyHours,
    WorkingCalendar,
    estonian_calendar,
    estonian_holidays,
)

TALLINN = ZoneInfo("Europe/Tallinn")
HOLIDAYS_2026 = [
    (date(2026, 1, 1), "uusaasta", "New Year's Day"),
    (date(2026, 2, 24), "iseseisvuspäev", "Independence Day"),
    (date(2026, 4, 3), "suur reede", "Good Friday"),
    (date(2026, 4, 5), "ülestõusmispühade 1. püha", "Easter Sunday"),
    (date(2026, 5, 1), "kevadpüha", "May Day"),
    (date(2026, 5, 24), "nelipühade 1. püha", "Pentecost"),
    (date(2026, 6, 23), "võidupüha", "Victory Day"),
    (date(2026, 6, 24), "jaanipäev", "Midsummer Day"),
    (date(2026, 8, 20), "taasiseseisvumispäev", "Independence Restoration Day"),
    (date(2026, 12, 24), "jõululaupäev", "Christmas Eve"),
    (date(2026, 12, 25), "esimene jõulupüha", "Christmas Day"),
    (date(2026, 12, 26), "teine jõulupüha", "Second Day of Christmas"),
]
NINE_TO_FOUR = tuple(WeeklyHours(date(2020, 1, 1), None, weekday, time(9), time(16)) for weekday in range(5))
NINE_TO_FOUR_CALENDAR = WorkingCalendar(tuple(estonian_holidays(range(2024, 2029))), NINE_TO_FOUR)
days = st.dates(date(2001, 1, 1), date(2039, 12, 31))


@pytest.fixture(scope="module")
def estonia():
    return estonian_calendar(2000, 2040)


@pytest.fixture(scope="module")
def office():
    """Estonia 2024–2028, open nine to four, with a closure and a working Saturday of its own."""
    own = (
        SpecialDay(date(2026, 10, 9), DayKind.CLOSURE, "majapäev", "staff day"),
        SpecialDay(date(2026, 10, 17), DayKind.WORKING, "avatud uksed", "open day"),
    )
    return WorkingCalendar((*estonian_holidays(range(2024, 2029)), *own), NINE_TO_FOUR)


def naive_is_working(day):
    """The same question asked of the holidays package directly, day by day."""
    return day.weekday() < 5 and day not in HOLIDAY_DATES


HOLIDAY_DATES = {day.day for day in estonian_holidays(range(1999, 2042)) if day.kind == DayKind.HOLIDAY}


def test_twelve_public_holidays_of_2026_in_both_languages():
    public = [day for day in estonian_holidays([2026]) if day.kind == DayKind.HOLIDAY]

    assert [(day.day, day.name_et, day.name_en) for day in public] == HOLIDAYS_2026


@pytest.mark.parametrize(
    ("year", "shortened"),
    [
        (2025, [(12, 23), (12, 31)]),  # 23.02 and 22.06 are Sundays
        (2026, [(2, 23), (6, 22), (12, 23), (12, 31)]),
        (2028, [(2, 23), (6, 22)]),  # 23.12 is a Saturday, 31.12 a Sunday
    ],
)
def test_a_shortened_day_on_a_weekend_is_not_shortened_and_not_moved(year, shortened):
    found = [day.day for day in estonian_holidays([year]) if day.kind == DayKind.SHORTENED]

    assert found == [date(year, month, day) for month, day in shortened]


def test_easter_monday_is_a_working_day(estonia):
    assert not estonia.is_working_day(date(2026, 4, 3))
    assert estonia.is_working_day(date(2026, 4, 6))


def test_a_shortened_day_counts_in_full(estonia):
    assert estonia.is_working_day(date(2026, 12, 23))
    assert estonia.is_shortened(date(2026, 12, 23))
    assert estonia.working_days_between(date(2026, 12, 22), date(2026, 12, 28)) == 2


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 12, 21), 5, date(2026, 12, 30)),
        (date(2026, 12, 21), 15, date(2027, 1, 14)),
        (date(2026, 6, 19), 5, date(2026, 6, 30)),
        (date(2026, 3, 31), 5, date(2026, 4, 8)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # from a Saturday
        (date(2026, 11, 28), -1, date(2026, 11, 27)),
        (date(2026, 12, 28), -1, date(2026, 12, 23)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
    ],
)
def test_adding_working_days(estonia, start, n, expected):
    assert estonia.add_working_days(start, n) == expected


def test_next_and_previous_working_day_stay_on_a_working_day(estonia):
    assert estonia.next_working_day(date(2026, 11, 24)) == date(2026, 11, 24)
    assert estonia.previous_working_day(date(2026, 11, 24)) == date(2026, 11, 24)
    assert estonia.next_working_day(date(2026, 12, 24)) == date(2026, 12, 28)
    assert estonia.previous_working_day(date(2026, 12, 27)) == date(2026, 12, 23)


def test_working_days_left_go_below_zero_when_past(estonia):
    assert estonia.working_days_between(date(2026, 11, 24), date(2026, 12, 28)) == 22
    assert estonia.working_days_between(date(2026, 12, 30), date(2026, 12, 28)) == -2


@given(day=days, n=st.integers(-300, 300))
def test_adding_agrees_with_walking_day_by_day(day, n):
    walked, left = day, n
    while left:
        walked += timedelta(days=1 if left > 0 else -1)
        if naive_is_working(walked):
            left -= 1 if left > 0 else -1

    assert estonian_calendar(1999, 2041).add_working_days(day, n) == walked


@given(a=days, b=days)
def test_days_between_agrees_with_counting_day_by_day(a, b):
    first, last = min(a, b), max(a, b)
    last = min(last, first + timedelta(days=900))
    counted = sum(naive_is_working(first + timedelta(days=i + 1)) for i in range((last - first).days))
    calendar = estonian_calendar(1999, 2041)

    assert calendar.working_days_between(first, last) == counted
    assert calendar.working_days_between(last, first) == -counted


@given(day=days, n=st.integers(1, 400))
def test_days_between_undoes_adding(day, n):
    calendar = estonian_calendar(1999, 2041)

    assert calendar.working_days_between(day, calendar.add_working_days(day, n)) == n


@given(day=days)
def test_next_working_day_is_the_nearest_one_not_before(day):
    calendar = estonian_calendar(1999, 2041)
    found = calendar.next_working_day(day)

    assert calendar.is_working_day(found)
    assert found >= day
    assert not any(calendar.is_working_day(day + timedelta(days=i)) for i in range((found - day).days))
    assert calendar.previous_working_day(found) == found


def test_our_closures_and_extra_days_do_not_move_statutory_counts(office):
    closure, open_saturday = date(2026, 10, 9), date(2026, 10, 17)

    assert not office.is_working_day(closure)
    assert office.is_working_day(open_saturday)
    assert office.statutory.is_working_day(closure)
    assert not office.statutory.is_working_day(open_saturday)
    assert office.add_working_days(date(2026, 10, 8), 1) == date(2026, 10, 12)
    assert office.statutory.add_working_days(date(2026, 10, 8), 1) == closure


def test_names_of_special_days_in_both_languages(office):
    assert office.day_name(date(2026, 12, 24), "et") == "jõululaupäev"
    assert office.day_name(date(2026, 12, 24), "en") == "Christmas Eve"
    assert office.day_name(date(2026, 10, 9), "et") == "majapäev"
    assert office.day_name(date(2026, 10, 12), "et") == ""


def test_a_year_without_holidays_is_refused_and_named(estonia):
    with pytest.raises(CalendarGap, match="2041"):
        estonia.is_working_day(date(2041, 5, 5))
    with pytest.raises(CalendarGap, match="2041"):
        estonia.add_working_days(date(2040, 12, 28), 5)
    with pytest.raises(CalendarGap, match="1999"):
        estonia.previous_working_day(date(2000, 1, 1))
    with pytest.raises(CalendarGap, match="2025"):
        WorkingCalendar(tuple(estonian_holidays([2024, 2026]))).is_working_day(date(2026, 1, 5))
    with pytest.raises(CalendarGap):
        WorkingCalendar(()).is_working_day(date(2026, 1, 5))


def test_calendars_of_equal_rows_are_equal_keys_whatever_their_order():
    rows = estonian_holidays([2026])

    one = WorkingCalendar.from_rows(rows, NINE_TO_FOUR)
    other = WorkingCalendar.from_rows(reversed(rows), reversed(NINE_TO_FOUR))

    assert one == other
    assert {one: "kept"}[other] == "kept"
    assert one != WorkingCalendar.from_rows(rows[1:], NINE_TO_FOUR)


# -- hours -----------------------------------------------------------------------------------


def test_opening_hours_end_three_hours_earlier_on_a_shortened_day(office):
    assert office.opening_hours(date(2026, 12, 22)) == ((time(9), time(16)),)
    assert office.opening_hours(date(2026, 12, 23)) == ((time(9), time(13)),)
    assert office.opening_hours(date(2026, 12, 24)) == ()
    assert office.opening_hours(date(2026, 10, 9)) == ()


def test_opening_hours_change_with_their_dates_and_may_have_a_break():
    wednesday = 2
    summer = WeeklyHours(date(2026, 6, 1), date(2026, 8, 31), wednesday, time(10), time(12))
    after_lunch = WeeklyHours(date(2026, 6, 1), date(2026, 8, 31), wednesday, time(13), time(15))
    hours = [after_lunch, *NINE_TO_FOUR, summer]
    calendar = WorkingCalendar.from_rows(estonian_holidays([2026]), hours)

    assert calendar.opening_hours(date(2026, 5, 27)) == ((time(9), time(16)),)
    assert calendar.opening_hours(date(2026, 7, 1)) == ((time(10), time(12)), (time(13), time(15)))
    assert calendar.opening_hours(date(2026, 9, 2)) == ((time(9), time(16)),)
    assert (
        calendar.working_minutes_between(
            datetime(2026, 7, 1, 11, 30, tzinfo=TALLINN),
            datetime(2026, 7, 1, 13, 15, tzinfo=TALLINN),
        )
        == 45
    )


def test_a_short_opening_vanishes_on_a_shortened_day():
    hours = [
        WeeklyHours(date(2020, 1, 1), None, 2, time(9), time(12)),
        WeeklyHours(date(2020, 1, 1), None, 2, time(14), time(15)),
    ]
    calendar = WorkingCalendar.from_rows(estonian_holidays([2026]), hours)

    assert calendar.opening_hours(date(2026, 12, 23)) == ((time(9), time(12)),)


def test_overlapping_openings_of_one_weekday_are_refused():
    hours = [
        WeeklyHours(date(2020, 1, 1), None, 2, time(9), time(12)),
        WeeklyHours(date(2020, 1, 1), None, 2, time(11), time(15)),
    ]

    with pytest.raises(OpeningHoursClash):
        WorkingCalendar.from_rows(estonian_holidays([2026]), hours)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        (datetime(2026, 11, 24, 10, 0), datetime(2026, 11, 24, 10, 30), 30),
        (datetime(2026, 11, 24, 15, 30), datetime(2026, 11, 25, 9, 30), 60),
        (datetime(2026, 11, 27, 15, 0), datetime(2026, 11, 30, 10, 0), 120),  # over a weekend
        (datetime(2026, 11, 24, 17, 0), datetime(2026, 11, 25, 8, 0), 0),
        (datetime(2026, 12, 23, 12, 0), datetime(2026, 12, 28, 9, 10), 70),  # over Christmas
        (datetime(2026, 3, 27, 15, 0), datetime(2026, 3, 30, 10, 0), 120),  # spring clock
        (datetime(2026, 10, 23, 15, 0), datetime(2026, 10, 26, 10, 0), 120),  # autumn clock
    ],
)
def test_working_minutes(office, start, end, minutes):
    start, end = start.replace(tzinfo=TALLINN), end.replace(tzinfo=TALLINN)

    assert office.working_minutes_between(start, end) == minutes
    assert office.working_minutes_between(end, start) == -minutes
    assert office.working_minutes_between(start.astimezone(UTC), end.astimezone(UTC)) == minutes


def test_hours_lost_and_repeated_by_the_clock_are_counted_as_they_last():
    """A night line open on Sundays: four hours of clock are three in spring, five in autumn."""
    sundays = [WeeklyHours(date(2020, 1, 1), None, 6, time(1), time(5))]
    extra = [
        SpecialDay(date(2026, 3, 29), DayKind.WORKING, "valve", "duty"),
        SpecialDay(date(2026, 10, 25), DayKind.WORKING, "valve", "duty"),
    ]
    calendar = WorkingCalendar.from_rows([*estonian_holidays([2026]), *extra], sundays)

    def minutes_of(day):
        midnight = datetime.combine(day, time(), tzinfo=TALLINN)
        return calendar.working_minutes_between(midnight, midnight + timedelta(days=1))

    assert minutes_of(date(2026, 3, 29)) == 3 * 60
    assert minutes_of(date(2026, 10, 25)) == 5 * 60


@given(
    start=st.datetimes(datetime(2025, 1, 2), datetime(2027, 6, 1), timezones=st.just(UTC)),
    hours=st.integers(0, 400),
)
def test_working_minutes_agree_with_counting_quarter_hours(start, hours):
    start = start.replace(minute=0, second=0, microsecond=0)
    calendar = NINE_TO_FOUR_CALENDAR
    counted = 0
    for quarter in range(hours * 4):
        local = (start + timedelta(minutes=15 * quarter)).astimezone(TALLINN)
        closes = 13 if calendar.is_shortened(local.date()) else 16
        if calendar.is_working_day(local.date()) and 9 <= local.hour < closes:
            counted += 15

    assert calendar.working_minutes_between(start, start + timedelta(hours=hours)) == counted


def test_naive_moments_are_refused(office):
    with pytest.raises(ValueError, match="time zone"):
        office.working_minutes_between(datetime(2026, 1, 5), datetime(2026, 1, 6))
