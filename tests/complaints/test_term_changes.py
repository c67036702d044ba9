"""Terms are dated versions: a new one ends the former the day before, and none that counted anything is rewritten."""

import json
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from bureau.models import Deed
from bureau.refusals import DeedRefused
from complaints.expected_terms import expected_terms
from complaints.models import CaseKind, Clock, DeadlineRule
from complaints.term_changes import add_term, annotate_term, delete_term, end_term
from tests.factories import CaseFactory

NEXT = date(2031, 1, 1)


@pytest.fixture
def kind(db):
    return CaseKind.objects.get(code="explanation")


@pytest.fixture
def present(kind):
    return kind.deadline_rules.get(purpose="reply", valid_to=None)


def version(kind, **more):
    facts = {"valid_from": NEXT, "amount": 20, "unit": "calendar_days", "law": "MSVS § 6 (uus)"}
    return DeadlineRule(kind=kind, **{**facts, **more})


def test_a_new_version_ends_the_former_the_day_before(kind, present, jaan):
    rule = add_term(rule=version(kind), by=jaan, reason="Seadus muutus")

    present.refresh_from_db()
    assert (present.valid_to, rule.valid_from, rule.valid_to) == (NEXT - timedelta(days=1), NEXT, None)
    deed = Deed.objects.get(action="term.added")
    assert (deed.actor, deed.reason, deed.object_label) == (jaan, "Seadus muutus", "Selgitustaotlus")


def test_cases_of_each_day_are_counted_by_the_version_of_that_day(kind, present, jaan, time_machine):
    before = CaseFactory()
    add_term(rule=version(kind, valid_from=before.registered_on + timedelta(days=1)), by=jaan)

    time_machine.move_to(timezone.now() + timedelta(days=1))
    after = CaseFactory()

    assert Clock.objects.get(case=before).rule == present
    assert Clock.objects.get(case=after).rule.law == "MSVS § 6 (uus)"


def test_a_version_may_not_begin_where_deadlines_are_counted_already(kind, jaan, today):
    CaseFactory(days_ago=3)

    with pytest.raises(DeedRefused, match="1 ") as refusal:
        add_term(rule=version(kind, valid_from=today - timedelta(days=5)), by=jaan)

    assert refusal.value.field == "valid_from"


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"valid_from": NEXT}, "valid_from"),
        ({"valid_from": NEXT - timedelta(days=30)}, "valid_to"),
        ({"valid_from": NEXT - timedelta(days=30), "valid_to": NEXT}, "valid_to"),
        ({"valid_from": NEXT, "valid_to": NEXT - timedelta(days=1)}, "valid_to"),
    ],
)
def test_an_overlap_is_refused_with_its_day(days, field, kind, jaan):
    add_term(rule=version(kind), by=jaan)

    with pytest.raises(DeedRefused) as refusal:
        add_term(rule=version(kind, **days), by=jaan)

    assert refusal.value.field == field


def test_a_version_before_a_later_one_ends_before_it(kind, present, jaan):
    add_term(rule=version(kind), by=jaan)
    end_term(rule=present, last_day=NEXT - timedelta(days=100), by=jaan)

    between = add_term(
        rule=version(kind, valid_from=NEXT - timedelta(days=50), valid_to=NEXT - timedelta(days=1)), by=jaan
    )

    assert between.valid_to == NEXT - timedelta(days=1)


def test_remarks_change_no_length(present, jaan):
    annotate_term(
        rule=present, by=jaan, law=present.law, extension_law=present.extension_law, start_law="", source="riigiteataja.ee",
        is_confirmed=not present.is_confirmed, note_et="Kinnitatud", note_en="Confirmed",
    )  # fmt: skip

    changed = Deed.objects.get(action="term.annotated").data["changed"]
    assert changed["is_confirmed"] == [present.is_confirmed, not present.is_confirmed]
    assert set(changed) <= {"source", "is_confirmed", "note_et", "note_en", "start_law"}


def test_a_version_that_counted_something_is_not_deleted(present, jaan):
    CaseFactory()

    with pytest.raises(DeedRefused):
        delete_term(rule=present, by=jaan)


def test_a_version_made_by_mistake_gives_its_days_back(kind, present, jaan):
    delete_term(rule=add_term(rule=version(kind), by=jaan), by=jaan)

    present.refresh_from_db()
    assert present.valid_to is None


def test_a_term_does_not_end_where_deadlines_are_counted(present, jaan, today):
    CaseFactory()

    with pytest.raises(DeedRefused):
        end_term(rule=present, last_day=today - timedelta(days=1), by=jaan)
    end_term(rule=present, last_day=today, by=jaan)

    assert DeadlineRule.objects.get(pk=present.pk).valid_to == today


def test_the_page_offers_the_present_version_and_tells_a_refusal(as_person, jaan, kind, present):
    client = as_person(jaan)
    url = reverse("complaints:term_add", args=[kind.code])
    CaseFactory()

    form = client.get(url).context["form"]
    refused = client.post(
        url,
        {
            "purpose": "reply", "valid_from": "2020-01-01", "amount": "20", "unit": "calendar_days", "runs_from": "registration",
            "holiday_list": "ee", "law": "MSVS § 6",
        },
    )  # fmt: skip

    assert (form.initial["amount"], form.initial["law"]) == (present.amount, present.law)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) <= {"valid_from", "valid_to"}


def test_the_list_costs_the_same_however_many_kinds(as_person, mari, django_assert_num_queries):
    client = as_person(mari)
    client.get(reverse("complaints:kind_list"))

    for number in range(3):
        CaseKind.objects.create(code=f"proov-{number}", name_et="Proov", name_en="Test")
        with django_assert_num_queries(4):  # user, rights, kinds, terms
            client.get(reverse("complaints:kind_list"))


# --- Terms that no lawyer has confirmed -----------------------------------------------------------------------------------
RESTS_ON_MSVS = ("explanation", "memorandum", "suggestion", "service_complaint")


@pytest.fixture
def english(mari):
    mari.language = "en"
    mari.save()
    return mari


def test_thirty_days_of_msvs_are_not_confirmed(db):
    rules = DeadlineRule.objects.filter(law="MSVS § 6", purpose="reply")

    assert {rule.kind.code for rule in rules} == set(RESTS_ON_MSVS)
    assert not rules.filter(is_confirmed=True).exists()
    assert DeadlineRule.objects.get(kind__code="information_request", purpose="reply").is_confirmed


@pytest.mark.parametrize(
    ("kind", "is_marked"), [("explanation", True), ("memorandum", True), ("information_request", False)]
)
def test_every_place_that_gives_the_day_says_that_it_is_not_confirmed(
    kind, is_marked, english, as_person, today, capsys
):
    client, kind_id = as_person(english), CaseKind.objects.get(code=kind).pk
    case = CaseFactory(kind=kind, assignee=english)

    pages = {
        "case": client.get(case.get_absolute_url()),
        "registration": client.get(reverse("complaints:case_new_terms"), {"kind": kind_id}),
        "contact": client.get(reverse("complaints:contact_deadline"), {"outcome": "case", "kind": kind_id}),
    }
    call_command("due", "--kind", kind, "--registered", today.isoformat(), "--language", "en")
    said = capsys.readouterr().out
    call_command("due", "--kind", kind, "--registered", today.isoformat(), "--json")
    told = json.loads(capsys.readouterr().out.splitlines()[-1])

    assert {name: "term not confirmed" in page.content.decode() for name, page in pages.items()} == dict.fromkeys(
        pages, is_marked
    )
    assert ("No lawyer has confirmed this term yet." in said, told["is_confirmed"]) == (is_marked, not is_marked)
    words = expected_terms(today)[kind_id].words
    assert ("kinnitamata" in words or "not confirmed" in words) is is_marked


def test_one_mark_on_the_row_confirms_every_day_that_rests_on_it(english, as_person):
    cases = [CaseFactory(assignee=english) for _ in range(2)]
    DeadlineRule.objects.filter(kind__code="explanation", purpose="reply").update(is_confirmed=True)

    assert all(
        "term not confirmed" not in as_person(english).get(case.get_absolute_url()).content.decode() for case in cases
    )


@pytest.mark.parametrize("was_touched", [False, True])
def test_a_row_that_somebody_changed_keeps_what_they_said(was_touched, db):
    migration = import_module("complaints.migrations.0014_term_of_msvs_not_confirmed")
    kind = CaseKind.objects.get(code="explanation")
    DeadlineRule.objects.filter(kind=kind, purpose="reply").delete()
    rule = DeadlineRule.objects.create(
        kind=kind, purpose="reply", valid_from="2005-01-01", amount=30, unit="calendar_days", law="MSVS § 6", is_confirmed=True
    )  # fmt: skip
    if was_touched:
        DeadlineRule.objects.filter(pk=rule.pk).update(note_et="Jurist kinnitas 2026")
    with connection.cursor() as cursor:
        cursor.execute(migration.MARK)
        rule.refresh_from_db()
        assert rule.is_confirmed is was_touched
        cursor.execute(migration.UNMARK)

    rule.refresh_from_db()
    assert rule.is_confirmed
