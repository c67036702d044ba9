"""The register of reports stands by period, whenever each was begun, and pages by key both ways."""

from datetime import date

import pytest
from django.urls import reverse

from bureau.key_paging import newest_first_by
from quality import reports
from quality.models import Report
from tests.factories.reports import ReportFactory

pytestmark = pytest.mark.django_db

NEWEST_FIRST = ["2026-12", "2026-Q4", "2026", "2026-11", "2026-09", "2026-Q3", "2025-12"]


@pytest.fixture
def begun():
    for period, first in (
        ("year", date(2026, 1, 1)), ("month", date(2026, 12, 1)), ("month", date(2025, 12, 1)), ("quarter", date(2026, 7, 1)),
        ("month", date(2026, 9, 1)), ("quarter", date(2026, 10, 1)), ("month", date(2026, 11, 1)),
    ):  # fmt: skip
        reports.begin(period=period, first_day=first)


def numbers(page) -> list[str]:
    return [one.number for one in page]


def test_the_newest_period_stands_first_whenever_it_was_begun(begun, jaan, as_person):
    page = as_person(jaan).get(reverse("quality:report_list")).context["page"]

    assert numbers(page) == NEWEST_FIRST
    assert (page.next_key, page.previous_key) == (None, None)


def test_pages_by_key_lose_and_repeat_nothing_on_the_way_there_and_back(begun):
    found, forth = Report.objects.all(), []
    page = newest_first_by(found, Report.BY_PERIOD, size=3)
    forth.append(page)
    while page.next_key:
        page = newest_first_by(found, Report.BY_PERIOD, after=page.next_key, size=3)
        forth.append(page)

    assert [numbers(one) for one in forth] == [NEWEST_FIRST[:3], NEWEST_FIRST[3:6], NEWEST_FIRST[6:]]
    back = newest_first_by(found, Report.BY_PERIOD, before=forth[2].previous_key, size=3)
    assert numbers(back) == NEWEST_FIRST[3:6]
    first = newest_first_by(found, Report.BY_PERIOD, before=back.previous_key, size=3)
    assert (numbers(first), first.previous_key, first.next_key) == (NEWEST_FIRST[:3], None, "2026-12-31~2026-01-01")


@pytest.mark.parametrize("key", ["x", "2026-13-01~2026-01-01", "~", "17"])
def test_what_is_no_key_begins_at_the_first_page(key, begun):
    assert numbers(newest_first_by(Report.objects.all(), Report.BY_PERIOD, after=key)) == NEWEST_FIRST
    assert numbers(newest_first_by(Report.objects.all(), Report.BY_PERIOD, before=key)) == NEWEST_FIRST


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions_for_any_rows(jaan, as_person, rows, django_assert_num_queries):
    for month in range(1, rows + 1):
        ReportFactory(first_day=date(2026, month, 1), last_day=date(2026, month, 28))
    client = as_person(jaan)
    client.get(reverse("quality:report_list"))

    with django_assert_num_queries(4):
        client.get(reverse("quality:report_list"), {"after": "2027-01-31~2027-01-01"})
