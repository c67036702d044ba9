"""What waits for a person, as one list on the first page of every role."""

from datetime import date, timedelta

import lxml.html
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bureau import duty_list
from bureau.duty_list import Duty
from complaints.models import Case
from tests.factories import CaseFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db
ROLES = ["mari", "peeter", "jaan", "tiina", "kai", "dora", "admin_user"]


def due(days, today, **facts):
    case = CaseFactory(**facts)
    Case.objects.filter(pk=case.pk).update(due_on=today + timedelta(days=days))
    return case


def page_of(client, url="/"):
    return lxml.html.fromstring(client.get(url, follow=True).content)


def rows_of(page) -> list[str]:
    return [" ".join(row.text_content().split()) for row in page.xpath("//ol[@class='duty-rows']/li")]


@pytest.mark.parametrize("who", [*ROLES, "outi"])
def test_the_first_page_of_every_role_says_what_waits_or_that_all_is_done(who, as_person, request):
    page = page_of(as_person(request.getfixturevalue(who)))

    heads = [head.text_content().split(" ")[0:2] for head in page.xpath("//h2")]
    assert who == "outi" or heads[0][:2] == ["Ootab", "sind"]
    assert who == "outi" or rows_of(page) or "Kõik on tehtud" in page.text_content()


def test_the_oldest_stands_first_with_its_day_and_one_button(as_person, mari, today):
    late, later = due(-9, today, assignee=mari, title="Vana"), due(-2, today, assignee=mari, title="Uuem")

    page = page_of(as_person(mari))

    first, second = page.xpath("//ol[@class='duty-rows']/li")
    assert late.number in first.text_content()
    assert later.number in second.text_content()
    assert first.xpath(".//time/@datetime") == [str(today - timedelta(days=9))]
    assert "hiljem" in first.text_content()
    assert first.xpath(".//a/@href") == [f"{late.get_absolute_url()}#reply"]
    assert "neist 2 hiljemalt täna" in page.text_content()


def test_what_is_done_for_somebody_says_for_whom(as_person, mari, liis, today):
    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today)
    due(-1, today, assignee=liis)
    due(-1, today, assignee=mari)

    theirs, own = sorted(rows_of(page_of(as_person(mari))), key=lambda row: "eest" not in row)

    assert "Liis Mets" in theirs
    assert "Liis" not in own


def test_more_than_twelve_stand_on_a_page_of_their_own(as_person, mari, today):
    for days in range(14):
        due(-days - 1, today, assignee=mari)
    client = as_person(mari)

    first = page_of(client)

    (link,) = first.xpath("//section[contains(@class, 'duties')]//a[@href='/waiting/']")
    assert "14" in link.text_content()
    assert (len(rows_of(first)), len(rows_of(page_of(client, "/waiting/")))) == (12, 14)


def test_what_does_not_exist_for_the_person_is_no_duty(as_person, mari, jaan, today, empty_cache):
    from complaints.conflict_of_interest import name_person
    from tests.factories.complaints import assessed

    case = assessed(by=jaan, assignee=mari)
    Case.objects.filter(pk=case.pk).update(due_on=today)
    assert case.number in str(rows_of(page_of(as_person(mari))))

    name_person(complaint=case.complaint, user=mari, by=jaan)

    assert case.number not in str(rows_of(page_of(as_person(mari))))


def test_a_deed_is_seen_at_once_and_without_one_nothing_is_asked_anew(mari, today):
    from complaints.notes import add_note

    due(-1, today, assignee=mari)
    assert duty_list.waiting_for(mari, today=today).count == 1

    with CaptureQueriesContext(connection) as captured:
        duty_list.waiting_for(mari, today=today)
    assert len(captured) == 1  # how far the deeds have come

    other = due(-1, today, assignee=mari)
    add_note(case=other, by=mari, text="Helistasin.")
    assert duty_list.waiting_for(mari, today=today).count == 2


@pytest.mark.parametrize("who", ["mari", "jaan"])
def test_statements_do_not_grow_with_rows(who, request, mari, today):
    user = request.getfixturevalue(who)

    def statements(cases) -> int:
        for _number in range(cases):
            due(-1, today, assignee=user)
        duty_list.forget(user)
        with CaptureQueriesContext(connection) as captured:
            duty_list.waiting_for(user, today=today)
        return len(captured)

    statements(1)
    assert statements(1) == statements(3) == {"mari": 14, "jaan": 24}[who]


@pytest.mark.parametrize(
    ("day", "has_last_day", "words"),
    [
        (date(2026, 11, 20), False, "waits for 1 working day"),
        (date(2026, 11, 18), False, "waits for 3 working days"),
        (date(2026, 11, 23), False, "since today"),
        (date(2026, 11, 20), True, ""),
    ],
)
def test_a_duty_without_a_last_day_says_how_long_it_waits(day, has_last_day, words, db):
    duty = Duty("x", "/", "x", day, has_last_day=has_last_day)

    with translation.override("en"):
        assert duty_list.row_of(duty, date(2026, 11, 23)).waits == words
