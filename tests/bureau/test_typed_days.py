"""Which days of an address are days of ours."""

from datetime import date

import pytest

from bureau.typed_days import near_day
from staff.models import PhoneQueue


@pytest.mark.parametrize(
    "text",
    ["", None, "0001-01-01", "9999-12-31", "0000-00-00", "2026-02-30", "2026-13-01", "20261130", "2026-W49-1", "٢٠٢٦-١١-٣٠",
     "2026-11-30T10:00", "1949-12-31", "2151-01-01", "%", "-2026-11-30"],
)  # fmt: skip
def test_what_is_no_day_of_ours_is_nothing(text):
    assert near_day(text) is None


def test_a_day_is_read():
    assert near_day(" 2026-11-30 ") == date(2026, 11, 30)
    assert near_day("2028-02-29") == date(2028, 2, 29)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/staffing/", "/staffing/shifts/", "/staffing/calls/"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12-27", "2026-02-30"])
def test_a_page_of_a_day_that_is_none_shows_today(as_person, peeter, page, day):
    assert PhoneQueue.objects.exists()  # the seeded lines

    assert as_person(peeter).get(page, {"day": day, "until": day}).status_code == 200
