"""The desk of a specialist."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bureau import drafts
from complaints.desk import desk_of, facts_line
from complaints.models import Case, Clock, Status
from complaints.notes import follow
from tests.factories import AbsenceFactory, CaseFactory, SubstitutionFactory

MONDAY = date(2026, 11, 23)


def due(case, day, **fields):
    Clock.objects.filter(case=case).update(
        due_on=day, first_due_on=day, raw_due_on=day, triggered_on=day - timedelta(days=30)
    )
    Case.objects.filter(pk=case.pk).update(due_on=day, **fields)
    return case


def numbers(lines):
    return [line.number for line in lines]


def test_my_day_in_its_order(mari, liis):
    late = due(CaseFactory(assignee=mari), MONDAY - timedelta(days=1))
    now = due(CaseFactory(assignee=mari), MONDAY)
    soon = due(CaseFactory(assignee=mari), MONDAY + timedelta(days=3))
    later = due(CaseFactory(assignee=mari), MONDAY + timedelta(days=20))
    waiting = due(CaseFactory(assignee=mari), MONDAY + timedelta(days=20), status=Status.WAITING)
    CaseFactory(assignee=liis)
    followed = CaseFactory(assignee=liis)
    follow(case=followed, by=mari)

    desk = desk_of(mari, today=MONDAY, language="et")

    assert [numbers(lines) for lines in (desk.late, desk.today, desk.soon, desk.later, desk.waiting, desk.followed)] == [
        [late.number], [now.number], [soon.number], [later.number], [waiting.number], [followed.number],
    ]  # fmt: skip
    assert desk.facts == "esmaspäev, 23.11.2026 · 1 hilinenud, 2 kiiret, 5 avatud"


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ({"late": 1, "urgent": 3, "open_cases": 9}, "esmaspäev, 23.11.2026 · 1 hilinenud, 3 kiiret, 9 avatud"),
        ({"late": 0, "urgent": 1, "open_cases": 1}, "esmaspäev, 23.11.2026 · 1 kiire, 1 avatud"),
        ({"late": 0, "urgent": 0, "open_cases": 0}, "esmaspäev, 23.11.2026 · 0 avatud"),
    ],
)
def test_the_line_of_counts(counts, line):
    assert facts_line(MONDAY, **counts) == line


def test_a_substitute_has_the_absent_persons_cases_on_the_desk(mari, liis, today):
    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today)
    case = due(CaseFactory(assignee=liis), today)

    desk = desk_of(mari, today=today, language="et")

    assert (numbers(desk.today), desk.today[0].handler) == ([case.number], "Liis Mets")


def test_unfinished_texts_stand_on_the_desk_but_not_of_cases_no_longer_seen(mari, liis):
    case, hidden = CaseFactory(assignee=mari), CaseFactory(assignee=liis, restricted=True)
    drafts.save_draft(user=mari, form="case_reply", subject=case.number, data={"text": "Tere, teie teatis"})
    drafts.save_draft(user=mari, form="case_reply", subject=hidden.number, data={"text": "Varem kirjutatud"})
    drafts.save_draft(user=mari, form="case_note", subject=case.number, data={"text": " "})

    desk = desk_of(mari, today=MONDAY, language="et")

    assert [(one.label, one.excerpt) for one in desk.drafts] == [(f"Vastus: {case.number}", "Tere, teie teatis")]


def test_take_the_next_one_opens_it(as_person, mari):
    case = CaseFactory()

    response = as_person(mari).post("/desk/take/")

    case.refresh_from_db()
    assert (response.url, case.assignee) == (case.get_absolute_url(), mari)
    assert as_person(mari).post("/desk/take/").url == "/desk/"


def test_who_is_away_is_told_so(as_person, mari, today):
    CaseFactory()
    AbsenceFactory(user=mari, starts_on=today, ends_on=today)

    page = as_person(mari).get("/desk/").content.decode()

    assert "Oled täna ära" in page


def test_the_desk_takes_the_same_statements_for_any_number_of_cases(as_person, mari, liis):
    counts = []
    client = as_person(mari)
    client.get("/desk/")
    for more in (1, 1, 10):
        for _ in range(more):
            case = CaseFactory(assignee=mari)
            follow(case=CaseFactory(assignee=liis), by=mari)
            drafts.save_draft(user=mari, form="case_reply", subject=case.number, data={"text": "pooleli"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/")
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))

    assert counts[1] == counts[2]
    assert counts[2] <= 26  # after a deed what waits for the person is asked anew
