"""The list of complaints and what the page of a case says of one."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint
from tests.factories import CaseFactory, PartyFactory
from tests.factories.complaints import MARKED, assessed, at_stage_2, complaint_case, decided


def statements(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_any_number_of_rows_takes_the_same_statements(as_person, mari, liis):
    client = as_person(liis)
    complaint_case(by=mari)
    one = statements(client, "/complaints/")
    complaint_case(by=mari), complaint_case(by=mari, kind="praise")

    assert statements(client, "/complaints/") == one


@pytest.fixture
def three(mari, peeter):
    return {
        "received": complaint_case(by=mari, days_ago=3),
        "investigated": at_stage_2(by=peeter, investigator=mari, days_ago=2),
        "praise": complaint_case(by=mari, kind="praise", days_ago=1),
        "decided": decided(by=peeter),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["decided", "praise", "investigated", "received"]),
        ("stage=received&feedback=complaint", ["received"]),
        ("feedback=praise", ["praise"]),
        ("aspect=timeliness", ["decided", "investigated"]),
        ("cause=communication", ["decided"]),
        ("cause=communication_tone", []),
        ("outcome=upheld", ["decided"]),
        ("investigator=me", ["investigated"]),
        ("path=investigation", ["investigated"]),
        ("stage=ended", []),
        ("stage=nonsense", []),
        ("unit=nonsense", []),
        ("from=2999-01-01", []),
        ("from=nonsense", []),
    ],
)
def test_filters_narrow_and_a_mistyped_one_finds_nothing(as_person, mari, three, query, names):
    page = as_person(mari).get(f"/complaints/?{query}").context["complaints"]

    assert [row.number for row in page] == [three[name].number for name in names]


def test_both_dates_are_named_and_what_was_decided_long_ago_is_marked(as_person, mari, peeter, today):
    fresh, old = decided(by=peeter), decided(by=peeter)
    Complaint.objects.filter(pk=old.pk).update(decided_on=today - timedelta(days=31))
    Complaint.objects.filter(pk=fresh.pk).update(decided_on=today - timedelta(days=30))

    page = as_person(mari).get("/complaints/").content.decode()
    row_of_old = page.partition(f">{old.number}<")[2].partition("</tr>")[0]
    row_of_fresh = page.partition(f">{fresh.number}<")[2].partition("</tr>")[0]

    assert ">Meie sihtpäev</th>" in page
    assert ">Seaduse tähtaeg</th>" in page
    assert ">Sihtpäev</th>" not in page
    assert f"otsustatud {today - timedelta(days=31):%d.%m.%Y}, sulgemata" in row_of_old
    assert "sulgemata" not in row_of_fresh


def test_pages_by_key_hold_every_row_once_and_lead_back(as_person, mari, monkeypatch):
    monkeypatch.setattr("complaints.complaint_list.ROWS_ON_PAGE", 2)
    cases = [complaint_case(by=mari, days_ago=day // 2) for day in range(5)]
    client, seen, query = as_person(mari), [], ""
    while True:
        page = client.get(f"/complaints/?{query}").context["complaints"]
        seen += [row.number for row in page]
        if not page.next_key:
            break
        query = f"after={page.next_key}"
    back = client.get(f"/complaints/?before={page.previous_key}").context["complaints"]

    assert sorted(seen) == sorted(case.number for case in cases)
    assert len(seen) == 5
    assert [row.number for row in back] == seen[2:4]


def test_the_page_of_a_case_shows_repeat_complaints_as_a_count_only(as_person, peeter):
    party = PartyFactory()
    complaint_case(by=peeter, party=party), complaint_case(by=peeter, kind="praise", party=party)
    case = assessed(by=peeter, weighed=MARKED, party=party)

    (panel,) = as_person(peeter).get(case.get_absolute_url()).context["page"].panels
    shown = panel.shown

    assert (shown.repeat.complaints, shown.repeat.praise, shown.repeat.suggestions) == (1, 1, 0)


def test_a_plain_case_has_no_panel_and_offers_to_become_a_complaint(as_person, mari):
    case = CaseFactory(assignee=mari)
    body = as_person(mari).get(case.get_absolute_url()).content.decode()

    assert 'id="complaint"' not in body
    assert f"/complaints/{case.number}/treat/" in body


def test_the_decision_adds_the_sentence_of_the_next_instance(as_person, peeter):
    from tests.factories.complaints import at_stage_1
    from tests.matrix.complaints import decision

    case = at_stage_1(by=peeter)
    as_person(peeter).post(f"/complaints/{case.number}/decide/", decision(None))

    case.complaint.refresh_from_db()
    assert case.complaint.stage == "decided"
    assert "õiguskantsleri poole" in case.complaint.decision_letter.body


def test_a_remedy_without_a_day_is_refused_where_it_is_typed(as_person, peeter):
    case = decided(by=peeter)
    url = reverse("complaints:complaint_remedy", args=[case.number])
    sent = {"version": case.version, "kind": "apology"}

    assert "due_on" in as_person(peeter).post(url, sent).context["form"].errors
    assert not case.complaint.remedies.exists()


def test_what_must_be_answered_is_told_from_what_may_be_left(as_person, peeter):
    case = assessed(by=peeter, weighed=MARKED)
    client = as_person(peeter)

    assess = client.get(reverse("complaints:complaint_assess", args=[case.number])).text
    step = client.get(reverse("complaints:complaint_step", args=[case.number])).text

    assert re.search(r'id="sheet_aspects_label">[^<]+<span class="field-optional">\(vähemalt üks\)', assess)
    assert re.search(r'id="sheet_also_kinds_label">[^<]+<span class="field-optional">\(valikuline\)', assess)
    assert "Vali üks kahest" in step
    assert not re.search(r'for="sheet_(owner|unit)">[^<]+<span class="field-optional">', step)
