"""The rows behind a value: every one is reached by the links of the page, with keys as they are."""

from datetime import date
from urllib.parse import parse_qs

import lxml.html
import pytest
from django.urls import reverse

from bureau.key_paging import key
from complaints.complaint_list import read_key
from complaints.contact_filters import moment_and_id
from complaints.paging import Key, Order
from quality import measurements
from quality.models import Measurement
from tests.factories import CaseFactory
from tests.factories.feedback import QuestionnaireFactory, ResponseFactory

pytestmark = pytest.mark.django_db
MONTH = date(2026, 9, 1)


def pages_of(client, measurement):
    """Each page of the rows, by its own link to the next."""
    url, pages = reverse("quality:measurement_rows", args=[measurement.pk]), []
    query = ""
    while len(pages) < 10:
        page = lxml.html.fromstring(client.get(f"{url}{query}").content)
        pages.append(len(page.xpath("//tbody/tr")))
        following = [one for one in page.xpath("//a/@href") if one.startswith("?") and "after=" in one]
        if not following:
            return pages
        assert parse_qs(following[0][1:])["after"] != parse_qs(query[1:]).get("after")
        query = following[0]
    raise AssertionError("pages without end")


def test_answers_with_random_keys_are_all_reached(as_person, jaan):
    questionnaire = QuestionnaireFactory()
    for _ in range(76):
        ResponseFactory(questionnaire=questionnaire, answers={"satisfaction": 4}, answered_on=MONTH.replace(day=10))
    measurements.measure_month(MONTH, today=date(2026, 10, 3), codes=["satisfaction"])
    measurement = Measurement.objects.latest().get(indicator__code="satisfaction", unit__isnull=True)
    assert max(len(str(one)) for one in measurement.counted.get().keys) == 19

    assert pages_of(as_person(jaan), measurement) == [50, 26]


def test_cases_are_all_reached(as_person, jaan):
    for _ in range(53):
        CaseFactory(days_ago=0)
    today = date.today()
    measurements.measure_month(today.replace(day=1), today=today, codes=["cases_registered"])
    measurement = Measurement.objects.latest().get(indicator__code="cases_registered", unit__isnull=True)

    assert pages_of(as_person(jaan), measurement) == [50, 3]


@pytest.mark.parametrize("number", [1, 10**17, 10**18 + 7, 2**63 - 1])
def test_every_way_of_paging_reads_the_keys_it_writes(number):
    assert key(str(number)) == number
    assert Key.read(f"2026-11-30~{number}", Order("registered_on", is_date=True)).id == number
    assert read_key(f"2026-11-30~{number}") == (date(2026, 11, 30), number)
    assert moment_and_id(f"1790000000000000-{number}")[1] == number


@pytest.mark.parametrize("number", ["", "9" * 20, "²", "-4", "1e3", "9" * 5000])
def test_a_made_up_key_begins_at_the_first_page(number):
    assert key(number) is None
    assert Key.read(f"2026-11-30~{number}", Order("registered_on", is_date=True)) is None
    assert read_key(f"2026-11-30~{number}") is None
    assert moment_and_id(f"1790000000000000-{number}") is None


def test_a_figure_of_the_whole_bureau_is_told_without_a_gap(as_person, jaan):
    measurements.measure_month(MONTH, today=date(2026, 10, 3), codes=["cases_registered"])
    measurement = Measurement.objects.latest().get(indicator__code="cases_registered", unit__isnull=True)
    page = as_person(jaan).get(reverse("quality:measurement_rows", args=[measurement.pk])).content.decode()
    facts = lxml.html.fromstring(page).xpath("string(//main)")
    assert "september 2026: " in facts
    assert "september 2026 :" not in facts
