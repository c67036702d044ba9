"""Days, moments and numbers as people read them, in both languages."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from bureau.templatetags import formats

NB = "\N{NO-BREAK SPACE}"


@pytest.fixture(autouse=True)
def estonian():
    with translation.override("et"):
        yield


@pytest.fixture
def english(estonian):
    with translation.override("en"):
        yield


def test_a_day_is_written_with_dots_and_leading_zeros():
    assert formats.day(date(2026, 3, 5)) == "05.03.2026"


def test_a_moment_is_shown_in_tallinn_whatever_the_season():
    assert formats.moment(datetime(2026, 11, 22, 12, 5, tzinfo=UTC)) == f"22.11.2026{NB}14.05"
    assert formats.moment(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == f"01.07.2026{NB}01.30"


def test_the_day_of_a_moment_is_the_day_in_tallinn():
    assert formats.day(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == "01.01.2027"
    assert formats.iso(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == "2027-01-01T00:30+02:00"


def test_a_plain_day_has_no_time():
    assert formats.moment(date(2026, 11, 22)) == "22.11.2026"
    assert formats.iso(date(2026, 11, 22)) == "2026-11-22"


def test_clock_time_has_a_dot():
    assert formats.clock_time(time(9, 3)) == "09.03"
    assert formats.clock_time(time(0, 0)) == "00.00"


def test_days_and_months_have_names_in_estonian():
    assert formats.day_long(date(2026, 11, 23)) == "esmaspäev, 23.11.2026"
    assert formats.month(date(2026, 11, 1)) == "november 2026"
    assert formats.day_short(date(2026, 11, 3)) == "03.11"


def test_days_and_months_have_names_in_english(english):
    assert formats.day_long(date(2026, 11, 23)) == "Monday, 23.11.2026"
    assert formats.month(date(2026, 11, 1)) == "November 2026"


def test_a_range_of_days_may_be_one_day_or_open():
    assert formats.day_range(date(2026, 11, 1), date(2026, 11, 30)) == "01.11.2026–30.11.2026"
    assert formats.day_range(date(2026, 11, 1), date(2026, 11, 1)) == "01.11.2026"
    assert formats.day_range(date(2026, 11, 1), None) == "01.11.2026–"
    assert formats.day_range(None, None) == ""


@pytest.mark.parametrize(
    ("value", "decimals", "estonian_text", "english_text"),
    [
        (1234.5, None, f"1{NB}234,5", "1,234.5"),
        (1234, None, f"1{NB}234", "1,234"),
        (1234567, None, f"1{NB}234{NB}567", "1,234,567"),
        (0, None, "0", "0"),
        (Decimal("0.05"), 1, "0,1", "0.1"),
        (2.5, 0, "3", "3"),
        (-7, None, "−7", "−7"),
        (4, 1, "4,0", "4.0"),
    ],
)
def test_numbers_follow_the_language(value, decimals, estonian_text, english_text):
    assert formats.number(value, decimals) == estonian_text
    with translation.override("en"):
        assert formats.number(value, decimals) == english_text


def test_a_share_is_written_in_percent():
    assert formats.percent(0.871) == "87%"
    assert formats.percent(0.871, 1) == "87,1%"
    assert formats.percent(0) == "0%"
    with translation.override("en"):
        assert formats.percent(0.871, 1) == "87.1%"


def test_a_change_carries_its_sign():
    assert [formats.signed(value) for value in (5, -2, 0, 0.04)] == ["+5", "−2", "0", "0,0"]


def test_a_capped_count_says_that_there_are_more():
    assert formats.capped(1000) == f"1{NB}000"
    assert formats.capped(1001) == f"1{NB}000+"
    assert formats.capped(120, 99) == "99+"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, f"0{NB}s"),
        (45, f"45{NB}s"),
        (200, f"3{NB}min 20{NB}s"),
        (3600, f"1{NB}h"),
        (3900, f"1{NB}h 5{NB}min"),
        (187_200, f"2{NB}p 4{NB}h"),
        (-60, f"−1{NB}min"),
    ],
)
def test_a_duration_keeps_two_units(seconds, text):
    assert formats.duration(seconds) == text
    assert formats.duration(timedelta(seconds=seconds)) == text


def test_the_stopwatch_of_a_call_shows_hours_only_when_there_are_some():
    assert formats.stopwatch(38) == "00.38"
    assert formats.stopwatch(3725) == "1.02.05"


def test_working_days_are_counted_in_words():
    assert [formats.working_days(count) for count in (0, 1, 2)] == ["0 tööpäeva", "1 tööpäev", "2 tööpäeva"]
    assert [formats.calendar_days(count) for count in (1, 30)] == ["1 päev", "30 päeva"]
    with translation.override("en"):
        assert [formats.working_days(count) for count in (1, 2)] == ["1 working day", "2 working days"]


def test_sizes_of_files_go_up_in_thousands():
    assert [formats.file_size(size) for size in (900, 12_400, 1_240_000)] == [f"900{NB}B", f"12{NB}kB", f"1,2{NB}MB"]


def test_a_phone_number_is_grouped_and_what_is_none_stays_as_written():
    assert formats.phone("+37255550199") == "+372 5555 0199"
    assert formats.phone("helista emale") == "helista emale"


def test_initials_come_from_the_first_and_the_last_name():
    assert [formats.initials(name) for name in ("Mari Tamm", "Õie Anna Šmidt", "süsteem")] == ["MT", "ÕŠ", "SÜ"]


def test_how_long_ago_is_told_in_one_unit():
    assert formats.ago(datetime.now(UTC) - timedelta(hours=2, minutes=10)) == f"2{NB}tundi tagasi"


@pytest.mark.parametrize(
    "write",
    [
        formats.day, formats.day_short, formats.day_long, formats.month, formats.clock_time, formats.moment, formats.iso,
        formats.ago, formats.number, formats.percent, formats.signed, formats.capped, formats.duration,
        formats.stopwatch, formats.working_days, formats.calendar_days, formats.file_size, formats.phone,
    ],
)  # fmt: skip
def test_a_missing_value_is_written_as_nothing(write):
    assert write(None) == ""
