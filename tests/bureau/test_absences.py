"""Absences: who is away, no overlaps, and illness is nobody's business but the head's."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bureau.absences import away_on, away_until, change_absence, record_absence, remove_absence, shown_to
from bureau.models import Absence, Deed
from bureau.refusals import DeedRefused
from tests.factories import AbsenceFactory

MONDAY, FRIDAY = date(2031, 6, 2), date(2031, 6, 6)


def record(person, by, kind="leave", first=MONDAY, last=FRIDAY):
    return record_absence(person=person, kind=kind, starts_on=first, ends_on=last, by=by)


def test_away_from_the_first_through_the_last_day(mari, liis, django_assert_num_queries):
    record(mari, mari)
    record(liis, liis, first=FRIDAY, last=FRIDAY)

    with django_assert_num_queries(4):
        away = [away_on(day) for day in (MONDAY - timedelta(days=1), MONDAY, FRIDAY, FRIDAY + timedelta(days=1))]

    assert away == [set(), {mari.pk}, {mari.pk, liis.pk}, set()]
    assert away_until(MONDAY) == {mari.pk: FRIDAY}


def test_an_overlap_is_refused_with_the_days_that_are_taken(mari):
    record(mari, mari)

    with pytest.raises(DeedRefused, match=r"02\.06\.2031–06\.06\.2031") as refusal:
        record(mari, mari, first=FRIDAY, last=FRIDAY + timedelta(days=7))
    with pytest.raises(IntegrityError), transaction.atomic():
        AbsenceFactory(user=mari, starts_on=FRIDAY, ends_on=FRIDAY)

    assert refusal.value.field == "starts_on"
    assert Absence.objects.count() == 1


def test_changing_an_absence_does_not_meet_itself(mari):
    absence = record(mari, mari)

    change_absence(absence=absence, kind="trip", starts_on=MONDAY, ends_on=FRIDAY + timedelta(days=1), by=mari)

    assert away_on(FRIDAY + timedelta(days=1)) == {mari.pk}


def test_others_absences_are_recorded_by_those_who_keep_them(mari, liis, peeter):
    with pytest.raises(DeedRefused):
        record(liis, mari)

    assert record(liis, peeter).created_by == peeter


def test_an_absence_taken_back_leaves_its_deed(mari):
    remove_absence(absence=record(mari, mari), by=mari)

    assert away_on(MONDAY) == set()
    assert list(Deed.objects.order_by("pk").values_list("action", flat=True)) == [
        "absence.recorded",
        "absence.removed",
    ]


def test_illness_is_seen_as_away_by_colleagues(mari, liis, peeter):
    absence = record(mari, mari, kind="sick")
    absence.note = "Gripp"
    absence.save()

    seen = {who: shown_to(who, [absence])[0] for who in (mari, liis, peeter)}

    assert [(seen[who].kind, seen[who].note) for who in (mari, peeter, liis)] == [
        ("Haigus", "Gripp"), ("Haigus", "Gripp"), ("Ära", ""),
    ]  # fmt: skip
    assert not seen[liis].may_change


@pytest.mark.parametrize(("reader", "is_seen"), [("liis", False), ("peeter", True), ("tiina", True), ("kai", False)])
def test_no_page_tells_colleagues_of_an_illness(reader, is_seen, request, as_person, mari):
    AbsenceFactory(user=mari, kind="sick", note="Gripp", starts_on=MONDAY, ends_on=FRIDAY)
    client = as_person(request.getfixturevalue(reader))

    page = client.get(reverse("bureau:absence_list") + "?month=2031-06").content.decode()

    assert ("Haigus" in page, "Gripp" in page) == (is_seen, is_seen)
    assert "Mari Tamm" in page


def test_deeds_do_not_tell_the_kind_of_an_absence(mari):
    record(mari, mari, kind="sick")

    assert "sick" not in str(Deed.objects.get(action="absence.recorded").data)


def test_a_person_without_a_role_sees_only_their_own(as_person, outi, mari):
    AbsenceFactory(user=mari, starts_on=MONDAY, ends_on=FRIDAY)

    page = as_person(outi).get(reverse("bureau:absence_list") + "?month=2031-06").content.decode()

    assert "Mari Tamm" not in page


def test_a_specialist_cannot_record_for_another_through_the_form(as_person, mari, liis):
    as_person(mari).post(
        reverse("bureau:absence_add"), {"person": liis.pk, "kind": "leave", "starts_on": MONDAY, "ends_on": FRIDAY}
    )

    assert list(Absence.objects.values_list("user", flat=True)) == [mari.pk]
