"""`manage.py due` answers by the rules in force on the day of registration."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bureau import reference
from bureau.models import CalendarDay
from bureau.working_calendar import estonian_holidays
from complaints.models import CaseKind, DeadlineRule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendar():
    CalendarDay.objects.bulk_create(
        (
            CalendarDay(day=day.day, kind=day.kind, name_et=day.name_et, name_en=day.name_en)
            for day in estonian_holidays([2026, 2027])
        ),
        ignore_conflicts=True,
    )
    reference.forget()


@pytest.fixture(autouse=True)
def kind():
    kind = CaseKind.objects.create(code="proof", name_et="Proovitaotlus", name_en="Proof request")
    term = {
        "kind": kind,
        "unit": "calendar_days",
        "extended_unit": "months",
        "extended_amount": 2,
        "law": "MSVS § 6",
        "is_confirmed": True,
    }
    DeadlineRule.objects.create(**term, amount=30, valid_from=date(2005, 1, 1), valid_to=date(2026, 12, 31))
    DeadlineRule.objects.create(**term, amount=15, valid_from=date(2027, 1, 1))
    return kind


def answer(*args):
    out = StringIO()
    call_command("due", *args, stdout=out)
    return out.getvalue().splitlines()


def answer_json(*args):
    return json.loads(answer(*args, "--json")[-1])


def test_the_last_day_and_its_steps_are_told_in_estonian():
    assert answer("--kind", "proof", "--registered", "24.11.2026") == [
        "Viimane päev: 28.12.2026",
        "Soovitatav hiljemalt: 23.12.2026",
        "→ Registreeritud 24.11.2026",
        "→ tähtaeg hakkab kulgema järgmisel päeval, 25.11.2026 (TsÜS § 135 lg 1)",
        "→ 30 kalendripäeva lõpeb 24.12.2026 (MSVS § 6)",
        "→ 24., 25., 26.12 on riigipühad, 27.12 on pühapäev",
        "→ järgmine tööpäev on esmaspäev, 28.12.2026 (TsÜS § 136 lg 8)",
    ]


def test_the_same_as_json():
    found = answer_json("--kind", "proof request", "--registered", "2026-11-24", "--language", "en")

    assert (found["due_on"], found["raw_due_on"], found["advisable_on"]) == ("2026-12-28", "2026-12-24", "2026-12-23")
    assert (found["law"], found["rule_valid_from"], found["rule_valid_to"]) == ("MSVS § 6", "2005-01-01", "2026-12-31")
    assert found["steps"][-1]["text"] == "the next working day is Monday 28.12.2026 (TsÜS § 136 lg 8)"


def test_a_later_registration_is_counted_by_the_later_rule():
    assert answer_json("--kind", "Proovitaotlus", "--registered", "2027-01-04")["due_on"] == "2027-01-19"


def test_the_longest_extension():
    found = answer_json("--kind", "proof", "--registered", "2026-12-31", "--extended")

    assert (found["due_on"], found["extended"]) == ("2027-03-01", True)


def test_late_registration_is_said():
    told = answer("--kind", "proof", "--received", "2026-11-20", "--registered", "2026-11-25", "--language", "en")

    assert told[-1] == "Registered late: a letter is registered by the next working day, here 23.11.2026."


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--kind", "nothing", "--registered", "2026-11-24"), "There is no kind of case “nothing”."),
        (("--kind", "proof", "--registered", "24/11"), "“24/11” is not a day. Write 2026-11-24 or 24.11.2026."),
        (("--kind", "proof", "--registered", "2004-11-24"), "was in force on 24.11.2004"),
        (("--kind", "proof", "--registered", "2026-11-24", "--purpose", "forward"), "No deadline rule is stored"),
        (("--kind", "proof", "--registered", "2126-11-24"), "no public holidays for 2126"),
    ],
)
def test_what_is_missing_is_said(args, said):
    with pytest.raises(CommandError, match=said.replace(".", r"\.")):
        answer(*args, "--language", "en")


@pytest.mark.parametrize(
    ("kind", "registered", "due"),
    [
        ("selgitustaotlus", "2026-11-23", "2026-12-23"),
        ("explanation", "2026-11-24", "2026-12-28"),
        ("teabenoue", "2026-12-21", "2026-12-30"),
        ("Teabenõue", "2026-03-31", "2026-04-08"),
        ("data_subject_request", "2026-01-30", "2026-03-02"),
        ("vaie", "2026-06-12", "2026-06-22"),
        ("vaie", "2026-06-13", "2026-06-25"),
    ],
)
def test_seeded_kinds_by_code_or_by_name(kind, registered, due):
    assert answer_json("--kind", kind, "--registered", registered)["due_on"] == due


def test_forwarding_over_midsummer():
    found = answer_json("--kind", "explanation", "--purpose", "forward", "--registered", "2026-06-19")

    assert found["due_on"] == "2026-06-30"
    assert found["steps"][2]["text"] == "arvesse ei lähe: 23., 24.06 on riigipühad"
