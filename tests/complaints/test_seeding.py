from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from bureau.models import CalendarDay
from bureau.working_calendar import WorkingCalendar
from complaints import seeding
from complaints.deadlines import compute_due
from complaints.models import CaseKind, DeadlineRule

BOTH_LANGUAGES = ["name", "what", "notices", "refusal"]


def models(name):
    return apps.get_model("complaints", name)


def everything():
    return {model: list(model.objects.order_by("pk").values()) for model in (CaseKind, DeadlineRule)}


def test_every_kind_stands_once_and_in_both_languages():
    rows = seeding.kind_rows()

    assert len({row["code"] for row in rows}) == len(rows) == 14
    for row in rows:
        assert row["name_et"], row["code"]
        assert row["what_et"], row["code"]
        for field in BOTH_LANGUAGES:
            assert bool(row[f"{field}_et"]) == bool(row[f"{field}_en"]), (row["code"], field)


def test_a_kind_has_a_term_for_the_reply_exactly_when_one_is_owed():
    owed = {row["code"] for row in seeding.kind_rows() if row.get("has_reply_clock", True)}

    assert {row["kind"] for row in seeding.rule_rows() if row["purpose"] == "reply"} == owed


def test_every_term_names_its_law_and_its_source_or_says_it_is_unconfirmed():
    for row in seeding.rule_rows():
        assert row["law"], row["kind"]
        assert row["source"] or not row["is_confirmed"], row["kind"]
        assert ("extension_law" in row) == ("extended_amount" in row) == ("extended_unit" in row), row["kind"]
        assert row["note_et"], row["kind"]
        assert row["note_en"], row["kind"]


@pytest.mark.django_db
def test_seeded_kinds_and_terms_would_pass_their_forms():
    for kind in CaseKind.objects.filter(code__in=[row["code"] for row in seeding.kind_rows()]):
        kind.full_clean()
    for rule in DeadlineRule.objects.all():
        rule.full_clean()

    assert DeadlineRule.objects.count() == len(seeding.rule_rows())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "purpose", "trigger", "due"),
    [
        ("explanation", "reply", date(2026, 11, 23), date(2026, 12, 23)),
        ("memorandum", "reply", date(2026, 11, 24), date(2026, 12, 28)),
        ("information_request", "reply", date(2026, 12, 21), date(2026, 12, 30)),
        ("information_request", "reply", date(2026, 3, 31), date(2026, 4, 8)),
        ("explanation", "forward", date(2026, 6, 19), date(2026, 6, 30)),
        ("data_subject_request", "reply", date(2026, 1, 30), date(2026, 3, 2)),
        ("challenge", "reply", date(2026, 6, 12), date(2026, 6, 22)),
        ("challenge", "reply", date(2026, 6, 13), date(2026, 6, 25)),
    ],
)
def test_seeded_terms_give_the_days_of_the_law(kind, purpose, trigger, due):
    assert due_on(kind, purpose, trigger) == due


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "trigger", "due"),
    [
        ("information_request", date(2026, 12, 21), date(2027, 1, 14)),
        ("explanation", date(2026, 12, 31), date(2027, 3, 1)),
        ("service_complaint", date(2026, 4, 30), date(2026, 6, 30)),
    ],
)
def test_seeded_extensions_count_from_the_same_day_in_total(kind, trigger, due):
    assert due_on(kind, "reply", trigger, extended=True) == due


def due_on(kind, purpose, trigger, **options):
    rule = DeadlineRule.objects.select_related("kind").get(kind__code=kind, purpose=purpose).as_term_rule()
    calendar = WorkingCalendar.from_rows(CalendarDay.objects.all(), [])
    return compute_due(rule=rule, trigger_on=trigger, calendar=calendar, **options).due_on


@pytest.mark.django_db
def test_filling_again_changes_nothing():
    before = everything()

    added = seeding.seed_kinds(models)

    assert set(added.values()) == {0}
    assert everything() == before


@pytest.mark.django_db
def test_term_that_the_head_ended_is_not_added_again():
    rule = DeadlineRule.objects.get(kind__code="explanation", purpose="reply")
    rule.valid_to = date(2026, 12, 31)
    rule.save()

    seeding.seed_kinds(models)

    assert DeadlineRule.objects.get(kind__code="explanation", purpose="reply").valid_to == date(2026, 12, 31)


@pytest.mark.django_db
def test_way_back_removes_unused_kinds_with_their_terms():
    own = CaseKind.objects.create(code="own_kind", name_et="Oma", name_en="Own")

    import_module("complaints.migrations.0003_seed_kinds").empty(apps, None)

    assert list(CaseKind.objects.all()) == [own]
    assert not DeadlineRule.objects.exists()
