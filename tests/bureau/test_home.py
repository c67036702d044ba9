"""The first page of each role."""

from datetime import timedelta

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau.audit import record_reading
from complaints.models import Case
from tests.factories import CaseFactory, RoleHoldingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("jaan", "/dashboard/"),
        ("peeter", "/dashboard/"),
        ("tiina", "/dashboard/"),
        ("kai", "/dashboard/"),
        ("mari", "/"),
    ],
)
def test_each_role_is_led_to_its_own_page(who, address, as_person, request):
    from django.urls import reverse

    response = as_person(request.getfixturevalue(who)).get("/")

    assert response.status_code == 302
    assert response.url == (reverse("complaints:desk") if who == "mari" else address)


def test_the_data_protection_officer_sees_restrictions_that_end_and_no_content(as_person, dora, mari, today):
    ended, soon, later = (CaseFactory(restricted=True, title=f"Salajane {number}", by=mari) for number in range(3))
    for case, days in ((ended, -1), (soon, 30), (later, 200)):
        Case.objects.filter(pk=case.pk).update(
            restricted_from=today - timedelta(days=9), restricted_until=today + timedelta(days=days)
        )
    CaseFactory(by=mari)

    page = lxml.html.fromstring(as_person(dora).get("/").content)

    numbers = [link.text_content() for link in page.xpath("//tbody/tr/th/a[@data-open]")]
    assert numbers == [ended.number, soon.number]
    assert "Salajane" not in page.text_content()


def test_the_data_protection_officer_sees_who_looked_most(as_person, dora, mari, liis):
    case = CaseFactory(restricted=True, by=mari)
    for _ in range(3):
        record_reading(user=liis, way="view", on=case)
    record_reading(user=mari, way="export", on=case)

    page = lxml.html.fromstring(as_person(dora).get("/").content)

    rows = [
        [cell.text_content().strip() for cell in row]
        for row in page.xpath("//table[.//caption[contains(., 'Kes vaatas')]]/tbody/tr")
    ]
    assert rows == [["Liis Mets", "3", "0", "0", "0"], ["Mari Tamm", "0", "0", "1", "0"]]


def test_the_administrator_sees_what_runs_and_no_content(as_person, admin_user, mari, outi, today):
    case = CaseFactory(by=mari, title="Salajane")
    RoleHoldingFactory(user=UserFactory(first_name="Ants", last_name="Lahkuja"), ends_on=today + timedelta(days=3))

    text = lxml.html.fromstring(as_person(admin_user).get("/").content).text_content()

    assert "Ants Lahkuja" in text
    assert case.number not in text
    assert "Salajane" not in text


@pytest.mark.parametrize("who", ["dora", "admin_user"])
def test_statements_of_a_first_page_do_not_grow(who, as_person, mari, request, today):
    client = as_person(request.getfixturevalue(who))

    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    def some(count):
        for _ in range(count):
            record_reading(user=UserFactory(), way="view", on=CaseFactory(restricted=True, by=mari))
            RoleHoldingFactory(ends_on=today)
            Case.objects.filter(is_restricted=True).update(restricted_until=today)

    some(1)
    statements()
    few = statements()
    some(3)
    statements()  # reads the list of people anew

    assert statements() == few
